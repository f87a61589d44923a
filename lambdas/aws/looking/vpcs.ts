import type { Vpc } from '@aws-sdk/client-ec2';
import { PreconditionFailed } from '../../shared/errors.ts';
import { TAG } from '../../shared/runtime/system.ts';
import { certainTagValue } from '../resources/tags.ts';

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
 *
 * @throws PreconditionFailed when AWS shows a tag without its key or its value: what is asked for cannot be told.
 */
export function ownVpcs(vpcs: readonly Vpc[], accountId: string): OwnVpc[] {
  return vpcs
    .filter((vpc) => vpc.OwnerId === accountId)
    .map(
      (vpc): OwnVpc => ({
        vpcId: vpc.VpcId ?? '',
        tags: tagOf(vpc),
        ...(vpc.IsDefault && { isDefault: true }),
      }),
    )
    .sort((a, b) => a.vpcId.localeCompare(b.vpcId));
}

function tagOf({ VpcId, Tags }: Vpc): string | null {
  const value = certainTagValue(Tags, TAG);
  if (value === undefined) {
    throw new PreconditionFailed(`AWS shows a tag of ${VpcId} without its key or its value.`);
  }
  return value;
}
