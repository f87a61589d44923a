import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { handler as getPrivateLink } from '../../../lambdas/redis-cloud/get-private-link.ts';
import { KEYS } from './client/fixtures.ts';
import { ScriptedServer } from './scripted-server.ts';

const connection = {
  name: 'orders',
  subscriptionId: 12345,
  region: 'us-east-1',
  contract: 'resource-share',
};

const environment = process.env;
let api: ScriptedServer;
let secretsManager: ScriptedServer;
let dynamodb: ScriptedServer;
let secrets = 0;
let log: string;

beforeAll(async () => {
  api = await ScriptedServer.start();
  secretsManager = await ScriptedServer.start();
  dynamodb = await ScriptedServer.start();
});

afterAll(async () => {
  for (const server of [api, secretsManager, dynamodb]) await server.close();
});

beforeEach(() => {
  secrets += 1;
  process.env = {
    ...environment,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    TABLE_NAME: 'table',
    REDIS_CLOUD_URL: `${api.url}/v1`,
    REDIS_CLOUD_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:1:secret:nobody',
  };
  secretsManager.script({ status: 200, body: { SecretString: JSON.stringify(KEYS) } });
  // Every ticket is given.
  dynamodb.script(...Array(10).fill({ status: 200, body: {} }));
  log = '';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      log += chunk;
      return true;
    });
  }
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = environment;
});

describe('of several Redis Cloud accounts', () => {
  const accounts = (...names: string[]) =>
    JSON.stringify(
      Object.fromEntries(
        names.map((name) => [
          name,
          {
            url: `${api.url}/${name}`,
            secretArn: `arn:aws:secretsmanager:us-east-1:1:secret:${name}${secrets}`,
          },
        ]),
      ),
    );
  const research = { ...connection, redisCloudAccount: 'research' };

  test('each connection has its own address, keys, budget and metrics', async () => {
    process.env.REDIS_CLOUD_ACCOUNTS = accounts('default', 'research');
    api.script({ status: 403, body: {} });
    await expect(getPrivateLink({ connection: research })).rejects.toThrow('403');
    expect(api.received.at(-1)!.path).toBe('/research/subscriptions/12345/private-link');
    expect(JSON.stringify(secretsManager.received.at(-1))).toContain(`secret:research${secrets}`);
    expect(JSON.stringify(dynamodb.received.at(-1))).toContain('requests#research');
    const line = JSON.parse(log.trim().split('\n').at(-1)!);
    expect(line).toMatchObject({
      redisCloudAccount: 'research',
      KeysRefused: [1],
      _aws: { CloudWatchMetrics: [{ Dimensions: [[], ['redisCloudAccount']] }] },
    });
  });

  test('a connection that names none means the default, whose budget is the one that was', async () => {
    process.env.REDIS_CLOUD_ACCOUNTS = accounts('default', 'research');
    api.script({ status: 202, body: { taskId: 't-1' } });
    await getPrivateLink({ connection });
    expect(api.received.at(-1)!.path).toBe('/default/subscriptions/12345/private-link');
    expect(JSON.stringify(dynamodb.received.at(-1))).not.toContain('requests#');
  });

  test('one that is not configured any more is asked nothing', async () => {
    process.env.REDIS_CLOUD_ACCOUNTS = accounts('payments');
    const before = api.received.length;
    for (const one of [connection, research]) {
      await expect(getPrivateLink({ connection: one })).rejects.toMatchObject({
        name: 'InvalidRequest',
        message: expect.stringMatching(/is of the Redis Cloud account "(default|research)".* has payments/),
      });
    }
    expect(api.received).toHaveLength(before);
  });
});
