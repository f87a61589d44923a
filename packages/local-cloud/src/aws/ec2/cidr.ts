/** A range of IPv4 addresses. */
export interface Range {
  first: number;
  size: number;
  prefix: number;
}

/** Reads `10.42.0.0/16`; undefined when it is not an IPv4 CIDR block. */
export function parseCidr(cidr: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: address - (address % size), size, prefix };
}

export function contains(outer: Range, inner: Range): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

export function overlaps(one: Range, other: Range): boolean {
  return one.first < other.first + other.size && other.first < one.first + one.size;
}

/** `172.31.16.0/20` for the second block of that size in a range. */
export function blockOf(range: Range, prefix: number, index: number): string {
  const address = range.first + index * 2 ** (32 - prefix);
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${octets.join('.')}/${prefix}`;
}
