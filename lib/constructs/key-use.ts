import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/**
 * What a service that keeps encrypted things asks of its caller:
 *
 * - DynamoDB decrypts the table's key for readers and writers alike. The rest that its documentation lists is asked
 *   of whoever chooses the key ("Encryption at rest: How it works", "Table key caching").
 * - Secrets Manager decrypts to read, and makes a data key and verifies it to write.
 * - SQS and SNS make a data key for a message and verify it.
 */
const asked = {
  dynamodb: ['kms:Decrypt'],
  'secretsmanager to read': ['kms:Decrypt'],
  'secretsmanager to write': ['kms:Decrypt', 'kms:GenerateDataKey'],
  sqs: ['kms:Decrypt', 'kms:GenerateDataKey'],
  sns: ['kms:Decrypt', 'kms:GenerateDataKey'],
};

/** Lets a role use the key, through one service only, as that service asks it of its callers. */
export function useOfKey(key: IKey, through: keyof typeof asked): PolicyStatement {
  const [service] = through.split(' ');
  return new PolicyStatement({
    actions: asked[through],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(key).region}.amazonaws.com` } },
  });
}
