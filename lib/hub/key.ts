import { Aws, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { namesIn } from '../names.ts';
import { keepWhenReplaced } from './keep-when-replaced.ts';

/** The key for everything that the hub keeps, and which services may use it. */
export function encryptionKey(stack: Stack): Key {
  const { SYSTEM } = namesIn(stack);
  const key = new Key(stack, 'Key', {
    alias: SYSTEM,
    description: 'Redis Cloud PrivateLink automation: secrets, table, queue and logs.',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  keepWhenReplaced(key);
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'Logs',
      principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': [
            stack.formatArn({ service: 'logs', resource: `log-group:/aws/lambda/${SYSTEM}-*` }),
            stack.formatArn({ service: 'logs', resource: `log-group:/aws/vendedlogs/states/${SYSTEM}-*` }),
          ],
        },
      },
    }),
  );
  // A grant lasts, and no policy shows it: only AWS's own services get one.
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'GrantsOnlyToServices',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: {
        BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' },
      },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'DeadLetters',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  );
  return key;
}
