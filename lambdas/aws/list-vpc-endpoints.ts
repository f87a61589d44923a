import { EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { areGoing } from '../offboard/deciding/asked.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, OptionalExecution, Region } from './call/payload.ts';
import { associationsIn } from './looking/associations.ts';
import { endpointsIn, type OwnEndpoint } from './looking/endpoints.ts';
import { readOwnership } from './resources/ownership.ts';
import { listEndpoints } from './resources/vpc-endpoints.ts';

const Input = z.object({
  accountId: AccountId,
  region: Region,
  executionName: OptionalExecution,
  /** What an offboarding is taking away, and has asked for. */
  going: z.nullish(
    z.object({
      connection: z.string(),
      vpcId: z.nullable(z.string()),
      asked: z.object({ connections: z.array(z.string()), endpoints: z.array(z.string()) }),
      polls: z.int(),
    }),
  ),
});

/**
 * The VPC endpoints that this system created in the account and Region, dead ones that AWS still shows included; for an
 * offboarding, also whether all that it takes away are going.
 *
 * In the account that owns a connection's service network, the network's association with what is shared is among them.
 *
 * @returns `others`, where a whole account goes: its endpoints to services of other accounts that this system has not made.
 *   Some may lead to Redis Cloud, where they outlive the principal. `strays`: those with its tags that it has not made, and those that it has made and that lack its tags.
 */
export const handler = defineHandler(Input, async ({ accountId, region, executionName, going }) => {
  const ec2 = await memberClient(EC2Client, 'list-vpc-endpoints', { accountId, region }, executionName);
  const ownership = await readOwnership(accountId, region, { completes: true });
  // Whoever takes them away has no use for other zones.
  const { endpoints, strays } = await endpointsIn(ec2, ownership, { zones: !going });
  const associations = await associationsIn(
    { accountId, region, executionName, call: 'list-vpc-endpoints' },
    { onlyOwn: Boolean(going) },
  );
  return {
    endpoints: [...endpoints, ...associations],
    strays,
    ...(going?.vpcId === null && { others: await listOthers(ec2, endpoints) }),
    ...(going && { areGoing: areGoing(endpoints, going) }),
  };
});

/** By id, those that lead to the service of another account, whoever has made them, but for the given ones. */
async function listOthers(ec2: EC2Client, own: readonly OwnEndpoint[]): Promise<string[]> {
  const known = new Set(own.map(({ vpcEndpointId }) => vpcEndpointId));
  const all = await listEndpoints(ec2, [{ Name: 'vpc-endpoint-type', Values: ['Interface'] }]);
  return all
    .filter(({ ServiceName = '' }) => ServiceName.startsWith('com.amazonaws.vpce.'))
    .map(({ VpcEndpointId = '' }) => VpcEndpointId)
    .filter((id) => !known.has(id));
}
