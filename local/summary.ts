import type { Contract } from '../lambdas/shared/workflows/configuration.ts';
import { workflowIn } from '../lib/names.ts';
import type { Deployment } from './deployment.ts';
import type { RequestMeter } from './redis-cloud/request-meter.ts';

/** One name that an application connects to. */
export interface EndpointName {
  dnsName: string;
  port: number | null;
  type: string;
}

/** A VPC that reaches a subscription. */
export interface ConnectedVpc {
  connection: string;
  accountId: string;
  vpcId: string;
  vpcEndpointId: string;
  endpoints: EndpointName[];
}

/** Something that was disconnected. */
export interface Removed {
  connection: string;
  accountId: string | null;
  /** Null: the whole account. */
  vpcId: string | null;
  vpcEndpointIds: string[];
  principalRemoved: boolean;
  /** What could not be looked into, and why. */
  accessError: string | null;
}

/** What a run came to, for programs. */
export interface Summary {
  type: 'summary';
  contract: Contract;
  outcome: 'succeeded' | 'failed';
  executions: {
    workflow: string;
    name: string;
    status: string;
    input: unknown;
    output: unknown;
    error: string | null;
    cause: string | null;
    stateTransitions: number;
    simulatedSeconds: number;
  }[];
  connections: ConnectedVpc[];
  removed: Removed[];
  /** What reconciliations have found and left alone. */
  reported: unknown[];
  /** Calls that AWS refused although the deployment should allow them. */
  denied: { principal: string; action: string; resource: string; message: string }[];
  redisCloud: { calls: number; byOperation: Record<string, number>; peakCallsPerMinute: number };
  aws: { calls: Record<string, number> };
}

/**
 * Sums a run up. It succeeded if every execution did, and if every VPC that the workflows say they connected is
 * connected indeed: its endpoint is available, and the provider sees it. AWS must not have refused anything that the
 * deployment should allow, also where it stopped nobody, as with a log.
 */
export async function summarize(cloud: Deployment, redisCloud: RequestMeter): Promise<Summary> {
  const records = cloud.executions().sort((a, b) => (a.stopDate ?? Infinity) - (b.stopDate ?? Infinity));
  const executions = records.map((execution) => ({
    workflow: workflowIn(execution.stateMachineName),
    name: execution.name,
    status: execution.status,
    input: JSON.parse(execution.input) as unknown,
    output: execution.output === undefined ? null : (JSON.parse(execution.output) as unknown),
    error: execution.error ?? null,
    cause: execution.cause ?? null,
    stateTransitions: execution.stateTransitions,
    simulatedSeconds: ((execution.stopDate ?? cloud.clock.now()) - execution.startDate) / 1000,
  }));
  const { connected, removed } = outcomes(executions);
  const isTrue =
    connected.every((one) => isConnected(cloud, one)) &&
    removed.every((one) => one.accessError !== null || !isStillThere(cloud, one));
  const succeeded = executions.every(({ status }) => status === 'SUCCEEDED');
  const denied = cloud
    .unexpectedDenials()
    .map(({ principal, action, resource, message }) => ({ principal, action, resource, message }));
  return {
    type: 'summary',
    contract: cloud.configuration.connections[0]!.contract,
    outcome: isTrue && succeeded && denied.length === 0 ? 'succeeded' : 'failed',
    executions,
    connections: connected,
    removed,
    reported: await reportedBy(cloud),
    denied,
    redisCloud: {
      calls: redisCloud.total,
      byOperation: redisCloud.byOperation(),
      peakCallsPerMinute: redisCloud.peakPerMinute,
    },
    aws: { calls: Object.fromEntries([...cloud.calls].sort()) },
  };
}

/** What is connected and what was removed, after all executions, in the order in which they ended. */
function outcomes(executions: Summary['executions']): { connected: ConnectedVpc[]; removed: Removed[] } {
  const connected = new Map<string, ConnectedVpc>();
  const removed: Removed[] = [];
  for (const { workflow, status, output } of executions) {
    if (status !== 'SUCCEEDED') continue;
    if (workflow === 'onboard') {
      const one = output as ConnectedVpc;
      if (one.vpcEndpointId) connected.set(`${one.connection} ${one.vpcId}`, one);
    } else if (workflow === 'offboard') {
      const one = output as Omit<Removed, 'vpcEndpointIds'> & { removed?: { vpcEndpointId: string }[] };
      if (!one.removed) continue;
      for (const [key, { connection, accountId, vpcId }] of connected) {
        const isOfIt = connection === one.connection && accountId === one.accountId;
        if (isOfIt && (one.vpcId === null || one.vpcId === vpcId)) connected.delete(key);
      }
      removed.push({
        connection: one.connection,
        accountId: one.accountId,
        vpcId: one.vpcId,
        vpcEndpointIds: one.removed.map(({ vpcEndpointId }) => vpcEndpointId),
        principalRemoved: one.principalRemoved,
        accessError: one.accessError,
      });
    }
  }
  return { connected: [...connected.values()], removed };
}

/** What the reports of all reconciliations name. */
async function reportedBy(cloud: Deployment): Promise<unknown[]> {
  const { TableNames } = (await cloud.call('dynamodb', 'ListTables', {}, cloud.hub)) as {
    TableNames: string[];
  };
  const query = {
    TableName: TableNames[0],
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :report)',
    ExpressionAttributeValues: { ':pk': { S: 'reconcile' }, ':report': { S: 'report#' } },
  };
  const { Items } = (await cloud.call('dynamodb', 'Query', query, cloud.hub)) as {
    Items: { report: { S: string } }[];
  };
  const reported = Items.flatMap(({ report }) => (JSON.parse(report.S) as { reported: unknown[] }).reported);
  // One run after the other finds the same.
  return [...new Map(reported.map((one) => [JSON.stringify(one), one])).values()];
}

function isStillThere(cloud: Deployment, { vpcEndpointIds }: Removed): boolean {
  return cloud.provider
    .allConnections()
    .some(({ vpcEndpointId, state }) => vpcEndpointIds.includes(vpcEndpointId) && state === 'available');
}

/** Whether both sides see the endpoint: the account has it available, and so has the provider. */
function isConnected(cloud: Deployment, { accountId, vpcEndpointId }: ConnectedVpc): boolean {
  return cloud.provider
    .allConnections()
    .some(
      (connection) =>
        connection.vpcEndpointId === vpcEndpointId &&
        connection.accountId === accountId &&
        connection.state === 'available',
    );
}
