import type { Lab } from '../harness.ts';
import type { Guard } from './guard.ts';
import type { People } from './people.ts';

const REGION = 'us-east-1';

/** What there is to compare, each in words. */
export interface State {
  /** `<connection> <account>` of whom Redis Cloud admits, but for accounts that may be admitted and need not be. */
  principals: string[];
  /** `<connection> <account> <VPC>` of endpoints. */
  endpoints: string[];
  /** `<account> <VPC>` of this system's security groups. */
  groups: string[];
  /** Endpoints that applications are told of. */
  parameters: string[];
}

/** What should be, by the organization, the tags of its VPCs and the configuration; and who may be admitted. */
export async function desired(lab: Lab, people: People): Promise<{ state: State; offered: Set<string> }> {
  const { accounts, configuration } = lab.cloud;
  const state: State = { principals: [], endpoints: [], groups: [], parameters: [] };
  const needed = new Set<string>();
  const byHand = await standing(lab);
  const offered = new Set<string>();
  for (const accountId of people.accounts.keys()) {
    if (!accounts.isActive(accountId)) continue;
    const unit = accounts.parentOf(accountId)!;
    const here = configuration.connections.filter(({ accounts }) =>
      accounts?.organizationalUnits?.includes(unit),
    );
    const { Vpcs } = await lab.call<{ Vpcs: { VpcId: string; Tags?: { Key: string; Value: string }[] }[] }>(
      'ec2',
      'DescribeVpcs',
      {},
      { accountId, region: REGION },
    );
    for (const { name, region } of here) {
      offered.add(`${name} ${accountId}`);
      for (const { VpcId, Tags = [] } of Vpcs) {
        const asked = Tags.find(({ Key }) => Key === 'redis-privatelink')?.Value.split(' ') ?? [];
        const said = byHand.get(`${accountId}#${name}#${VpcId}`);
        if (region !== REGION || !(asked.includes(name) || said === 'wish')) continue;
        if (said === 'refusal') continue;
        needed.add(`${name} ${accountId}`);
        state.endpoints.push(`${name} ${accountId} ${VpcId}`);
        state.groups.push(`${accountId} ${VpcId}`);
      }
    }
  }
  state.principals = [...needed].filter((principal) => !people.theirs.has(principal));
  state.parameters = [...state.endpoints];
  return { state: sorted(state), offered };
}

/**
 * What is, as Redis Cloud, the provider and the accounts show it. An account that this system cannot enter any more
 * keeps what cannot be used; there only what can be used counts, and of that what nobody is told of.
 *
 * @param report of the last reconciliation
 * @param works states of an endpoint that can be used
 */
export async function actual(
  lab: Lab,
  people: People,
  guard: Guard,
  report: string,
  works: readonly string[],
): Promise<State> {
  const { accounts, configuration } = lab.cloud;
  const state: State = { principals: [], endpoints: [], groups: [], parameters: [] };
  const names = new Map<unknown, string>();
  for (const { name, subscriptionId, activeActiveRegionId } of configuration.connections) {
    const link = lab.redisCloud.privateLink(subscriptionId, activeActiveRegionId);
    if (!link) continue;
    names.set(link.resourceConfigurationArn ?? link.serviceName, name);
    for (const accountId of admitted(lab, subscriptionId, activeActiveRegionId)) {
      if (!people.theirs.has(`${name} ${accountId}`)) state.principals.push(`${name} ${accountId}`);
    }
  }
  const usable = new Set(
    lab.provider
      .allConnections()
      .filter(({ state }) => works.includes(state))
      .map(({ vpcEndpointId }) => vpcEndpointId),
  );
  for (const accountId of people.accounts.keys()) {
    const isOpen = accounts.isActive(accountId);
    const place = { accountId, region: REGION };
    const told = await published(lab, accountId);
    for (const endpoint of await lab.endpoints(accountId)) {
      const { VpcEndpointId: id, VpcId, State } = endpoint;
      const { ResourceConfigurationArn, ServiceName } = endpoint as Record<string, unknown>;
      if (!guard.hasMade(id) || State === 'deleted') continue;
      if (!isOpen && (!usable.has(id) || report.includes(id))) continue;
      const name = `${names.get(ResourceConfigurationArn ?? ServiceName)} ${accountId} ${VpcId}`;
      state.endpoints.push(usable.has(id) ? name : `${name} (${State})`);
      if (told.delete(id)) state.parameters.push(name);
    }
    if (!isOpen) continue;
    state.parameters.push(...told);
    const { SecurityGroups } = await lab.call<{
      SecurityGroups: { GroupId: string; VpcId: string; IpPermissions: object[] }[];
    }>('ec2', 'DescribeSecurityGroups', {}, place);
    for (const { GroupId, VpcId, IpPermissions } of SecurityGroups) {
      if (!guard.hasMade(GroupId)) continue;
      state.groups.push(`${accountId} ${VpcId}${IpPermissions.length > 0 ? '' : ' (closed)'}`);
    }
  }
  return sorted(state);
}

