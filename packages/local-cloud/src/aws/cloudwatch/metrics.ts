const MINUTE = 60_000;

/** A metric as alarms and data points name it. */
export interface MetricId {
  accountId: string;
  region: string;
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

interface Bucket {
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
}

const STATISTICS = {
  Sum: ({ sum }: Bucket) => sum,
  SampleCount: ({ count }: Bucket) => count,
  Average: ({ sum, count }: Bucket) => sum / count,
  Minimum: ({ minimum }: Bucket) => minimum,
  Maximum: ({ maximum }: Bucket) => maximum,
};

export type Statistic = keyof typeof STATISTICS;

export function isStatistic(text: string): text is Statistic {
  return Object.hasOwn(STATISTICS, text);
}

/** Data points by the minute, as CloudWatch keeps those of standard resolution. */
export class Metrics {
  readonly #series = new Map<string, Map<number, Bucket>>();

  /** @param at milliseconds since the epoch */
  record(metric: MetricId, value: number, at: number): void {
    const key = keyOf(metric);
    const series = this.#series.get(key) ?? new Map<number, Bucket>();
    this.#series.set(key, series);
    const minute = Math.floor(at / MINUTE) * MINUTE;
    const known = series.get(minute);
    series.set(minute, {
      sum: (known?.sum ?? 0) + value,
      count: (known?.count ?? 0) + 1,
      minimum: Math.min(known?.minimum ?? value, value),
      maximum: Math.max(known?.maximum ?? value, value),
    });
  }

  /** Those with a data point since then. */
  since(at: number): MetricId[] {
    return [...this.#series]
      .filter(([, series]) => [...series.keys()].some((minute) => minute >= at))
      .map(([key]) => {
        const [accountId, region, namespace, name, dimensions] = JSON.parse(key);
        return { accountId, region, namespace, name, dimensions: Object.fromEntries(dimensions) };
      });
  }

  /** The statistic over a period, or undefined without a data point in it. */
  statistic(metric: MetricId, statistic: Statistic, from: number, until: number): number | undefined {
    const buckets = [...(this.#series.get(keyOf(metric)) ?? [])]
      .filter(([minute]) => minute >= from && minute < until)
      .map(([, bucket]) => bucket);
    if (buckets.length === 0) return undefined;
    return STATISTICS[statistic](
      buckets.reduce((all, one) => ({
        sum: all.sum + one.sum,
        count: all.count + one.count,
        minimum: Math.min(all.minimum, one.minimum),
        maximum: Math.max(all.maximum, one.maximum),
      })),
    );
  }
}

function keyOf({ accountId, region, namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([accountId, region, namespace, name, Object.entries(dimensions).sort()]);
}
