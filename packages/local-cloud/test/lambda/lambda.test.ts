import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsServices, type Caller } from '../../src/aws/service.ts';
import { VirtualClock } from '../../src/clock.ts';
import { Lambda } from '../../src/lambda/lambda.ts';
import { guard } from '../aws/guard.ts';

const start = Date.parse('2026-11-02T09:00:00Z');
const caller: Caller = {
  accountId: '111111111111',
  region: 'us-east-1',
  arn: 'arn:aws:iam::111111111111:user/someone',
};
const role = 'arn:aws:iam::111111111111:role/function';

const source = `
const loadedAt = new Date().toISOString();
let count = 0;
class TaskPending extends Error { name = 'TaskPending' }
const handlers = {
  echo: (event) => event,
  count: () => ++count,
  environment: () => ({ ...process.env }),
  time: () => ({ loadedAt, now: Date.now(), date: new Date().toISOString(), text: typeof Date(),
    given: new Date(0).toISOString(), same: new Date() instanceof Date, own: new Date().constructor === Date }),
  context: (event, context) => ({ id: context.awsRequestId, arn: context.invokedFunctionArn,
    left: context.getRemainingTimeInMillis() }),
  pending: () => { throw new TaskPending('task t-1 is processing') },
  bare: () => { const error = new TaskPending('no stack'); error.stack = ''; throw error },
  text: () => { throw 'just text' },
  circular: () => { const value = {}; value.value = value; return value },
  nothing: () => undefined,
  exit: () => process.exit(3),
  leave: () => process.exit(0),
  reject: () => { Promise.reject(new Error('nobody waits')); return new Promise(() => {}) },
  hang: () => { for (;;); },
  memory: () => { const all = []; for (;;) all.push(new Array(100_000).fill(all.length)) },
  huge: () => 'x'.repeat(6_291_600),
  log: () => { console.log('one', { a: 1 }); console.error('two'); process.stdout.write('three\\n'); },
};
export const handler = async (event, context) => handlers[event.do](event, context);
`;

