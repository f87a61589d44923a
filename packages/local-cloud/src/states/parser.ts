import type { Definition, Group, MapState, State } from './definition.ts';
import type { Diagnostic, Seen } from './expression-check.ts';
import { COUNT, FieldReader, PERCENTAGE, POSITIVE_COUNT, POSITIVE_SECONDS, SECONDS } from './field-reader.ts';
import { isObject } from './json.ts';
import {
  checkFieldsOfLanguage,
  machineLanguage,
  type QueryLanguage,
  stateLanguage,
} from './query-language.ts';
import { catchers, retriers } from './recovery.ts';
import { parametersOf, parseResource, type Resource } from './resource.ts';
import { checkTransitions } from './transitions.ts';

/** A definition, or everything that is wrong with it. */
export type Parsed =
  | { readonly definition: Definition; readonly diagnostics: readonly [] }
  | { readonly definition?: undefined; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads a definition in the Amazon States Language. A field, state type or integration that the local cloud does not
 * run is an error here, and all of them are named. Messages are AWS's own where they are known.
 *
 * @param accepts whether tasks can call the resource.
 */
export function parseDefinition(text: string, accepts: (resource: Resource) => boolean = () => true): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const message = (error as Error).message;
    return { diagnostics: [{ code: 'INVALID_JSON_DESCRIPTION', message, location: null }] };
  }
  if (!isObject(json)) {
    const message = 'Definition must be a valid JSON object';
    return { diagnostics: [{ code: 'SCHEMA_VALIDATION_FAILED', message, location: '/' }] };
  }
  const parser = new Parser(accepts);
  const definition = parser.definition(json);
  if (definition && parser.diagnostics.length === 0) return { definition, diagnostics: [] };
  return { diagnostics: parser.diagnostics };
}

const TYPES = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'];
const MAX_NAME = 80;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** States with a result, which their own `Output` and `Assign` see. */
const HAVE_RESULT: ReadonlySet<string> = new Set(['Task', 'Parallel', 'Map']);

/** What is known where a state is read. */
interface Scope {
  /** The variables of this scope and of those around it. */
  readonly variables: ReadonlySet<string>;
  readonly isOutermost: boolean;
  /** Whether this runs as an Express workflow. */
  readonly isExpress: boolean;
}

type Base = Pick<MapState, 'name' | 'next' | 'output' | 'assign' | 'retry' | 'catch'>;

class Parser {
  readonly diagnostics: Diagnostic[] = [];
  /** Every state name so far: names are unique in the whole machine. */
  readonly #names = new Set<string>();
  readonly #accepts: (resource: Resource) => boolean;
  #language: QueryLanguage = 'JSONPath';

  constructor(accepts: (resource: Resource) => boolean) {
    this.#accepts = accepts;
  }

  definition(json: Record<string, unknown>): Definition | undefined {
    const fields = new FieldReader(json, '', this.diagnostics);
    fields.allow('Comment');
    this.#language = machineLanguage(fields);
    const version = fields.string('Version') ?? '1.0';
    if (version !== '1.0') fields.refuse('Value should be one of the following: [1.0]', 'Version');
    const timeoutSeconds = fields.number('TimeoutSeconds', POSITIVE_SECONDS);
    const group = this.#group(fields, { variables: new Set(), isOutermost: true, isExpress: false });
    return group && { ...group, timeoutSeconds };
  }

  /** @param outer the scope around; the outermost group is in its own. */
  #group(fields: FieldReader, outer: Scope): Group | undefined {
    const startAt = fields.string('StartAt');
    const all = fields.object('States');
    fields.finish();
    if (!fields.require('StartAt', 'States') || startAt === undefined || !all) return undefined;
    const names = Object.keys(all.json);
    if (names.length === 0) all.refuse('Value cannot be empty');

    const assigned = names.flatMap((state) => assignedIn(all.json[state], `${all.location}/${state}`));
    for (const { name, location } of assigned) {
      if (!outer.variables.has(name)) continue;
      const message = `The variable name '${name}' was already defined in a parent scope.`;
      this.diagnostics.push({ code: 'DUPLICATE_VARIABLE_NAME', message, location });
    }
    const states = new Map<string, State>();
    for (const name of names) {
      if (name.length > MAX_NAME) all.refuse(`State name exceeds the ${MAX_NAME}-character limit`, name);
      if (this.#names.has(name)) all.refuse(`State name '${name}' is used twice`, name);
      this.#names.add(name);
      const json = all.json[name];
      if (!isObject(json)) {
        all.refuse('Expected value of type [OBJECT]', name);
        continue;
      }
      // What a state assigns when it catches an error is no conflict with what its own branches assign: AWS records
      // such executions. It refuses what other states of an outer scope assign.
      const others = assigned.filter(({ name: variable, isCaught, state }) => {
        return !(isCaught && state === json) || outer.variables.has(variable);
      });
      const variables = new Set([...outer.variables, ...others.map(({ name: variable }) => variable)]);
      const inner = { variables, isOutermost: false, isExpress: outer.isExpress };
      const state = this.#state(name, json, `${all.location}/${name}`, inner);
      if (state) states.set(name, state);
    }
    this.diagnostics.push(
      ...checkTransitions({ startAt, states }, new Set(names), fields.location, outer.isOutermost),
    );
    return { startAt, states };
  }

