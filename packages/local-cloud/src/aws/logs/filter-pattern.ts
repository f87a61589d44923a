import { AwsError } from '../service.ts';
import { type Condition, compareWith, Parser, readPath } from './conditions.ts';

/**
 * What a filter pattern asks of a line: terms, or conditions on its JSON (CloudWatch Logs User Guide, "Filter
 * pattern syntax"). Patterns of lines with spaces between their fields are refused.
 *
 * @throws AwsError InvalidParameterException for a pattern that CloudWatch Logs or the local cloud does not know
 */
export function filterPattern(pattern: string): (line: string) => boolean {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('[')) throw invalid('the local cloud has no patterns of fields between spaces.');
  if (!text.startsWith('{')) return terms(text);
  if (!text.endsWith('}')) throw invalid('Invalid filter pattern: it has no end.');
  const condition = new JsonPattern(text.slice(1, -1)).parse();
  return (line) => {
    const value = parsed(line);
    return value !== undefined && condition(value);
  };
}

class JsonPattern {
  readonly #parser: Parser;

  constructor(text: string) {
    this.#parser = new Parser(
      text,
      /\s*(?:(&&|\|\||[()]|!=|<=|>=|[=<>])|("(?:[^"\\]|\\.)*"|%[^%]+%|[^\s()=<>!&|]+))/y,
    );
  }

  parse(): Condition {
    try {
      return this.#parser.whole({ or: '||', and: '&&', single: () => this.#comparison() });
    } catch (error) {
      throw invalid(`Invalid filter pattern: ${(error as Error).message}`);
    }
  }

  #comparison(): Condition {
    const selector = this.#parser.next();
    if (!selector.startsWith('$.') && !selector.startsWith('$[')) {
      throw new Error(`${selector} is not a selector.`);
    }
    const path = readPath(selector.slice(1));
    const operator = this.#parser.next().toUpperCase();
    const value = this.#parser.next();
    if (operator === 'IS') {
      const wanted = { NULL: null, TRUE: true, FALSE: false }[value.toUpperCase()];
      if (wanted === undefined) throw new Error(`IS is not followed by ${value}.`);
      return (line) => path(line) === wanted;
    }
    if (operator === 'NOT' && value.toUpperCase() === 'EXISTS') return (line) => path(line) === undefined;
    const compare = compareWith(operator, value);
    return (line) => {
      const found = path(line);
      return found !== undefined && compare(found);
    };
  }
}

/** `a -b ?c "d e" %f%`: all of the plain ones, none of those with a hyphen, and one of those with a question mark. */
function terms(text: string): (line: string) => boolean {
  const all = [...text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))/g)].map(
    ([, sign, quoted, expression, plain]) => {
      const term = (quoted ?? plain ?? '').replace(/\\(.)/g, '$1');
      const isIn = expression
        ? (line: string) => new RegExp(expression).test(line)
        : (line: string) => line.includes(term);
      return { sign, isIn };
    },
  );
  const optional = all.filter(({ sign }) => sign === '?');
  return (line) =>
    all.every(({ sign, isIn }) => sign === '?' || isIn(line) !== (sign === '-')) &&
    (optional.length === 0 || optional.some(({ isIn }) => isIn(line)));
}

/** The JSON of a line, if it is an object or a list. */
export function parsed(line: string): unknown {
  if (!/^\s*[[{]/.test(line)) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
