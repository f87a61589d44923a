import * as z from 'zod/mini';
import { ConnectionName, Region } from '../aws/call/payload.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { plain } from '../shared/runtime/text.ts';
import { isDeleting } from '../shared/workflows/endpoint-state.ts';
import { forgetLeftover, noteLeftover, readLeftovers, type Thing } from '../shared/workflows/leftovers.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { isAssociation } from '../shared/workflows/service-network.ts';

const text = z.nullish(z.string());

const inputSchema = z.object({
  connection: z.object({
    name: ConnectionName,
    region: Region,
    parameters: z.boolean(),
    handOver: z.string(),
    endpoint: z.object({ securityGroup: z.nullish(z.unknown()) }),
  }),
  accountId: AccountId,
  /** Null: the whole account has gone. */
  vpcId: z.nullable(VpcId),
  because: text,
  /** Why the account could not be entered, or no more; null: it could. */
  accessError: text,
  /** Why parameters could not be deleted; null: they are. */
  parametersError: text,
  /** What was recorded of the connection in the account. */
  records: z.array(z.object({ sk: z.string(), vpcEndpointId: text })),
  /** This system's endpoints in the account, as far as it was seen. */
  endpoints: z.array(
    // An association with a service network is in no VPC.
    z.object({
      vpcEndpointId: z.string(),
      vpcId: z.union([VpcId, z.literal('')]),
      connection: z.string(),
      state: z.string(),
    }),
  ),
  /** Endpoints whose deletion AWS has accepted. */
  deletionsRequested: z.array(z.object({ vpcEndpointId: z.string() })),
  /** VPCs whose security group could not be deleted any more, with why. */
  groups: z.array(z.object({ vpcId: VpcId, groupId: z.string(), why: z.string() })),
});
type Input = z.output<typeof inputSchema>;

/**
 * Notes what an offboarding has left in the account, by VPC, and forgets what an earlier one had left and this one has
 * removed.
 *
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export const handler = defineHandler(inputSchema, async (input) => {
  const { connection, accountId, vpcId } = input;
  const before = await readLeftovers(connection.name, accountId);
  const found = leftBehind(input);
  const going = before.filter((one) => vpcId === null || one.vpcId === vpcId);
  for (const [vpc, { things, why }] of found) {
    const known = before.find((one) => one.vpcId === vpc);
    await noteLeftover(
      { connection: connection.name, accountId, vpcId: vpc, region: connection.region, things, why },
      known,
    );
  }
  // Where nobody could look, what was left before may well be there.
  const isSeen = input.accessError == null && input.parametersError == null;
  const removed = isSeen ? going.filter((one) => !found.has(one.vpcId)) : [];
  for (const one of removed) await forgetLeftover(one);
  return { left: [...found.keys()], removed: removed.map((one) => one.vpcId) };
});

/** What is left, by VPC. What cannot be looked at counts as left. */
function leftBehind(input: Input): Map<string, { things: Thing[]; why: string }> {
  const { connection, vpcId, because, accessError, parametersError, groups } = input;
  const left = new Map<string, { things: Thing[]; why: string }>();
  const add = (vpc: string, thing: Thing, why: string) => {
    const one = left.get(vpc) ?? { things: [], why: plain(why, 1_000) };
    one.things.push({ ...thing, id: thing.id && plain(thing.id, 40) });
    left.set(vpc, one);
  };
  for (const [vpc, endpointIds] of vpcsOf(input)) {
    if (vpcId !== null && vpc !== vpcId) continue;
    // With the VPC, everything in it is gone; an owner with a script has made the endpoint, which is not this system's.
    const isInVpc = because !== 'vpc-gone' && (connection.handOver !== 'script' || endpointIds.length > 0);
    if (accessError != null && isInVpc) {
      const standing = endpointIds.filter(
        (id) => !input.deletionsRequested.some(({ vpcEndpointId }) => vpcEndpointId === id),
      );
      for (const id of standing) add(vpc, { kind: 'endpoint', id }, accessError);
      if (endpointIds.length === 0) add(vpc, { kind: 'endpoint', id: null }, accessError);
      if (connection.endpoint.securityGroup == null) {
        add(vpc, { kind: 'security group', id: null }, accessError);
      }
    }
    if (parametersError != null && connection.parameters && (isInVpc || because === 'vpc-gone')) {
      add(vpc, { kind: 'parameters', id: null }, parametersError);
    }
  }
  for (const { vpcId: vpc, groupId, why } of groups) add(vpc, { kind: 'security group', id: groupId }, why);
  return left;
}

/** The VPCs in which this system has made something, each with its endpoints. */
function vpcsOf({ connection, records, endpoints }: Input): Map<string, string[]> {
  const vpcs = new Map<string, string[]>();
  const add = (vpc: string, id: string | null | undefined) => {
    const ids = vpcs.get(vpc) ?? [];
    vpcs.set(vpc, id && !ids.includes(id) ? [...ids, id] : ids);
  };
  for (const { sk, vpcEndpointId } of records) {
    const [, name, vpc] = sk.split('#');
    if (name === connection.name && vpc && /^vpc-[0-9a-f]{8,17}$/.test(vpc)) add(vpc, vpcEndpointId);
  }
  for (const endpoint of endpoints) {
    if (isAssociation(endpoint.vpcEndpointId)) continue;
    if (endpoint.connection === connection.name && !isDeleting(endpoint))
      add(endpoint.vpcId, endpoint.vpcEndpointId);
  }
  return vpcs;
}
