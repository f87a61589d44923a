import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { LocalCloud, VirtualClock } from 'local-cloud';
import { connection } from '../../connection.ts';

jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections: [connection()], removals: { graceMinutes: 10 } }),
}));

const ACCOUNT = '111122223333';
const TABLE = { TableName: 'table' };
const vpcId = (index: number) => `vpc-${String(index).padStart(8, '0')}`;

let cloud: LocalCloud;
let client: DynamoDBClient;
let handler: typeof import('../../../lambdas/dispatch/plan-executions.ts').handler;

beforeAll(async () => {
  cloud = await LocalCloud.start({ clock: new VirtualClock(Date.parse('2026-11-20T10:00:00Z')) });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: cloud.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '999999999999',
    AWS_SECRET_ACCESS_KEY: 'x',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    TABLE_NAME: TABLE.TableName,
  });
  client = new DynamoDBClient({});
  ({ handler } = await import('../../../lambdas/dispatch/plan-executions.ts'));
  await client.send(
    new CreateTableCommand({
      ...TABLE,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});

afterAll(async () => {
  await client.send(new DeleteTableCommand(TABLE));
  client.destroy();
  await cloud.close();
});

test('a VPC whose record is beyond the first megabyte of its account is disconnected when its tag goes', async () => {
  const pk = { S: `account#${ACCOUNT}` };
  // Twelve that are as large as hundreds.
  for (let index = 0; index < 12; index += 1) {
    const sk = { S: `connection#orders#${vpcId(index)}` };
    await client.send(
      new PutItemCommand({ ...TABLE, Item: { pk, sk, dnsNames: { S: 'x'.repeat(200_000) }, at: { S: '' } } }),
    );
  }
  // As the workflow asks.
  const page = await client.send(
    new QueryCommand({
      ...TABLE,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :connection)',
      ExpressionAttributeValues: { ':pk': pk, ':connection': { S: 'connection#' } },
      ConsistentRead: true,
      ProjectionExpression: 'sk',
    }),
  );
  expect(page.Items!.length).toBeLessThan(12);
  const last = vpcId(11);
  const plan = (after: string | null) =>
    handler({
      change: {
        kind: 'vpc',
        accountId: ACCOUNT,
        region: 'us-east-1',
        vpcId: last,
        names: [],
        retagged: true,
      },
      connections: [],
      fingerprint: '0123456789ab',
      account: { accountId: ACCOUNT, state: 'ACTIVE', paths: [] },
      records: page.Items,
      after,
    });
  const { executions } = await plan(page.LastEvaluatedKey!.sk!.S!);
  expect(executions).toMatchObject([{ workflow: 'offboard', input: { accountId: ACCOUNT, vpcId: last } }]);
});
