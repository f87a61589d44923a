import type { EC2Client, VpcEndpoint } from '@aws-sdk/client-ec2';
import type * as z from 'zod/mini';
import { PreconditionFailed } from '../../shared/errors.ts';
import { SYSTEM } from '../../shared/runtime/system.ts';
import { isLive } from '../../shared/workflows/endpoint-state.ts';
import type { Connection, OptionalExecution, Target } from '../call/payload.ts';
import { openCreations } from './creations.ts';
import { type Ownership, recordMade, seenEndpoint } from './ownership.ts';
import { CONNECTION_TAG, isTagged, MANAGED_BY_TAG } from './tags.ts';
import { wantedEndpoint } from './targets.ts';
import { findEndpoint, listEndpoints, listEndpointsById, stateOf } from './vpc-endpoints.ts';

/** Whose endpoints are looked for. */
export interface Wanted {
  accountId: string;
  connection: Connection;
  vpcId: string;
  target: Target;
  /** An endpoint that a person wants this system to take for its own. */
  takeOver: string | null | undefined;
  executionName: z.output<typeof OptionalExecution>;
}

/**
 * This system's own endpoints of the connection in the VPC, in any state.
 *
 * @throws PreconditionFailed where it has none that works, and another one would be made beside one that it may have
 *   made, or beside one that others have made: it is recorded and lacks the tags, or it leads to the connection and is
 *   not recorded. Also where the one to be taken over cannot be.
 */
export async function findOwnEndpoints(
  ec2: EC2Client,
  ownership: Ownership,
  wanted: Wanted,
): Promise<VpcEndpoint[]> {
  const { accountId, connection, vpcId, takeOver } = wanted;
  const all = await listEndpoints(ec2, [{ Name: 'vpc-id', Values: [vpcId] }]);
  const tagged = all.filter(({ Tags }) => isTagged(Tags, connection.name));
  const own: VpcEndpoint[] = [];
  const strays: VpcEndpoint[] = [];
  for (const endpoint of tagged) {
    const why = await ownership.whyNotOwn(seenEndpoint(endpoint));
    (why === undefined ? own : strays).push(endpoint);
  }
  if (takeOver && !own.some(({ VpcEndpointId }) => VpcEndpointId === takeOver)) {
    own.push(await takenOver(ec2, takeOver, wanted));
  }
  if (own.some(isWorking)) return own;

  const ids = new Set(tagged.map(({ VpcEndpointId }) => VpcEndpointId));
  const unseen = ownership.made.filter(
    (one) => one.connection === connection.name && one.vpcId === vpcId && !one.isGoing && !ids.has(one.id),
  );
  const untagged = (
    await listEndpointsById(
      ec2,
      unseen.filter(({ id }) => id.startsWith('vpce-')),
    )
  ).find(isWorking);
  if (untagged) {
    throw new PreconditionFailed(
      `VPC endpoint ${untagged.VpcEndpointId} in VPC ${vpcId} of account ${accountId} is this system's, and somebody has changed its tags. Set ${MANAGED_BY_TAG}=${SYSTEM} and ${CONNECTION_TAG}=${connection.name} again, then redrive this execution.`,
    );
  }
  const others = [...strays, ...all.filter((endpoint) => !tagged.includes(endpoint))];
  const candidate = others.find((endpoint) => isWorking(endpoint) && isSame(endpoint, wanted));
  // One that is being made, and whose answer was lost, is found by asking for it again.
  if (candidate && (await openCreations({ accountId, connection: connection.name, vpcId })).length === 0) {
    throw new PreconditionFailed(bothWaysOut(candidate, wanted));
  }
  return own;
}

/** What to do about an endpoint that leads to the connection and is not this system's. */
function bothWaysOut(
  { VpcEndpointId: id, Tags }: VpcEndpoint,
  { accountId, connection, vpcId }: Wanted,
): string {
  const { name, region } = connection;
  const place = `VPC endpoint ${id} in VPC ${vpcId} of account ${accountId} leads to this connection`;
  const start = `start onboard by hand with "vpcEndpointId":"${id}"`;
  if (isTagged(Tags, name)) {
    return `${place} and has the tags of this system, which has not made it. To have it taken over, ${start}. Or let its owner delete it.`;
  }
  const tags = `Key=${MANAGED_BY_TAG},Value=${SYSTEM} Key=${CONNECTION_TAG},Value=${name}`;
  return `${place}, and this system has not made it. No second one is made beside it. To have it taken over without an interruption, let its owner tag it (aws ec2 create-tags --region ${region} --resources ${id} --tags ${tags}), and ${start}. Or let its owner delete it, and redrive this execution.`;
}

function isWorking(endpoint: VpcEndpoint): boolean {
  return isLive({ state: stateOf(endpoint) });
}

/** Whether it leads where an endpoint of the connection is to lead. */
function isSame(endpoint: VpcEndpoint, { connection, target }: Wanted): boolean {
  const { type, target: leadsTo } = seenEndpoint(endpoint);
  const wanted = wantedEndpoint(connection, target);
  return type === wanted.type && leadsTo === wanted.target;
}

async function takenOver(ec2: EC2Client, id: string, wanted: Wanted): Promise<VpcEndpoint> {
  const { accountId, connection, vpcId, executionName } = wanted;
  const endpoint = await findEndpoint(ec2, id);
  const problem = whyNotTaken(endpoint, wanted);
  if (!endpoint || problem) {
    throw new PreconditionFailed(
      `VPC endpoint ${id} of account ${accountId} cannot be taken over: ${problem}.`,
    );
  }
  const made = { ...seenEndpoint(endpoint), connection: connection.name, region: connection.region };
  await recordMade(accountId, { ...made, vpcId }, executionName ?? 'a person');
  return endpoint;
}

function whyNotTaken(endpoint: VpcEndpoint | undefined, wanted: Wanted): string | undefined {
  const { connection, vpcId } = wanted;
  if (!endpoint) return `it does not exist in ${connection.region}`;
  if (endpoint.VpcId !== vpcId) return `it is in ${endpoint.VpcId}, and not in ${vpcId}`;
  if (!isWorking(endpoint)) return `it is ${stateOf(endpoint)}`;
  if (!isSame(endpoint, wanted)) return 'it leads to something else than the connection';
  if (isTagged(endpoint.Tags, connection.name)) return undefined;
  return `it lacks the tags ${MANAGED_BY_TAG}=${SYSTEM} and ${CONNECTION_TAG}=${connection.name}. Let its owner set them`;
}
