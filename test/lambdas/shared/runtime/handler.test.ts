import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod/mini';
import { TaskPending } from '../../../../lambdas/shared/errors.ts';
import { defineHandler } from '../../../../lambdas/shared/runtime/handler.ts';
import { measure } from '../../../../lambdas/shared/runtime/metrics.ts';

let log: Record<string, unknown>[];

beforeEach(() => {
  log = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((line) => {
      log.push(JSON.parse(String(line)));
      return true;
    });
  }
});

afterEach(() => {
  jest.restoreAllMocks();
});

const Schema = z.object({ accountId: z.string(), count: z.optional(z.int()) });

async function failureOf(run: Promise<unknown>): Promise<Error> {
  return run.then(
    () => {
      throw new Error('Nothing was thrown.');
    },
    (error) => error,
  );
}

test('hands the checked event on and returns what comes of it', async () => {
  const handler = defineHandler(Schema, async (input) => ({ input }));

  expect(await handler({ accountId: '1', extra: true })).toEqual({ input: { accountId: '1' } });
});

describe('every invocation leaves one line', () => {
  const event = {
    executionName: 'onboard-orders-1',
    connection: { name: 'orders', shareName: 'x' },
    accountId: '123456789012',
    vpcId: 'vpc-1',
    token: 'a-task-token',
  };
  const subject = {
    execution: 'onboard-orders-1',
    connection: 'orders',
    account: '123456789012',
    vpc: 'vpc-1',
  };

  test('that says what it was about, and nothing else of the event', async () => {
    await defineHandler(z.object({}), () => ({ secret: 'never logged' }))(event, {
      awsRequestId: 'request-1',
    });

    expect(log).toEqual([
      expect.objectContaining({ level: 'INFO', message: 'done', requestId: 'request-1', ...subject }),
    ]);
    expect(JSON.stringify(log)).not.toMatch(/never logged|a-task-token|_aws/);
  });

  test.each([
    ['a request to check', { request: { connection: 'orders', accountId: '123456789012', vpcId: 'vpc-1' } }],
    ['a change', { change: { accountId: '123456789012', vpcId: 'vpc-1' }, connection: 'orders' }],
    [
      'an announcement',
      {
        account: '222222222222',
        detail: { connection: 'orders', accountId: '123456789012', vpcId: 'vpc-1' },
      },
    ],
  ])('that says so where the event holds %s', async (_, nested) => {
    await defineHandler(z.object({}), () => {})({ executionName: 'onboard-orders-1', ...nested });

    expect(log).toEqual([expect.objectContaining(subject)]);
  });

  test('that carries what was measured, once', async () => {
    const handler = defineHandler(z.object({}), () => {
      measure('LockWait', 12);
      measure('LockWait', 30);
    });
    await handler({});
    await defineHandler(z.object({}), () => {})({});

    expect(log[0]).toMatchObject({
      LockWait: [12, 30],
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'RedisPrivateLink',
            Dimensions: [[]],
            Metrics: [{ Name: 'LockWait', Unit: 'Seconds' }],
          },
        ],
      },
    });
    expect(log[1]).not.toHaveProperty('_aws');
  });
});

test('names all problems of an event at once', async () => {
  const handler = defineHandler(Schema, () => 'not reached');

  const error = await failureOf(handler({ accountId: 7, count: 1.5 }));

  expect(error.name).toBe('InvalidRequest');
  expect(error.message).toBe(
    'The input is not acceptable: accountId: must be a string, got 7; count: must be a whole number, got 1.5.',
  );
});

test.each([undefined, null, 'text', 5, []])('refuses the event %j', async (event) => {
  const error = await failureOf(defineHandler(Schema, () => 'not reached')(event));

  expect(error.name).toBe('InvalidRequest');
  expect(error.message).toContain('input: must be an object');
});

describe('a named error', () => {
  const handler = defineHandler(z.object({}), () => {
    throw new TaskPending('The task is in state received.');
  });
  const event = {
    executionName: 'onboard-orders-1',
    connection: { name: 'orders', shareName: 'x' },
    accountId: '123456789012',
    vpcId: 'vpc-1',
  };

  test('leaves without its stack', async () => {
    const error = await failureOf(handler(event));

    expect(error).toBeInstanceOf(TaskPending);
    expect(error.message).toBe('The task is in state received.');
    expect(error.stack).toBe('');
  });

  test('is logged once, as a warning, with its stack and what it was about', async () => {
    await failureOf(handler(event, { awsRequestId: 'request-1' }));

    expect(log).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'The task is in state received.',
        execution: 'onboard-orders-1',
        connection: 'orders',
        account: '123456789012',
        vpc: 'vpc-1',
        requestId: 'request-1',
        error: expect.objectContaining({
          name: 'TaskPending',
          stack: expect.stringContaining('handler.test.ts'),
        }),
      }),
    ]);
  });

  test('is logged with the connection where the event gives its name only', async () => {
    await failureOf(handler({ connection: 'orders' }));

    expect(log[0]).toMatchObject({ connection: 'orders' });
  });
});

test('any other error is logged as an error and thrown on as it is', async () => {
  const defect = new TypeError('x is undefined');
  const { stack } = defect;

  const error = await failureOf(
    defineHandler(z.object({}), () => {
      throw defect;
    })({}),
  );

  expect(error).toBe(defect);
  expect(error.stack).toBe(stack);
  expect(log).toMatchObject([{ level: 'ERROR', message: 'x is undefined', Defects: [1] }]);
});
