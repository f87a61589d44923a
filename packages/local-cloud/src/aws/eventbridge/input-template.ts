import type { CloudEvent } from '../events.ts';

/** What the predefined variables of an input template stand for. */
export interface InputContext {
  ruleArn: string;
  ruleName: string;
  /** Milliseconds since the epoch. */
  ingestedAt: number;
}

/** An input template, read. */
export interface InputTemplate {
  /** Why PutTargets refuses it, if it does. */
  refusal?: (targetId: string) => string;
  /** Whether it is several lines, each in quotation marks. */
  hasLines: boolean;
  fill(variables: Map<string, unknown>, event: CloudEvent, context: InputContext): string;
}

/** A part of a template: a text, or the name of a variable. */
interface Part {
  text?: string;
  variable?: string;
  /** Whether it lies within quotation marks. */
  isQuoted: boolean;
}

const predefined = new Map<string, (event: CloudEvent, context: InputContext) => unknown>([
  ['aws.events.rule-arn', (_event, { ruleArn }) => ruleArn],
  ['aws.events.rule-name', (_event, { ruleName }) => ruleName],
  ['aws.events.event.ingestion-time', (_event, { ingestedAt }) => new Date(ingestedAt).toISOString()],
  ['aws.events.event.json', (event) => event],
  ['aws.events.event', withoutDetail],
]);

/** They stand for objects and have no place in a text. */
const eventVariables = new Set(['aws.events.event', 'aws.events.event.json']);

/** Reads a template as PutTargets does. What AWS does with it is in part only known from its answers. */
export function templateOf(template: string): InputTemplate {
  const parts = partsOf(template);
  // Variables are replaced after the template is checked, so any JSON does in their place.
  const sample = parts.map(({ text, isQuoted }) => text ?? (isQuoted ? 'variable' : 'null')).join('');
  const isObject = sample.trimStart().startsWith('{');
  const hasLines = !isJson(sample) && areLines(sample);
  const fill: InputTemplate['fill'] = (variables, event, context) =>
    parts
      .map(({ text, variable = '', isQuoted }) => {
        if (text !== undefined) return text;
        const value = predefined.get(variable);
        if (!value && !variables.has(variable)) return `<${variable}>`;
        return written(value ? value(event, context) : variables.get(variable), isObject, isQuoted);
      })
      .join('');
  return { hasLines, fill, refusal: refusalOf(parts, sample, isObject) };
}

function refusalOf(parts: Part[], sample: string, isObject: boolean): InputTemplate['refusal'] {
  const event = parts.find(({ variable }) => variable !== undefined && eventVariables.has(variable));
  if (event && !isObject) {
    return (id) =>
      `InputTemplate for target ${id} contains placeholder ${event.variable} valid only for JSON template.`;
  }
  if (!deliverable(sample, true)) {
    return (id) => `Invalid InputTemplate for target ${id} : [Source: (String)${JSON.stringify(sample)}].`;
  }
  const inKey = parts.some(({ variable, isQuoted }, index) => {
    const after = parts
      .slice(index + 1)
      .map(({ text }) => text ?? '')
      .join('');
    return variable !== undefined && isQuoted && /^(?:[^"\\]|\\.)*"\s*:/s.test(after);
  });
  if (isObject && inKey) {
    return (id) => `InputTemplate placeholder present as a JSON object key for target ${id}.`;
  }
  return undefined;
}

/** Whether a target gets it: JSON, or where the template says so, lines in quotation marks. */
export function deliverable(text: string, mayHaveLines: boolean): boolean {
  return isJson(text) || (mayHaveLines && areLines(text));
}

function partsOf(template: string): Part[] {
  const parts: Part[] = [];
  let isQuoted = false;
  for (const [token, variable] of template.matchAll(/<([^>]*)>|\\.|./gs)) {
    if (variable !== undefined) {
      parts.push({ variable, isQuoted });
      continue;
    }
    parts.push({ text: token, isQuoted });
    if (token === '"') isQuoted = !isQuoted;
  }
  return parts;
}

/**
 * A value in its place. A template that is an object keeps JSON as it is, even where quotation marks around it make
 * the whole invalid. Any other template is text: strings are not escaped, and objects lose their quotation marks.
 */
function written(value: unknown, inObject: boolean, isQuoted: boolean): string {
  if (value === undefined) return inObject && !isQuoted ? '""' : '';
  if (!inObject) return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
  const json = JSON.stringify(value);
  return isQuoted && typeof value === 'string' ? json.slice(1, -1) : json;
}

/** The event in an older form of EventBridge's: other names, and the time in milliseconds. */
function withoutDetail({ id, account, time, source, region, resources, version, ...rest }: CloudEvent) {
  const detailType = rest['detail-type'];
  return { id, account, detailType, time: Date.parse(time), source, region, resources, version };
}

/** Whether the text is several lines, each in quotation marks. */
function areLines(text: string): boolean {
  if (!/^\s*(?:"(?:[^"\\]|\\.)*"\s*){2,}$/s.test(text)) return false;
  return text.match(/"(?:[^"\\]|\\.)*"/gs)!.every(isJson);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