  #state(name: string, json: Record<string, unknown>, location: string, scope: Scope): State | undefined {
    const language = stateLanguage(new FieldReader(json, location, this.diagnostics), this.#language);
    const hasExpressions = language === 'JSONata';
    const fields = new FieldReader(json, location, this.diagnostics, { hasExpressions });
    fields.allow('Comment', 'QueryLanguage');
    const type = fields.string('Type');
    if (type === undefined || !TYPES.includes(type)) {
      fields.refuse(`Value should be one of the following: [${TYPES.join(', ')}]`, 'Type');
      return undefined;
    }
    checkFieldsOfLanguage(fields, language);
    const state = this.#body(name, type, fields, scope);
    fields.finish();
    return state;
  }

  #body(name: string, type: string, fields: FieldReader, scope: Scope): State | undefined {
    if (type === 'Fail') {
      return {
        name,
        type,
        error: fields.template('Error', 'string'),
        cause: fields.template('Cause', 'string'),
      };
    }
    const seen: Seen[] = HAVE_RESULT.has(type) ? ['result'] : [];
    const output = fields.template('Output', undefined, seen);
    if (type === 'Succeed') return { name, type, output };
    const common = { name, output, assign: fields.assignments(seen) };
    if (type === 'Choice') return { ...common, type, ...this.#choices(fields) };
    const next = this.#next(fields);
    if (type === 'Pass') return { ...common, type, next };
    if (type === 'Wait') return { ...common, type, next, ...this.#wait(fields) };
    const recovering = { ...common, next, retry: retriers(fields), catch: catchers(fields) };
    if (type === 'Task') return { ...recovering, type, ...this.#task(fields, scope) };
    if (type === 'Map') return this.#map(recovering, fields, scope);
    fields.require('Branches');
    const branches = fields.objects('Branches').map((branch) => {
      branch.allow('Comment');
      return this.#group(branch, scope);
    });
    return {
      ...recovering,
      type: 'Parallel',
      arguments: fields.template('Arguments'),
      branches: branches.filter((branch) => branch !== undefined),
    };
  }

  #choices(fields: FieldReader) {
    fields.require('Choices');
    const choices = fields.objects('Choices').map((rule) => {
      checkFieldsOfLanguage(rule, 'JSONata');
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
    return { choices, default: fields.string('Default') };
  }

  #wait(fields: FieldReader) {
    fields.exactlyOne(['Seconds', 'Timestamp'], '[SecondsPath, Seconds, TimestampPath, Timestamp]');
    const seconds = fields.template('Seconds', SECONDS);
    const timestamp = fields.template('Timestamp', 'string');
    if (timestamp?.kind === 'constant' && !RFC_3339.test(String(timestamp.value))) {
      fields.refuse('String does not match RFC3339 timestamp', 'Timestamp');
    }
    return { seconds, timestamp };
  }

  #task(fields: FieldReader, { isExpress }: Scope) {
    fields.require('Resource');
    const arn = fields.string('Resource') ?? '';
    const resource = parseResource(arn);
    if (!arn.startsWith('arn:')) fields.refuse('Value is not a valid resource ARN', 'Resource');
    else if (!resource || !this.#accepts(resource)) {
      const reason = resource ? 'is not served by the local cloud' : 'is not recognized';
      fields.refuse(`The resource provided ${arn} ${reason}`, 'Resource');
    }
    const pattern = /\.(sync|waitForTaskToken)/.exec(arn)?.[0];
    if (isExpress && pattern) {
      fields.refuse(`Express state machine does not support '${pattern}' service integration`, 'Resource');
    }
    const credentials = fields.object('Credentials');
    if (credentials && credentials.json.RoleArn === undefined) {
      credentials.refuse("The field 'RoleArn' is required but was missing");
    }
    const roleArn = credentials?.template('RoleArn', 'string');
    credentials?.finish();
    const parameters = resource && parametersOf(resource);
    const given = isObject(fields.json.Arguments) ? Object.keys(fields.json.Arguments) : [];
    for (const parameter of parameters ? given : []) {
      if (parameters!.includes(parameter)) continue;
      fields.refuse(`The field "${parameter}" is not supported by Step Functions`, 'Arguments');
    }
    return {
      // A definition without one is refused as a whole.
      resource: resource!,
      arguments: fields.template('Arguments'),
      timeoutSeconds: fields.template('TimeoutSeconds', POSITIVE_SECONDS),
      heartbeatSeconds: fields.template('HeartbeatSeconds', POSITIVE_SECONDS),
      roleArn,
    };
  }

  #map(base: Base, fields: FieldReader, scope: Scope): MapState | undefined {
    fields.exactlyOne(['ItemProcessor', 'Iterator'], '[ItemProcessor, Iterator]');
    const processor = fields.object('ItemProcessor') ?? fields.object('Iterator');
    const config = processor?.object('ProcessorConfig');
    processor?.allow('Comment');
    const mode = config?.string('Mode') ?? 'INLINE';
    if (mode !== 'INLINE' && mode !== 'DISTRIBUTED') {
      config!.refuse('Value should be one of the following: [INLINE, DISTRIBUTED]', 'Mode');
    }
    const distributed = mode === 'DISTRIBUTED';
    const type =
      distributed && config!.require('ExecutionType') ? config!.string('ExecutionType') : undefined;
    if (type !== undefined && type !== 'STANDARD' && type !== 'EXPRESS') {
      config!.refuse('Value should be one of the following: [STANDARD, EXPRESS]', 'ExecutionType');
    }
    if (distributed && scope.isExpress) {
      config!.refuse('Express state machine does not support Map states in Distributed mode', 'Mode');
    }
    config?.finish();
    const map = {
      ...base,
      type: 'Map' as const,
      distributed,
      express: type === 'EXPRESS',
      items: fields.template('Items', 'array'),
      itemSelector: fields.template('ItemSelector'),
      maxConcurrency: fields.template('MaxConcurrency', COUNT),
      // An inline Map state may have these two. They change nothing: the first iteration that fails ends it.
      toleratedFailureCount: fields.template('ToleratedFailureCount', COUNT),
      toleratedFailurePercentage: fields.template('ToleratedFailurePercentage', PERCENTAGE),
    };
    const label = distributed ? fields.string('Label') : undefined;
    if (label !== undefined && !/^[A-Za-z0-9_-]{1,40}$/.test(label)) {
      fields.refuse('A label has 1 to 40 characters of A-Z, a-z, 0-9, - and _', 'Label');
    }
    const batch = distributed ? this.#batcher(fields) : undefined;
    for (const field of ['ItemReader', 'ResultWriter']) {
      if (!distributed || fields.json[field] === undefined) continue;
      fields.allow(field);
      fields.refuse(`The local cloud has no Amazon S3, which field '${field}' asks for`, field);
    }
    // A child workflow neither sees nor hides the variables of the workflow that starts it.
    const inner = distributed ? { ...scope, variables: new Set<string>(), isExpress: map.express } : scope;
    const group = processor && this.#group(processor, inner);
    return group && { ...map, processor: group, label, batch };
  }