describe('Lambda', () => {
  const root = mkdtempSync(join(tmpdir(), 'lambda-'));
  const clock = new VirtualClock(start);
  const services = new AwsServices();
  const sent: { action: string; input: Record<string, unknown> }[] = [];
  let issued = 0;
  let expiration: Date | undefined;
  const lambda = new Lambda({
    clock,
    services,
    endpointUrl: () => 'http://127.0.0.1:4566',
    credentials: (roleArn, sessionName) => {
      issued += 1;
      return {
        accessKeyId: `AKIA${issued}`,
        secretAccessKey: 'not-a-secret',
        sessionToken: `${roleArn}|${sessionName}`,
        expiration,
      };
    },
  });
  services.register(lambda);
  services.register({
    signingName: 'sqs',
    actions: {
      GetQueueUrl: ({ QueueName }) => ({ QueueUrl: `https://queue/${QueueName}` }),
      SendMessage: (input) => void sent.push({ action: 'SendMessage', input }),
    },
  });

  const directory = (name: string, files: Record<string, string>) => {
    const path = join(root, name);
    mkdirSync(path, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return path;
  };
  const create = (name: string, options: object = {}, by = caller) =>
    services.call(
      'lambda',
      'CreateFunction',
      {
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: role,
        Code: { Directory: directory('bundle', { 'index.mjs': source }) },
        Timeout: 30,
        ...options,
      },
      by,
    );
  const invoke = async (name: string, payload: unknown, options: object = {}, by = caller) =>
    (await services.call(
      'lambda',
      'Invoke',
      { FunctionName: name, Payload: JSON.stringify(payload), ...options },
      by,
    )) as { StatusCode: number; Payload: string; FunctionError?: string };
  const result = async (name: string, payload: unknown) => JSON.parse((await invoke(name, payload)).Payload);

  beforeAll(async () => {
    await create('function', { Environment: { Variables: { GREETING: 'hello' } } });
  });
  afterAll(async () => {
    await lambda.close();
    rmSync(root, { recursive: true });
  });

  test('answers with what the handler returns', async () => {
    expect(await invoke('function', { do: 'echo', value: [1, 'ä', null] })).toEqual({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: '{"do":"echo","value":[1,"ä",null]}',
    });
    expect((await invoke('function', { do: 'nothing' })).Payload).toBe('null');
  });

  test('keeps a sandbox warm and runs at most two at once', async () => {
    await create('counter');
    expect(await result('counter', { do: 'count' })).toBe(1);
    expect(await result('counter', { do: 'count' })).toBe(2);
    const counts = await Promise.all([1, 2, 3, 4].map(() => result('counter', { do: 'count' })));
    // One went on counting, one began: a third sandbox would be a second 1.
    expect(counts.filter((count) => count === 1)).toHaveLength(1);
    expect(counts.filter((count) => count === 3)).toHaveLength(1);
  });

  test('gives the function its own variables, those of Lambda and nothing of the machine', async () => {
    const environment = await result('function', { do: 'environment' });
    expect(environment).toMatchObject({
      GREETING: 'hello',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'function',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_SESSION_TOKEN: `${role}|function`,
      _HANDLER: 'index.handler',
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/),
    });
    expect(environment).not.toHaveProperty('HOME');
    expect(environment).not.toHaveProperty('NODE_ENV');
  });

  test('lives in the time of the cloud', async () => {
    expect(await result('function', { do: 'time' })).toEqual({
      loadedAt: new Date(start).toISOString(),
      now: start,
      date: new Date(start).toISOString(),
      text: 'string',
      given: '1970-01-01T00:00:00.000Z',
      same: true,
      own: true,
    });
  });

  test('hands the handler the context of the invocation', async () => {
    const context = await result('function', { do: 'context' });
    expect(context.arn).toBe('arn:aws:lambda:us-east-1:111111111111:function:function');
    expect(context.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(context.left).toBeGreaterThan(0);
    expect(context.left).toBeLessThanOrEqual(30_000);
  });

  test('reports a thrown error by its name, message and stack', async () => {
    const answer = await invoke('function', { do: 'pending' });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    const error = JSON.parse(answer.Payload);
    expect(Object.keys(error)).toEqual(['errorType', 'errorMessage', 'trace']);
    expect(error).toMatchObject({ errorType: 'TaskPending', errorMessage: 'task t-1 is processing' });
    expect(error.trace[0]).toMatch(/task t-1 is processing$/);
    expect(await result('function', { do: 'bare' })).toEqual({
      errorType: 'TaskPending',
      errorMessage: 'no stack',
      trace: [],
    });
    expect(await result('function', { do: 'text' })).toEqual({
      errorType: 'string',
      errorMessage: 'just text',
      trace: [],
    });
  });

  test('fails for a result that is not JSON or is too large', async () => {
    expect(await result('function', { do: 'circular' })).toMatchObject({
      errorType: 'Error',
      errorMessage: 'Unable to stringify response body',
    });
    expect(await result('function', { do: 'huge' })).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });

  test.each([
    ['exit', 'Runtime.ExitError', /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/],
    ['leave', 'Runtime.ExitError', /^RequestId: \S+ Error: Runtime exited without providing a reason$/],
    ['memory', 'Runtime.ExitError', /^RequestId: \S+ Error: Runtime exited with error: signal: aborted$/],
    ['reject', 'Runtime.UnhandledPromiseRejection', /^Error: nobody waits$/],
  ])('reports a function that dies by %s and replaces its sandbox', async (way, errorType, message) => {
    const error = await result('function', { do: way });
    expect(error.errorType).toBe(errorType);
    expect(error.errorMessage).toMatch(message);
    expect(await result('function', { do: 'count' })).toBe(1);
  });

  test('stops a function that hangs and replaces its sandbox', async () => {
    await create('slow', { Timeout: 1 });
    const error = await result('slow', { do: 'hang' });
    expect(error.errorType).toBe('Sandbox.Timedout');
    expect(error.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/);
    expect(await result('slow', { do: 'count' })).toBe(1);
  });

  test.each([
    ['no-file', { 'other.mjs': '' }, 'Runtime.ImportModuleError'],
    ['no-import', { 'index.mjs': "import './missing.mjs';" }, 'Runtime.ImportModuleError'],
    ['no-handler', { 'index.mjs': 'export const other = 1;' }, 'Runtime.HandlerNotFound'],
    ['no-syntax', { 'index.mjs': 'export const = 1;' }, 'Runtime.UserCodeSyntaxError'],
    ['throws', { 'index.mjs': "throw new RangeError('at load');" }, 'RangeError'],
    [
      'callback',
      { 'index.mjs': 'export const handler = (a, b, c) => c();' },
      'Runtime.CallbackHandlerDeprecated',
    ],
  ])('reports a bundle that cannot be loaded: %s', async (name, files, errorType) => {
    await create(name, { Code: { Directory: directory(name, files as Record<string, string>) } });
    expect((await result(name, {})).errorType).toBe(errorType);
    expect((await result(name, {})).errorType).toBe(errorType);
  });

  test('keeps what a function writes, with the invocation and the time', async () => {
    const before = lambda.logs('function').length;
    await invoke('function', { do: 'log' });
    const lines = lambda.logs('function').slice(before);
    expect(lines.map(({ line }) => line)).toEqual([
      expect.stringMatching(/^2026-11-02T\S+Z\t\S+\tINFO\tone \{ a: 1 \}$/),
      expect.stringMatching(/\tERROR\ttwo$/),
      'three',
    ]);
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(1);
  });

  test('finds a function by name, ARN and partial ARN, in its account and Region only', async () => {
    const arn = 'arn:aws:lambda:us-east-1:111111111111:function:function';
    for (const name of [arn, `${arn}:$LATEST`, '111111111111:function:function', 'function']) {
      expect((await invoke(name, { do: 'echo' })).Payload).toBe('{"do":"echo"}');
    }
    await expect(invoke('absent', {})).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:111111111111:function:absent',
    });
    await expect(invoke(arn, {}, {}, { ...caller, region: 'eu-west-1' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    const stranger = { ...caller, accountId: '222222222222', arn: 'arn:aws:iam::222222222222:user/other' };
    await expect(invoke('function', {}, {}, stranger)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    services.guard = guard(clock);
    await expect(invoke(arn, {}, {}, stranger)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    services.guard = undefined;
  });

  test('lets a service in that the function policy admits', async () => {
    const rule = 'arn:aws:events:us-east-1:111111111111:rule/rule';
    const service = { ...caller, arn: rule, service: 'events.amazonaws.com' };
    await create('guarded');
    services.guard = guard(clock);
    await expect(invoke('guarded', { do: 'echo' }, {}, service)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    const permission = {
      FunctionName: 'guarded',
      StatementId: 'events',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: rule,
    };
    await services.call('lambda', 'AddPermission', permission, caller);
    expect((await invoke('guarded', { do: 'echo' }, {}, service)).StatusCode).toBe(200);
    services.guard = undefined;
  });

  test('refuses payloads that are no JSON or too large', async () => {
    await expect(invoke('function', {}, { Payload: '{' })).rejects.toMatchObject({
      code: 'InvalidRequestContentException',
    });
    await expect(invoke('function', 'x'.repeat(6_291_455))).rejects.toMatchObject({
      code: 'RequestTooLargeException',
    });
  });

  test.each([
    [{ Runtime: 'python3.13' }],
    [{ Layers: ['arn:aws:lambda:us-east-1:1:layer:x:1'] }],
    [{ Environment: { Variables: { AWS_REGION: 'eu-west-1' } } }],
    [{ Timeout: 901 }],
    [{ Code: { ZipFile: 'UEsDBA==' } }],
  ])('refuses a function with %j', async (options) => {
    await expect(create('refused', options)).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
  });

  test('retries an event after one and two minutes, then hands it to the destination and the dead-letter queue', async () => {
    const queue = 'arn:aws:sqs:us-east-1:111111111111:failed';
    await create('asynchronous', { DeadLetterConfig: { TargetArn: queue } });
    const configuration = {
      FunctionName: 'asynchronous',
      DestinationConfig: { OnFailure: { Destination: queue } },
    };
    await services.call('lambda', 'PutFunctionEventInvokeConfig', configuration, caller);
    const times: number[] = [];
    lambda.intercept((name) => {
      if (name === 'asynchronous') times.push(clock.now());
      return name === 'asynchronous' ? 'crash' : undefined;
    });
    const begun = clock.now();
    expect(await invoke('asynchronous', { do: 'echo' }, { InvocationType: 'Event' })).toEqual({
      StatusCode: 202,
      Payload: '',
    });
    await new Promise<void>((resolve) => clock.after(600_000, resolve));
    lambda.intercept(() => undefined);
    expect(times.map((time) => time - begun)).toEqual([0, 60_000, 180_000]);
    expect(sent.map(({ input }) => input.QueueUrl)).toEqual(
      Array(2).fill('https://sqs.us-east-1.amazonaws.com/111111111111/failed'),
    );
    expect(JSON.parse(sent[0]?.input.MessageBody as string)).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { do: 'echo' },
      responsePayload: { errorType: 'Runtime.ExitError' },
    });
    expect(sent[1]?.input).toMatchObject({
      MessageBody: '{"do":"echo"}',
      MessageAttributes: { ErrorCode: { StringValue: '200' } },
    });
  });

  test('changes the environment of the invocations to come, and nothing else', async () => {
    await create('changed', { Environment: { Variables: { ONE: '1' } } });
    await invoke('changed', { do: 'environment' });
    const update = (change: object) =>
      services.call('lambda', 'UpdateFunctionConfiguration', { FunctionName: 'changed', ...change }, caller);
    await update({ Environment: { Variables: { TWO: '2' } } });
    const environment = await result('changed', { do: 'environment' });
    expect(environment).toMatchObject({ TWO: '2' });
    expect(environment).not.toHaveProperty('ONE');
    expect(await update({ Timeout: 5, Description: 'x' })).toMatchObject({
      Timeout: 5,
      Environment: { Variables: { TWO: '2' } },
    });
    await expect(update({ Timeout: 0 })).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
    await expect(update({ PackageType: 'Image' })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
  });

  test('replaces a sandbox before its credentials end', async () => {
    expiration = new Date(clock.now() + 3_600_000);
    await create('credentialed');
    const key = async () => (await result('credentialed', { do: 'environment' })).AWS_ACCESS_KEY_ID;
    const first = await key();
    expect(await key()).toBe(first);
    await new Promise<void>((resolve) => clock.after(3_590_000, resolve));
    expiration = undefined;
    expect(await key()).not.toBe(first);
  });
});
