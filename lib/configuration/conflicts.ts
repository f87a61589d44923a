import { networkConflicts } from './network-conflicts.ts';
import { listAt, type Problem, text, valueAt } from './problems.ts';
import { redisCloudConflicts } from './redis-cloud-conflicts.ts';
import { systemConflicts } from './system.ts';

/** The external id of the example configuration, which is public, and the organization that may have it. */
const EXAMPLE = { organizationId: 'o-a1b2c3d4e5', externalId: '5b1f6c1e-8f1d-4a5e-9d0c-2f6f3f0a7c44' };

/**
 * Problems between settings, each of which may be right by itself. They are looked for in what was written, also
 * where a single setting is wrong, so that all problems are told at once.
 */
export function conflicts(data: unknown): Problem[] {
  return [
    ...systemConflicts(data),
    ...organizationConflicts(data),
    ...redisCloudConflicts(data),
    ...listConflicts(data),
    ...unitConflicts(data),
    ...connectionConflicts(data),
    ...graceConflicts(data),
  ];
}

/** Two reconciliations in a row remove what both have found due: what may come back has to have the time between them. */
function graceConflicts(data: unknown): Problem[] {
  const grace = valueAt(data, ['removals', 'graceMinutes']);
  const every = valueAt(data, ['reconcile', 'everyMinutes']);
  if (typeof grace !== 'number' || typeof every !== 'number' || every >= grace) return [];
  const text = `this is shorter than removals.graceMinutes, which is ${grace}; write ${grace} or more`;
  return [{ path: ['reconcile', 'everyMinutes'], text }];
}

function organizationConflicts(data: unknown): Problem[] {
  const problems: Problem[] = [];
  const organization = (name: string) => valueAt(data, ['organization', name]);
  const hub = organization('hubAccountId');
  if (hub !== undefined && hub === organization('managementAccountId')) {
    problems.push({
      path: ['organization', 'hubAccountId'],
      text: 'this is the management account, which no policy of the organization binds; choose another account to run the workflows',
    });
  }
  if (
    organization('externalId') === EXAMPLE.externalId &&
    organization('id') !== undefined &&
    organization('id') !== EXAMPLE.organizationId
  ) {
    problems.push({
      path: ['organization', 'externalId'],
      text: 'this is the example’s, which everybody can read; generate your own, for example with: uuidgen',
    });
  }
  return problems;
}

/** Nothing may be in a list twice. */
function listConflicts(data: unknown): Problem[] {
  return [...unitLists(data), ...connectionLists(data)].flatMap(({ path, items }) =>
    items.flatMap((item, index) =>
      items.indexOf(item) === index
        ? []
        : [{ path: [...path, index], text: 'this is in the list already; remove it here' }],
    ),
  );
}

/** An organization has one root, whose id is part of the id of each unit ("OrganizationalUnit", API reference). */
function unitConflicts(data: unknown): Problem[] {
  const problems: Problem[] = [];
  let first: { id: string; root: string } | undefined;
  for (const { path, items } of unitLists(data)) {
    const root = items.find((item) => text(item).startsWith('r-'));
    items.forEach((item, index) => {
      const [, id] = /^(?:ou|r)-([0-9a-z]{4,32})(?:-|$)/.exec(text(item)) ?? [];
      if (id === undefined) return;
      first ??= { id: text(item), root: id };
      if (id !== first.root) {
        problems.push({
          path: [...path, index],
          text: `this belongs to another organization than ${first.id}: the part after the first hyphen is the root’s; correct one of them`,
        });
      } else if (root !== undefined && item !== root) {
        problems.push({
          path: [...path, index],
          text: `this is below the root ${root}, which is in the list too; remove one of them`,
        });
      }
    });
  }
  return problems;
}

function connectionConflicts(data: unknown): Problem[] {
  const connections = listAt(data, ['connections']);
  const management = valueAt(data, ['organization', 'managementAccountId']);
  const isManagementConnected = valueAt(data, ['organization', 'connectManagementAccount']) === true;
  return connections.flatMap((connection, index) => {
    const excluded = listAt(connection, ['accounts', 'excludedAccountIds']);
    const problems = listAt(connection, ['accounts', 'accountIds']).flatMap((id, position): Problem[] => {
      const path = ['accounts', 'accountIds', position];
      if (excluded.includes(id)) {
        return [{ path, text: 'this account is excluded too; remove it from one of the two lists' }];
      }
      if (id !== management || isManagementConnected) return [];
      const text =
        'this is the management account, which no StackSet reaches; set organization.connectManagementAccount to true, or remove it here';
      return [{ path, text }];
    });
    if (
      listAt(connection, ['endpoint', 'allowFrom']).length > 0 &&
      valueAt(connection, ['endpoint', 'securityGroup'])
    ) {
      const text =
        'the group of endpoint.securityGroup has rules of its own, which this system never changes; remove one of the two';
      problems.push({ path: ['endpoint', 'allowFrom'], text });
    }
    problems.push(...addressConflicts(connection));
    const sameName = earlier(connections, index, 'name');
    if (sameName !== undefined) {
      const text = `connections[${sameName}] has this name already; give each connection its own`;
      problems.unshift({ path: ['name'], text });
    }
    problems.push(...renamingConflicts(connections, index));
    problems.push(...networkConflicts(connections, index, isManagementConnected ? undefined : management));
    return [...problems, ...subscriptionConflicts(connections, index)].map(({ path, text }) => ({
      path: ['connections', index, ...path],
      text,
    }));
  });
}

