export interface Zone {
  name: string;
  id: string;
}

/**
 * The zones of a Region: six in us-east-1, three elsewhere. Every account gets the same names for them, the
 * first letter for the first zone.
 */
export function zonesOf(region: string): Zone[] {
  const code = codeOf(region);
  const count = region === 'us-east-1' ? 6 : 3;
  return Array.from({ length: count }, (_, index) => ({
    name: `${region}${'abcdef'[index]}`,
    id: `${code}-az${index + 1}`,
  }));
}

/**
 * The Region's part of a zone id, as the documentation of Regions and Availability Zones has them: `use1` for
 * us-east-1, `apne1` for ap-northeast-1.
 */
function codeOf(region: string): string {
  return region
    .split('-')
    .map((word, index) =>
      index === 0 ? word : word.replace(/^(north|south|east|west|gov|central|iso.?)(east|west)?$/, initials),
    )
    .join('');
}

function initials(_: string, first: string, second = ''): string {
  return first.slice(0, 1) + second.slice(0, 1);
}

/** Zones in which resource endpoints cannot be used (VPC Lattice documentation). */
export const zonesWithoutResourceEndpoints: ReadonlySet<string> = new Set([
  'use1-az3',
  'usw1-az2',
  'apne1-az3',
  'apne2-az2',
  'euc1-az2',
  'euw1-az4',
  'cac1-az3',
  'ilc1-az2',
]);
