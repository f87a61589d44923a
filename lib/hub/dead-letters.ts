import { Duration, type Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { acceptFinding } from '../constructs/accepted-findings.ts';
import { DEAD_LETTERS } from '../constructs/event-forwarding.ts';
import { namesIn } from '../names.ts';

/** The queue for events that could not be delivered or not be read. */
export function deadLetters(stack: Stack, key: IKey): Queue {
  const queue = new Queue(stack, 'DeadLetters', {
    queueName: `${namesIn(stack).SYSTEM}-dead-letters`,
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    redriveAllowPolicy: DEAD_LETTERS,
  });
  acceptFinding(queue, 'SQS3', 'This is where others put what they cannot deliver.');
  return queue;
}