/** What people have asked for by hand, by the key that the system gives it. */
async function standing(lab: Lab): Promise<Map<string, string>> {
  const { TableNames } = await lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
  const { Items } = await lab.call<{ Items: { sk: { S: string }; kind: { S: string } }[] }>(
    'dynamodb',
    'Query',
    {
      TableName: TableNames[0],
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'standing' } },
    },
  );
  return new Map(Items.map(({ sk, kind }) => [sk.S, kind.S]));
}

/** Whom Redis Cloud lists. Where those that were removed stay listed, that is all there is to see of it. */
function admitted(lab: Lab, subscriptionId: number, regionId: number | undefined): string[] {
  const stays = lab.redisCloud.ways['removed-principal'] === 'stays';
  return Object.entries(lab.principals(subscriptionId, regionId))
    .filter(([, status]) => !(stays && status === 'disassociated'))
    .map(([accountId]) => accountId);
}

/** The endpoints of the account's parameters. */
async function published(lab: Lab, accountId: string): Promise<Set<string>> {
  const found = new Set<string>();
  let NextToken: string | undefined;
  do {
    const page = await lab.call<{ Parameters: { Name: string; Value: string }[]; NextToken?: string }>(
      'ssm',
      'GetParametersByPath',
      { Path: '/redis-privatelink', Recursive: true, ...(NextToken && { NextToken }) },
      { accountId, region: REGION },
    );
    for (const { Name, Value } of page.Parameters) if (Name.endsWith('/endpoint-id')) found.add(Value);
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** Endpoints and security groups of this system of which no record tells: neither what is connected, nor what is left. */
export async function unshown(lab: Lab, people: People, guard: Guard): Promise<string[]> {
  const connected = (await lab.items('account#')).filter((key) => key.includes(' connection#'));
  const places = [...connected, ...(await lab.items('leftover '))].map((key) => {
    const [pk = '', sk = ''] = key.split(' ');
    const [, first = '', second = ''] = sk.split('#');
    return pk === 'leftover' ? `${first} ${second}` : `${pk.split('#')[1]} ${second}`;
  });
  const hidden: string[] = [];
  for (const accountId of people.accounts.keys()) {
    const { SecurityGroups } = await lab.call<{ SecurityGroups: { GroupId: string; VpcId: string }[] }>(
      'ec2',
      'DescribeSecurityGroups',
      {},
      { accountId, region: REGION },
    );
    const endpoints = (await lab.endpoints(accountId)).filter(({ State }) => !/^delet/.test(State));
    const things = [
      ...endpoints.map(({ VpcEndpointId, VpcId }) => [VpcEndpointId, VpcId] as const),
      ...SecurityGroups.map(({ GroupId, VpcId }) => [GroupId, VpcId] as const),
    ];
    for (const [id, vpcId] of things) {
      if (guard.hasMade(id) && !places.includes(`${accountId} ${vpcId}`))
        hidden.push(`${id} in ${accountId} ${vpcId}`);
    }
  }
  return hidden;
}

/** What a person has made and is not there any more. */
export async function missing(lab: Lab, people: People): Promise<string[]> {
  const there = new Set<string>();
  for (const { name, subscriptionId, activeActiveRegionId } of lab.cloud.configuration.connections) {
    for (const accountId of Object.keys(lab.principals(subscriptionId, activeActiveRegionId))) {
      there.add(`${name} ${accountId}`);
    }
  }
  for (const accountId of people.accounts.keys()) {
    for (const { VpcEndpointId, State } of await lab.endpoints(accountId)) {
      if (State !== 'deleted' && State !== 'deleting') there.add(`endpoint ${VpcEndpointId}`);
    }
    const { SecurityGroups } = await lab.call<{ SecurityGroups: { GroupId: string }[] }>(
      'ec2',
      'DescribeSecurityGroups',
      {},
      { accountId, region: REGION },
    );
    for (const { GroupId } of SecurityGroups) there.add(`group ${GroupId}`);
  }
  return [...people.theirs].filter((one) => !there.has(one));
}

function sorted(state: State): State {
  for (const list of Object.values(state) as string[][]) list.sort();
  return state;
}
