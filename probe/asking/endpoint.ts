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
  ListPendingInvitationResourcesCommand,
} from '@aws-sdk/client-ram';
import { listed, reasonOf, stateOf } from '../conversation.ts';
import type { Inquiry } from '../inquiry.ts';

const MINUTE = 60_000;
const ENDPOINT = 'a VPC endpoint in one subnet';

/** Accepts the invitation, creates an endpoint, and asks what AWS and Redis Cloud show of it; then it goes again. */
export async function askEndpoint(inquiry: Inquiry): Promise<void> {
  const link = (await inquiry.read()) ?? {};
  const target = String(inquiry.isShare ? link.resourceConfigurationArn : link.serviceName);
  let created: string | undefined;
  inquiry.making(ENDPOINT, async () => {
    if (created !== undefined) await removeEndpoint(inquiry, created);
  });
  // The principal of an endpoint service is admitted already: nothing is hidden from it.
  if (inquiry.isShare) {
    created = await create(inquiry, target, true);
    await accept(inquiry, String(link.shareArn));
  }
  created ??= await create(inquiry, target, false);
  const vpcEndpointId = created!;
  const state = await inquiry.until(
    async () => {
      const now = await stateIn(inquiry, vpcEndpointId);
      // A new endpoint may not be shown yet.
      return now === null || now.startsWith('pending') ? undefined : now;
    },
    20 * MINUTE,
    2_000,
  );
  if (state !== 'available' && state !== 'partial') {
    throw new Error(`The endpoint is ${state ?? 'still pending after 20 minutes'}.`);
  }
  if (inquiry.isShare) {
    const names = await askAssociations(inquiry, vpcEndpointId, state, listed(link.databases).length);
    await askConnection(inquiry, names);
  } else await cutService(inquiry, vpcEndpointId);
  await remove(inquiry, vpcEndpointId);
}

async function accept(inquiry: Inquiry, shareArn: string): Promise<void> {
  const { options } = inquiry;
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
      const { resources = [] } = await ram.send(
        new ListPendingInvitationResourcesCommand({ resourceShareInvitationArn }),
      );
      const types = resources.map(({ type }) => type).join(', ');
      inquiry.found('pending-resources', types ? 'listed' : 'nothing', `it lists ${types || 'nothing'}`);
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

function request({ options, isShare }: Inquiry, target: string, subnetId: string) {
  const { vpcId, connection } = options;
  const { privateDns } = connection.endpoint;
  const resource = {
    VpcEndpointType: 'Resource' as const,
    ResourceConfigurationArn: target,
    PrivateDnsEnabled: privateDns,
    ...(privateDns && { DnsOptions: { PrivateDnsPreference: 'VERIFIED_DOMAINS_ONLY' } }),
  };
  // Private names of a service may be taken by an endpoint that is there, and tell nothing here.
  const service = { VpcEndpointType: 'Interface' as const, ServiceName: target, PrivateDnsEnabled: false };
  return new CreateVpcEndpointCommand({
    VpcId: vpcId,
    SubnetIds: [subnetId],
    ...(isShare ? resource : service),
    TagSpecifications: [
      { ResourceType: 'vpc-endpoint', Tags: [{ Key: 'redis-privatelink:probe', Value: 'true' }] },
    ],
  });
}

/** Redis Cloud lets the endpoint of its service go, so that the PrivateLink can be deleted. */
async function cutService(inquiry: Inquiry, vpcEndpointId: string): Promise<void> {
  const { redis, link } = inquiry;
  const isOwn = ({ endpointId }: Record<string, unknown>) => endpointId === vpcEndpointId;
  const seen = await inquiry.until(async () => {
    const now = await inquiry.read();
    return listed(now?.connections).some(isOwn) ? now : undefined;
  }, 2 * MINUTE);
  if (seen) await redis.finish('PUT', `${link}/connections/disassociate`, { endpointIds: [vpcEndpointId] });
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

/** The endpoint's state; null where AWS does not show it. */
async function stateIn({ options }: Inquiry, vpcEndpointId: string): Promise<string | null> {
  const { VpcEndpoints = [] } = await options.aws.ec2
    .send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] }))
    .catch((error: Error) => {
      if (error.name === 'InvalidVpcEndpointId.NotFound') return { VpcEndpoints: [] };
      throw error;
    });
  return VpcEndpoints[0] ? stateOf(VpcEndpoints[0].State) : null;
}

async function removeEndpoint(inquiry: Inquiry, vpcEndpointId: string): Promise<void> {
  const { ec2 } = inquiry.options.aws;
  // What is not known may be new, or gone: its deletion is asked for again for a while.
  await inquiry.until(async () => {
    const deletion = new DeleteVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] });
    const { Unsuccessful = [] } = await ec2.send(deletion);
    return Unsuccessful.length === 0 ? true : undefined;
  }, MINUTE);
  const gone = await inquiry.until(async () => {
    const state = await stateIn(inquiry, vpcEndpointId);
    return state === null || state === 'deleted' ? true : undefined;
  }, 20 * MINUTE);
  if (!gone) throw new Error(`${vpcEndpointId} is still there: aws ec2 delete-vpc-endpoints`);
}
