import type { NetworkView } from 'local-cloud';
import type { Connection } from '../../lambdas/shared/workflows/configuration.ts';
import { asksFor, offerTo } from '../../lambdas/shared/workflows/offer.ts';
import type { Names } from '../../lib/names.ts';
import type { AccountDocument, Problem, VpcView } from '../../page/protocol.ts';
import type { Deployment } from '../deployment.ts';

/**
 * The accounts of the organization, with what is in them.
 *
 * @param principals by connection, the status of each account's principal
 */
export function accountDocuments(
  cloud: Deployment,
  principals: ReadonlyMap<string, ReadonlyMap<string, string>>,
  problems: ReadonlyMap<string, Problem[]>,
): AccountDocument[] {
  const { organization, connections } = cloud.configuration;
  const networks = Map.groupBy(cloud.networks(), ({ accountId }) => accountId);
  return cloud.accounts.list().map(({ id, name, parentId, state }) => {
    const paths = [pathOf(cloud, id)];
    const offers = connections.filter(
      (connection) => offerTo(connection, { accountId: id, state, paths }).answer === 'yes',
    );
    return {
      id,
      name,
      parentId,
      state,
      role:
        id === organization.hubAccountId
          ? 'hub'
          : id === organization.managementAccountId
            ? 'management'
            : null,
      offered: offers.map((connection) => connection.name),
      principals: Object.fromEntries(
        [...principals].flatMap(([connection, statuses]) => {
          const status = statuses.get(id);
          return status === undefined ? [] : [[connection, status]];
        }),
      ),
      vpcs: (networks.get(id) ?? []).map((network) => vpcView(network, offers, cloud.names)),
      problems: problems.get(id) ?? [],
    };
  });
}

function vpcView(
  { tags, endpoints, ...vpc }: NetworkView,
  offers: Connection[],
  { SYSTEM, TAG }: Names,
): VpcView {
  const tag = tags[TAG] ?? null;
  return {
    vpcId: vpc.vpcId,
    region: vpc.region,
    name: tags.Name ?? null,
    cidrBlock: vpc.cidrBlock,
    tag,
    asks: offers
      .filter((connection) => connection.region === vpc.region && asksFor(connection, tag))
      .map(({ name }) => name),
    subnets: vpc.subnetIds,
    zones: vpc.zones,
    endpoints: endpoints.map(({ id, state, zones, tags: own }) => ({
      id,
      state,
      zones,
      connection: own[`${SYSTEM}:connection`] ?? null,
    })),
  };
}

/** From the root down to the account, as Organizations writes it. */
function pathOf({ accounts, configuration }: Deployment, accountId: string): string {
  const above: string[] = [];
  for (let id = accounts.parentOf(accountId); id; id = accounts.parentOf(id)) above.unshift(id);
  return `${[configuration.organization.id, ...above, accountId].join('/')}/`;
}
