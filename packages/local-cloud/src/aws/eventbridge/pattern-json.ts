import { InvalidPattern } from './invalid-pattern.ts';

/** A number of a pattern, as it is written. */
export class PatternNumber {
  readonly text: string;
  /** Absent if a double does not hold it exactly: AWS compares no such number. */
  readonly value: number | undefined;

  constructor(text: string) {
    this.text = text;
    const value = Number(text);
    this.value = decimalOf(text) === decimalOf(String(value)) ? value : undefined;
  }
}

/**
 * Reads a pattern, in which numbers are instances of PatternNumber.
 *
 * @throws InvalidPattern
 */
export function parsePattern(json: string): unknown {
  const keepNumbers = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' ? new PatternNumber(context?.source ?? String(value)) : value;
  try {
    return JSON.parse(json, keepNumbers as (this: unknown, key: string, value: unknown) => unknown);
  } catch (error) {
    throw new InvalidPattern(`Filter is not valid JSON: ${(error as Error).message}`);
  }
}

/** The significant digits and the power of ten of a number, equal for equal numbers. */
function decimalOf(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  if (digits === '') return '0';
  const significant = digits.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign}${significant}e${power}`;
}
