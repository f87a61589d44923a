import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointAssociationsCommand,
  DescribeVpcEndpointsCommand,
} from '@aws-sdk/client-ec2';
import {
  AcceptResourceShareInvitationCommand,
  GetResourceShareInvitationsCommand,
} from '@aws-sdk/client-ram';
import { listed, reasonOf, stateOf } from '../conversation.ts';
import type { Inquiry } from '../inquiry.ts';

const MINUTE = 60_000;
const ENDPOINT = 'a VPC endpoint in one subnet';

/** Accepts the invitation, creates an endpoint, and asks what AWS and Redis Cloud show of it; then it goes again. */
export async function askEndpoint(inquiry: Inquiry): Promise<void> {
  const { ec2 } = inquiry.options.aws;
  const link = (await inquiry.read()) ?? {};
  const arn = String(link.resourceConfigurationArn);
  let created: string | undefined;
  inquiry.making(ENDPOINT, async () => {
    if (created !== undefined) await removeEndpoint(inquiry, created);
  });
  created = await create(inquiry, arn, true);
  await accept(inquiry, String(link.shareArn));
  created ??= await create(inquiry, arn, false);
  const vpcEndpointId = created!;
  const state = await inquiry.until(
    async () => {
      const { VpcEndpoints } = await ec2.send(
        new DescribeVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] }),
      );
      const now = stateOf(VpcEndpoints?.[0]?.State);
      return now.startsWith('pending') ? undefined : now;
    },
    20 * MINUTE,
    2_000,
  );
  if (state !== 'available' && state !== 'partial') {
    throw new Error(`The endpoint is ${state ?? 'still pending after 20 minutes'}.`);
  }
  const names = await askAssociations(inquiry, vpcEndpointId, state, listed(link.databases).length);
  await askConnection(inquiry, names);
  await remove(inquiry, vpcEndpointId);
}

async function accept({ options }: Inquiry, shareArn: string): Promise<void> {
  const { ram } = options.aws;
  for (let looks = 0; looks < 60; looks += 1) {
    const { resourceShareInvitations = [] } = await ram
      .send(new GetResourceShareInvitationsCommand({ resourceShareArns: [shareArn] }))
      .catch((error: Error) => {
        // How RAM answers about a share that the account does not see yet.
        if (!/^(UnknownResource|ResourceArnNotFound)Exception$/.test(error.name)) throw error;
        return { resourceShareInvitations: [] };
      });
    const pending = resourceShareInvitations.find(({ status }) => status === 'PENDING');
    if (pending) {
      const { resourceShareInvitationArn } = pending;
      await ram.send(new AcceptResourceShareInvitationCommand({ resourceShareInvitationArn }));
      return;
    }
    await options.sleep(3_000);
  }
  throw new Error('The account sees no invitation to the share after three minutes.');
}

/** The subnets of the VPC in which there is room: a resource endpoint takes sixteen addresses. */
async function subnetsIn({ options }: Inquiry): Promise<string[]> {
  const { vpcId, aws } = options;
  const { Subnets } = await aws.ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  return (Subnets ?? []).flatMap(({ SubnetId, AvailableIpAddressCount = 0 }) =>
    SubnetId && AvailableIpAddressCount >= 16 ? [SubnetId] : [],
  );
}

function request({ options }: Inquiry, ResourceConfigurationArn: string, subnetId: string) {
  const { vpcId, connection } = options;
  const { privateDns } = connection.endpoint;
  return new CreateVpcEndpointCommand({
    VpcId: vpcId,
    SubnetIds: [subnetId],
    VpcEndpointType: 'Resource',
    ResourceConfigurationArn,
    PrivateDnsEnabled: privateDns,
    ...(privateDns && { DnsOptions: { PrivateDnsPreference: 'VERIFIED_DOMAINS_ONLY' } }),
    TagSpecifications: [
      { ResourceType: 'vpc-endpoint', Tags: [{ Key: 'redis-privatelink:probe', Value: 'true' }] },
    ],
  });
}

/** @param hidden whether the share is not accepted yet: then the refusal is what is asked */
async function create(inquiry: Inquiry, arn: string, hidden: boolean): Promise<string | undefined> {
  const { ec2 } = inquiry.options.aws;
  let refusal = 'no subnet has sixteen free addresses';
  for (const subnetId of await subnetsIn(inquiry)) {
    const vpcEndpointId = await inquiry.until(
      async () => {
        try {
          return (await ec2.send(request(inquiry, arn, subnetId))).VpcEndpoint?.VpcEndpointId;
        } catch (error) {
          const { name, message } = error as Error;
          refusal = `${name}: ${message}`;
          if (hidden) inquiry.found('hidden-target', codeIn(name), name);
          return undefined;
        }
      },
      hidden ? 0 : MINUTE,
    );
    if (vpcEndpointId !== undefined || hidden) return vpcEndpointId;
  }
  if (hidden) return undefined;
  throw new Error(`AWS makes no endpoint in ${inquiry.options.vpcId}: ${refusal}`);
}

