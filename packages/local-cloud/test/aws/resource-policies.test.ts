import { expect, test } from '@jest/globals';
import { DynamoDb } from '../../src/aws/dynamodb.ts';
import { SecretsManager } from '../../src/aws/secrets-manager.ts';
import type { AwsService, Caller } from '../../src/aws/service.ts';
import { VirtualClock } from '../../src/clock.ts';

const accountId = '111122223333';
const caller: Caller = { accountId, region: 'us-east-1', arn: `arn:aws:iam::${accountId}:root` };

/** Calls, and what the thing's own policy would say to them. */
function using(service: AwsService) {
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into
  const ask = async (action: string, input: object): Promise<any> => service.actions[action]!(input, caller);
  const policy = (action: string, input: object) => service.needs?.[action]?.(input, caller)[0]?.policy;
  return { ask, policy };
}

function denying(Action: string) {
  const Statement = { Effect: 'Deny', Principal: '*', Action, Resource: '*' };
  return { Statement, document: JSON.stringify({ Statement }) };
}

test('a table has a policy from its creation, or later, until it is deleted', async () => {
  const { ask, policy } = using(new DynamoDb({ clock: new VirtualClock(0) }));
  const { Statement, document } = denying('dynamodb:PutItem');
  const ResourceArn = `arn:aws:dynamodb:us-east-1:${accountId}:table/lines`;
  const ofTable = () => policy('PutItem', { TableName: 'lines' });
  await ask('CreateTable', {
    TableName: 'lines',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    ResourcePolicy: document,
  });
  expect(ofTable()).toEqual([Statement]);
  await ask('DeleteResourcePolicy', { ResourceArn });
  expect(ofTable()).toBeUndefined();
  await expect(ask('GetResourcePolicy', { ResourceArn })).rejects.toMatchObject({
    code: 'PolicyNotFoundException',
  });
  await ask('PutResourcePolicy', { ResourceArn, Policy: document });
  expect(await ask('GetResourcePolicy', { ResourceArn })).toMatchObject({ Policy: document });
  const invalid = ask('PutResourcePolicy', { ResourceArn, Policy: '{"Statement":{"Effect":"No"}}' });
  await expect(invalid).rejects.toMatchObject({ code: 'ValidationException' });
});

test('a secret has a policy, until it is deleted', async () => {
  const { ask, policy } = using(new SecretsManager({ clock: new VirtualClock(0) }));
  const { Statement, document: ResourcePolicy } = denying('secretsmanager:GetSecretValue');
  const SecretId = 'partner/keys';
  await ask('CreateSecret', { Name: SecretId, SecretString: 'x' });
  expect(await ask('GetResourcePolicy', { SecretId })).toMatchObject({ Name: SecretId });
  await ask('PutResourcePolicy', { SecretId, ResourcePolicy });
  expect(await ask('GetResourcePolicy', { SecretId })).toMatchObject({ ResourcePolicy });
  expect(policy('GetSecretValue', { SecretId })).toEqual([Statement]);
  await ask('DeleteResourcePolicy', { SecretId });
  expect((await ask('GetResourcePolicy', { SecretId })).ResourcePolicy).toBeUndefined();
  await expect(ask('PutResourcePolicy', { SecretId, ResourcePolicy: '{}' })).rejects.toMatchObject({
    code: 'MalformedPolicyDocumentException',
  });
});
