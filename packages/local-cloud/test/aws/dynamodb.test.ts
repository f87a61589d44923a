import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Credentials } from '../../src/aws/credentials.ts';
import { DynamoDb } from '../../src/aws/dynamodb.ts';
import { AwsServices } from '../../src/aws/service.ts';
import { startFront } from '../../src/aws/wire/front.ts';
import { Activity, VirtualClock } from '../../src/clock.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
const account = '111122223333';
const tableArn = `arn:aws:dynamodb:us-east-1:${account}:table/lines`;
const hour = 3_600_000;

const definition = {
  TableName: 'lines',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' as const },
    { AttributeName: 'sk', AttributeType: 'S' as const },
  ],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

let clock: VirtualClock;
let dynamodb: DynamoDb;
let services: AwsServices;

beforeEach(() => {
  clock = new VirtualClock(start);
  dynamodb = new DynamoDb({ clock });
  services = new AwsServices();
  services.register(dynamodb);
});

afterEach(() => dynamodb.close());

function call(
  action: string,
  input: object,
  { accountId = account, region = 'us-east-1' } = {},
  // biome-ignore lint/suspicious/noExplicitAny: the answers' shapes are the SDK's
): Promise<any> {
  const caller = { accountId, region, arn: `arn:aws:iam::${accountId}:root` };
  return services.call('dynamodb', action, input, caller);
}

function put(sk: string, more: object = {}, where = {}): Promise<unknown> {
  const Item = { pk: { S: 'turn#1' }, sk: { S: sk }, ...more };
  return call('PutItem', { TableName: 'lines', Item }, where);
}

async function get(sk: string, where = {}): Promise<unknown> {
  const Key = { pk: { S: 'turn#1' }, sk: { S: sk } };
  return (await call('GetItem', { TableName: 'lines', Key }, where)).Item;
}

function pass(milliseconds: number): Promise<void> {
  return Activity.run(clock, (activity) => activity.sleep(milliseconds));
}

