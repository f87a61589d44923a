import { DescribeVpcsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { UsageError } from './arguments.ts';

/** The tag of a VPC by which its owner says that it is for trying things. */
export const SANDBOX_TAG = 'redis-privatelink:sandbox';

/**
 * Makes sure that the credentials are those of the account, and finds out whether its VPC is known as a sandbox.
 *
 * @throws UsageError where they are not, or the VPC is not there
 */
export async function isSandbox(
  { sts, ec2 }: { sts: STSClient; ec2: EC2Client },
  accountId: string,
  vpcId: string,
): Promise<boolean> {
  const caller = await tried('there are no AWS credentials that work', () =>
    sts.send(new GetCallerIdentityCommand({})),
  );
  if (caller.Account !== accountId) {
    throw new UsageError(`the AWS credentials are of account ${caller.Account}, not of ${accountId}`);
  }
  const { Vpcs } = await tried(`${vpcId} cannot be described`, () =>
    ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] })),
  );
  const tags = Vpcs?.[0]?.Tags ?? [];
  return tags.some(({ Key, Value }) => Key === SANDBOX_TAG && Value === 'true');
}

async function tried<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new UsageError(`${what} (${(error as Error).name}: ${(error as Error).message})`);
  }
}
