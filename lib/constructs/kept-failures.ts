import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ApiFunction } from './api-function.ts';
import { useOfKey } from './key-use.ts';

/**
 * What a function has failed at that nobody waits for, three times, Lambda sends to the queue ("Capturing records of
 * Lambda asynchronous invocations").
 */
export function keepFailures(
  scope: Construct,
  id: string,
  { function: failing }: ApiFunction,
  queue: IQueue,
  key: IKey,
): void {
  failing.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
  failing.addToRolePolicy(useOfKey(key, 'sqs'));
  const kept = new CfnEventInvokeConfig(scope, id, {
    functionName: failing.functionName,
    qualifier: '$LATEST',
    destinationConfig: { onFailure: { destination: queue.queueArn } },
  });
  // Lambda refuses a destination to which the role may not send.
  if (failing.role) kept.node.addDependency(failing.role);
}
