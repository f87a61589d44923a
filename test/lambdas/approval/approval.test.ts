import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { handler } from '../../../lambdas/approval/withdraw-approval.ts';

beforeEach(() => {
  process.env.TABLE_NAME = 'table';
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
});

afterEach(() => {
  jest.restoreAllMocks();
});

const request = {
  connection: { name: 'orders' },
  accountId: '444455556666',
  vpcId: null,
  executionName: 'orders-1',
};

function withdraw(more: object = {}) {
  return (handler as unknown as (event: unknown) => Promise<unknown>)({ ...request, ...more });
}

function named(name: string): Error {
  return Object.assign(new Error('no'), { name });
}

const QUESTION = {
  Items: [
    { pk: { S: 'account#444455556666' }, sk: { S: 'approval#orders' }, token: { S: 'token-of-the-step' } },
  ],
};

test.each([
  ['AccessDeniedException', 'AccessDenied'],
  ['ProvisionedThroughputExceededException', 'AwsUnavailable'],
])('a table that answers %s ends in %s', async (answer, name) => {
  jest
    .spyOn(DynamoDBClient.prototype, 'send')
    .mockImplementation((() => Promise.reject(named(answer))) as never);
  await expect(withdraw()).rejects.toMatchObject({ name });
});

test('a question whose step waits no longer is forgotten anyway', async () => {
  const table = jest
    .spyOn(DynamoDBClient.prototype, 'send')
    .mockImplementation((() => Promise.resolve(QUESTION)) as never);
  jest
    .spyOn(SFNClient.prototype, 'send')
    .mockImplementation((() => Promise.reject(named('TaskDoesNotExist'))) as never);
  await withdraw();
  expect(table.mock.calls.map(([command]) => command.constructor.name)).toEqual([
    'QueryCommand',
    'DeleteItemCommand',
  ]);
});

test.each([
  ['younger than its hours', { refusalHours: 72 }, 1, ['QueryCommand']],
  ['older than its hours', { refusalHours: 72 }, 73, ['QueryCommand', 'DeleteItemCommand']],
  ['that a person wants forgotten', { refusalHours: null }, 1, ['QueryCommand', 'DeleteItemCommand']],
  ['seen by a definition from before', {}, 1, ['QueryCommand', 'DeleteItemCommand']],
])('a refusal %s', async (_, given, hours, commands) => {
  const [question] = QUESTION.Items;
  const at = { S: new Date(Date.now() - hours * 3_600_000).toISOString() };
  const refusal = { pk: question?.pk, sk: question?.sk, state: { S: 'refused' }, at };
  const table = jest
    .spyOn(DynamoDBClient.prototype, 'send')
    .mockImplementation((() => Promise.resolve({ Items: [refusal] })) as never);
  await withdraw(given);
  expect(table.mock.calls.map(([command]) => command.constructor.name)).toEqual(commands);
});
