import { InvalidPattern } from './invalid-pattern.ts';

/** A character, or `undefined` for a wildcard. */
type Token = string | undefined;

/**
 * More of it than this and EventBridge refuses a rule. AWS documents no number; it accepts `*a*a*a*a*a`, whose
 * complexity is 10.
 */
const mostComplexity = 10;

/**
 * The tokens of a wildcard pattern. A backslash takes away the meaning of `*`, and its own.
 *
 * @throws InvalidPattern with the position in bytes, counted from the quotation mark before the text
 */
export function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!;
    const next = pattern[index + 1];
    const position = () => Buffer.byteLength(pattern.slice(0, index)) + 1;
    if (character === '*') {
      if (next === '*') throw new InvalidPattern(`Consecutive wildcard characters at pos ${position()}`);
      tokens.push(undefined);
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') {
        throw new InvalidPattern(`Invalid escape character at pos ${position()}`);
      }
      tokens.push(next);
      index += 1;
    } else {
      tokens.push(character);
    }
  }
  return tokens;
}

/** Looks for the texts between wildcards one after the other; a regular expression could take very long. */
export function meetsWildcards(value: string, tokens: Token[]): boolean {
  const texts = [''];
  for (const token of tokens) {
    if (token === undefined) texts.push('');
    else texts[texts.length - 1] += token;
  }
  const [first = '', ...others] = texts;
  const last = others.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last)) {
    return false;
  }
  let position = first.length;
  const end = value.length - last.length;
  for (const text of others) {
    const found = value.indexOf(text, position);
    if (found < 0 || found + text.length > end) return false;
    position = found + text.length;
  }
  return true;
}

/**
 * Refuses what AWS calls too complex: the most beginnings of the field's wildcard patterns that some value could
 * match at once (aws/event-ruler, `MachineComplexityEvaluator`).
 *
 * @throws InvalidPattern
 */
export function checkComplexity(patterns: Token[][]): void {
  // The value of a field is compared with its quotation marks.
  const quoted = patterns.map((tokens) => ['"', ...tokens, '"']);
  const characters = new Set(quoted.flat().filter((token) => token !== undefined));
  const seen = new Set<string>();
  const waiting: Place[][] = [quoted.map((tokens) => ({ tokens, read: 0 }))];
  for (let places = waiting.pop(); places; places = waiting.pop()) {
    // The empty string stands for all characters that no pattern names.
    for (const character of ['', ...characters]) {
      const next = new Map<string, Place>();
      for (const place of places.flatMap((before) => placesAfter(before, character))) {
        next.set(`${quoted.indexOf(place.tokens)}:${place.read}`, place);
      }
      if (next.size > mostComplexity) {
        throw new InvalidPattern(
          'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
        );
      }
      const key = [...next.keys()].sort().join();
      if (!seen.has(key)) waiting.push([...next.values()]);
      seen.add(key);
    }
  }
}

/** How much of a pattern a value has met. */
interface Place {
  tokens: Token[];
  read: number;
}

/** The places that a value can be at after one more character; a wildcard may stand for nothing. */
function placesAfter({ tokens, read }: Place, character: string): Place[] {
  const reached: number[] = [];
  if (read > 0 && tokens[read - 1] === undefined) reached.push(read);
  if (tokens[read] === character) {
    reached.push(read + 1);
    if (read + 1 < tokens.length && tokens[read + 1] === undefined) reached.push(read + 2);
  }
  return reached.map((position) => ({ tokens, read: position }));
}
