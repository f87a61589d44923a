import {
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
  type SecurityGroup,
  type Vpc,
  type VpcAttributeName,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { decideEndpoint, type EndpointDecision } from '../onboard/deciding/endpoint.ts';
import { codeOf } from '../shared/aws/errors.ts';
import {
  InvalidRequest,
  PreconditionFailed,
  SubnetsNotReady,
  TargetNotVisible,
  VpcNotFound,
  VpcNotReady,
} from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { TAG } from '../shared/runtime/system.ts';
import { isBroken, isLive } from '../shared/workflows/endpoint-state.ts';
import { requireOwner, requireProvider } from '../shared/workflows/provider.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, Connection, OptionalExecution, Target, VpcEndpointId, VpcId } from './call/payload.ts';
import { findService, zonesOfService } from './resources/endpoint-services.ts';
import { requireAcceptedAddresses, requireIpv6 } from './resources/ip-addresses.ts';
import { findOwnEndpoints } from './resources/own-endpoints.ts';
import { leadsTo, type Ownership, readOwnership, seenGroup } from './resources/ownership.ts';
import {
  findGroupByName,
  letsIn,
  listTaggedGroupsIn,
  portsNotAllowed,
  sourcesOf,
} from './resources/security-groups.ts';
import { chooseSubnets, listSubnets, type OfferedZones, otherZones } from './resources/subnets.ts';
import { wantedEndpoint } from './resources/targets.ts';
import { isUsable, stateOf } from './resources/vpc-endpoints.ts';
import { cidrBlocksOf } from './resources/vpcs.ts';

/** The subnets that an execution has found, and since when they are the same. */
const Settling = z.object({
  subnetIds: z.array(z.string()),
  /** Milliseconds since the epoch. */
  since: z.number(),
  /** When the execution began to look at the VPC, in milliseconds since the epoch. */
  waitingSince: z.number(),
});
type Settling = z.output<typeof Settling>;

/** What a workflow needs to know about a VPC, and what is missing there. */
export interface VpcDescription extends EndpointDecision {
  vpcId: string;
  /** Blocks in use: of IPv4, and of IPv6 where the connection asks for such addresses. */
  cidrBlocks: string[];
  /** Where the endpoint is, or is to be: one for each zone. */
  subnetIds: string[];
  /** Null: the workflow is to create one, or to complete the one it has created. */
  securityGroupId: string | null;
  /** The connection's endpoint in this VPC, unless it is dead. */
  endpoint: { vpcEndpointId: string; state: string } | null;
  /** Whether it is to be taken as it is: the endpoint is there, or the subnets have stayed the same for a minute. */
  isSettled: boolean;
  /** For the next look, where it is not. */
  settling: Settling | null;
  /** One for each zone in which the endpoint could be too, and AWS has not refused; none for one of the type Resource. */
  addableSubnetIds: string[];
  /** The connection's dead endpoints that AWS still shows. */
  retiredEndpointIds: string[];
  /** Those of them that stay until they are deleted. */
  failedEndpointIds: string[];
}

/**
 * Looks at the VPC as it is. As long as the connection's endpoint does not exist there, everything that creating
 * it needs is checked; the number of endpoints is not, because only AWS knows the account's quota.
 *
 * @throws VpcNotFound when the account has no such VPC in the connection's Region.
 * @throws SubnetsNotReady when the VPC has no suitable subnets yet, or in too few zones.
 * @throws VpcNotReady when its DNS attributes are off, or the security group is missing that the connection names.
 * @throws TargetNotVisible when AWS does not offer the endpoint service to the account yet.
 * @throws UntrustedTarget when the target cannot be a provider's, or not the one's that the configuration names.
 * @throws PreconditionFailed when one of these is so for longer than the connection waits, when the endpoint that is
 *   there leads elsewhere, when it cannot be told whose it is, when another one
 *   leads to the connection, or when the VPC belongs to another account; says what to do.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: Connection,
    vpcId: VpcId,
    target: Target,
    /** When the workflow began to look at the VPC, in milliseconds since the epoch. */
    waitingSince: z.number(),
    /** What the execution saw when it last looked; null at first. */
    seen: z.nullish(Settling),
    /** How often the execution has asked for the endpoint. Left out by one from before it was decided here. */
    endpointRequests: z.nullish(z.int()),
    /** An endpoint that was made by hand, and that a person wants this system to take for its own. */
    takeOver: z.nullish(VpcEndpointId),
    executionName: OptionalExecution,
  }),
  async ({
    accountId,
    connection,
    vpcId,
    target,
    waitingSince,
    seen,
    endpointRequests,
    takeOver,
    executionName,
  }): Promise<VpcDescription> => {
    const decided = (vpc: Omit<VpcDescription, keyof EndpointDecision>): VpcDescription => ({
      ...vpc,
      ...decideEndpoint(vpc, endpointRequests ?? 0),
    });
    const { region } = connection;
    requireProvider(connection, target);
    const ec2 = await memberClient(EC2Client, 'describe-vpc', { accountId, region }, executionName);
    const vpc = await findVpc(ec2, vpcId, accountId, region);
    requireOwned(vpc, accountId, connection);
    const { ipAddressType } = connection.endpoint;
    const cidrBlocks = cidrBlocksOf(vpc, ipAddressType);

    const ownership = await readOwnership(accountId, region, { completes: true });
    const isOwn = async (group: SecurityGroup) => (await ownership.whyNotOwn(seenGroup(group))) === undefined;
    const own = await findOwnEndpoints(ec2, ownership, {
      accountId,
      connection,
      vpcId,
      target,
      takeOver,
      executionName,
    });
    const dead = own.filter((endpoint) => !isLive({ state: stateOf(endpoint) }));
    const ids = {
      retiredEndpointIds: dead.map(idOf).sort(),
      failedEndpointIds: dead.filter((one) => isBroken({ state: stateOf(one) })).map(idOf),
    };
    const [live] = own.filter((endpoint) => !dead.includes(endpoint)).sort(byCreation);
    if (live) {
      requireSameTarget(live, target, connection);
      return decided({
        vpcId,
        cidrBlocks,
        subnetIds: [...(live.SubnetIds ?? [])].sort(),
        securityGroupId: await groupOfEndpoint(ec2, isOwn, connection, live, cidrBlocks),
        endpoint: { vpcEndpointId: idOf(live), state: stateOf(live) },
        isSettled: true,
        settling: null,
        addableSubnetIds: await addableSubnets(ec2, ownership, connection, live),
        ...ids,
      });
    }

    const place = `VPC ${vpcId} of account ${accountId} in ${region}`;
    return patiently(connection, waitingSince, async (isOver) => {
      await requireDns(ec2, vpcId, place, region);
      requireIpv6(vpc, connection, place);
      const subnets = await listSubnets(ec2, [vpcId]);
      const offered = await offeredZones(ec2, connection, target, accountId);
      const subnetIds = chooseSubnets(subnets, {
        vpc: place,
        contract: connection.contract,
        subnets: connection.endpoint.subnets,
        offered,
        ipAddressType,
      });
      const securityGroupId = await securityGroup(ec2, isOwn, connection, vpcId, cidrBlocks, place);
      const settling = settlingOf(subnetIds, seen, waitingSince);
      const isSettled = isOver || Date.now() - settling.since >= SETTLED_AFTER;
      return decided({
        vpcId,
        cidrBlocks,
        subnetIds,
        securityGroupId,
        endpoint: null,
        isSettled,
        settling,
        addableSubnetIds: [],
        ...ids,
      });
    });
  },
);

