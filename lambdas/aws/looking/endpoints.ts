import type { EC2Client, Subnet, VpcEndpoint, VpcEndpointAssociation } from '@aws-sdk/client-ec2';
import { readHandedOver } from '../../shared/coordination/handed-over.ts';
import { plain } from '../../shared/runtime/text.ts';
import { configuration } from '../../shared/workflows/configuration.ts';
import { associationsWith, hasAssociations, listAssociations, namesOf } from '../resources/dns-names.ts';
import { findService, zonesOfService } from '../resources/endpoint-services.ts';
import { GROUP_TYPE, type Ownership, seenEndpoint } from '../resources/ownership.ts';
import { digestOf, parameterTree } from '../resources/parameter-tree.ts';
import type { Stray } from '../resources/strays.ts';
import { listSubnets, type OfferedZones, type OtherZone, otherZones } from '../resources/subnets.ts';
import { CONNECTION_TAG, ownFilters, tagValue } from '../resources/tags.ts';
import { isUsable, listEndpoints, listEndpointsById, stateOf } from '../resources/vpc-endpoints.ts';

/** A VPC endpoint of this system, of any connection. */
export interface OwnEndpoint {
  vpcEndpointId: string;
  vpcId: string;
  /** The connection's name. */
  connection: string;
  state: string;
  /** ISO time; null where AWS does not say. */
  createdAt: string | null;
  subnetIds: string[];
  securityGroupIds: string[];
  /** What its parameters must be, by {@link digestOf}; null as long as its names are not known. */
  parameters: string | null;
  /** How many resources can be reached through it, the metrics among them; null where AWS does not tell. */
  reached: number | null;
  /** What AWS says has failed, in words. */
  failed: string[];
  /** Zones of its VPC in which it could be and is not; whether AWS has refused to add it there. */
  otherZones: (OtherZone & { isRefused: boolean })[];
}

/** Failures that are told: all have the same cause as a rule. */
const MAX_FAILED = 3;

/**
 * The VPC endpoints that this system created in the account and Region, dead ones that AWS still shows included, in the
 * order of their ids.
 *
 * @param zones whether to look for zones in which they could be, too.
 * @returns `strays`: those with its tags that it has not made, and those that it has made and that lack its tags.
 */
export async function endpointsIn(
  ec2: EC2Client,
  ownership: Ownership,
  { zones }: { zones: boolean },
): Promise<{ endpoints: OwnEndpoint[]; strays: Stray[] }> {
  const own: VpcEndpoint[] = [];
  const strays: Stray[] = [];
  for (const endpoint of await listTaggedOrMade(ec2, ownership)) {
    const seen = seenEndpoint(endpoint);
    const why = await ownership.whyNotOwn(seen);
    const record = ownership.made.find(({ id }) => id === seen.id);
    if (why === undefined) own.push(endpoint);
    else if (stateOf(endpoint) !== 'deleted') {
      const connection = record?.connection ?? plain(seen.connection ?? '', 64);
      strays.push({ id: seen.id, vpcId: seen.vpcId, connection, why });
    }
  }
  const isNamed = own.some((endpoint) => hasAssociations(endpoint) && isUsable(endpoint));
  const associations = isNamed ? await listAssociations(ec2) : [];
  const usable = zones ? own.filter(isUsable) : [];
  const configurations = await configurationsBehind(own);
  const vpcIds = [...new Set(usable.map(({ VpcId = '' }) => VpcId))];
  const subnets = await listSubnets(ec2, vpcIds);
  const offered = await zonesOfServices(ec2, usable);
  const endpoints = own.map(
    (endpoint): OwnEndpoint => ({
      vpcEndpointId: endpoint.VpcEndpointId ?? '',
      vpcId: endpoint.VpcId ?? '',
      connection: tagValue(endpoint.Tags, CONNECTION_TAG) ?? '',
      state: stateOf(endpoint),
      createdAt: endpoint.CreationTimestamp?.toISOString() ?? null,
      subnetIds: [...(endpoint.SubnetIds ?? [])].sort(),
      securityGroupIds: (endpoint.Groups ?? []).map(({ GroupId }) => GroupId ?? '').sort(),
      ...namesIn(endpoint, associations, configurations),
      otherZones: (usable.includes(endpoint) ? otherZonesOf(endpoint, subnets, offered) : []).map((one) => ({
        ...one,
        isRefused: ownership.refuses(endpoint.VpcEndpointId ?? '', one.subnetId),
      })),
    }),
  );
  return { endpoints: endpoints.sort((a, b) => a.vpcEndpointId.localeCompare(b.vpcEndpointId)), strays };
}