describe('items', () => {
  beforeEach(() => call('CreateTable', definition));

  test('are read as they were written', async () => {
    const attributes = {
      text: { S: 'x' },
      number: { N: '1.5' },
      bytes: { B: new Uint8Array([0, 1, 255]) },
      byteSets: { BS: [new Uint8Array([1]), new Uint8Array([2])] },
      nothing: { NULL: true },
      nested: { M: { B: { S: 'an attribute that is called B' }, list: { L: [{ BOOL: false }] } } },
    };
    await put('all', attributes);
    expect(await get('all')).toEqual({ pk: { S: 'turn#1' }, sk: { S: 'all' }, ...attributes });
    expect(await get('none')).toBeUndefined();
  });

  test('are written on a condition', async () => {
    const input = {
      TableName: 'lines',
      Item: { pk: { S: 'turn#1' }, sk: { S: 'holder' }, execution: { S: 'a' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    };
    await call('PutItem', input);
    await expect(call('PutItem', input)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      statusCode: 400,
    });
  });

  test('of one condition: exactly one of many writers at once wins', async () => {
    const writers = Array.from({ length: 20 }, (_, index) =>
      call('PutItem', {
        TableName: 'lines',
        Item: { pk: { S: 'turn#1' }, sk: { S: 'holder' }, execution: { S: String(index) } },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    const outcomes = await Promise.allSettled(writers);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('are queried in the order of their sort keys', async () => {
    for (const sk of ['waiting#2026-11-20T10:00:02Z#b', 'holder', 'waiting#2026-11-20T10:00:01Z#c', 'zzz']) {
      await put(sk);
    }
    const query = {
      TableName: 'lines',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :waiting)',
      ExpressionAttributeValues: { ':pk': { S: 'turn#1' }, ':waiting': { S: 'waiting#' } },
      ConsistentRead: true,
    };
    const sortKeys = ({ Items }: { Items: { sk: { S: string } }[] }) => Items.map(({ sk }) => sk.S);

    const all = await call('Query', query);
    expect(sortKeys(all)).toEqual(['waiting#2026-11-20T10:00:01Z#c', 'waiting#2026-11-20T10:00:02Z#b']);
    const first = await call('Query', { ...query, Limit: 1 });
    expect(sortKeys(first)).toEqual(['waiting#2026-11-20T10:00:01Z#c']);
    const rest = await call('Query', { ...query, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(sortKeys(rest)).toEqual(['waiting#2026-11-20T10:00:02Z#b']);
    const backwards = await call('Query', { ...query, ScanIndexForward: false, Limit: 1 });
    expect(sortKeys(backwards)).toEqual(['waiting#2026-11-20T10:00:02Z#b']);
  });

  test('are updated and deleted', async () => {
    await put('one');
    const Key = { pk: { S: 'turn#1' }, sk: { S: 'one' } };
    const { Attributes } = await call('UpdateItem', {
      TableName: 'lines',
      Key,
      UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one',
      ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    });
    expect(Attributes.n).toEqual({ N: '1' });
    await call('DeleteItem', { TableName: 'lines', Key });
    expect((await call('Scan', { TableName: 'lines' })).Count).toBe(0);
  });

  test('are apart for each account and Region', async () => {
    const elsewhere = [{ accountId: '444455556666' }, { region: 'eu-west-1' }];
    await put('mine');
    for (const where of elsewhere) {
      await expect(get('mine', where)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: 'Requested resource not found',
      });
      expect((await call('ListTables', {}, where)).TableNames).toEqual([]);
      await call('CreateTable', definition, where);
      expect(await get('mine', where)).toBeUndefined();
    }
  });

  test('are not changed through the input or the answer of a call', async () => {
    const Item = { pk: { S: 'turn#1' }, sk: { S: 'kept' }, list: { L: [{ S: 'a' }] } };
    await call('PutItem', { TableName: 'lines', Item });
    Item.list.L.push({ S: 'b' });
    const read = (await get('kept')) as typeof Item;
    expect(read.list.L).toEqual([{ S: 'a' }]);
    read.list.L.push({ S: 'c' });
    expect(await get('kept')).toMatchObject({ list: { L: [{ S: 'a' }] } });
  });

  test('are refused where dynalite would leave a member out', async () => {
    await expect(
      put('x', {}).then(() =>
        call('PutItem', {
          TableName: 'lines',
          Item: { pk: { S: 'turn#1' }, sk: { S: 'y' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    ).rejects.toThrow("does not know PutItem's ReturnValuesOnConditionCheckFailure");
  });

  test('are refused with what is wrong with them', async () => {
    await expect(call('PutItem', { TableName: 'lines', Item: { pk: { S: 'a' } } })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'One or more parameter values were invalid: Missing the key sk in the item',
    });
    await expect(call('GetItem', { TableName: 'lines', Key: 'pk' })).rejects.toMatchObject({
      name: 'SerializationException',
    });
  });
});

describe('a table', () => {
  const describeTable = async () => (await call('DescribeTable', { TableName: 'lines' })).Table;

  test('is active when its creation is answered', async () => {
    const { TableDescription } = await call('CreateTable', definition);
    expect(TableDescription).toMatchObject({ TableStatus: 'CREATING', TableArn: tableArn });
    const table = await describeTable();
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: tableArn,
      CreationDateTime: new Date(start),
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      DeletionProtectionEnabled: false,
    });
    expect(table.SSEDescription).toBeUndefined();
    await expect(call('CreateTable', definition)).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: 'Table already exists: lines',
    });
  });

  test('is gone when its deletion is answered', async () => {
    await call('CreateTable', definition);
    await put('old');
    const { TableDescription } = await call('DeleteTable', { TableName: 'lines' });
    expect(TableDescription).toMatchObject({ TableStatus: 'DELETING', CreationDateTime: new Date(start) });
    await expect(describeTable()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await call('CreateTable', definition);
    expect(await get('old')).toBeUndefined();
  });

  test('tells the key that encrypts it', async () => {
    const KMSMasterKeyId = `arn:aws:kms:us-east-1:${account}:key/0000aaaa-1111-2222-3333-444444444444`;
    const SSESpecification = { Enabled: true, SSEType: 'KMS', KMSMasterKeyId };
    await call('CreateTable', { ...definition, SSESpecification });
    const described = { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KMSMasterKeyId };
    expect((await describeTable()).SSEDescription).toEqual(described);

    await call('UpdateTable', { TableName: 'lines', SSESpecification: { Enabled: true } });
    const managed = (await describeTable()).SSEDescription.KMSMasterKeyArn;
    expect(managed).toMatch(/^arn:aws:kms:us-east-1:111122223333:key\//);
    expect(managed).not.toBe(KMSMasterKeyId);
  });

  test.each([
    [{ SSESpecification: { Enabled: true, SSEType: 'AES256' } }],
    [{ SSESpecification: { Enabled: true, KMSMasterKeyId: 'alias/mine' } }],
    [{ SSESpecification: { Enabled: false, KMSMasterKeyId: 'key' } }],
    [{ Tags: [{ Key: 'x' }] }],
    [{ KeySchema: [] }],
    [{ StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }],
  ])('is not created with %j', async (wrong) => {
    await expect(call('CreateTable', { ...definition, ...wrong })).rejects.toThrow();
    expect((await call('ListTables', {})).TableNames).toEqual([]);
  });

  test('keeps the tags that it was created with', async () => {
    await call('CreateTable', {
      ...definition,
      Tags: [
        { Key: 'team', Value: 'a' },
        { Key: 'app', Value: '' },
      ],
    });
    await call('TagResource', { ResourceArn: tableArn, Tags: [{ Key: 'team', Value: 'b' }] });
    await call('UntagResource', { ResourceArn: tableArn, TagKeys: ['app'] });
    const { Tags } = await call('ListTagsOfResource', { ResourceArn: tableArn });
    expect(Tags).toEqual([{ Key: 'team', Value: 'b' }]);
    const foreign = call('ListTagsOfResource', { ResourceArn: tableArn }, { accountId: '444455556666' });
    await expect(foreign).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('that is protected cannot be deleted', async () => {
    await call('CreateTable', { ...definition, DeletionProtectionEnabled: true });
    await expect(call('DeleteTable', { TableName: 'lines' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await call('UpdateTable', { TableName: 'lines', DeletionProtectionEnabled: false });
    await call('DeleteTable', { TableName: 'lines' });
    expect((await call('ListTables', {})).TableNames).toEqual([]);
  });

  test('changes its capacity', async () => {
    await call('CreateTable', definition);
    const ProvisionedThroughput = { ReadCapacityUnits: 2, WriteCapacityUnits: 3 };
    await call('UpdateTable', { TableName: 'lines', BillingMode: 'PROVISIONED', ProvisionedThroughput });
    expect(await describeTable()).toMatchObject({ TableStatus: 'ACTIVE', ProvisionedThroughput });
  });

  test('is recoverable to points in time from when that was switched on', async () => {
    await call('CreateTable', definition);
    const describeBackups = async () =>
      (await call('DescribeContinuousBackups', { TableName: 'lines' })).ContinuousBackupsDescription;
    expect(await describeBackups()).toEqual({
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    });

    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await call('UpdateContinuousBackups', { TableName: 'lines', PointInTimeRecoverySpecification });
    await pass(hour);

    expect((await describeBackups()).PointInTimeRecoveryDescription).toEqual({
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: new Date(start),
      LatestRestorableDateTime: new Date(start + hour - 5 * 60_000),
    });
    await expect(call('DescribeContinuousBackups', { TableName: 'other' })).rejects.toMatchObject({
      name: 'TableNotFoundException',
      message: 'Table not found: other',
    });
  });

  test('has a time to live that changes at most once an hour', async () => {
    await call('CreateTable', definition);
    const update = (Enabled: boolean) =>
      call('UpdateTimeToLive', {
        TableName: 'lines',
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled },
      });
    const timeToLive = async () =>
      (await call('DescribeTimeToLive', { TableName: 'lines' })).TimeToLiveDescription;
    expect(await timeToLive()).toEqual({ TimeToLiveStatus: 'DISABLED' });

    await update(true);
    expect(await timeToLive()).toEqual({ TimeToLiveStatus: 'ENABLING', AttributeName: 'expires' });
    await expect(update(false)).rejects.toMatchObject({ name: 'ValidationException' });
    await pass(hour);
    expect(await timeToLive()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
    await expect(update(true)).rejects.toThrow('TimeToLive is already enabled');
    await update(false);
    await pass(hour);
    expect(await timeToLive()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });
});

test('time stands still while a call is worked on', async () => {
  let passed = false;
  clock.after(1, () => {
    passed = true;
  });
  await call('CreateTable', definition);
  expect(passed).toBe(false);
});

test('an SDK client works with a table over the wire', async () => {
  const front = await startFront({ services, credentials: new Credentials({ clock }), clock });
  const client = new DynamoDBClient({
    endpoint: front.url,
    region: 'us-east-1',
    credentials: { accessKeyId: account, secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  try {
    await client.send(
      new CreateTableCommand({
        ...definition,
        SSESpecification: { Enabled: true },
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    );
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'lines' }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', CreationDateTime: new Date(start) });

    const Item = { pk: { S: 'turn#1' }, sk: { S: 'holder' }, bytes: { B: new Uint8Array([1, 2]) } };
    const write = new PutItemCommand({
      TableName: 'lines',
      Item,
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await client.send(write);
    await expect(client.send(write)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    const read = await client.send(
      new GetItemCommand({ TableName: 'lines', Key: { pk: Item.pk, sk: Item.sk } }),
    );
    expect(read.Item).toEqual(Item);

    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName: 'lines', Item } }],
    });
    await expect(client.send(transaction)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  } finally {
    client.destroy();
    await front.close();
  }
});