/**
 * The subnets of a new VPC come one after the other, and an endpoint of the type Resource stays for good in the zones
 * in which it was made. Tools make them within seconds of each other.
 */
const SETTLED_AFTER = 60_000;

function settlingOf(subnetIds: string[], seen: Settling | null | undefined, waitingSince: number): Settling {
  const isSame = seen?.subnetIds.join() === subnetIds.join();
  return { subnetIds, since: isSame && seen ? seen.since : Date.now(), waitingSince };
}

/**
 * A VPC that is still being built is worth waiting for as long as the connection says, and no longer. Host names are
 * switched on by a second call; subnets, their tags and security groups come seconds to minutes after the VPC.
 */
async function patiently<T>(
  { name, endpoint }: Connection,
  since: number,
  look: (isOver: boolean) => Promise<T>,
): Promise<T> {
  const { waitMinutes } = endpoint.subnets;
  const isOver = Date.now() - since >= waitMinutes * 60_000;
  try {
    return await look(isOver);
  } catch (error) {
    if (!(error instanceof SubnetsNotReady || error instanceof VpcNotReady) || !isOver) throw error;
    throw new PreconditionFailed(
      `${error.message} This is so after ${waitMinutes} minutes, which is as long as connection ${name} waits. ` +
        'Repair that, then redrive this execution.',
    );
  }
}

