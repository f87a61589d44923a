import { DEFAULT_SYSTEM, SYSTEM } from './system.ts';

/** The CloudWatch namespace of everything that a system measures itself. */
export function namespaceOf(system: string): string {
  return system === DEFAULT_SYSTEM.name ? 'RedisPrivateLink' : `RedisPrivateLink/${system}`;
}

/** That of the system that the function belongs to. */
export const NAMESPACE = namespaceOf(SYSTEM);

/** Every metric, with its unit. docs/operations.md says what each of them counts. */
export const METRICS = {
  Admitted: 'Count',
  Connected: 'Count',
  Disconnected: 'Count',
  Failed: 'Count',
  TimeToConnect: 'Seconds',
  TaskPolls: 'Count',
  RateLimited: 'Count',
  KeysRefused: 'Count',
  Defects: 'Count',
  LockWait: 'Seconds',
  LockHeld: 'Seconds',
  LocksWaitedFor: 'Count',
  Reconciliations: 'Count',
  ReconciliationGaps: 'Count',
  Differences: 'Count',
  InvitationsNearExpiry: 'Count',
  RemovalsHeld: 'Count',
  Leftovers: 'Count',
} as const;

export type MetricName = keyof typeof METRICS;

/** Several values of one metric are several data points. */
export type Values = Partial<Record<MetricName, number | number[]>>;

/**
 * The members that make a JSON log line a metric too (CloudWatch's embedded metric format). Each value counts
 * once without dimensions and once under each dimension alone. A dimension costs a metric for each of its
 * values, so there are few: a connection, a workflow, a Redis Cloud account.
 *
 * @param at milliseconds since the epoch
 */
export function embedded(at: number, values: Values, dimensions: Record<string, string> = {}): object {
  const names = Object.keys(values) as MetricName[];
  if (names.length === 0) return {};
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [[], ...Object.keys(dimensions).map((name) => [name])],
          Metrics: names.map((Name) => ({ Name, Unit: METRICS[Name] })),
        },
      ],
    },
    ...dimensions,
    ...values,
  };
}

/** What the invocation under way has measured. A sandbox works on one at a time. */
let measured: Values = {};

/** Adds a data point to the log line with which the invocation ends. */
export function measure(name: MetricName, value: number): void {
  measured[name] = [measured[name] ?? [], value].flat();
}

let dimensions: Record<string, string> = {};

/** What the invocation under way measures counts under these dimensions, too. */
export function measureFor(more: Record<string, string>): void {
  dimensions = { ...dimensions, ...more };
}

/** What was measured since the last call, and under which dimensions. */
export function takeMeasured(): { values: Values; dimensions: Record<string, string> } {
  const taken = { values: measured, dimensions };
  measured = {};
  dimensions = {};
  return taken;
}
