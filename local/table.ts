import Table from 'cli-table3';
import type { Configuration } from '../lib/configuration.ts';
import type { Summary } from './summary.ts';

/** The closing table: which VPC reaches which subscription, by which endpoint, under which names and ports. */
export function connectionTable({ connections }: Summary, configuration: Configuration): string {
  const table = new Table({
    head: ['account', 'VPC', 'reaches', 'by endpoint', 'under'],
    style: { head: [], border: [] },
  });
  for (const { connection, accountId, vpcId, vpcEndpointId, endpoints } of connections) {
    const subscription = configuration.connections.find(({ name }) => name === connection)?.subscriptionId;
    table.push([
      accountId,
      vpcId,
      `${connection}\nsubscription ${subscription}`,
      vpcEndpointId,
      endpoints.map(({ dnsName, port, type }) => `${dnsName}${port ? `:${port}` : ''} (${type})`).join('\n'),
    ]);
  }
  return table.toString();
}