async function findVpc(ec2: EC2Client, vpcId: string, accountId: string, region: string): Promise<Vpc> {
  const missing = () =>
    new VpcNotFound(
      `Account ${accountId} has no VPC ${vpcId} in ${region}. Check the id, the account and the Region.`,
    );
  try {
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
    const vpc = Vpcs?.[0];
    if (!vpc) throw missing();
    return vpc;
  } catch (error) {
    throw codeOf(error) === 'InvalidVpcID.NotFound' ? missing() : error;
  }
}

/**
 * "VPC owners are responsible for creating, managing, and deleting … interface endpoints"; participants may make network
 * interfaces and security groups only (VPC User Guide, "Responsibilities and permissions for owners and participants").
 */
function requireOwned({ VpcId, OwnerId }: Vpc, accountId: string, { name, region }: Connection): void {
  if (!OwnerId || OwnerId === accountId) return;
  throw new PreconditionFailed(
    `VPC ${VpcId} is shared with account ${accountId} in ${region}, and belongs to account ${OwnerId}. Only its owner makes endpoints in it, for all that use it. Nothing was made in it. Let account ${OwnerId} tag it, if connection ${name} is offered to that account: aws ec2 create-tags --region ${region} --resources ${VpcId} --tags Key=${TAG},Value=${name}`,
  );
}

/** An endpoint to what the PrivateLink was before it was created again never leads anywhere again. */
function requireSameTarget(endpoint: VpcEndpoint, target: Target, connection: Connection): void {
  const has = leadsTo(endpoint);
  const { target: wants } = wantedEndpoint(connection, target);
  if (has && has === wants) return;
  throw new PreconditionFailed(
    `VPC endpoint ${idOf(endpoint)} of connection ${connection.name} leads to ${has ?? 'nothing that AWS names'}, but the PrivateLink is now ` +
      `${wants}. The endpoint stays. See "an endpoint that leads to something else" in the runbook.`,
  );
}

/** Private DNS names need both attributes ("View and update DNS attributes for your VPC"). */
async function requireDns(ec2: EC2Client, vpcId: string, place: string, region: string): Promise<void> {
  const isOn = async (Attribute: VpcAttributeName, member: 'EnableDnsSupport' | 'EnableDnsHostnames') => {
    const answer = await ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }));
    return answer[member]?.Value === true;
  };
  const off: [string, string][] = [];
  if (!(await isOn('enableDnsSupport', 'EnableDnsSupport'))) {
    off.push(['enableDnsSupport', '--enable-dns-support']);
  }
  if (!(await isOn('enableDnsHostnames', 'EnableDnsHostnames'))) {
    off.push(['enableDnsHostnames', '--enable-dns-hostnames']);
  }
  if (off.length === 0) return;
  // The API changes one attribute a call.
  const commands = off.map(
    ([, option]) =>
      `aws ec2 modify-vpc-attribute --region ${region} --vpc-id ${vpcId} ${option} '{"Value":true}'`,
  );
  throw new VpcNotReady(
    `${place} has ${off.map(([attribute]) => attribute).join(' and ')} off. Switch on: ${commands.join(' && ')}`,
  );
}