  #batcher(fields: FieldReader): MapState['batch'] {
    const batcher = fields.object('ItemBatcher');
    batcher?.require('MaxItemsPerBatch');
    const maxItems = batcher?.template('MaxItemsPerBatch', POSITIVE_COUNT);
    const input = batcher?.template('BatchInput');
    batcher?.finish();
    return maxItems && { maxItems, input };
  }

  #next(fields: FieldReader): string | undefined {
    const next = fields.string('Next');
    if (fields.boolean('End')) {
      if (next !== undefined) fields.refuse('There should only be one of the following fields: [Next, End]');
    } else if (next === undefined) {
      fields.refuse('This object should have only one of the following fields: [Next, End]');
    }
    return next;
  }
}

interface Assigned {
  readonly name: string;
  readonly location: string;
  readonly state: unknown;
  /** By one of the state's catchers. */
  readonly isCaught: boolean;
}

/** The variables that a state assigns, its choice rules and catchers included. */
function assignedIn(state: unknown, location: string): Assigned[] {
  if (!isObject(state)) return [];
  const within = (field: string) =>
    (Array.isArray(state[field]) ? (state[field] as unknown[]) : []).map(
      (place, index) => [place, `${location}/${field}[${index}]`, field === 'Catch'] as const,
    );
  const places = [[state, location, false] as const, ...within('Choices'), ...within('Catch')];
  return places.flatMap(([place, at, isCaught]) =>
    isObject(place) && isObject(place.Assign)
      ? Object.keys(place.Assign).map((name) => ({ name, location: `${at}/Assign/${name}`, state, isCaught }))
      : [],
  );
}
