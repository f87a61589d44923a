import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidRequest } from '../../lambdas/shared/errors.ts';
import { isPlain } from '../../lambdas/shared/runtime/text.ts';
import { REMOVALS } from '../connection.ts';
import { ACCOUNT, CONNECTION, functions, handlerOf, sampleFor } from './functions.ts';
import { faultOf, faultOfLog, mustBeNull, mutated, RUNS, SETTINGS } from './hostile.ts';

jest.unstable_mockModule('../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections: [CONNECTION], removals: REMOVALS }),
}));

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAHUB',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-hub',
  CONNECTOR_ROLE_NAME: 'redis-privatelink-connector',
  EXTERNAL_ID: 'external-0123456789',
  TAGS: '{}',
  TABLE_NAME: 'table',
  CHAT_TOPIC_ARN: 'arn:aws:sns:us-east-1:222222222222:redis-privatelink-chat',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:222222222222:redis-privatelink-alerts',
  EVERY_MINUTES: '60',
  RUNBOOK: 'docs/operations.md',
  STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:222222222222:stateMachine:redis-privatelink-onboard',
  REDIS_CLOUD_URL: 'https://redis-cloud.example/v1',
  REDIS_CLOUD_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:222222222222:secret:keys',
});

/** What AWS answers where nothing is not an answer. Everything else is empty: nothing is found. */
const ANSWERS: Record<string, object> = {
  AssumeRole: {
    Credentials: {
      AccessKeyId: 'ASIAMEMBER',
      SecretAccessKey: 'secret-of-the-session',
      SessionToken: 'token-of-the-session',
      Expiration: new Date(8e15),
    },
  },
  GetSecretValue: { SecretString: '{"apiKey":"an-account-key","secretKey":"a-user-key"}' },
  DescribeExecution: { status: 'RUNNING' },
  // What is held; nobody else knows such an item.
  Query: {
    Items: [
      Object.fromEntries(
        Object.entries({
          pk: 'holds',
          sk: `orders#${ACCOUNT}#account`,
          because: 'account',
          reason: 'the account is SUSPENDED',
          at: '2026-11-20T10:00:00Z',
          until: '2999-01-01T00:00:00Z',
        }).map(([name, S]) => [name, { S }]),
      ),
    ],
  },
};

/** What has left the function: for AWS, for Redis Cloud, and for the log. */
let sent: unknown[];
let log: string[];

const Client = Object.getPrototypeOf(EC2Client.prototype) as { send: unknown };
Client.send = async (command: { input: unknown; schema: string[] }) => {
  sent.push(command.input);
  return structuredClone(ANSWERS[command.schema[2]!] ?? {});
};

beforeEach(() => {
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    sent.push(String(url), JSON.parse(String(init?.body ?? 'null')));
    return Response.json(
      String(url).includes('/tasks/')
        ? { taskId: 'task-1', status: 'processing-completed', response: { resource: { status: 'active' } } }
        : { taskId: 'task-1' },
    );
  });
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      log.push(String(chunk));
      return true;
    });
  }
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Every line of text in a value, names of members too: messages to operators have several. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.split('\n');
  if (!(value instanceof Object)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}

/** Calls the function, and says what came of it. */
async function outcomeOf(path: string, input: unknown) {
  [sent, log] = [[], []];
  const handler = await handlerOf(path);
  return handler(input).then(
    () => null,
    (error: unknown) => error,
  );
}

describe.each(functions())('%s', (path) => {
  test('accepts what its workflow passes', async () => {
    const error = await outcomeOf(path, sampleFor(path));

    expect(error).not.toBeInstanceOf(InvalidRequest);
    expect(error && faultOf(error)).toBeNull();
  });

  test('refuses or survives what nobody passes, and lets none of it out', async () => {
    const property = fc.asyncProperty(mutated(sampleFor(path)), async (input) => {
      const error = await outcomeOf(path, input);

      mustBeNull(error === null ? null : faultOf(error));
      mustBeNull(faultOfLog(log));
      const strange = sent.flatMap(textsIn).find((text) => !isPlain(text));
      mustBeNull(strange === undefined ? null : `it sends ${JSON.stringify(strange)}`);
      mustBeNull(Object.keys(Object.prototype).length > 0 ? 'the prototype of objects has a member' : null);
    });
    await fc.assert(property, { ...SETTINGS, numRuns: RUNS / 8 });
  });
});
