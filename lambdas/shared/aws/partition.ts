/** The partition of a Region: its name in ARNs. */
export function partitionOf(region: string): 'aws' | 'aws-cn' | 'aws-us-gov' {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

/** The one Region in which a partition has its Organizations endpoint ("AWS Organizations endpoints and quotas"). */
export function organizationsRegion(region: string): string {
  return { aws: 'us-east-1', 'aws-cn': 'cn-northwest-1', 'aws-us-gov': 'us-gov-west-1' }[partitionOf(region)];
}
