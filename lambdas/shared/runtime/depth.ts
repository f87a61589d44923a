/**
 * Whether a JSON value has lists and objects in one another more than `most` times. Few levels are enough for
 * everything that is read here, and thousands are more than `JSON.stringify` can write.
 */
export function isDeeperThan(most: number, value: unknown): boolean {
  let level = [value].filter(isNested);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((one) => Object.values(one)).filter(isNested);
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
