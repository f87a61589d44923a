const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/**
 * The first number that Java's `java.util.Random` draws with a seed, which is what AWS's `$random(seed)` answers.
 *
 * @param seed a whole number
 */
export function javaRandom(seed: number): number {
  let state = (BigInt.asUintN(64, BigInt(seed)) ^ MULTIPLIER) & MASK;
  const bits = (count: bigint): number => {
    state = (state * MULTIPLIER + 0xbn) & MASK;
    return Number(state >> (48n - count));
  };
  const high = bits(26n);
  return (high * 2 ** 27 + bits(27n)) / 2 ** 53;
}
