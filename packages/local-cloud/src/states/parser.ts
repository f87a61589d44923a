import type { Definition, Group, MapState, State } from './definition.ts';
import type { Diagnostic } from './expression-check.ts';
import { COUNT, FieldReader, PERCENTAGE, POSITIVE_COUNT, POSITIVE_SECONDS, SECONDS } from './field-reader.ts';
import { isObject } from './json.ts';
import { catchers, retriers } from './recovery.ts';
import { parametersOf, parseResource } from './resource.ts';

/** A definition, or everything that is wrong with it. */
export type Parsed =
  | { readonly definition: Definition; readonly diagnostics: readonly [] }
  | { readonly definition?: undefined; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads a definition in the Amazon States Language. Only JSONata definitions are taken; a field, state type or
 * integration that the local cloud does not run is an error here, so that nothing is passed over in silence.
 */
export function parseDefinition(text: string): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const message = (error as Error).message;
    return { diagnostics: [{ code: 'INVALID_JSON_DESCRIPTION', message, location: '/' }] };
  }
  if (!isObject(json)) {
    const message = 'Definition must be a valid JSON object';
    return { diagnostics: [{ code: 'SCHEMA_VALIDATION_FAILED', message, location: '/' }] };
  }
  const parser = new Parser();
  const definition = parser.definition(json);
  if (definition && parser.diagnostics.length === 0) return { definition, diagnostics: [] };
  return { diagnostics: parser.diagnostics };
}

const TYPES = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'];
const MAX_NAME = 80;

class Parser {
  readonly diagnostics: Diagnostic[] = [];
  /** Every state name so far: names are unique in the whole machine. */
  readonly #names = new Set<string>();

  definition(json: Record<string, unknown>): Definition | undefined {
    const fields = new FieldReader(json, '', this.diagnostics);
    fields.allow('Comment', 'QueryLanguage', 'Version');
    if (json.QueryLanguage !== 'JSONata') {
      fields.refuse('The local cloud runs definitions whose QueryLanguage is JSONata only', 'QueryLanguage');
    }
    const timeoutSeconds = fields.number('TimeoutSeconds', POSITIVE_SECONDS);
    const group = this.#group(fields, new Set());
    return group && { ...group, timeoutSeconds };
  }

  /** `outer`: the variables assigned in the scopes around. */
  #group(fields: FieldReader, outer: ReadonlySet<string>): Group | undefined {
    const startAt = fields.string('StartAt');
    const all = fields.object('States');
    fields.finish();
    if (!fields.require('StartAt', 'States') || startAt === undefined || !all) return undefined;
    const names = Object.keys(all.json);
    if (names.length === 0) all.refuse('At least one state is required');

