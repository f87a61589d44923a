import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { stackEvents } from '../event-patterns.ts';
import { namesIn } from '../names.ts';
import type { ApiFunction } from './api-function.ts';
import type { EventIntake } from './event-intake.ts';
import { keepFailures } from './kept-failures.ts';

export interface NewAccountsProps {
  intake: EventIntake;
  lookAtAccount: ApiFunction;
  deadLetterQueue: IQueue;
  /** Encrypts that queue. */
  key: IKey;
}

/** Has the VPCs of an account looked at as soon as the member stack has come to it. */
export class NewAccounts extends Construct {
  readonly rule: Rule;

  constructor(
    scope: Construct,
    id: string,
    { intake, lookAtAccount, deadLetterQueue, key }: NewAccountsProps,
  ) {
    super(scope, id);
    this.rule = new Rule(this, 'StackCreated', {
      description: 'Looks at the VPCs of an account to which the member stack has come.',
      eventBus: intake.bus,
      eventPattern: stackEvents(namesIn(this)).StackCreated,
      targets: [new LambdaFunction(lookAtAccount.function, { deadLetterQueue })],
    });
    keepFailures(this, 'Failures', lookAtAccount, deadLetterQueue, key);
  }
}
