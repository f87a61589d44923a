import { EC2Client, ModifyVpcEndpointCommand } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { codeOf } from '../shared/aws/errors.ts';
import { AccessDenied, AwsUnavailable, EndpointNotFound } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, Connection, Execution, SubnetId, VpcEndpointId } from './call/payload.ts';
import { noteAskedSubnets } from './resources/ownership.ts';
import { type RefusedSubnet, refusedSubnets } from './resources/refused-subnets.ts';
import { isEndpointNotFound } from './resources/vpc-endpoints.ts';

/**
 * Adds subnets to the connection's endpoint, which is of the type Interface: AWS adds none to one of the type Resource.
 * What is connected stays so. A subnet that AWS refuses is left out; what was asked for is noted, so that nobody asks again
 * soon. That all are refused is no error, because the endpoint works as it is.
 *
 * @returns `leftOut`: the subnets that AWS refuses, in words.
 * @throws EndpointNotFound when the endpoint is gone.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: Connection,
    vpcEndpointId: VpcEndpointId,
    subnetIds: z.array(SubnetId).check(z.minLength(1)),
    executionName: Execution,
  }),
  async ({ accountId, connection: { region }, vpcEndpointId, subnetIds, executionName }) => {
    const ec2 = await memberClient(EC2Client, 'modify-vpc-endpoint', { accountId, region }, executionName);
    let left = subnetIds;
    const refused: RefusedSubnet[] = [];
    while (left.length > 0) {
      try {
        await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: vpcEndpointId, AddSubnetIds: left }));
        break;
      } catch (error) {
        if (error instanceof AwsUnavailable || error instanceof AccessDenied) throw error;
        if (isEndpointNotFound(codeOf(error))) {
          throw new EndpointNotFound(`VPC endpoint ${vpcEndpointId} of account ${accountId} is gone.`);
        }
        // It has one there: it was added, and the answer was lost. The next look at the VPC tells what is left to do.
        if (codeOf(error) === 'DuplicateSubnetsInSameZone') return { leftOut: [] };
        const why = `${(error as Error).message} (${codeOf(error)})`;
        // The endpoint is being changed just now: that passes, and is no refusal.
        if (/State$|InProgress|Concurrent|Conflict/.test(codeOf(error))) throw new AwsUnavailable(why);
        const named = await refusedSubnets(ec2, left, why);
        // A refusal that names none is about all of them.
        refused.push(...(named.length > 0 ? named : left.map((subnetId) => ({ subnetId, why }))));
        left = left.filter((id) => !refused.some(({ subnetId }) => subnetId === id));
      }
    }
    await noteAskedSubnets(accountId, vpcEndpointId, subnetIds);
    return { leftOut: refused.map(({ subnetId, why }) => `AWS refuses ${subnetId}: ${why}`) };
  },
);