/** AWS does not tell a consumer in which zones a resource configuration is offered. */
async function offeredZones(
  ec2: EC2Client,
  connection: Connection,
  { serviceName }: Target,
  accountId: string,
): Promise<OfferedZones | null> {
  const { contract, name, region } = connection;
  if (contract === 'resource-share') return null;
  if (serviceName === null) {
    throw new InvalidRequest(
      `Connection ${name} is of the contract endpoint-service, but target has no serviceName.`,
    );
  }
  const service = await findService(ec2, serviceName);
  if (!service) {
    throw new TargetNotVisible(`AWS does not offer ${serviceName} to account ${accountId} in ${region} yet.`);
  }
  if (service.Owner) requireOwner(connection, service.Owner, serviceName);
  requireAcceptedAddresses(service, connection, serviceName);
  return zonesOfService(service);
}

/** AWS adds no subnet to an endpoint of the type Resource. What cannot be told adds none. */
async function addableSubnets(
  ec2: EC2Client,
  ownership: Ownership,
  { contract, endpoint: { subnets } }: Connection,
  endpoint: VpcEndpoint,
): Promise<string[]> {
  if (contract === 'resource-share' || !isUsable(endpoint)) return [];
  const service = await findService(ec2, endpoint.ServiceName ?? '');
  if (!service) return [];
  const all = await listSubnets(ec2, [endpoint.VpcId ?? '']);
  const others = otherZones(all, endpoint.SubnetIds ?? [], {
    contract,
    subnets,
    offered: zonesOfService(service),
    ipAddressType: endpoint.IpAddressType,
  });
  return others
    .map(({ subnetId }) => subnetId)
    .filter((subnetId) => !ownership.refuses(idOf(endpoint), subnetId));
}

/** The endpoint's group; null where it is one that the workflow has made and that lacks rules. */
async function groupOfEndpoint(
  ec2: EC2Client,
  isOwn: IsOwn,
  { name, endpoint: { securityGroup: given, allowFrom } }: Connection,
  endpoint: VpcEndpoint,
  cidrBlocks: string[],
): Promise<string | null> {
  const groupId = endpoint.Groups?.[0]?.GroupId ?? null;
  if (given) return groupId;
  const own = await findOwnGroup(ec2, isOwn, endpoint.VpcId ?? '', name);
  return own && own.GroupId === groupId && !letsIn(own, sourcesOf(cidrBlocks, allowFrom)) ? null : groupId;
}

type IsOwn = (group: SecurityGroup) => Promise<boolean>;

/** The security group that this system created in the VPC for the connection. */
async function findOwnGroup(
  ec2: EC2Client,
  isOwn: IsOwn,
  vpcId: string,
  connection: string,
): Promise<SecurityGroup | undefined> {
  for (const group of await listTaggedGroupsIn(ec2, vpcId, connection)) if (await isOwn(group)) return group;
  return undefined;
}

async function securityGroup(
  ec2: EC2Client,
  isOwn: IsOwn,
  { name: connection, endpoint }: Connection,
  vpcId: string,
  cidrBlocks: string[],
  place: string,
): Promise<string | null> {
  const given = endpoint.securityGroup?.name;
  if (given === undefined) {
    const own = await findOwnGroup(ec2, isOwn, vpcId, connection);
    return own && letsIn(own, sourcesOf(cidrBlocks, endpoint.allowFrom)) ? (own.GroupId ?? null) : null;
  }
  const group = await findGroupByName(ec2, vpcId, given);
  if (!group) {
    throw new VpcNotReady(
      `${place} has no security group named ${given}, which connection ${connection} asks for. Create it, or let the connection have a group created.`,
    );
  }
  const closed = portsNotAllowed(group);
  if (closed.length > 0) {
    throw new VpcNotReady(
      `Security group ${given} (${group.GroupId}) of ${place} does not let in TCP ${closed.join(' and ')}. Add ingress rules for these ports.`,
    );
  }
  return group.GroupId ?? null;
}

function idOf(endpoint: VpcEndpoint): string {
  return endpoint.VpcEndpointId ?? '';
}

function byCreation(a: VpcEndpoint, b: VpcEndpoint): number {
  const difference = (a.CreationTimestamp?.getTime() ?? 0) - (b.CreationTimestamp?.getTime() ?? 0);
  return difference || idOf(a).localeCompare(idOf(b));
}
