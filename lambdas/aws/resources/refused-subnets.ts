import { DescribeSubnetsCommand, type EC2Client, type Subnet } from '@aws-sdk/client-ec2';

/** A subnet that AWS refuses for an endpoint. */
export interface RefusedSubnet {
  subnetId: string;
  /** What AWS says. */
  why: string;
}

/**
 * The subnets that a refusal names: by their ids, or by their zones' ids or names. Which zones an endpoint can be in
 * no list says for certain, so this answer is what counts. Empty if it names none of them.
 */
export async function refusedSubnets(
  ec2: EC2Client,
  subnetIds: readonly string[],
  why: string,
): Promise<RefusedSubnet[]> {
  const named = subnetIds.filter((id) => hasWord(why, id));
  if (named.length > 0) return named.map((subnetId) => ({ subnetId, why }));
  if (!ZONE.test(why)) return [];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }));
  return Subnets.filter((subnet) => zonesOf(subnet).some((zone) => hasWord(why, zone))).map(
    ({ SubnetId = '' }) => ({ subnetId: SubnetId, why }),
  );
}

/** `use1-az3` or `us-east-1a`. */
const ZONE = /\b(?:[a-z]+\d-az\d+|[a-z]{2}(?:-[a-z]+)+-\d[a-z])\b/;

function zonesOf({ AvailabilityZone, AvailabilityZoneId }: Subnet): string[] {
  return [AvailabilityZone, AvailabilityZoneId].filter((zone) => zone !== undefined);
}

/** Zone names and ids are words: `us-east-1a` is no part of `us-east-1ab`. */
function hasWord(text: string, word: string): boolean {
  return text.split(/[^\w-]+/).some((one) => one === word);
}
