import { Activity, type Clock } from '../../clock.ts';
import { withoutResources } from '../authorization/need.ts';
import { acceptOnly } from '../members.ts';
import { type Action, AwsError, type AwsService, type AwsServices, type Caller } from '../service.ts';
import { Alarm, type AlarmState, type PutMetricAlarm } from './alarm.ts';
import { Dashboards } from './dashboards.ts';
import { embeddedPoints } from './embedded.ts';
import { type ListMetrics, listMetrics } from './listing.ts';
import { type MetricId, Metrics } from './metrics.ts';

const MINUTE = 60_000;

const SETTINGS =
  'AlarmName AlarmDescription AlarmActions OKActions ComparisonOperator DatapointsToAlarm Dimensions EvaluationPeriods MetricName Metrics Namespace Period Statistic Threshold TreatMissingData Tags'.split(
    ' ',
  );

interface DescribeAlarms {
  AlarmNames?: string[];
  AlarmNamePrefix?: string;
  StateValue?: AlarmState;
}

/** An alarm that has changed. */
export interface AlarmChange {
  alarm: Alarm;
  from: AlarmState;
  /** Milliseconds since the epoch. */
  at: number;
  /** Why an action was not carried out. */
  failures: string[];
}

/**
 * CloudWatch: metrics by the minute, from services and from log lines, and alarms on them that publish to
 * topics. Alarms are evaluated while somebody watches, see {@link watch}.
 */
export class CloudWatch implements AwsService {
  readonly signingName = 'monitoring';
  readonly #dashboards = new Dashboards();
  readonly actions: Record<string, Action> = {
    PutMetricAlarm: (input: PutMetricAlarm, caller) => this.#put(input, caller),
    DescribeAlarms: (input: DescribeAlarms, caller) => this.#describe(input, caller),
    DeleteAlarms: ({ AlarmNames }: { AlarmNames: string[] }, caller) => this.#delete(AlarmNames, caller),
    ListMetrics: (input: ListMetrics, caller) => listMetrics(this.#metrics, input, caller, this.#clock.now()),
    ...this.#dashboards.actions,
  };
  /** "Actions, resources, and condition keys for Amazon CloudWatch". */
  readonly needs = {
    ...withoutResources('cloudwatch', 'DescribeAlarms', 'ListMetrics'),
    DeleteAlarms: ({ AlarmNames = [] }: { AlarmNames?: string[] }, { accountId, region }: Caller) =>
      AlarmNames.map((name) => ({
        action: 'cloudwatch:DeleteAlarms',
        resource: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
      })),
    ...this.#dashboards.needs,
  };
  readonly #clock: Clock;
  readonly #services: AwsServices;
  readonly #metrics = new Metrics();
  readonly #alarms = new Map<string, Alarm>();
  readonly #observers: ((change: AlarmChange) => void)[] = [];
  readonly #samplers: ((metric: MetricId) => number | undefined)[] = [];

  constructor(options: { clock: Clock; services: AwsServices }) {
    this.#clock = options.clock;
    this.#services = options.services;
  }

  /** Calls back when an alarm has changed its state and its actions have been carried out. */
  observe(observer: (change: AlarmChange) => void): void {
    this.#observers.push(observer);
  }

  /** A service that is asked once a minute for the metrics that alarms look at: undefined if it is not its own. */
  sample(sampler: (metric: MetricId) => number | undefined): void {
    this.#samplers.push(sampler);
  }

  record(metric: MetricId, value: number): void {
    this.#metrics.record(metric, value, this.#clock.now());
  }

  /** Takes the metrics out of a line of a log. */
  readLogLine({ accountId, region, line }: { accountId: string; region: string; line: string }): void {
    for (const { at, value, ...metric } of embeddedPoints(line)) {
      this.#metrics.record({ accountId, region, ...metric }, value, at);
    }
  }

  /**
   * Evaluates the alarms once a minute from now on.
   * @returns what ends that: otherwise a virtual clock would never come to rest
   */
  watch(): () => void {
    const tick = () => {
      timer = this.#clock.after(MINUTE, tick);
      void Activity.run(this.#clock, () => this.#evaluate());
    };
    let timer = this.#clock.after(MINUTE, tick);
    return () => timer.cancel();
  }

  #put(input: PutMetricAlarm, caller: Caller) {
    acceptOnly(input, SETTINGS, 'ValidationError');
    const alarm = new Alarm(input, caller, this.#clock.now());
    // "When you update an existing alarm, its state is left unchanged" (API reference of PutMetricAlarm).
    const known = this.#alarms.get(alarm.arn);
    if (known) Object.assign(alarm, { state: known.state, reason: known.reason });
    this.#alarms.set(alarm.arn, alarm);
    return {};
  }

  #delete(names: string[], { accountId, region }: Caller) {
    for (const [arn, alarm] of this.#alarms) {
      const isOwn = alarm.accountId === accountId && alarm.region === region;
      if (isOwn && names.includes(alarm.settings.AlarmName)) this.#alarms.delete(arn);
    }
    return {};
  }

  #describe(input: DescribeAlarms, { accountId, region }: Caller) {
    acceptOnly(input, ['AlarmNames', 'AlarmNamePrefix', 'StateValue'], 'ValidationError');
    const { AlarmNames, AlarmNamePrefix = '', StateValue } = input;
    const own = [...this.#alarms.values()].filter(
      (alarm) => alarm.accountId === accountId && alarm.region === region,
    );
    const asked = own.filter(
      ({ settings: { AlarmName }, state }) =>
        (AlarmNames?.includes(AlarmName) ?? true) &&
        AlarmName.startsWith(AlarmNamePrefix) &&
        (StateValue === undefined || StateValue === state),
    );
    return {
      MetricAlarms: asked.map(({ settings, arn, state, reason }) => {
        // CloudWatch tells an alarm's tags elsewhere.
        const { Tags: _, ...described } = settings;
        return { ...described, AlarmArn: arn, StateValue: state, StateReason: reason };
      }),
    };
  }

