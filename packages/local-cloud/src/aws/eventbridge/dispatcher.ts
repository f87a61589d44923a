import { Activity, type Clock } from '../../clock.ts';
import type { CloudEvent } from '../events.ts';
import { digest, type Ids } from '../ids.ts';
import { AwsError } from '../service.ts';
import type { Rule, Target } from './buses.ts';
import { DeliveryError } from './failure.ts';
import type { Delivery, Targets } from './targets.ts';

/** How a delivery ended. */
export interface DeliveryReport {
  event: CloudEvent;
  rule: Rule;
  target: Target;
  /** The account and the Region of the rule. */
  accountId: string;
  region: string;
  /** Retries, not counting the first attempt. */
  retries: number;
  /** Why the target did not get the event; absent if it did. */
  failure?: { code: string; message: string };
  /** Whether the event is in the target's dead-letter queue. */
  deadLettered: boolean;
}

/** From an event's arrival on a bus to the call of the target. */
const delayMs = 200;

const defaultRetries = 185;
const defaultAgeSeconds = 86_400;

/**
 * EventBridge documents "exponential back off and jitter" and no numbers. These double from one second to ten
 * minutes: some 150 attempts fill the default 24 hours.
 */
const firstPauseMs = 1000;
const longestPauseMs = 600_000;

/** Delivers events to targets: later, again when it fails in passing, and to the dead-letter queue in the end. */
export class Dispatcher {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #targets: Targets;
  readonly #observers: ((report: DeliveryReport) => void)[] = [];

  constructor(options: { clock: Clock; ids: Ids; targets: Targets }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#targets = options.targets;
  }

  observe(observer: (report: DeliveryReport) => void): void {
    this.#observers.push(observer);
  }

  /** Starts one delivery for each of the rule's targets. */
  dispatch(event: CloudEvent, rule: Rule, forwarded: boolean): void {
    for (const target of rule.targets.values()) {
      const ingestedAt = this.#clock.now();
      const delivery: Delivery = { id: this.#ids.uuid(), event, rule, target, ingestedAt, forwarded };
      // A rejection is a fault of the local cloud itself and must not be swallowed.
      void Activity.run(this.#clock, (activity) => this.#deliver(delivery, activity));
    }
  }

  async #deliver(delivery: Delivery, activity: Activity): Promise<void> {
    const { MaximumRetryAttempts = defaultRetries, MaximumEventAgeInSeconds = defaultAgeSeconds } =
      delivery.target.RetryPolicy ?? {};
    await activity.sleep(delayMs);
    for (let retries = 0; ; retries++) {
      const failure = await this.#attempt(delivery);
      if (!failure) return this.#report(delivery, retries, undefined, false);
      if (!failure.retriable) return this.#giveUp(delivery, retries, failure, undefined);
      if (retries >= MaximumRetryAttempts) {
        return this.#giveUp(delivery, retries, failure, 'MaximumRetryAttempts');
      }
      const pause = pauseBefore(retries + 1, delivery.id);
      const age = this.#clock.now() + pause - delivery.ingestedAt;
      if (age > MaximumEventAgeInSeconds * 1000) {
        return this.#giveUp(delivery, retries, failure, 'MaximumEventAgeInSeconds');
      }
      await activity.sleep(pause);
    }
  }

  async #attempt(delivery: Delivery): Promise<DeliveryError | undefined> {
    try {
      await this.#targets.send(delivery);
    } catch (error) {
      if (error instanceof DeliveryError) return error;
      throw error;
    }
  }

  async #giveUp(
    delivery: Delivery,
    retries: number,
    failure: DeliveryError,
    condition: string | undefined,
  ): Promise<void> {
    const { rule, target } = delivery;
    const queueArn = target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) return this.#report(delivery, retries, failure, false);
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message,
      ...(condition && { EXHAUSTED_RETRY_CONDITION: condition }),
      ...(retries > 0 && { RETRY_ATTEMPTS: String(retries) }),
    };
    const message = {
      MessageBody: this.#targets.inputOf(delivery).text,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    };
    try {
      await this.#targets.enqueue(rule, queueArn, message);
      this.#report(delivery, retries, failure, true);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#report(delivery, retries, failure, false);
    }
  }

  #report(
    { event, rule, target }: Delivery,
    retries: number,
    failure: DeliveryError | undefined,
    deadLettered: boolean,
  ): void {
    const { accountId, region } = rule;
    const report: DeliveryReport = { event, rule, target, accountId, region, retries, deadLettered };
    if (failure) report.failure = { code: failure.code, message: failure.message };
    for (const observer of this.#observers) observer(report);
  }
}

/** Between the half and the whole of a doubling pause: the jitter depends on the delivery only. */
function pauseBefore(retry: number, deliveryId: string): number {
  const whole = Math.min(firstPauseMs * 2 ** (retry - 1), longestPauseMs);
  const jitter = Number.parseInt(digest(`${deliveryId}:${retry}`, 8), 16) / 0xffffffff;
  return Math.round(whole * (0.5 + jitter / 2));
}
