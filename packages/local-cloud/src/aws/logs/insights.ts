import { AwsError } from '../service.ts';
import { type Condition, compareWith, Parser, readPath } from './conditions.ts';
import type { LogEvent } from './events.ts';
import { parsed } from './filter-pattern.ts';

/** A line of an answer: its fields and their values as texts. */
export type ResultField = { field: string; value: string };

interface Row {
  at: number;
  fields: unknown;
}

/** A query that has been read. */
export interface Query {
  /** Of the names of the groups that `SOURCE` asks for. */
  prefixes: string[] | undefined;
  run: (events: LogEvent[]) => ResultField[][];
}

type Command = (rows: Row[]) => Row[];

const DEFAULT_LIMIT = 10_000;
const token = () =>
  /\s*(?:(!=|<=|>=|=~|[=<>(),[\]])|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/(?:[^/\\]|\\.)+\/|`[^`]+`|[^\s()=<>!,]+))/y;

/**
 * A query of CloudWatch Logs Insights, of the commands `SOURCE`, `fields`, `display`, `filter`, `sort` and `limit` (User
 * Guide, "CloudWatch Logs Insights language query syntax").
 *
 * @throws AwsError MalformedQueryException for another one
 */
export function query(text: string, limit = DEFAULT_LIMIT): Query {
  let shown = ['@timestamp', '@message'];
  const commands: Command[] = [];
  let ends = limit;
  let prefixes: string[] | undefined;
  for (const part of splitAtPipes(text)) {
    const [, name = '', rest = ''] = /^\s*(\w+)\s*(.*)$/s.exec(part) ?? [];
    try {
      switch (name.toLowerCase()) {
        case 'source':
          prefixes = source(rest);
          break;
        case 'fields':
        case 'display':
          shown = rest.split(',').map((field) => fieldName(field.trim()));
          break;
        case 'filter':
          commands.push(filter(rest));
          break;
        case 'sort':
          commands.push(sort(rest));
          break;
        case 'limit':
          ends = Math.min(ends, Number(rest));
          if (!Number.isInteger(ends) || ends < 1) throw new Error(`${rest} is not a limit.`);
          break;
        default:
          throw new Error(`the local cloud does not know the command ${name || part.trim()}.`);
      }
    } catch (error) {
      throw new AwsError('MalformedQueryException', `The query is malformed: ${(error as Error).message}`);
    }
  }
  const run = (events: LogEvent[]) => {
    // The newest line is first where the query does not sort.
    const rows = events.map(rowOf).sort((one, other) => other.at - one.at);
    const found = commands.reduce((remaining, command) => command(remaining), rows).slice(0, ends);
    return found.map(({ fields }) => [
      ...shown.flatMap((field) => {
        const value = fieldOf(field)(fields);
        return value === undefined || value === null ? [] : [{ field, value: textOf(value) }];
      }),
      { field: '@ptr', value: textOf((fields as Record<string, unknown>)['@ptr']) },
    ]);
  };
  return { prefixes, run };
}

/** `logGroups(namePrefix: ['a', 'b'])`, or all groups. */
function source(text: string): string[] {
  const [, list = ''] =
    /^logGroups\(\s*(?:namePrefix:\s*\[((?:\s*(?:'[^']+'|"[^"]+")\s*,?)+)\])?\s*\)\s*$/.exec(text) ?? [];
  const prefixes = [...list.matchAll(/'([^']+)'|"([^"]+)"/g)].map(([, one, other]) => one ?? other!);
  if (!list && !/^logGroups\(\s*\)\s*$/.test(text)) {
    throw new Error(`the local cloud does not know the source ${text}.`);
  }
  if (prefixes.length > 5) throw new Error('there are at most five prefixes.');
  return prefixes.length > 0 ? prefixes : [''];
}

function rowOf({ timestamp, message, accountId, logGroupName, logStreamName, id }: LogEvent): Row {
  const own = parsed(message);
  const fields = {
    ...(typeof own === 'object' && own),
    '@timestamp': new Date(timestamp).toISOString().replace('T', ' ').replace('Z', ''),
    '@message': message,
    '@logStream': logStreamName,
    '@log': `${accountId}:${logGroupName}`,
    '@ptr': Buffer.from(id).toString('base64'),
  };
  return { at: timestamp, fields };
}

function filter(text: string): Command {
  const parser = new Parser(text, token());
  const single = (): Condition => {
    if (parser.skip('ispresent')) {
      parser.skip('(');
      const path = fieldOf(fieldName(parser.next()));
      if (!parser.skip(')')) throw new Error('ispresent is not closed.');
      return (line) => path(line) !== undefined;
    }
    const path = fieldOf(fieldName(parser.next()));
    const isNegated = parser.skip('not');
    const matches = comparison(parser, parser.next().toLowerCase());
    return (line) => {
      const found = path(line);
      return found !== undefined && matches(found) !== isNegated;
    };
  };
  const condition = parser.whole({ or: 'or', and: 'and', not: 'not', single });
  return (rows) => rows.filter(({ fields }) => condition(fields));
}

function comparison(parser: Parser, operator: string): (found: unknown) => boolean {
  if (operator === 'like' || operator === '=~') {
    const written = parser.next();
    const expression = /^\/(.*)\/$/s.exec(written)?.[1];
    if (expression !== undefined) {
      const compiled = new RegExp(
        expression.replace(/^\(\?i\)/, ''),
        expression.startsWith('(?i)') ? 'i' : '',
      );
      return (found) => compiled.test(textOf(found));
    }
    const part = unquoted(written);
    return (found) => textOf(found).includes(part);
  }
  if (operator === 'in') {
    if (!parser.skip('[')) throw new Error('in is not followed by a list.');
    const values: string[] = [];
    while (!parser.skip(']')) {
      values.push(unquoted(parser.next()));
      parser.skip(',');
    }
    return (found) => values.includes(textOf(found));
  }
  const written = parser.next();
  const text = /^['"]/.test(written) ? JSON.stringify(unquoted(written)) : written;
  // An asterisk is a letter like any other in a query.
  if (operator === '=' || operator === '!=') {
    const wanted = unquoted(written);
    return (found) => (textOf(found) === wanted) === (operator === '=');
  }
  return compareWith(operator, text);
}

function sort(text: string): Command {
  const keys = text.split(',').map((part) => {
    const [, field = '', order = 'asc'] = /^\s*(\S+)(?:\s+(asc|desc))?\s*$/i.exec(part) ?? [];
    if (!field) throw new Error(`${part} is nothing to sort by.`);
    return { path: fieldOf(fieldName(field)), sign: order.toLowerCase() === 'desc' ? -1 : 1 };
  });
  return (rows) =>
    [...rows].sort((one, other) => {
      for (const { path, sign } of keys) {
        const order = compare(path(one.fields), path(other.fields));
        if (order !== 0) return sign * order;
      }
      return 0;
    });
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [first, second] = [textOf(one ?? ''), textOf(other ?? '')];
  return first < second ? -1 : Number(first > second);
}

/** A field by its whole name, as that of a line with dots in its keys, or by its path. */
function fieldOf(field: string): (line: unknown) => unknown {
  const path = readPath(field.replace(/\.(\d+)(?=\.|$)/g, '[$1]'));
  return (line) => {
    const all = line as Record<string, unknown>;
    return Object.hasOwn(all, field) ? all[field] : path(line);
  };
}

function fieldName(written: string): string {
  if (!/^(`[^`]+`|[\w@.[\]-]+)$/.test(written)) throw new Error(`${written} is not a field.`);
  return written.replace(/^`(.*)`$/s, '$1');
}

function unquoted(written: string): string {
  return written.replace(/^(["'])(.*)\1$/s, '$2').replace(/\\(.)/g, '$1');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** At the pipes that are not within a text or an expression. */
function splitAtPipes(text: string): string[] {
  const parts = [''];
  for (const [part] of text.matchAll(
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/(?:[^/\\|]|\\.)+\/|#[^\n]*|[\s\S]/g,
  )) {
    if (part === '|') parts.push('');
    else if (!part.startsWith('#')) parts[parts.length - 1] += part;
  }
  return parts.filter((part) => part.trim() !== '');
}
