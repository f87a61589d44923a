import Table from 'cli-table3';
import type { Summary } from './summary.ts';

/** The closing table: which VPC reaches which database, through which endpoint. Below it, under which names. */
export function connectionTable({ connections }: Summary): string {
  if (connections.length === 0) return 'No VPC is connected.';
  const table = new Table({
    head: ['VPC', 'reaches', 'through endpoint'],
    style: { head: [], border: [], compact: true },
  });
  for (const { connection, vpcId, vpcEndpointId } of connections) {
    table.push([vpcId, connection, vpcEndpointId]);
  }
  const names = new Map<string, string[]>();
  for (const { connection, endpoints } of connections) {
    names.set(
      connection,
      endpoints
        .filter(({ type }) => type !== 'metrics')
        .map(({ dnsName, port }) => `${dnsName}${port ? `:${port}` : ''}`),
    );
  }
  const hosts = [...names].flatMap(([connection, own]) => [
    `In these VPCs the databases of ${connection} are`,
    ...own.map((name) => `  ${name}`),
  ]);
  return [table.toString(), ...hosts].join('\n');
}
