import type { ExecutionRecord } from 'local-cloud';
import type { Ground } from '../bench/ground.ts';
import { ASSUMED } from './assumptions.ts';
import { dollars, type PriceName } from './prices.ts';

/** How much of what AWS bills by use. */
export type Usage = Partial<Record<PriceName, number>>;

/** What a piece of work made the hub use, counted until everything is at rest. */
export async function usageOf(ground: Ground, work: () => Promise<unknown>): Promise<Usage> {
  const { cloud, activity } = ground;
  const before = new Set(cloud.executions());
  const callsBefore = new Map(cloud.calls);
  await work();
  await cloud.settled(activity);
  const executions = cloud.executions().filter((execution) => !before.has(execution));
  const failed = executions.find(({ status }) => status !== 'SUCCEEDED');
  if (failed) throw new Error(`${failed.arn} is ${failed.status}: ${failed.error}: ${failed.cause}`);

  const calls = (pattern: RegExp) =>
    [...cloud.calls]
      .filter(([name]) => pattern.test(name))
      .reduce((sum, [name, count]) => sum + count - (callsBefore.get(name) ?? 0), 0);
  const invocations = calls(/^lambda:Invoke$/);
  const tableReads = calls(/^dynamodb:(GetItem|Query|Scan)$/);
  const tableWrites = calls(/^dynamodb:(PutItem|UpdateItem|DeleteItem)$/);
  const secretReads = calls(/^secretsmanager:GetSecretValue$/);
  const looks = executions.filter(({ isExpress }) => isExpress).length;
  const historyEvents = sum(executions, ({ history }) => history.length);
  return {
    transitions: sum(executions, ({ stateTransitions }) => stateTransitions),
    invocations,
    // One function in each Express execution.
    gigabyteSeconds:
      (invocations - looks) * ASSUMED.secondsOfInvocation * ASSUMED.gigabytesOfFunction +
      looks * ASSUMED.secondsOfLook * ASSUMED.gigabytesOfLook,
    expressRequests: looks,
    expressGigabyteSeconds: looks * ASSUMED.secondsOfLook * ASSUMED.gigabytesOfExpress,
    tableReads,
    tableWrites,
    // An event that another account forwards starts one dispatch; PutEvents announces.
    events: calls(/^events:PutEvents$/) + executions.filter(isDispatch).length,
    secretReads,
    keyRequests: tableReads + tableWrites + secretReads,
    logGigabytes:
      (historyEvents * ASSUMED.bytesOfHistoryEvent + invocations * ASSUMED.bytesOfInvocation) / 1e9,
    traces: executions.length,
  };
}

function isDispatch({ stateMachineName }: ExecutionRecord): boolean {
  return stateMachineName.endsWith('-dispatch');
}

export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

export function times(usage: Usage, factor: number): Usage {
  return mapped(usage, (count) => count * factor);
}

export function together(...usages: Usage[]): Usage {
  const total: Usage = {};
  for (const usage of usages) {
    for (const [name, count] of Object.entries(usage) as [PriceName, number][]) {
      total[name] = (total[name] ?? 0) + count;
    }
  }
  return total;
}

/** Dollars of each. */
export function priced(usage: Usage): Usage {
  return mapped(usage, (count, name) => dollars(name, count));
}

function mapped(usage: Usage, change: (count: number, name: PriceName) => number): Usage {
  return Object.fromEntries(
    (Object.entries(usage) as [PriceName, number][]).map(([name, count]) => [name, change(count, name)]),
  );
}
