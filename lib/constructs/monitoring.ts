import { Duration, Fn, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Rule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { LONGEST_RUN_HOURS } from '../../lambdas/reconcile/comparing/invitations.ts';
import { type MetricName, namespaceOf } from '../../lambdas/shared/runtime/metrics.ts';
import { ofSystem } from '../../lambdas/shared/runtime/system.ts';
import { inRunbook } from '../../lambdas/shared/workflows/message.ts';
import { DEFAULT_ACCOUNT } from '../configuration/redis-cloud.ts';
import { namesIn } from '../names.ts';
import { runbookSections } from '../runbook.ts';
import { LOCK_WATCH } from './measuring.ts';

/** How often failures are looked for: soon enough to act, and a burst of them is one alarm. */
const FAILURES_PERIOD = Duration.minutes(5);

/**
 * Whoever has the lock makes one change and waits for it: the call retries for up to an hour while Redis Cloud is
 * busy, and the task is polled for nearly an hour. Two hours are more than an honest holder takes.
 */
const LOCK_HELD_SECONDS = 2 * 60 * 60;

/** Redis Cloud refuses some requests now and then, and the steps wait. Six times five minutes is no burst. */
const RATE_LIMITED_PERIODS = 6;
/** Two refusals a minute in each of those periods. */
const RATE_LIMITED_COUNT = 10;

/** A step retries a throttled function for four minutes: what lasts longer makes executions fail. */
const THROTTLED_PERIODS = 3;

export interface MonitoringProps {
  /** Where alarms go. */
  topics: readonly ITopic[];
  /** As `runbookOf` returns it. */
  runbook: string;
  deadLetterQueue: IQueue;
  /** The Redis Cloud accounts, where each has alarms of its own. */
  redisCloudAccounts: readonly string[];
  /** Those whose failures `clean-up` announces, and those that fail by themselves. */
  announced: Record<string, StateMachine>;
  unannounced: Record<string, StateMachine>;
  /** The rules of the hub's bus, and its default bus: each with the bus's name where it is not the default. */
  rules: { rule: Rule; eventBusName?: string }[];
  reconcileEvery: Duration;
}

interface AlarmProps {
  /** Of the runbook, without `alarm-`; by default the alarm's name. */
  section?: string;
  /** What has happened, in one or two sentences. */
  meaning: string;
  metric: IMetric;
  /** Alarms at this value and above; below it with `below`. */
  threshold: number;
  below?: boolean;
  periods?: number;
  missing: TreatMissingData;
  /**
   * Whether the end of the alarm means that all is well again, which is then told too. An alarm on events, such
   * as failures, ends when no new ones come: that says nothing.
   */
  tellsEnd?: boolean;
}

/** What makes metrics of the system's own. */
export function ownMetrics(scope: Construct) {
  const namespace = namespaceOf(namesIn(scope).SYSTEM);
  return (
    metricName: MetricName,
    statistic: 'Sum' | 'Maximum' | 'Average' | 'p90',
    period: Duration,
    dimensionsMap: Record<string, string> = {},
  ) => new Metric({ namespace, metricName, statistic, period, dimensionsMap });
}

/**
 * The alarms. Each is named after what has happened, and leads to its section of the runbook. They wake somebody
 * for what needs a person only: what the workflows retry, and what was told already, counts for none of them.
 */
export class Monitoring extends Construct {
  readonly alarms: Alarm[] = [];
  readonly #props: MonitoringProps;
  readonly #sections = runbookSections();
  readonly #own = ownMetrics(this);

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.#props = props;
    for (const name of Object.keys(props.announced)) {
      this.#add(`${name}-failed`, {
        meaning: `An execution of ${name} has failed and needs a person. A message names it.`,
        metric: this.#own('Failed', 'Sum', FAILURES_PERIOD, { workflow: name }),
        threshold: 1,
        missing: TreatMissingData.NOT_BREACHING,
      });
    }
    for (const [name, workflow] of Object.entries(props.unannounced)) {
      this.#add(`${name}-failed`, {
        meaning: `An execution of ${name} has failed. Nobody else reports it.`,
        metric: sumOf({
          failed: workflow.metricFailed({ period: FAILURES_PERIOD }),
          timedOut: workflow.metricTimedOut({ period: FAILURES_PERIOD }),
        }),
        threshold: 1,
        missing: TreatMissingData.NOT_BREACHING,
      });
    }
    this.#events();
    this.#redisCloud();
    this.#reconciliation();
    this.#functions();
  }

  #events(): void {
    const { deadLetterQueue, rules } = this.#props;
    this.#add('dead-letters', {
      meaning: 'An event could not be read or acted on. It waits in the dead-letter queue for 14 days.',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: FAILURES_PERIOD,
        statistic: 'Maximum',
      }),
      threshold: 1,
      // SQS stops counting for a queue that nobody has used for six hours: no news changes nothing.
      missing: TreatMissingData.IGNORE,
      tellsEnd: true,
    });
    this.#add('events-lost', {
      meaning: 'EventBridge could deliver an event neither to its target nor to the dead-letter queue.',
      metric: sumOf(
        Object.fromEntries(
          rules.map(({ rule, eventBusName }, index) => [
            `rule${index}`,
            new Metric({
              namespace: 'AWS/Events',
              metricName: 'InvocationsFailedToBeSentToDlq',
              statistic: 'Sum',
              period: FAILURES_PERIOD,
              dimensionsMap: {
                ...(eventBusName && { EventBusName: eventBusName }),
                RuleName: bareName(rule, eventBusName),
              },
            }),
          ]),
        ),
      ),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Of one account, or of each. That of connections that name none keeps the names from before there were several. */
  #redisCloudAccount(account?: string): void {
    const isNamed = account !== undefined && account !== DEFAULT_ACCOUNT;
    const [suffix, whose] = isNamed ? [`-${account}`, ` of the account ${account}`] : ['', ''];
    const dimensions: Record<string, string> = account === undefined ? {} : { redisCloudAccount: account };
    this.#add(`keys-refused${suffix}`, {
      section: 'keys-refused',
      meaning: `Redis Cloud refuses the keys${whose}, or the secret does not hold any: nobody can be connected.`,
      metric: this.#own('KeysRefused', 'Sum', FAILURES_PERIOD, dimensions),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
    this.#add(`rate-limited${suffix}`, {
      section: 'rate-limited',
      meaning: `Redis Cloud has answered 429${whose && ` to requests${whose}`} for half an hour: everything is slow, and steps may give up.`,
      metric: this.#own('RateLimited', 'Sum', FAILURES_PERIOD, dimensions),
      threshold: RATE_LIMITED_COUNT,
      periods: RATE_LIMITED_PERIODS,
      missing: TreatMissingData.NOT_BREACHING,
      tellsEnd: true,
    });
  }

  #redisCloud(): void {
    const { redisCloudAccounts: accounts } = this.#props;
    for (const account of accounts.length > 0 ? accounts : [undefined]) this.#redisCloudAccount(account);
    this.#add('lock-held', {
      meaning: 'An execution has had the lock to change a subscription for two hours. Others may wait.',
      metric: this.#own('LockHeld', 'Maximum', LOCK_WATCH),
      threshold: LOCK_HELD_SECONDS,
      missing: TreatMissingData.NOT_BREACHING,
      tellsEnd: true,
    });
    this.#add('invitations-near-expiry', {
      meaning: 'An invitation to a resource share is about to expire, and the account has not accepted it.',
      metric: this.#own('InvitationsNearExpiry', 'Maximum', Duration.hours(1)),
      threshold: 1,
      // Only reconciliations look: between them, what they found stays true.
      missing: TreatMissingData.IGNORE,
      tellsEnd: true,
    });
  }

  #reconciliation(): void {
    const hours = Math.ceil(this.#props.reconcileEvery.toMinutes() / 60) + LONGEST_RUN_HOURS;
    this.#add('reconciliation-missing', {
      meaning: `No reconciliation has come to its end for ${hours} hours.`,
      metric: this.#own('Reconciliations', 'Sum', Duration.hours(1)),
      threshold: 1,
      below: true,
      periods: hours,
      missing: TreatMissingData.BREACHING,
      tellsEnd: true,
    });
    this.#add('reconciliation-incomplete', {
      meaning: 'The last reconciliation could not look at everything. Its report says what, and why.',
      metric: this.#own('ReconciliationGaps', 'Maximum', Duration.hours(1)),
      threshold: 1,
      // The state lasts until the next reconciliation: one account that cannot be entered alarms once.
      missing: TreatMissingData.IGNORE,
      tellsEnd: true,
    });
  }

  #functions(): void {
    this.#add('defects', {
      meaning: 'A function has failed with an error that has no name here: a defect of this project.',
      metric: this.#own('Defects', 'Sum', FAILURES_PERIOD),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
    this.#add('functions-throttled', {
      meaning: 'Lambda has throttled functions of this account for a quarter of an hour.',
      // Of all functions: they share the account's concurrency in the Region.
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Throttles',
        statistic: 'Sum',
        period: FAILURES_PERIOD,
      }),
      threshold: 1,
      periods: THROTTLED_PERIODS,
      missing: TreatMissingData.NOT_BREACHING,
      tellsEnd: true,
    });
  }

  #add(name: string, props: AlarmProps): void {
    const { topics, runbook } = this.#props;
    const { section = name } = props;
    const alarm = new Alarm(this, name, {
      alarmName: `${namesIn(this).SYSTEM}-${name}`,
      alarmDescription: [
        props.meaning,
        ...this.#advice(section),
        `Runbook: ${inRunbook(runbook, `Alarm ${section}`)}`,
      ].join('\n\n'),
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: props.below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.missing,
    });
    const actions = topics.map((topic) => new SnsAction(topic));
    alarm.addAlarmAction(...actions);
    if (props.tellsEnd) alarm.addOkAction(...actions);
    this.alarms.push(alarm);
  }

  /** What the runbook says: whoever is woken by a mail may have nothing else at hand. */
  #advice(name: string): string[] {
    const { account, region } = Stack.of(this);
    const section = this.#sections.get(`Alarm ${name}`);
    if (!section) throw new Error(`docs/operations.md has no section for the alarm ${name}.`);
    const { investigation, resolution } = section;
    const { SYSTEM } = namesIn(this);
    return [investigation.replaceAll(':REGION:HUB:', `:${region}:${account}:`), resolution].map((text) =>
      ofSystem(text, SYSTEM),
    );
  }
}

/**
 * A rule's name, as the metrics of EventBridge have it beside the name of the bus ("Monitoring Amazon EventBridge").
 * CloudFormation's reference to a rule of another bus than the default one is `<bus>|<rule>`, which no metric has.
 */
function bareName(rule: Rule, eventBusName: string | undefined): string {
  return eventBusName === undefined ? rule.ruleName : Fn.select(2, Fn.split('/', rule.ruleArn));
}

/** The sum, where a metric without data counts as nothing. */
function sumOf(metrics: Record<string, IMetric>): MathExpression {
  return new MathExpression({
    expression: Object.keys(metrics)
      .map((id) => `FILL(${id}, 0)`)
      .join(' + '),
    usingMetrics: metrics,
    period: FAILURES_PERIOD,
  });
}
