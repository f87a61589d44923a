import { acceptOnly } from '../members.ts';
import { pageOf } from '../pages.ts';
import type { Caller } from '../service.ts';
import type { Metrics } from './metrics.ts';

export interface ListMetrics {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value?: string }[];
  NextToken?: string;
  RecentlyActive?: 'PT3H';
}

const HOUR = 3_600_000;
const TWO_WEEKS = 14 * 24 * HOUR;

/** `ListMetrics`: metrics with a data point in the last two weeks, or three hours. */
export function listMetrics(metrics: Metrics, input: ListMetrics, caller: Caller, now: number) {
  const members = ['Namespace', 'MetricName', 'Dimensions', 'NextToken', 'RecentlyActive'];
  acceptOnly(input, members, 'InvalidParameterValue');
  const { Namespace, MetricName, Dimensions = [], NextToken, RecentlyActive } = input;
  const asked = metrics
    .since(now - (RecentlyActive ? 3 * HOUR : TWO_WEEKS))
    .filter(
      ({ accountId, region, namespace, name, dimensions }) =>
        accountId === caller.accountId &&
        region === caller.region &&
        (Namespace === undefined || Namespace === namespace) &&
        (MetricName === undefined || MetricName === name) &&
        Dimensions.every(
          ({ Name, Value }) =>
            Object.hasOwn(dimensions, Name) && (Value === undefined || dimensions[Name] === Value),
        ),
    );
  const page = pageOf(asked, {
    listing: `metrics-${JSON.stringify([Namespace, MetricName, Dimensions])}`,
    limit: 500,
    token: NextToken,
    invalidToken: 'InvalidParameterValue',
  });
  return {
    Metrics: page.items.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    NextToken: page.nextToken,
  };
}
