import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { namesIn } from '../names.ts';
import type { ApiFunction } from './api-function.ts';
import type { EventIntake } from './event-intake.ts';
import { keepFailures } from './kept-failures.ts';

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
        source: [namesIn(this).SYSTEM],
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
    // The queue of a rule takes only what does not reach the function.
    keepFailures(this, 'FailuresRecordMetrics', recordMetrics, deadLetterQueue, key);
    keepFailures(this, 'FailuresWatchLocks', watchLocks, deadLetterQueue, key);
  }
}
