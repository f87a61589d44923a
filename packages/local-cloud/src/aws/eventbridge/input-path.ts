const segmentPattern = /\.([\w/-]+)|\[(\d+|\*)\]/g;

/**
 * What a path selects, in the part of JSON path that EventBridge knows: names, indices of arrays and `[*]`. With a
 * wildcard it selects a list.
 *
 * @returns undefined if the path is not valid
 */
export function selectorOf(path: string): ((root: unknown) => unknown) | undefined {
  const segments: string[] = [];
  let end = 1;
  for (const match of path.matchAll(segmentPattern)) {
    if (match.index !== end) break;
    segments.push(match[0]);
    end += match[0].length;
  }
  if (!path.startsWith('$') || end !== path.length) return undefined;
  const isList = segments.includes('[*]');
  return (root) => {
    const values = segments.reduce(
      (known, segment) => known.flatMap((value) => step(value, segment)),
      [root],
    );
    return isList ? values : values[0];
  };
}

function step(value: unknown, segment: string): unknown[] {
  if (segment === '[*]') return Array.isArray(value) ? value : [];
  const name = segment.startsWith('.') ? segment.slice(1) : segment.slice(1, -1);
  if (Array.isArray(value) !== segment.startsWith('[')) return [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}
