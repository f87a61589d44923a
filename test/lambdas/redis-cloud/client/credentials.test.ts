import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SecretKeys } from '../../../../lambdas/redis-cloud/client/credentials.ts';
import { type Answer, ScriptedServer } from '../scripted-server.ts';
import { errorOf, KEYS } from './fixtures.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:999999999999:secret:redis-cloud-AbCdEf';

let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start();
});

afterAll(() => server.close());

function secretKeys(): SecretKeys {
  const client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  return new SecretKeys(ARN, client);
}

const holding = (content: unknown): Answer => ({
  status: 200,
  body: { ARN, SecretString: typeof content === 'string' ? content : JSON.stringify(content) },
});

const refusing = (type: string, status = 400): Answer => ({
  status,
  body: { __type: type, message: `refused: ${type}` },
});

test('the keys are read once', async () => {
  server.script(holding({ ...KEYS, note: 'more' }));
  const keys = secretKeys();

  expect(await keys.current()).toEqual(KEYS);
  expect(await keys.current()).toEqual(KEYS);
  expect(server.received.map(({ body }) => JSON.parse(body))).toEqual([{ SecretId: ARN }]);
});

test('a failed reading is not kept', async () => {
  server.script(refusing('InternalServiceError', 500), holding(KEYS));
  const keys = secretKeys();

  expect((await errorOf(keys.current())).name).toBe('AwsUnavailable');
  expect(await keys.current()).toEqual(KEYS);
});

describe('after a refusal', () => {
  test('new keys take the place of the old ones', async () => {
    const fresh = { apiKey: 'fresh-a', secretKey: 'fresh-b' };
    server.script(holding(KEYS), holding(fresh));
    const keys = secretKeys();

    expect(await keys.renewed(await keys.current())).toEqual(fresh);
    expect(await keys.current()).toEqual(fresh);
    expect(server.received).toHaveLength(2);
  });

  test.each([[{ ...KEYS, apiKey: 'fresh-a' }], [{ ...KEYS, secretKey: 'fresh-b' }]])(
    'one new key is enough',
    async (fresh) => {
      server.script(holding(KEYS), holding(fresh));
      const keys = secretKeys();

      expect(await keys.renewed(await keys.current())).toEqual(fresh);
    },
  );

  test('unchanged keys are no new keys', async () => {
    server.script(holding(KEYS), holding(KEYS));
    const keys = secretKeys();

    expect(await keys.renewed(await keys.current())).toBeNull();
  });
});

describe('a secret that is of no use is named, with the remedy and without its content', () => {
  const CONTENT = 'do-not-show';

  test.each([
    ['text', holding(CONTENT), 'is not JSON'],
    ['half of the JSON', holding(`{"apiKey":"${CONTENT}"`), 'is not JSON'],
    ['a list', holding([CONTENT]), 'is not of the form'],
    ['a JSON text', holding(`"${CONTENT}"`), 'is not of the form'],
    ['one key only', holding({ apiKey: CONTENT }), '(wrong: secretKey)'],
    ['other names', holding({ api_key: CONTENT, secret_key: CONTENT }), '(wrong: apiKey, secretKey)'],
    ['an empty key', holding({ apiKey: CONTENT, secretKey: '' }), '(wrong: secretKey)'],
    ['a key with a line break', holding({ apiKey: `${CONTENT}\n`, secretKey: CONTENT }), '(wrong: apiKey)'],
    ['a number', holding({ apiKey: 5, secretKey: CONTENT }), '(wrong: apiKey)'],
    ['no text', { status: 200, body: { ARN } }, 'is not JSON'],
    ['nothing at all', refusing('ResourceNotFoundException'), 'does not exist'],
    ['a deletion date', refusing('InvalidRequestException'), 'marked for deletion'],
  ] satisfies [string, Answer, string][])('%s', async (_name, answer, problem) => {
    server.script(answer);

    const error = await errorOf(secretKeys().current());

    expect(error.name).toBe('SecretInvalid');
    expect(error.message).toContain(problem);
    expect(error.message).toContain(`aws secretsmanager put-secret-value --secret-id ${ARN}`);
    expect(`${error.message} ${error.stack}`).not.toContain(CONTENT);
    expect(error.cause).toBeUndefined();
  });
});

test.each([
  ['AccessDeniedException', 400, 'AccessDenied'],
  ['DecryptionFailure', 400, 'AccessDenied'],
  ['ThrottlingException', 400, 'AwsUnavailable'],
  ['InternalServiceError', 500, 'AwsUnavailable'],
])('%s is %s', async (type, status, name) => {
  server.script(refusing(type, status));

  const error = await errorOf(secretKeys().current());

  expect(error.name).toBe(name);
  expect(error.message).toContain(ARN);
});

test('a lost connection means that AWS is unavailable', async () => {
  server.script('hang-up');

  expect((await errorOf(secretKeys().current())).name).toBe('AwsUnavailable');
});
