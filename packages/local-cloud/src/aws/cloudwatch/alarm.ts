import { AwsError } from '../service.ts';
import { isStatistic, type MetricId, type Metrics, type Statistic } from './metrics.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

interface Dimension {
  Name: string;
  Value: string;
}

/** The members of PutMetricAlarm that have a behaviour here. */
export interface PutMetricAlarm {
  AlarmName: string;
  AlarmDescription?: string;
  AlarmActions?: string[];
  OKActions?: string[];
  ComparisonOperator: string;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  Threshold: number;
  TreatMissingData?: string;
  Tags?: { Key: string; Value: string }[];
  Namespace?: string;
  MetricName?: string;
  Dimensions?: Dimension[];
  Statistic?: string;
  Period?: number;
  Metrics?: {
    Id: string;
    Expression?: string;
    ReturnData?: boolean;
    MetricStat?: {
      Metric: { Namespace: string; MetricName: string; Dimensions?: Dimension[] };
      Period: number;
      Stat: string;
    };
  }[];
}

/** A metric with its statistic, by which it goes into the alarm's sum. */
interface Term {
  metric: MetricId;
  statistic: Statistic;
}

const OPERATORS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

const MISSING = ['breaching', 'notBreaching', 'ignore', 'missing'];

/** Terms that are added, each filled up with zero: the one kind of expression that the local cloud computes. */
const SUM = /^FILL\(\w+, 0\)( \+ FILL\(\w+, 0\))*$/;

const MINUTE = 60_000;

/**
 * One alarm, evaluated once a minute over its last periods ("Evaluating an alarm"). Time before it was made is
 * not counted as missing data.
 */
export class Alarm {
  readonly settings: PutMetricAlarm;
  readonly accountId: string;
  readonly region: string;
  readonly arn: string;
  state: AlarmState = 'INSUFFICIENT_DATA';
  reason = 'Unchecked: Initial alarm creation';
  readonly #since: number;
  readonly #terms: readonly Term[];
  readonly #periodMs: number;

  /** @throws AwsError `ValidationError` for what the local cloud does not compute */
  constructor(settings: PutMetricAlarm, place: { accountId: string; region: string }, now: number) {
    this.settings = settings;
    this.accountId = place.accountId;
    this.region = place.region;
    this.arn = `arn:aws:cloudwatch:${place.region}:${place.accountId}:alarm:${settings.AlarmName}`;
    this.#since = now;
    const { ComparisonOperator, TreatMissingData = 'missing', Threshold, EvaluationPeriods } = settings;
    if (!Object.hasOwn(OPERATORS, ComparisonOperator)) throw refused(`the operator ${ComparisonOperator}`);
    if (!MISSING.includes(TreatMissingData)) throw refused(`TreatMissingData ${TreatMissingData}`);
    if (typeof Threshold !== 'number' || !(EvaluationPeriods >= 1))
      throw refused('an alarm without threshold');
    const { terms, period } = settings.Metrics ? this.#sum(settings.Metrics) : this.#single();
    const window = period * EvaluationPeriods;
    // API reference of PutMetricAlarm, Period.
    if (period % 60 !== 0 || window > (period < 3600 ? 86_400 : 604_800)) {
      throw new AwsError('ValidationError', `Metrics cannot be checked across ${window} seconds.`);
    }
    this.#terms = terms;
    this.#periodMs = period * 1000;
  }

  /** The metrics that it looks at. */
  get metrics(): MetricId[] {
    return this.#terms.map(({ metric }) => metric);
  }

  /** @returns the state that the alarm had, if it has another one now */
  evaluate(metrics: Metrics, now: number): AlarmState | undefined {
    const before = this.state;
    this.#decide(this.#values(metrics, Math.floor(now / MINUTE) * MINUTE));
    return this.state === before ? undefined : before;
  }

