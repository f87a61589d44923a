import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SYSTEM } from '../names.ts';
import type { ApiFunction } from './api-function.ts';
import type { EventIntake } from './event-intake.ts';
import { useOfKey } from './key-use.ts';

export interface MeasuringProps {
  intake: EventIntake;
  recordMetrics: ApiFunction;
  watchLocks: ApiFunction;
  /** Takes what cannot be delivered, and what a function has failed at. */
  deadLetterQueue: IQueue;
  /** Encrypts that queue. */
  key: IKey;
}

/** Often enough for a lock that is held too long; each look costs a read or two of each subscription. */
export const LOCK_WATCH = Duration.minutes(15);

/** Turns what the workflows announce on the bus into metrics, without a step of their own, and watches the locks. */
export class Measuring extends Construct {
  readonly announced: Rule;
  readonly watch: Rule;

  constructor(scope: Construct, id: string, props: MeasuringProps) {
    super(scope, id);
    const { intake, recordMetrics, watchLocks, deadLetterQueue, key } = props;
    this.announced = new Rule(this, 'Announced', {
      description: 'Measures what the workflows announce.',
      eventBus: intake.bus,
      eventPattern: {
        source: [SYSTEM],
        account: [Stack.of(this).account],
        detailType: [
          'Account Admitted',
          'Account Disconnected',
          'Execution Failed',
          'Reconciliation Finished',
          'VPC Connected',
          'VPC Disconnected',
        ],
      },
      targets: [new LambdaFunction(recordMetrics.function, { deadLetterQueue })],
    });
    this.watch = new Rule(this, 'Watch', {
      description: 'Looks how long locks have been held, and takes them from executions that have ended.',
      schedule: Schedule.rate(LOCK_WATCH),
      targets: [new LambdaFunction(watchLocks.function, { deadLetterQueue })],
    });
    this.#keepFailures('RecordMetrics', recordMetrics, deadLetterQueue, key);
    this.#keepFailures('WatchLocks', watchLocks, deadLetterQueue, key);
  }

  /**
   * The queue of a rule takes what does not reach the function. What the function itself has failed at, three times,
   * Lambda sends on from here ("Capturing records of Lambda asynchronous invocations").
   */
  #keepFailures(id: string, { function: failing }: ApiFunction, queue: IQueue, key: IKey): void {
    failing.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
    );
    failing.addToRolePolicy(useOfKey(key, 'sqs'));
    const kept = new CfnEventInvokeConfig(this, `Failures${id}`, {
      functionName: failing.functionName,
      qualifier: '$LATEST',
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    });
    // Lambda refuses a destination to which the role may not send.
    if (failing.role) kept.node.addDependency(failing.role);
  }
}
