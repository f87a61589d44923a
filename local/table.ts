import Table from 'cli-table3';
import type { Summary } from './summary.ts';

const BORDERS = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
];

/** The closing table: which VPC reaches which database, through which endpoint. Below it, under which names. */
export function connectionTable({ connections }: Summary): string {
  if (connections.length === 0) return 'No VPC is connected.';
  const table = new Table({
    head: ['VPC', 'reaches', 'through endpoint'],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    // Without lines, so that the day fits one screen.
    chars: Object.fromEntries(BORDERS.map((border) => [border, ''])),
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
  return [table.toString().replace(/ +$/gm, ''), ...hosts].join('\n');
}
