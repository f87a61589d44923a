import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LocalCloud, VirtualClock } from 'local-cloud';
import { errorOf } from '../../aws/stub.ts';

const TABLE = { TableName: 'table' };
const ACCOUNT = '444455556666';
const VPC = 'vpc-0a71e831cb5152c43';
const EXECUTION = 'arn:aws:states:us-east-1:222222222222:execution:redis-privatelink-offboard:one';

let cloud: LocalCloud;
let client: DynamoDBClient;
let budget: typeof import('../../../../lambdas/offboard/holding/budget.ts');
let holds: typeof import('../../../../lambdas/shared/workflows/holds.ts');
let standing: typeof import('../../../../lambdas/shared/workflows/standing.ts');
let answer: typeof import('../../../../lambdas/offboard/answer-holds.ts').handler;
let describeHolds: typeof import('../../../../lambdas/offboard/tell-holds.ts').describeHolds;

beforeAll(async () => {
  cloud = await LocalCloud.start({ clock: new VirtualClock(Date.now()) });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: cloud.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '999999999999',
    AWS_SECRET_ACCESS_KEY: 'x',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    TABLE_NAME: TABLE.TableName,
  });
  client = new DynamoDBClient({});
  budget = await import('../../../../lambdas/offboard/holding/budget.ts');
  holds = await import('../../../../lambdas/shared/workflows/holds.ts');
  standing = await import('../../../../lambdas/shared/workflows/standing.ts');
  ({ handler: answer } = await import('../../../../lambdas/offboard/answer-holds.ts'));
  ({ describeHolds } = await import('../../../../lambdas/offboard/tell-holds.ts'));
});
afterAll(async () => {
  client.destroy();
  await cloud.close();
});
beforeEach(async () => {
  const key = (AttributeName: string, KeyType: 'HASH' | 'RANGE') => ({ AttributeName, KeyType });
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  await client.send(
    new CreateTableCommand({
      ...TABLE,
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      AttributeDefinitions: [text('pk'), text('sk')],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});
afterEach(() => client.send(new DeleteTableCommand(TABLE)));

const hold = (changes: object = {}) => ({
  connection: 'orders',
  accountId: ACCOUNT,
  vpcId: VPC,
  because: 'untagged' as const,
  reason: 'the VPC does not ask for the connection',
  ...changes,
});

describe('the budget of removals', () => {
  test.each<[number | string | null, number, number]>([
    [null, 0, 3],
    [null, 200, 20],
    [0, 200, 0],
    [5, 200, 5],
    ['50%', 9, 5],
    ['0%', 100, 0],
  ])('%p, of %i that are connected, is %i', (atOnce, connected, limit) => {
    expect(budget.limitOf(atOnce, connected)).toBe(limit);
  });

  test('is taken from once by each, also by those that come at once', async () => {
    const keys = ['a', 'b', 'a', 'c', 'd', 'e'];
    const taken = await Promise.all(keys.map((key) => budget.takeFromBudget('orders', key, 2)));
    const passed = new Set(keys.filter((_, index) => taken[index]));
    expect(passed.size).toBe(2);
    // What has taken goes on when its step is made again.
    const [first] = passed;
    expect(await budget.takeFromBudget('orders', first!, 2)).toBe(true);
    expect(await budget.takeFromBudget('ledger', 'd', 2)).toBe(true);
  });

  test('is there again after an hour', () => {
    const taken = [
      { key: 'a', at: 0 },
      { key: 'b', at: 1_000 },
    ];
    expect(budget.withinHour(taken, 3_600_000)).toEqual([{ key: 'b', at: 1_000 }]);
  });

  test('grows with what the last reconciliation saw connected', async () => {
    const Item = { pk: { S: 'removals' }, sk: { S: '#connected' }, counts: { S: '{"orders":45}' } };
    await client.send(new PutItemCommand({ ...TABLE, Item }));
    const taken = [];
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f'])
      taken.push(await budget.takeFromBudget('orders', key, null));
    expect(taken).toEqual([true, true, true, true, true, false]);
    // Whatever a connection is called, it has a budget of its own.
    expect(await budget.takeFromBudget('connected', 'a', 1)).toBe(true);
    expect(await budget.takeFromBudget('constructor', 'a', '10%')).toBe(false);
    expect(await budget.takeFromBudget('orders', 'a', null)).toBe(true);
  });
});

describe('what is held', () => {
  test('is there until it lapses', async () => {
    await holds.noteHold(hold(), 24);
    await holds.noteHold(hold({ vpcId: null, because: 'account' }), -1);
    expect(await holds.readHold(hold())).toMatchObject({ accountId: ACCOUNT, vpcId: VPC, isTold: false });
    expect(await holds.readHold(hold({ vpcId: null }))).toBeUndefined();
    expect(await holds.readHolds('orders')).toHaveLength(1);
    expect(await holds.readHolds('order')).toEqual([]);
    await holds.markTold(hold());
    expect(await holds.readHolds('orders')).toMatchObject([{ isTold: true }]);
  });

  test('is told of by one execution', async () => {
    expect(await holds.claimTelling('orders', 'one')).toBe(true);
    expect(await holds.claimTelling('orders', 'other')).toBe(false);
    expect(await holds.claimTelling('orders', 'one')).toBe(true);
    expect(await holds.claimTelling('ledger', 'other')).toBe(true);
  });

  test('is told with the commands that answer it', async () => {
    await holds.noteHold(hold(), 24);
    const { subject, message } = describeHolds(
      'orders',
      await holds.readHolds('orders'),
      EXECUTION as never,
      'docs/operations.md',
    );
    expect(subject).toBe('redis-privatelink: 1 removals of orders are held');
    expect(message).toContain(`  ${ACCOUNT}/${VPC}: the VPC does not ask for the connection`);
    for (const given of ['"release":"all"', `"refuse":["${ACCOUNT}/${VPC}"]`]) {
      expect(message).toContain(
        `--state-machine-arn arn:aws:states:us-east-1:222222222222:stateMachine:redis-privatelink-offboard --input '{"connection":"orders",${given}}'`,
      );
    }
  });
});

describe('what is noted of a VPC', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 12, 0, second)).toISOString();

  test('gives way to what was asked for later, and to a removal of the same time', async () => {
    await standing.noteStanding(hold(), { kind: 'wish', at: at(2) }, null);
    await standing.noteStanding(hold(), { kind: 'refusal', at: at(1) }, null);
    expect(await standing.readStanding(hold())).toMatchObject({ kind: 'wish' });
    await standing.noteStanding(hold(), { kind: 'refusal', at: at(2) }, null);
    await standing.noteStanding(hold(), { kind: 'wish', at: at(2) }, null);
    expect(await standing.readStanding(hold())).toMatchObject({ kind: 'refusal' });
  });

  test('gives way to anything when it does not say its time', async () => {
    const Item = { pk: { S: 'standing' }, sk: { S: `${ACCOUNT}#orders#${VPC}` }, kind: { S: 'refusal' } };
    await client.send(new PutItemCommand({ ...TABLE, Item }));
    await standing.noteStanding(hold(), { kind: 'wish', at: at(1) }, null);
    expect(await standing.readStanding(hold())).toMatchObject({ kind: 'wish', at: at(1) });
    await client.send(new PutItemCommand({ ...TABLE, Item }));
    await standing.forgetStanding(hold(), 'other', at(1));
    await standing.noteStanding(hold(), { kind: 'asked', at: at(0) }, null);
    expect(await standing.readStanding(hold())).toMatchObject({ kind: 'asked' });
  });
});

