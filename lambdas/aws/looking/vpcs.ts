import type { Vpc } from '@aws-sdk/client-ec2';
import { tagValue } from '../resources/tags.ts';

/** The tag with which a VPC asks for connections, by name, separated by spaces. */
const TAG = 'redis-privatelink';

/** A VPC that may be connected. */
export interface OwnVpc {
  vpcId: string;
  /** What it asks for: the value of the tag; null without it. */
  tags: string | null;
  isDefault?: true;
}

/**
 * The account's own VPCs, in the order of their ids. VPCs that another account shares with it are that account's to
 * connect.
 */
export function ownVpcs(vpcs: readonly Vpc[], accountId: string): OwnVpc[] {
  return vpcs
    .filter((vpc) => vpc.OwnerId === accountId)
    .map(
      (vpc): OwnVpc => ({
        vpcId: vpc.VpcId ?? '',
        tags: tagValue(vpc.Tags, TAG),
        ...(vpc.IsDefault && { isDefault: true }),
      }),
    )
    .sort((a, b) => a.vpcId.localeCompare(b.vpcId));
}