  /** Of the last periods, the newest first. Of those before the alarm was made there is nothing to say. */
  #values(metrics: Metrics, until: number): (number | undefined)[] {
    const values: (number | undefined)[] = [];
    for (let period = 0; period < this.settings.EvaluationPeriods; period += 1) {
      const end = until - period * this.#periodMs;
      const parts = this.#terms.map(({ metric, statistic }) =>
        metrics.statistic(metric, statistic, end - this.#periodMs, end),
      );
      const known = parts.filter((part) => part !== undefined);
      if (known.length > 0) values.push(known.reduce((sum, part) => sum + part, 0));
      else if (end - this.#periodMs >= this.#since) values.push(undefined);
    }
    return values;
  }

  #decide(values: (number | undefined)[]): void {
    const { settings } = this;
    const { TreatMissingData = 'missing', EvaluationPeriods, Threshold } = settings;
    const points = values.filter((value) => value !== undefined);
    if (points.length === 0 && (values.length === 0 || TreatMissingData === 'ignore')) return;
    if (points.length === 0 && TreatMissingData === 'missing') {
      this.state = 'INSUFFICIENT_DATA';
      this.reason = `Insufficient Data: ${values.length} datapoints were unknown.`;
      return;
    }
    const breaches = OPERATORS[settings.ComparisonOperator]!;
    const breaching = values.filter((value) =>
      value === undefined ? TreatMissingData === 'breaching' : breaches(value, Threshold),
    ).length;
    const needed = settings.DatapointsToAlarm ?? EvaluationPeriods;
    this.state = breaching >= needed ? 'ALARM' : 'OK';
    const seen = points.length > 0 ? `[${points.join(', ')}]` : 'no datapoints';
    this.reason = `Threshold Crossed: ${breaching} of ${EvaluationPeriods} periods breach ${settings.ComparisonOperator} ${Threshold}: ${seen}.`;
  }

  #single(): { terms: Term[]; period: number } {
    const { Namespace, MetricName, Dimensions, Statistic = '', Period } = this.settings;
    if (!Namespace || !MetricName || !Period) throw refused('an alarm without a metric');
    return {
      terms: [this.#term({ Namespace, MetricName, ...(Dimensions && { Dimensions }) }, Statistic)],
      period: Period,
    };
  }

  #sum(queries: NonNullable<PutMetricAlarm['Metrics']>): { terms: Term[]; period: number } {
    const expressions = queries.flatMap(({ Expression }) => Expression ?? []);
    const stats = queries.flatMap(({ MetricStat }) => MetricStat ?? []);
    const [expression = ''] = expressions;
    if (expressions.length !== 1 || !SUM.test(expression)) throw refused(`the expression ${expression}`);
    // API reference of PutMetricAlarm: at most ten metrics.
    if (stats.length > 10)
      throw new AwsError('ValidationError', 'An alarm cannot have more than 10 metrics.');
    const named = new Set(expression.match(/(?<=FILL\()\w+/g));
    const given = queries.filter(({ MetricStat }) => MetricStat).map(({ Id }) => Id);
    if (given.some((id) => !named.has(id)) || given.length !== named.size) {
      throw new AwsError(
        'ValidationError',
        `${expression} and the metrics ${given.join(', ')} do not agree.`,
      );
    }
    const periods = new Set(stats.map(({ Period }) => Period));
    if (periods.size !== 1) throw refused('metrics of several periods');
    return { terms: stats.map(({ Metric, Stat }) => this.#term(Metric, Stat)), period: [...periods][0]! };
  }

  #term(
    metric: { Namespace: string; MetricName: string; Dimensions?: Dimension[] },
    statistic: string,
  ): Term {
    if (!isStatistic(statistic)) throw refused(`the statistic ${statistic}`);
    return {
      statistic,
      metric: {
        accountId: this.accountId,
        region: this.region,
        namespace: metric.Namespace,
        name: metric.MetricName,
        dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
      },
    };
  }
}

function refused(what: string): AwsError {
  return new AwsError('ValidationError', `The local cloud does not evaluate ${what}.`);
}