describe('an answer', () => {
  const respond = (action: string, things: string[] | null = null) =>
    answer({
      connection: { name: 'orders', region: 'us-east-1' },
      answer: { action, things },
      executionName: 'e-1',
    });

  test('that releases starts what was held', async () => {
    await holds.noteHold(hold(), 24);
    await holds.noteHold(hold({ vpcId: null, because: 'account' }), 24);
    expect(await respond('release', [`${ACCOUNT}/${VPC}`])).toEqual({
      names: [`${ACCOUNT}/${VPC}`],
      executions: [
        {
          workflow: 'offboard',
          name: expect.stringMatching(`^orders-${ACCOUNT}-${VPC}-[0-9a-f]{12}$`),
          input: {
            connection: 'orders',
            accountId: ACCOUNT,
            vpcId: VPC,
            region: 'us-east-1',
            onlyOurs: true,
            because: 'untagged',
            released: true,
          },
        },
      ],
    });
    expect(await respond('release')).toMatchObject({ names: expect.arrayContaining([ACCOUNT]) });
  });

  test('that refuses keeps it connected by a wish', async () => {
    await holds.noteHold(hold(), 24);
    expect(await respond('refuse')).toEqual({ names: [`${ACCOUNT}/${VPC}`], executions: [] });
    expect(await holds.readHolds('orders')).toEqual([]);
    expect(await standing.readStanding(hold())).toMatchObject({ kind: 'wish', by: 'e-1' });
    await standing.forgetStanding(hold(), 'removal', new Date().toISOString());
    expect(await standing.readStanding(hold())).toBeUndefined();
  });

  test.each<[string, string[] | null, RegExp]>([
    ['when nothing is held', null, /No removal of connection orders is held/],
    ['to a hold that is gone', ['111122223333'], /No removal/],
  ])('is refused %s', async (_, things, message) => {
    const error = await errorOf(respond('release', things));
    expect(error).toMatchObject({ name: 'InvalidRequest', message: expect.stringMatching(message) });
  });

  test('is refused to a hold of another connection, and says what is held', async () => {
    await holds.noteHold(hold(), 24);
    const error = await errorOf(respond('refuse', ['111122223333']));
    expect(error.message).toMatch(new RegExp(`"111122223333" .* There is: ${ACCOUNT}/${VPC}`));
  });
});
