import { createHash } from 'node:crypto';
import { CreateVpcEndpointCommand, type CreateVpcEndpointCommandInput, EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { codeOf } from '../shared/aws/errors.ts';
import {
  AccessDenied,
  AwsUnavailable,
  EndpointAlreadyRequested,
  PreconditionFailed,
  ShareNotAccepted,
  TargetNotVisible,
  VpcNotFound,
} from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { requireProvider } from '../shared/workflows/provider.ts';
import { memberClient } from './call/member-account.ts';
import {
  AccountId,
  Connection,
  Execution,
  SecurityGroupId,
  SubnetId,
  Target,
  VpcId,
} from './call/payload.ts';
import { type Creation, forgetCreation, noteCreation } from './resources/creations.ts';
import { expectedEndpointSeconds } from './resources/endpoint-durations.ts';
import { findService } from './resources/endpoint-services.ts';
import { recordMade } from './resources/ownership.ts';
import { type RefusedSubnet, refusedSubnets } from './resources/refused-subnets.ts';
import { ownTags } from './resources/tagging.ts';
import { requireTarget, wantedEndpoint } from './resources/targets.ts';
import { needsIpv6 } from './resources/vpcs.ts';

const Payload = z.object({
  accountId: AccountId,
  connection: Connection,
  vpcId: VpcId,
  subnetIds: z.array(SubnetId).check(z.minLength(1)),
  securityGroupId: SecurityGroupId,
  target: Target,
  /** False if this execution has not accepted the resource share, because it seems to be accepted. */
  shareAccepted: z._default(z.boolean(), true),
  retiredEndpointIds: z.array(z.string()),
  /** How often this execution has looked at the VPC and not found the endpoint. */
  attempt: z._default(z.int(), 1),
  executionName: Execution,
});
type Payload = z.output<typeof Payload>;

/**
 * Requests the connection's VPC endpoint. Requested twice for the same VPC, target and history, AWS creates one: the
 * request is noted with its client token, and made again as it was noted. What AWS answers to it is this system's own,
 * which no tag can bring about, and is recorded before anything rests on it.
 *
 * A refusal that names a subnet or a zone leaves it out, and the others are asked for.
 *
 * @returns `leftOut`: the subnets that AWS refuses, in words; the endpoint is in the others. `requested`: for whoever awaits it.
 * @throws EndpointAlreadyRequested when AWS knows another request under the token: look at the VPC again.
 * @throws TargetNotVisible when AWS does not offer the target to the account yet, which follows acceptance.
 * @throws ShareNotAccepted in its place where the execution has not accepted the share: that may be why.
 * @throws UntrustedTarget when the target cannot be a provider's, or not the one's that the configuration names.
 * @throws QuotaExceeded when the VPC or the account can have no more endpoints.
 * @throws PreconditionFailed when AWS refuses all subnets or leaves too few, or refuses the security group or private DNS.
 */
export const handler = defineHandler(Payload, async (payload) => {
  const { accountId, connection, target, executionName, vpcId } = payload;
  requireProvider(connection, target);
  const ec2 = await memberClient(
    EC2Client,
    'create-vpc-endpoint',
    { accountId, region: connection.region },
    executionName,
  );
  const request = {
    VpcId: payload.vpcId,
    SecurityGroupIds: [payload.securityGroupId],
    TagSpecifications: ownTags('vpc-endpoint', connection.name, executionName),
    ...(connection.contract === 'resource-share'
      ? latticeEndpoint(payload)
      : await interfaceEndpoint(ec2, payload)),
  };
  let subnetIds = payload.subnetIds;
  let addresses = addressing(connection);
  const refused: RefusedSubnet[] = [];
  for (;;) {
    const ClientToken = clientToken(payload, refused, addresses);
    const creation = { accountId, connection: connection.name, vpcId, token: ClientToken };
    const noted = await noteCreation(creation, {
      ...withAddresses(request, addresses),
      SubnetIds: subnetIds,
    });
    subnetIds = noted.SubnetIds;
    try {
      const { VpcEndpoint } = await ec2.send(new CreateVpcEndpointCommand({ ...noted, ClientToken }));
      const vpcEndpointId = VpcEndpoint?.VpcEndpointId;
      if (!vpcEndpointId) throw new AwsUnavailable('AWS has answered without the id of the VPC endpoint.');
      await record(creation, vpcEndpointId, payload);
      const leftOut = refused.map(({ subnetId, why }) => `AWS refuses ${subnetId}: ${why}`);
      const { type } = wantedEndpoint(connection, target);
      const expectedSeconds = await expectedEndpointSeconds(connection.region, type);
      const requested = { vpcEndpointId, at: new Date().toISOString(), expectedSeconds };
      return { vpcEndpointId, subnetIds, leftOut, requested };
    } catch (error) {
      if (isRefusal(error)) await forgetCreation(creation);
      if (addresses.DnsRecordIpType !== undefined && isAboutRecords(error)) {
        addresses = { IpAddressType: addresses.IpAddressType };
        continue;
      }
      const more = isAboutTheVpc(error) ? await refusedSubnets(ec2, subnetIds, error.message) : [];
      refused.push(...more);
      const left = subnetIds.filter((id) => !more.some(({ subnetId }) => subnetId === id));
      if (more.length === 0 || left.length < connection.endpoint.subnets.minimumZones) {
        throw explain(error, payload, more.length > 0);
      }
      subnetIds = left;
    }
  }
});

async function record(creation: Creation, id: string, { connection, target, executionName }: Payload) {
  const { accountId, vpcId } = creation;
  const { name, region } = connection;
  const wanted = wantedEndpoint(connection, target);
  const made = { type: wanted.type, target: wanted.target ?? '' };
  await recordMade(accountId, { id, vpcId, connection: name, region, ...made }, executionName);
  await forgetCreation(creation);
}

/** Which addresses the endpoint gets, and its names lead to. Nothing is said of what is so by default. */
interface Addresses {
  IpAddressType?: 'dualstack' | 'ipv6' | undefined;
  DnsRecordIpType?: 'dualstack' | 'ipv6' | undefined;
}

function addressing({ endpoint: { ipAddressType } }: Connection): Addresses {
  return needsIpv6(ipAddressType) ? { IpAddressType: ipAddressType, DnsRecordIpType: ipAddressType } : {};
}

function withAddresses(
  request: CreateVpcEndpointCommandInput,
  { IpAddressType, DnsRecordIpType }: Addresses,
): CreateVpcEndpointCommandInput {
  return {
    ...request,
    ...(IpAddressType && { IpAddressType }),
    ...(DnsRecordIpType && { DnsOptions: { ...request.DnsOptions, DnsRecordIpType } }),
  };
}

/** AWS documents types of DNS records for endpoints of services; of others it may take none, and has its own. */
function isAboutRecords(error: unknown): boolean {
  return error instanceof Error && /dns ?record ?ip ?type/i.test(error.message);
}

/**
 * Whether it is sure that AWS has made nothing for the request as it was noted. Where it knows another request under the
 * token, it has not taken this one: a note that stays would let another endpoint be made beside one of others.
 */
function isRefusal(error: unknown): boolean {
  return !(error instanceof AwsUnavailable || error instanceof AccessDenied);
}

/** Whether AWS refuses what the VPC has. */
function isAboutTheVpc(error: unknown): error is Error {
  return /Subnet|Zone|^InvalidParameter|^InvalidRequest$|^Unsupported/.test(codeOf(error));
}

/**
 * The same for all who want this endpoint, whatever subnets they have found, and another one after an endpoint
 * has died or has not shown up: AWS would otherwise answer with the dead one. EC2 allows 64 ASCII characters.
 */
function clientToken(
  { accountId, connection, vpcId, target, retiredEndpointIds, attempt }: Payload,
  refused: RefusedSubnet[],
  addresses: Addresses,
): string {
  const { name, region } = connection;
  const { resourceConfigurationArn, serviceName } = target;
  // A token may stay with the request that was refused.
  const without = refused.map(({ subnetId }) => subnetId).sort();
  const where = connection.serviceNetwork
    ? [connection.serviceNetwork.arn]
    : [resourceConfigurationArn, serviceName];
  const identity = [accountId, region, vpcId, name, ...where];
  const asked = Object.entries(addresses).map(([member, type]) => `${member} ${type}`);
  return createHash('sha256')
    .update(JSON.stringify([...identity, [...retiredEndpointIds].sort(), attempt, ...without, ...asked]))
    .digest('hex');
}

/** To the resource configuration, or to the service network that it is associated with. */
function latticeEndpoint({ connection, target }: Payload): Partial<CreateVpcEndpointCommandInput> {
  const wanted = wantedEndpoint(connection, target);
  const arn = requireTarget(connection, wanted);
  const { privateDns } = connection.endpoint;
  return {
    ...(wanted.type === 'ServiceNetwork'
      ? { VpcEndpointType: wanted.type, ServiceNetworkArn: arn }
      : { VpcEndpointType: 'Resource' as const, ResourceConfigurationArn: arn }),
    PrivateDnsEnabled: privateDns,
    ...(privateDns && { DnsOptions: { PrivateDnsPreference: 'VERIFIED_DOMAINS_ONLY' } }),
  };
}

async function interfaceEndpoint(
  ec2: EC2Client,
  { connection, target, accountId }: Payload,
): Promise<Partial<CreateVpcEndpointCommandInput>> {
  const serviceName = requireTarget(connection, wantedEndpoint(connection, target));
  const privateDns = connection.endpoint.privateDns && (await hasPrivateDns(ec2, serviceName, accountId));
  return { VpcEndpointType: 'Interface', ServiceName: serviceName, PrivateDnsEnabled: privateDns };
}

/** AWS refuses private DNS for a service that has no private DNS name, or whose name is not verified. */
async function hasPrivateDns(ec2: EC2Client, serviceName: string, accountId: string): Promise<boolean> {
  const service = await findService(ec2, serviceName);
  if (!service) throw new TargetNotVisible(`AWS does not offer ${serviceName} to account ${accountId} yet.`);
  return service.PrivateDnsName !== undefined && service.PrivateDnsNameVerificationState === 'verified';
}

/** What AWS's refusal means here; codes of "Error codes for the Amazon EC2 API". */
function explain(
  error: unknown,
  { accountId, connection, vpcId, target, securityGroupId, shareAccepted }: Payload,
  namesSubnets: boolean,
): unknown {
  const code = codeOf(error);
  const said = `AWS says: ${error instanceof Error ? error.message : String(error)} (${code})`;
  const endpoint = `The VPC endpoint of connection ${connection.name} in VPC ${vpcId} of account ${accountId} in ${connection.region}`;
  if (code === 'IdempotentParameterMismatch') {
    return new EndpointAlreadyRequested(`${endpoint} has been requested by another execution. ${said}`);
  }
  if (!namesSubnets && isAboutTheTarget(error)) {
    const wanted = wantedEndpoint(connection, target);
    const isDoubtful = wanted.type === 'Resource' && !shareAccepted;
    const NotYet = isDoubtful ? ShareNotAccepted : TargetNotVisible;
    const advice =
      wanted.type === 'ServiceNetwork'
        ? ' Let the owner of the service network share it with this account, or the organization, through AWS RAM.'
        : '';
    return new NotYet(`AWS does not offer ${wanted.target} to account ${accountId} yet. ${said}${advice}`);
  }
  if (/^InvalidVpcI[dD]\.NotFound$/.test(code))
    return new VpcNotFound(`${endpoint}: the VPC is gone. ${said}`);
  if (/^Invalid(Group|SecurityGroupID)\.NotFound$/.test(code)) {
    return new AwsUnavailable(`AWS does not know the security group ${securityGroupId} yet. ${said}`);
  }
  if (isAboutAddresses(error)) {
    const { ipAddressType = 'ipv4' } = connection.endpoint;
    return new PreconditionFailed(
      `${endpoint} cannot have addresses of the type ${ipAddressType}. ${said}. Let the subnets have such addresses, or change endpoint.ipAddressType of the connection and deploy the hub.`,
    );
  }
  if (isAboutTheVpc(error)) {
    return new PreconditionFailed(`${endpoint} cannot be created as the VPC is. ${said}`);
  }
  return error;
}

/** Whether AWS refuses the type of addresses, by whatever code. */
function isAboutAddresses(error: unknown): boolean {
  return error instanceof Error && isAboutTheVpc(error) && /ip ?address ?type/i.test(error.message);
}

/**
 * Whether AWS does not offer the target (yet). It has codes of its own for that, and also says `InvalidParameter…` of
 * a resource configuration that was shared just now.
 */
function isAboutTheTarget(error: unknown): boolean {
  const code = codeOf(error);
  if (/^Invalid(ServiceName|ResourceConfiguration|ServiceNetwork|VpcEndpointService)/.test(code)) return true;
  if (isAboutAddresses(error)) return false;
  const { message } = error as Error;
  return (
    /^InvalidParameter/.test(code) && /(resource ?configuration|service ?network)|\b(rcfg|sn)-/i.test(message)
  );
}