/** Where endpoints have IPv4 addresses only, nothing reaches them from IPv6 addresses. */
function addressConflicts(connection: unknown): Problem[] {
  const type = valueAt(connection, ['endpoint', 'ipAddressType']) ?? 'ipv4';
  if (type !== 'ipv4') return [];
  return listAt(connection, ['endpoint', 'allowFrom']).flatMap((source, index): Problem[] =>
    text(source).includes(':')
      ? [
          {
            path: ['endpoint', 'allowFrom', index],
            text: 'these are IPv6 addresses, and endpoints get none; set endpoint.ipAddressType to dualstack, or remove them',
          },
        ]
      : [],
  );
}

/** A former name is one that was deployed, the first one first, and nobody else's. */
function renamingConflicts(connections: unknown[], index: number): Problem[] {
  const isList = Array.isArray(valueAt(connections[index], ['was']));
  return formerNames(connections[index]).flatMap((name, position) => {
    const problem = renamingConflict(connections, index, name);
    return problem === undefined ? [] : [{ path: ['was', ...(isList ? [position] : [])], text: problem }];
  });
}

function renamingConflict(connections: unknown[], index: number, was: unknown): string | undefined {
  const bearer = connections.findIndex((other) => valueAt(other, ['name']) === was);
  if (bearer === index) return 'this is its name; leave it out, or write the name that it had';
  if (bearer >= 0) {
    return formerNames(connections[bearer]).length > 0
      ? `connections[${bearer}] has this name, and had another one before; in a chain of names write the first one that was deployed`
      : `connections[${bearer}] has this name still, so it cannot be the former name of another one`;
  }
  const same = connections.findIndex((other) => formerNames(other).includes(was));
  if (same === index) return undefined;
  return `connections[${same}] had this name before, too; it can be the former name of one only`;
}

/** One name or a list. */
function formerNames(connection: unknown): unknown[] {
  return [valueAt(connection, ['was']) ?? []].flat();
}

/** A subscription is offered once, and an Active-Active one once for each of its regions. */
function subscriptionConflicts(connections: unknown[], index: number): Problem[] {
  const same = earlier(connections, index, 'subscriptionId');
  if (same === undefined) return [];
  const isRegional = (of: number) => valueAt(connections[of], ['activeActiveRegionId']) !== undefined;
  if (isRegional(index) !== isRegional(same)) {
    const otherwise = isRegional(index) ? 'without' : 'with';
    const text = `connections[${same}] offers this subscription ${otherwise} activeActiveRegionId; in an Active-Active subscription each connection names its region, in another one none does`;
    return [{ path: ['subscriptionId'], text }];
  }
  const sameOffer = isRegional(index)
    ? earlier(connections, index, 'subscriptionId', 'activeActiveRegionId')
    : same;
  if (sameOffer !== undefined) {
    const text = `connections[${sameOffer}] offers this subscription already; a subscription, or a region of an Active-Active one, is one connection`;
    return [{ path: ['subscriptionId'], text }];
  }
  const sameRegion = earlier(connections, index, 'subscriptionId', 'region');
  if (sameRegion === undefined) return [];
  const text = `connections[${sameRegion}] is another region of this subscription, in the same AWS Region; correct one of them`;
  return [{ path: ['region'], text }];
}

/** The first connection before this one that has all these settings, and in the same values. */
function earlier(connections: unknown[], index: number, ...names: string[]): number | undefined {
  const values = names.map((name) => valueAt(connections[index], [name]));
  if (values.includes(undefined)) return undefined;
  const found = connections.findIndex((other) =>
    names.every((name, position) => valueAt(other, [name]) === values[position]),
  );
  return found < index ? found : undefined;
}

interface List {
  path: PropertyKey[];
  items: unknown[];
}

function unitLists(data: unknown): List[] {
  const paths = [
    ['organization', 'organizationalUnits'],
    ...listAt(data, ['connections']).map((_, index) => [
      'connections',
      index,
      'accounts',
      'organizationalUnits',
    ]),
  ];
  return paths.map((path) => ({ path, items: listAt(data, path) }));
}

/** The lists of each connection in which nothing may be twice, its units aside. */
const CONNECTION_LISTS = [
  ['was'],
  ['accounts', 'accountIds'],
  ['accounts', 'excludedAccountIds'],
  ['endpoint', 'allowFrom'],
  ['endpoint', 'subnets', 'excludedZones'],
];

function connectionLists(data: unknown): List[] {
  return listAt(data, ['connections']).flatMap((_, index) =>
    CONNECTION_LISTS.map((names) => {
      const path = ['connections', index, ...names];
      return { path, items: listAt(data, path) };
    }),
  );
}