function codeIn(name: string): string | null {
  const known = ['InvalidServiceName', 'InvalidResourceConfigurationArn.NotFound', 'InvalidParameterValue'];
  return known.includes(name) ? name : null;
}

/** @returns the private names that AWS gives in the end */
async function askAssociations(
  inquiry: Inquiry,
  vpcEndpointId: string,
  state: string,
  databases: number,
): Promise<string[]> {
  const { ec2 } = inquiry.options.aws;
  const look = async () => {
    const listing = new DescribeVpcEndpointAssociationsCommand({ VpcEndpointIds: [vpcEndpointId] });
    return (await ec2.send(listing)).VpcEndpointAssociations ?? [];
  };
  const isReady = (all: Awaited<ReturnType<typeof look>>) =>
    all.length >= databases && all.every(({ DnsEntry, FailureCode }) => DnsEntry || FailureCode);
  const first = await look();
  const last =
    (await inquiry.until(
      async () => {
        const all = await look();
        return isReady(all) ? all : undefined;
      },
      10 * MINUTE,
      2_000,
    )) ?? (await look());
  inquiry.found(
    'endpoint-associations',
    isReady(first) ? 'together' : 'one-by-one',
    `${first.filter(({ DnsEntry }) => DnsEntry).length} of ${databases} databases had a name when the endpoint was available, ${last.filter(({ DnsEntry }) => DnsEntry).length} in the end`,
  );
  const failed = last.filter(({ FailureCode }) => FailureCode).length;
  inquiry.found(
    'failed-association',
    failed === 0 ? 'none' : state === 'partial' ? 'partial' : 'available',
    `${failed} associations have a FailureCode, the endpoint is ${state}`,
  );
  return last.flatMap(({ PrivateDnsEntry }) => PrivateDnsEntry?.DnsName ?? []);
}

async function askConnection(inquiry: Inquiry, names: readonly string[]): Promise<void> {
  const { redis, link, options } = inquiry;
  const isOwn = ({ type }: Record<string, unknown>) => stateOf(type) === 'vpc-endpoint';
  const seen = await inquiry.until(async () => {
    const now = await inquiry.read();
    return listed(now?.connections).some(isOwn) ? now : undefined;
  }, 2 * MINUTE);
  const connections = listed(seen?.connections);
  const own = connections.find(isOwn);
  const foreign = connections.find(({ type }) => stateOf(type) === 'service-network');
  inquiry.found('connection-type', own ? String(own.type) : null, `the type is ${own?.type ?? 'not shown'}`);
  inquiry.found(
    'service-networks',
    foreign ? String(foreign.type) : 'not-listed',
    foreign ? `one is listed as ${foreign.type}` : 'none is listed; whether the account has one, you know',
  );
  const endpoints = listed(seen?.databases).map(({ rlEndpoint }) => String(rlEndpoint ?? ''));
  inquiry.found('database-endpoint', kindOf(endpoints, names), `beside ${names.length} private names`);
  if (!own) return;
  const { associationId, type } = own;
  const connection = { associationId, type, principalId: String(own.ownerId ?? options.accountId) };
  const cut = await redis.finish('POST', `${link}/connections/disassociate`, { connections: [connection] });
  const isCut = cut.answer.status < 300 && cut.error === null;
  const isRefused = /PRINCIP|INVALID/.test(reasonOf(cut.error)) || cut.answer.status === 400;
  inquiry.found(
    'disassociation-principal',
    isCut ? 'owner' : isRefused ? 'other' : null,
    isCut ? 'it was disassociated' : reasonOf(cut.error) || `HTTP ${cut.answer.status}`,
  );
}

function kindOf(endpoints: readonly string[], names: readonly string[]): string | null {
  const own = endpoints.map((endpoint) => endpoint.replace(/:\d+$/, '')).filter((name) => name !== '');
  if (endpoints.length === 0) return null;
  if (own.length === 0) return 'empty';
  if (own.every((name) => /^(arn:.*\/)?rcfg-/.test(name))) return 'aws-id';
  if (own.some((name) => names.includes(name))) return 'private-name';
  return names.length > 0 ? 'other-name' : null;
}

async function remove(inquiry: Inquiry, vpcEndpointId: string): Promise<void> {
  await removeEndpoint(inquiry, vpcEndpointId);
  inquiry.unmade(ENDPOINT);
}

async function removeEndpoint(inquiry: Inquiry, vpcEndpointId: string): Promise<void> {
  const { ec2 } = inquiry.options.aws;
  await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] }));
  const gone = await inquiry.until(async () => {
    const { VpcEndpoints = [] } = await ec2
      .send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] }))
      .catch((error: Error) => {
        if (error.name === 'InvalidVpcEndpointId.NotFound') return { VpcEndpoints: [] };
        throw error;
      });
    return VpcEndpoints.every(({ State }) => stateOf(State) === 'deleted') ? true : undefined;
  }, 20 * MINUTE);
  if (!gone) throw new Error(`${vpcEndpointId} is still there: aws ec2 delete-vpc-endpoints`);
}
