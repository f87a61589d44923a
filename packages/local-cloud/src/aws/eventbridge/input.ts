import type { CloudEvent } from '../events.ts';
import { AwsError } from '../service.ts';

/** What a target says about the input that it gets. At most one of them is given. */
export interface InputOptions {
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
}

/** What the predefined variables of an input template stand for. */
export interface InputContext {
  ruleArn: string;
  ruleName: string;
  /** Milliseconds since the epoch. */
  ingestedAt: number;
}

const placeholder = /<([\w.-]+)>/g;
const predefined = new Set([
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
]);

/**
 * Checks a target's input, as PutTargets does.
 *
 * @throws AwsError `ValidationException`
 */
export function checkInput(targetId: string, options: InputOptions): void {
  const { Input, InputPath, InputTransformer } = options;
  const refuse = (reason: string) => new AwsError('ValidationException', reason);
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw refuse(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${targetId}.`,
    );
  }
  if (Input !== undefined && parsed(Input) === undefined) {
    throw refuse(`JSON syntax error in input for target ${targetId}.`);
  }
  if (InputPath !== undefined) segmentsOf(InputPath);
  if (!InputTransformer) return;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  for (const [name, path] of Object.entries(InputPathsMap)) {
    if (name.toLowerCase().startsWith('aws.')) throw refuse(`The variable ${name} is reserved.`);
    segmentsOf(path);
  }
  for (const [, name = ''] of InputTemplate.matchAll(placeholder)) {
    if (!predefined.has(name) && !Object.hasOwn(InputPathsMap, name)) {
      throw refuse(
        `Invalid InputTemplate for target ${targetId} : it has a placeholder <${name}> without a path.`,
      );
    }
  }
}

/**
 * What the target receives, as the EventBridge User Guide documents in "Input transformation": JSON, or the text
 * that a template makes.
 *
 * @throws Error when a path leads nowhere or a template does not yield JSON though it begins like it
 */
export function inputFor(event: CloudEvent, options: InputOptions, context: InputContext): string {
  const { Input, InputPath, InputTransformer } = options;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) {
    const value = valueAt(event, InputPath);
    if (value === undefined) throw new Error(`The event has nothing at the InputPath ${InputPath}.`);
    return JSON.stringify(value);
  }
  if (!InputTransformer) return JSON.stringify(event);
  const input = transformed(event, InputTransformer, context);
  if (/^\s*[{["]/.test(input) && parsed(input) === undefined) {
    throw new Error('The input transformer does not yield valid JSON.');
  }
  return input;
}

function transformed(
  event: CloudEvent,
  { InputPathsMap = {}, InputTemplate }: NonNullable<InputOptions['InputTransformer']>,
  context: InputContext,
): string {
  const variable = (name: string): unknown =>
    predefined.has(name) ? predefinedValue(name, event, context) : valueAt(event, InputPathsMap[name]!);
  const isJson = /^\s*[{["]/.test(InputTemplate);
  return InputTemplate.replace(placeholder, (_all, name: string, offset: number) => {
    const value = variable(name);
    const quoted = isJson && insideString(InputTemplate, offset);
    if (quoted || !isJson) {
      if (value === undefined) return '';
      const written = typeof value === 'string' ? value : JSON.stringify(value);
      return quoted ? JSON.stringify(written).slice(1, -1) : written;
    }
    return JSON.stringify(value === undefined ? '' : value);
  });
}

function predefinedValue(name: string, event: CloudEvent, context: InputContext): unknown {
  switch (name) {
    case 'aws.events.rule-arn':
      return context.ruleArn;
    case 'aws.events.rule-name':
      return context.ruleName;
    case 'aws.events.event.ingestion-time':
      return new Date(context.ingestedAt).toISOString();
    case 'aws.events.event': {
      const { detail: _detail, ...envelope } = event;
      return envelope;
    }
    default:
      return event;
  }
}

/** Whether the position in a JSON text lies within a string literal. */
function insideString(json: string, position: number): boolean {
  let inside = false;
  for (let index = 0; index < position; index++) {
    if (inside && json[index] === '\\') index += 1;
    else if (json[index] === '"') inside = !inside;
  }
  return inside;
}

const segmentPattern = /\.([\w/-]+|\*)|\[(\d+|\*)\]/y;

/** Dot notation, array indices and wildcards: all that EventBridge knows of JSON path. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  segmentPattern.lastIndex = 1;
  while (path.startsWith('$') && segmentPattern.lastIndex < path.length) {
    const match = segmentPattern.exec(path);
    if (!match) break;
    segments.push(match[1] ?? match[2]!);
  }
  const written = path.startsWith('$') && (path === '$' || segmentPattern.lastIndex === path.length);
  if (!written) throw new AwsError('ValidationException', `The JSON path ${path} is not valid.`);
  return segments;
}

function valueAt(event: CloudEvent, path: string): unknown {
  const segments = segmentsOf(path);
  let values: unknown[] = [event];
  for (const segment of segments) values = values.flatMap((value) => step(value, segment));
  return segments.includes('*') ? values : values[0];
}

function step(value: unknown, segment: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (segment === '*') return Object.values(value);
  return Object.hasOwn(value, segment) ? [(value as Record<string, unknown>)[segment]] : [];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
