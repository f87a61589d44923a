import { listAt, type Problem, text, valueAt } from './problems.ts';

/**
 * What does not go with a service network, in paths that begin at the connection.
 *
 * @param shutOut the management account, where nothing is deployed into it
 */
export function networkConflicts(connections: unknown[], index: number, shutOut: unknown): Problem[] {
  const connection = connections[index];
  const arn = valueAt(connection, ['serviceNetwork', 'arn']);
  const [, region, owner] = /^arn:aws:vpc-lattice:([\w-]+):(\d{12}):servicenetwork\//.exec(text(arn)) ?? [];
  if (region === undefined) return [];
  const problems: Problem[] = [];
  const refuse = (path: PropertyKey[], what: string) => problems.push({ path, text: what });
  const path = ['serviceNetwork', 'arn'];
  if (valueAt(connection, ['contract']) === 'endpoint-service') {
    refuse(
      ['serviceNetwork'],
      'a service network holds resource configurations, and Redis Cloud hands over an endpoint service; remove it, or set contract to resource-share',
    );
  }
  const own = valueAt(connection, ['region']);
  if (own !== undefined && own !== region) {
    refuse(
      path,
      `this network is in ${region}, and the databases are in ${own}; name one of the same Region`,
    );
  }
  if (owner === shutOut) {
    refuse(
      path,
      'this network belongs to the management account, which no StackSet reaches; set organization.connectManagementAccount to true, or name the network of another account',
    );
  }
  const excluded = listAt(connection, ['accounts', 'excludedAccountIds']).indexOf(owner);
  if (excluded >= 0) {
    refuse(
      ['accounts', 'excludedAccountIds', excluded],
      'this account owns the service network, so it is admitted; remove it here, or name the network of another account',
    );
  }
  if (valueAt(connection, ['handOver']) === 'script') {
    refuse(
      ['handOver'],
      'the script of Redis Cloud makes an endpoint of another kind, for accounts that are admitted; remove this, or the service network',
    );
  }
  const same = connections.findIndex((other) => valueAt(other, ['serviceNetwork', 'arn']) === arn);
  if (same < index) {
    refuse(
      path,
      `connections[${same}] has this network already, and a VPC has one endpoint for each connection; give each connection a network of its own`,
    );
  }
  return problems;
}
