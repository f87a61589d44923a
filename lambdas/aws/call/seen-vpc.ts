import { EC2Client } from '@aws-sdk/client-ec2';
import type * as z from 'zod/mini';
import { AccessDenied, MemberRoleNotAssumable } from '../../shared/errors.ts';
import { TAG } from '../../shared/runtime/system.ts';
import type { SeenVpc } from '../../shared/workflows/offer.ts';
import { certainTagValue } from '../resources/tags.ts';
import { describeVpc } from '../resources/vpcs.ts';
import type { MemberFunction } from './actions.ts';
import { memberClient } from './member-account.ts';
import type { OptionalExecution } from './payload.ts';

/** A VPC, and the function and the execution that look at it. */
export interface VpcInAccount {
  by: MemberFunction;
  accountId: string;
  region: string;
  vpcId: string;
  executionName: z.output<typeof OptionalExecution>;
}

/**
 * Whether the VPC exists, and what its tag asks for.
 * @throws AwsUnavailable when AWS does not answer.
 */
export async function seeVpc({
  by,
  accountId,
  region,
  vpcId,
  executionName,
}: VpcInAccount): Promise<SeenVpc> {
  return unlessShutOut(async () => {
    const vpc = await describeVpc(
      await memberClient(EC2Client, by, { accountId, region }, executionName),
      vpcId,
    );
    if (vpc === null) return { exists: false };
    if (vpc === undefined) return { unseen: `AWS says nothing about ${vpcId}.` };
    const tag = certainTagValue(vpc.Tags, TAG);
    if (tag === undefined) return { unseen: `AWS shows a tag of ${vpcId} without its key or its value.` };
    return { exists: true, tag, isDefault: vpc.IsDefault };
  });
}

/** What a look into the account shows, or that the account does not let anybody look. */
export async function unlessShutOut<T>(look: () => Promise<T>): Promise<T | { unseen: string }> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof MemberRoleNotAssumable || error instanceof AccessDenied) {
      return { unseen: error.message };
    }
    throw error;
  }
}