  async #evaluate(): Promise<void> {
    const now = this.#clock.now();
    for (const alarm of this.#alarms.values()) {
      for (const metric of alarm.metrics) this.#sampleOf(metric, now);
      const from = alarm.evaluate(this.#metrics, now);
      if (from === undefined) continue;
      const failures = await this.#act(alarm, from, now);
      for (const observer of this.#observers) observer({ alarm, from, at: now, failures });
    }
  }

  #sampleOf(metric: MetricId, now: number): void {
    for (const sampler of this.#samplers) {
      const value = sampler(metric);
      // It belongs to the minute that has just ended.
      if (value !== undefined) this.#metrics.record(metric, value, now - 1);
    }
  }

  /** @returns what went wrong: CloudWatch notes it in the alarm's history and does not try again */
  async #act(alarm: Alarm, from: AlarmState, now: number): Promise<string[]> {
    const { AlarmActions = [], OKActions = [], AlarmName } = alarm.settings;
    const actions = alarm.state === 'ALARM' ? AlarmActions : alarm.state === 'OK' ? OKActions : [];
    const failures: string[] = [];
    for (const TopicArn of actions) {
      const caller: Caller = {
        accountId: alarm.accountId,
        region: alarm.region,
        arn: alarm.arn,
        service: 'cloudwatch.amazonaws.com',
      };
      const Subject = `${alarm.state}: "${AlarmName}" in ${alarm.region}`.slice(0, 99);
      try {
        const input = { TopicArn, Subject, Message: JSON.stringify(notification(alarm, from, now)) };
        await this.#services.call('sns', 'Publish', input, caller);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        failures.push(`${TopicArn}: ${error.code}: ${error.message}`);
      }
    }
    return failures;
  }
}

/** What CloudWatch publishes ("Amazon SNS notifications for alarm changes"), without the trigger's details. */
function notification(
  { settings, state, reason, accountId, region, arn }: Alarm,
  from: AlarmState,
  now: number,
) {
  return {
    AlarmName: settings.AlarmName,
    AlarmDescription: settings.AlarmDescription ?? null,
    AWSAccountId: accountId,
    NewStateValue: state,
    NewStateReason: reason,
    StateChangeTime: new Date(now).toISOString().replace('Z', '+0000'),
    Region: region,
    AlarmArn: arn,
    OldStateValue: from,
    OKActions: settings.OKActions ?? [],
    AlarmActions: settings.AlarmActions ?? [],
  };
}