    const variables = new Set(outer);
    for (const name of names.flatMap((state) => assignedIn(all.json[state]))) {
      if (outer.has(name)) all.refuse(`Variable '${name}' is already assigned in an outer scope`);
      variables.add(name);
    }
    const states = new Map<string, State>();
    for (const name of names) {
      if (name.length > MAX_NAME) all.refuse(`State name exceeds ${MAX_NAME} characters`, name);
      if (this.#names.has(name)) all.refuse(`State name '${name}' is used twice`, name);
      this.#names.add(name);
      const json = all.json[name];
      if (!isObject(json)) {
        all.refuse('Expected value of type [OBJECT]', name);
        continue;
      }
      const state = this.#state(
        name,
        new FieldReader(json, `${all.location}/${name}`, this.diagnostics),
        variables,
      );
      if (state) states.set(name, state);
    }
    this.#checkTransitions({ startAt, states }, new Set(names), fields.location);
    return { startAt, states };
  }

  #state(name: string, fields: FieldReader, variables: ReadonlySet<string>): State | undefined {
    const type = fields.string('Type');
    if (type === undefined || !TYPES.includes(type)) {
      fields.refuse(`Value should be one of the following: [${TYPES.join(', ')}]`, 'Type');
      return undefined;
    }
    fields.allow('Comment', 'QueryLanguage');
    const language = fields.json.QueryLanguage;
    if (language !== undefined && language !== 'JSONata') {
      fields.refuse("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
    }
    const state = this.#body(name, type, fields, variables);
    fields.finish();
    return state;
  }

  #body(name: string, type: string, fields: FieldReader, variables: ReadonlySet<string>): State | undefined {
    if (type === 'Fail') {
      return {
        name,
        type,
        error: fields.template('Error', 'string'),
        cause: fields.template('Cause', 'string'),
      };
    }
    const output = fields.template('Output');
    if (type === 'Succeed') return { name, type, output };
    const common = { name, output, assign: fields.assignments() };
    if (type === 'Choice') {
      fields.require('Choices');
      const choices = fields.objects('Choices').map((rule) => {
        rule.require('Condition', 'Next');
        rule.allow('Comment');
        const read = {
          condition: rule.template('Condition', 'boolean')!,
          next: rule.string('Next')!,
          output: rule.template('Output'),
          assign: rule.assignments(),
        };
        rule.finish();
        return read;
      });
      return { ...common, type, choices, default: fields.string('Default') };
    }
    const next = this.#next(fields);
    if (type === 'Pass') return { ...common, type, next };
    if (type === 'Wait') {
      const seconds = fields.template('Seconds', SECONDS);
      const timestamp = fields.template('Timestamp', 'string');
      if ((seconds === undefined) === (timestamp === undefined)) {
        fields.refuse("A Wait state must contain exactly one of ['Seconds', 'Timestamp']");
      }
      return { ...common, type, next, seconds, timestamp };
    }
    const recovering = { ...common, next, retry: retriers(fields), catch: catchers(fields) };
    if (type === 'Task') {
      fields.require('Resource');
      const arn = fields.string('Resource') ?? '';
      const resource = parseResource(arn);
      if (!resource) {
        fields.refuse(
          `The resource provided ${arn} is not recognized, or the local cloud does not run it`,
          'Resource',
        );
        return undefined;
      }
      const parameters = parametersOf(resource);
      const given = isObject(fields.json.Arguments) ? Object.keys(fields.json.Arguments) : [];
      for (const parameter of parameters ? given : []) {
        if (!parameters!.includes(parameter)) {
          fields.refuse(`The field "${parameter}" is not supported by Step Functions`, 'Arguments');
        }
      }
      return {
        ...recovering,
        type,
        resource,
        arguments: fields.template('Arguments'),
        timeoutSeconds: fields.template('TimeoutSeconds', POSITIVE_SECONDS),
        heartbeatSeconds: fields.template('HeartbeatSeconds', POSITIVE_SECONDS),
      };
    }
    if (type === 'Parallel') {
      fields.require('Branches');
      const branches = fields.objects('Branches').map((branch) => {
        branch.allow('Comment');
        return this.#group(branch, variables);
      });
      return {
        ...recovering,
        type,
        arguments: fields.template('Arguments'),
        branches: branches.filter((branch) => branch !== undefined),
      };
    }
    return this.#map(recovering, fields, variables);
  }

  #map(
    base: Pick<MapState, 'name' | 'next' | 'output' | 'assign' | 'retry' | 'catch'>,
    fields: FieldReader,
    variables: ReadonlySet<string>,
  ): MapState | undefined {
    fields.require('ItemProcessor');
    const processor = fields.object('ItemProcessor');
    const config = processor?.object('ProcessorConfig');
    processor?.allow('Comment');
    const mode = config?.string('Mode') ?? 'INLINE';
    if (mode !== 'INLINE' && mode !== 'DISTRIBUTED') {
      config!.refuse('Value should be one of the following: [INLINE, DISTRIBUTED]', 'Mode');
    }
    const distributed = mode === 'DISTRIBUTED';
    if (distributed && config!.string('ExecutionType') !== 'STANDARD') {
      config!.refuse('The local cloud runs child workflows of type STANDARD only', 'ExecutionType');
    }
    config?.finish();
    const map = {
      ...base,
      type: 'Map' as const,
      distributed,
      items: fields.template('Items', 'array'),
      itemSelector: fields.template('ItemSelector'),
      maxConcurrency: fields.template('MaxConcurrency', COUNT),
    };
    // A child workflow neither sees nor hides the variables of the workflow that starts it.
    const group = processor && this.#group(processor, distributed ? new Set() : variables);
    if (!group) return undefined;
    if (!distributed) return { ...map, processor: group };

    const label = fields.string('Label');
    if (label !== undefined && !/^[A-Za-z0-9_-]{1,40}$/.test(label)) {
      fields.refuse('A label has 1 to 40 characters of A-Z, a-z, 0-9, - and _', 'Label');
    }
    const batcher = fields.object('ItemBatcher');
    batcher?.require('MaxItemsPerBatch');
    const maxItems = batcher?.template('MaxItemsPerBatch', POSITIVE_COUNT);
    const input = batcher?.template('BatchInput');
    batcher?.finish();
    return {
      ...map,
      processor: group,
      label,
      toleratedFailureCount: fields.template('ToleratedFailureCount', COUNT),
      toleratedFailurePercentage: fields.template('ToleratedFailurePercentage', PERCENTAGE),
      batch: maxItems && { maxItems, input },
    };
  }

  #next(fields: FieldReader): string | undefined {
    const next = fields.string('Next');
    const end = fields.boolean('End');
    if ((next === undefined) === !end) {
      fields.refuse("A state must have either 'Next' or 'End': true");
    }
    return next;
  }

  #checkTransitions(group: Group, names: ReadonlySet<string>, location: string): void {
    const report = (code: Diagnostic['code'], message: string, at: string) =>
      this.diagnostics.push({ code, message, location: at });
    const reached = new Set([group.startAt]);
    let ends = false;
    if (!names.has(group.startAt)) {
      report(
        'MISSING_TRANSITION_TARGET',
        `Missing 'StartAt' target: ${group.startAt}`,
        `${location}/StartAt`,
      );
    }
    for (const state of group.states.values()) {
      const targets = targetsOf(state);
      if (targets.length === 0 || (!('next' in state && state.next) && state.type !== 'Choice')) ends = true;
      for (const [field, target] of targets) {
        reached.add(target);
        if (names.has(target)) continue;
        const at = `${location}/States/${state.name}/${field}`;
        report('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${target}`, at);
      }
    }
    for (const name of names) {
      if (reached.has(name)) continue;
      report('MISSING_TRANSITION_TARGET', `State "${name}" is not reachable.`, `${location}/States/${name}`);
    }
    if (!ends) report('MISSING_END_STATE', 'No end state found in state machine.', location || '/');
  }
}

function targetsOf(state: State): [field: string, target: string][] {
  const targets: [string, string][] = [];
  if ('next' in state && state.next !== undefined) targets.push(['Next', state.next]);
  if (state.type === 'Choice') {
    state.choices.forEach((rule, index) => {
      targets.push([`Choices[${index}]/Next`, rule.next]);
    });
    if (state.default !== undefined) targets.push(['Default', state.default]);
  }
  if ('catch' in state) {
    state.catch.forEach((catcher, index) => {
      targets.push([`Catch[${index}]/Next`, catcher.next]);
    });
  }
  return targets;
}

/** The variables that a state assigns, its choice rules and catchers included. */
function assignedIn(state: unknown): string[] {
  if (!isObject(state)) return [];
  const places = [
    state,
    ...[state.Choices, state.Catch].flatMap((list) => (Array.isArray(list) ? list : [])),
  ];
  return places.flatMap((place) =>
    isObject(place) && isObject(place.Assign) ? Object.keys(place.Assign) : [],
  );
}