async function listTaggedOrMade(ec2: EC2Client, { made }: Ownership): Promise<VpcEndpoint[]> {
  const tagged = await listEndpoints(ec2, ownFilters());
  const seen = new Set(tagged.map(({ VpcEndpointId }) => VpcEndpointId));
  const unseen = made.filter(({ id, type, isGoing }) => type !== GROUP_TYPE && !isGoing && !seen.has(id));
  return [...tagged, ...(await listEndpointsById(ec2, unseen))];
}

/** The zones of each endpoint service that AWS shows, by its name. */
async function zonesOfServices(ec2: EC2Client, endpoints: VpcEndpoint[]): Promise<Map<string, OfferedZones>> {
  const interfaces = endpoints.filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
  const zones = new Map<string, OfferedZones>();
  for (const name of new Set(interfaces.map(({ ServiceName = '' }) => ServiceName))) {
    const service = await findService(ec2, name);
    if (service) zones.set(name, zonesOfService(service));
  }
  return zones;
}

/** None where the connection is not configured any more, or AWS does not show the service. */
function otherZonesOf(
  { Tags, VpcId, VpcEndpointType, ServiceName = '', SubnetIds = [], IpAddressType }: VpcEndpoint,
  subnets: Subnet[],
  zones: ReadonlyMap<string, OfferedZones>,
): OtherZone[] {
  const name = tagValue(Tags, CONNECTION_TAG);
  const connection = configuration().connections.find((one) => one.name === name);
  const offered = VpcEndpointType === 'Interface' ? zones.get(ServiceName) : null;
  if (!connection || offered === undefined) return [];
  const { contract, endpoint } = connection;
  const here = subnets.filter((subnet) => subnet.VpcId === VpcId);
  const { subnets: wanted } = endpoint;
  return otherZones(here, SubnetIds, { contract, subnets: wanted, offered, ipAddressType: IpAddressType });
}

/** The resource configuration of each connection that has endpoints of a service network here, by its name. */
async function configurationsBehind(endpoints: VpcEndpoint[]): Promise<Map<string, string>> {
  const configurations = new Map<string, string>();
  const through = endpoints.filter(({ VpcEndpointType }) => VpcEndpointType === 'ServiceNetwork');
  for (const name of new Set(through.map(({ Tags }) => tagValue(Tags, CONNECTION_TAG) ?? ''))) {
    const handedOver = await readHandedOver(name);
    if (handedOver) configurations.set(name, handedOver.resourceConfigurationArn);
  }
  return configurations;
}

/** None where it is not known what is shared. */
function ofConnection(arn: string | undefined, associations: VpcEndpointAssociation[]) {
  return arn === undefined ? [] : associationsWith(arn, associations);
}

function namesIn(
  endpoint: VpcEndpoint,
  associations: VpcEndpointAssociation[],
  configurations: ReadonlyMap<string, string>,
): Pick<OwnEndpoint, 'parameters' | 'reached' | 'failed'> {
  if (!isUsable(endpoint)) return { parameters: null, reached: null, failed: [] };
  const { VpcEndpointId = '', VpcEndpointType, VpcId = '', Tags } = endpoint;
  const connection = tagValue(Tags, CONNECTION_TAG) ?? '';
  const all = associations.filter((association) => association.VpcEndpointId === VpcEndpointId);
  const own = VpcEndpointType === 'ServiceNetwork' ? ofConnection(configurations.get(connection), all) : all;
  const { endpoints, failed } = namesOf(endpoint, own);
  const tree = parameterTree(connection, VpcId, VpcEndpointId, endpoints);
  return {
    parameters: endpoints.length > 0 ? digestOf(tree) : null,
    reached: hasAssociations(endpoint) ? endpoints.length : null,
    failed: failed.slice(0, MAX_FAILED),
  };
}
