/** What is asked of a line's fields. */
export type Condition = (line: unknown) => boolean;

/** Reads words, and conditions joined by `and` and `or` with parentheses, of which `and` binds closer. */
export class Parser {
  readonly #tokens: string[] = [];
  #position = 0;

  /**
   * @param token sticky; its groups are the operators and the words
   * @throws Error for a text that is not of such tokens
   */
  constructor(text: string, token: RegExp) {
    while (text.slice(token.lastIndex).trim() !== '') {
      const { lastIndex } = token;
      const match = token.exec(text);
      if (!match) throw new Error(`there is something unknown at ${text.slice(lastIndex)}`);
      this.#tokens.push((match[1] ?? match[2])!);
    }
    token.lastIndex = 0;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#tokens.length;
  }

  peek(): string | undefined {
    return this.#tokens[this.#position];
  }

  next(): string {
    const token = this.#tokens[this.#position++];
    if (token === undefined) throw new Error('it ends too early.');
    return token;
  }

  /** Whether the next token is that word, which is then behind. */
  skip(word: string): boolean {
    if (this.peek()?.toLowerCase() !== word) return false;
    this.#position++;
    return true;
  }

  whole(grammar: Grammar): Condition {
    const condition = this.#any(grammar);
    if (!this.isAtEnd) throw new Error(`${this.peek()} is unexpected.`);
    return condition;
  }

  #any(grammar: Grammar): Condition {
    const parts = [this.#all(grammar)];
    while (this.skip(grammar.or)) parts.push(this.#all(grammar));
    return (line) => parts.some((part) => part(line));
  }

  #all(grammar: Grammar): Condition {
    const parts = [this.#one(grammar)];
    while (this.skip(grammar.and)) parts.push(this.#one(grammar));
    return (line) => parts.every((part) => part(line));
  }

  #one(grammar: Grammar): Condition {
    if (grammar.not !== undefined && this.skip(grammar.not)) {
      const inner = this.#one(grammar);
      return (line) => !inner(line);
    }
    if (!this.skip('(')) return grammar.single();
    const inner = this.#any(grammar);
    if (!this.skip(')')) throw new Error('a parenthesis is not closed.');
    return inner;
  }
}

interface Grammar {
  or: string;
  and: string;
  not?: string;
  single: () => Condition;
}

/** Reads `.a.b[0]`, or `a.b[0]`. */
export function readPath(path: string): (line: unknown) => unknown {
  const keys = [...path.matchAll(/\[(\d+)\]|\["([^"]*)"\]|\.?([^.[\]]+)/g)].map(
    ([, index, quoted, name]) => index ?? quoted ?? name!,
  );
  return (line) => {
    let value = line;
    for (const key of keys) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  };
}

/**
 * `=`, `!=`, `<`, `<=`, `>` and `>=` with a number or a text, which may have `*` or be an expression between `%`.
 *
 * @throws Error for another operator
 */
export function compareWith(operator: string, written: string): (found: unknown) => boolean {
  const text = written.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/g, '$1');
  const number = written.startsWith('"') || written === '' ? Number.NaN : Number(written);
  const equals = Number.isNaN(number)
    ? textComparison(written, text)
    : (found: unknown) => (typeof found === 'number' ? found === number : String(found) === text);
  const ordered = (holds: (found: number) => boolean) => (found: unknown) =>
    !Number.isNaN(number) && (typeof found === 'number' || typeof found === 'string') && holds(Number(found));
  switch (operator) {
    case '=':
      return equals;
    case '!=':
      return (found) => !equals(found);
    case '<':
      return ordered((found) => found < number);
    case '<=':
      return ordered((found) => found <= number);
    case '>':
      return ordered((found) => found > number);
    case '>=':
      return ordered((found) => found >= number);
    default:
      throw new Error(`${operator} is not an operator.`);
  }
}

function textComparison(written: string, text: string): (found: unknown) => boolean {
  const between = /^%(.*)%$/s.exec(written)?.[1];
  const pattern = text
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const expression = between === undefined ? new RegExp(`^${pattern}$`, 's') : new RegExp(between);
  return (found) => typeof found !== 'object' && expression.test(String(found));
}
