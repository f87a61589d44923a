import type { AwsError, AwsServices, Caller } from '../aws/service.ts';
import { Activity, type Clock } from '../clock.ts';
import type { FunctionConfiguration } from './configuration.ts';
import type { Outcome } from './outcome.ts';
import { sessionOf } from './role.ts';

/** Lambda waits one minute before the first retry of an event and two before the second. */
const retryMilliseconds = [60_000, 120_000];

/** One event that nobody waits for. */
export interface QueuedEvent {
  configuration: FunctionConfiguration;
  requestId: string;
  payload: string;
}

/**
 * Runs events that were invoked asynchronously: at once, then again as the function's event invoke
 * configuration allows; what failed for good goes to the on-failure destination and the dead-letter target
 * (Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation").
 */
export class AsynchronousInvocations {
  readonly #clock: Clock;
  readonly #services: AwsServices;
  readonly #run: (event: QueuedEvent) => Promise<Outcome>;
  readonly #report: (event: QueuedEvent, line: string) => void;

  /** `report` is told what could not be delivered, as Lambda tells its metrics. */
  constructor(options: {
    clock: Clock;
    services: AwsServices;
    run: (event: QueuedEvent) => Promise<Outcome>;
    report: (event: QueuedEvent, line: string) => void;
  }) {
    this.#clock = options.clock;
    this.#services = options.services;
    this.#run = options.run;
    this.#report = options.report;
  }

  start(event: QueuedEvent): void {
    const activity = new Activity(this.#clock);
    void this.#process(event, activity).finally(() => activity.end());
  }

  async #process(event: QueuedEvent, activity: Activity): Promise<void> {
    const { maximumRetryAttempts, maximumEventAgeInSeconds } = event.configuration.eventInvoke;
    const accepted = this.#clock.now();
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#runUnlessGone(event);
      if (!outcome?.failed) return;
      const pause = retryMilliseconds[attempt];
      if (attempt >= maximumRetryAttempts || pause === undefined) {
        return this.#giveUp(event, outcome, attempt + 1, 'RetriesExhausted');
      }
      if (this.#clock.now() + pause - accepted > maximumEventAgeInSeconds * 1000) {
        return this.#giveUp(event, outcome, attempt + 1, 'EventAgeExceeded');
      }
      await activity.sleep(pause);
    }
  }

  /** A function that was deleted takes the events with it that wait for it. */
  async #runUnlessGone(event: QueuedEvent): Promise<Outcome | undefined> {
    try {
      return await this.#run(event);
    } catch (error) {
      if ((error as AwsError).code !== 'ResourceNotFoundException') throw error;
      this.#report(event, `The event is dropped: ${(error as AwsError).message}`);
      return undefined;
    }
  }

  async #giveUp(event: QueuedEvent, outcome: Outcome, count: number, condition: string): Promise<void> {
    const { configuration, requestId, payload } = event;
    if (configuration.eventInvoke.onFailure) {
      const record = {
        version: '1.0',
        timestamp: new Date(this.#clock.now()).toISOString(),
        requestContext: {
          requestId,
          functionArn: `${configuration.arn}:$LATEST`,
          condition,
          approximateInvokeCount: count,
        },
        requestPayload: JSON.parse(payload),
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: JSON.parse(outcome.payload),
      };
      await this.#send(event, configuration.eventInvoke.onFailure, JSON.stringify(record), {});
    }
    if (configuration.deadLetterTarget) {
      const attributes = {
        RequestID: { DataType: 'String', StringValue: requestId },
        ErrorCode: { DataType: 'Number', StringValue: '200' },
        ErrorMessage: {
          DataType: 'String',
          StringValue: String(JSON.parse(outcome.payload).errorMessage).slice(0, 1024),
        },
      };
      await this.#send(event, configuration.deadLetterTarget, payload, attributes);
    }
  }

  async #send(event: QueuedEvent, target: string, body: string, attributes: object): Promise<void> {
    const { configuration } = event;
    const [, , service, region = '', accountId = '', name = ''] = target.split(':');
    const caller: Caller = { ...sessionOf(configuration), region, service: 'lambda.amazonaws.com' };
    try {
      if (service === 'sqs') {
        // Lambda asks for no permission to look the queue up.
        const QueueUrl = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
        const input = { QueueUrl, MessageBody: body, MessageAttributes: attributes };
        await this.#services.call('sqs', 'SendMessage', input, caller);
      } else {
        const input = { TopicArn: target, Message: body, MessageAttributes: attributes };
        await this.#services.call('sns', 'Publish', input, caller);
      }
    } catch (error) {
      this.#report(event, `A failed event could not be delivered to ${target}: ${error}`);
    }
  }
}
