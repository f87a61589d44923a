import { describe, expect, test } from '@jest/globals';
import { chain, Harness, only, ROLE, START } from './harness.ts';

const WAIT = only({ Type: 'Wait', Seconds: 100 });
const DAY = 86_400_000;

describe('starting an execution', () => {
  test('with the name and input of a running one answers with that one', async () => {
    const harness = new Harness();
    const machine = await harness.create(WAIT);
    const first = await harness.start(machine, { a: 1 }, 'same');
    expect((await harness.start(machine, { a: 1 }, 'same')).arn).toBe(first.arn);
    expect([...harness.states.executions()]).toHaveLength(1);
    await expect(harness.start(machine, { a: 2 }, 'same')).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
  });

  test('with the name of a closed one is refused for 90 days', async () => {
    const harness = new Harness();
    const machine = await harness.create(WAIT);
    await harness.ended(await harness.start(machine, {}, 'same'));
    await harness.reach(90 * DAY);
    await expect(harness.start(machine, {}, 'same')).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
    await harness.reach(90 * DAY + 101_000);
    expect((await harness.start(machine, {}, 'same')).status).toBe('RUNNING');
  });

  test.each(['a b', 'x'.repeat(81), '', 'a/b'])('refuses the name %j', async (name) => {
    const harness = new Harness();
    const machine = await harness.create(WAIT);
    await expect(harness.start(machine, {}, name)).rejects.toMatchObject({ code: 'InvalidName' });
  });

  test('takes any JSON of at most 256 KiB as input, and {} without one', async () => {
    const harness = new Harness();
    const stateMachineArn = await harness.create(only({ Type: 'Pass' }));
    const start = (input?: string) => harness.call('StartExecution', { stateMachineArn, input });
    for (const input of ['not json', '', `"${'x'.repeat(262_144)}"`]) {
      await expect(start(input)).rejects.toMatchObject({ code: 'InvalidExecutionInput' });
    }
    for (const input of ['2', 'null', '"text"', undefined]) {
      const { executionArn } = await start(input);
      expect((await harness.ended(harness.record(executionArn))).output).toBe(input ?? '{}');
    }
  });
});

describe('an execution', () => {
  test('that takes longer than its state machine allows ends TIMED_OUT', async () => {
    const execution = await new Harness().run({ ...WAIT, TimeoutSeconds: 60 });
    expect(execution).toMatchObject({ status: 'TIMED_OUT', error: undefined, stopDate: START + 60_000 });
    expect(execution.history.at(-1)).toMatchObject({ type: 'ExecutionTimedOut', previousEventId: 0 });
  });

  test('can be let time out before that, once', async () => {
    const harness = new Harness();
    const execution = await harness.start(await harness.create({ ...WAIT, TimeoutSeconds: 60 }));
    await harness.reach(10_000);
    harness.states.timeOut(execution.arn);
    harness.states.timeOut(execution.arn);
    await harness.reach(200_000);
    expect(execution).toMatchObject({ status: 'TIMED_OUT', error: undefined, stopDate: START + 10_000 });
    expect(execution.history.filter(({ type }) => type === 'ExecutionTimedOut')).toHaveLength(1);
  });

  test('that is stopped ends at once, with what the stop says', async () => {
    const harness = new Harness();
    const execution = await harness.start(await harness.create(WAIT));
    await harness.reach(10_000);
    const stopped = await harness.call('StopExecution', {
      executionArn: execution.arn,
      error: 'Enough',
      cause: 'late',
    });
    expect(stopped).toEqual({ stopDate: new Date(START + 10_000) });
    expect(execution).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'late' });
    await harness.reach(200_000);
    expect(chain(execution)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 WaitStateEntered <- 0',
      '3 ExecutionAborted <- 0',
    ]);
  });

  test('that is stopped takes its branches with it', async () => {
    const harness = new Harness();
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Wait', Seconds: 50, End: true } },
    });
    const parallel = only({ Type: 'Parallel', Branches: [branch('a'), branch('b')] });
    const execution = await harness.start(await harness.create(parallel));
    await harness.reach(10_000);
    await harness.call('StopExecution', { executionArn: execution.arn });
    await harness.reach(100_000);
    expect(execution.status).toBe('ABORTED');
    expect(execution.history.map(({ type }) => type).slice(-2)).toEqual([
      'WaitStateEntered',
      'ExecutionAborted',
    ]);
  });

  test('that has ended is not ended again when its time would be up', async () => {
    const harness = new Harness();
    const execution = await harness.run({ ...only({ Type: 'Pass' }), TimeoutSeconds: 60 });
    await harness.reach(61_000);
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.history.at(-1)!.type).toBe('ExecutionSucceeded');
  });

  test('is described with its outcome', async () => {
    const harness = new Harness();
    const { arn: executionArn } = await harness.run(only({ Type: 'Pass' }), { a: 1 });
    expect(await harness.call('DescribeExecution', { executionArn })).toMatchObject({
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '{"a":1}',
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
      startDate: new Date(START),
    });
    await expect(
      harness.call('DescribeExecution', { executionArn: `${executionArn}x` }),
    ).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
  });

  test('is listed, the youngest first, by status and page', async () => {
    const harness = new Harness();
    const stateMachineArn = await harness.create(WAIT);
    for (const name of ['a', 'b', 'c']) await harness.start(stateMachineArn, {}, name);
    await harness.call('StopExecution', {
      executionArn: `${stateMachineArn.replace('stateMachine', 'execution')}:b`,
    });
    const list = (input: object) => harness.call('ListExecutions', { stateMachineArn, ...input });
    const first = await list({ maxResults: 2 });
    expect(first.executions.map(({ name }: { name: string }) => name)).toEqual(['c', 'b']);
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    expect(second).toMatchObject({ executions: [{ name: 'a' }], nextToken: undefined });
    expect((await list({ statusFilter: 'ABORTED' })).executions).toMatchObject([{ name: 'b' }]);
    await expect(list({ nextToken: 'guess' })).rejects.toMatchObject({ code: 'InvalidToken' });
  });

  test('shows its history as AWS does', async () => {
    const harness = new Harness();
    const { arn: executionArn } = await harness.run(only({ Type: 'Pass', Assign: { x: 1 } }));
    const get = async (input: object) =>
      (await harness.call('GetExecutionHistory', { executionArn, ...input })).events;
    expect(await get({})).toEqual([
      {
        timestamp: new Date(START),
        type: 'ExecutionStarted',
        id: 1,
        previousEventId: 0,
        executionStartedEventDetails: { input: '{}', inputDetails: { truncated: false }, roleArn: ROLE },
      },
      {
        timestamp: new Date(START),
        type: 'PassStateEntered',
        id: 2,
        previousEventId: 0,
        stateEnteredEventDetails: { name: 'Only', input: '{}', inputDetails: { truncated: false } },
      },
      {
        timestamp: new Date(START),
        type: 'PassStateExited',
        id: 3,
        previousEventId: 2,
        stateExitedEventDetails: {
          name: 'Only',
          output: '{}',
          outputDetails: { truncated: false },
          assignedVariables: { x: '1' },
          assignedVariablesDetails: { truncated: false },
        },
      },
      {
        timestamp: new Date(START),
        type: 'ExecutionSucceeded',
        id: 4,
        previousEventId: 3,
        executionSucceededEventDetails: { output: '{}', outputDetails: { truncated: false } },
      },
    ]);
    expect((await get({ reverseOrder: true, maxResults: 1 }))[0].id).toBe(4);
    expect((await get({ includeExecutionData: false }))[2].stateExitedEventDetails).toEqual({ name: 'Only' });
  });

  test('announces what becomes of it', async () => {
    const harness = new Harness();
    const machine = await harness.create(only({ Type: 'Wait', Seconds: 30 }), 'told');
    const execution = await harness.ended(await harness.start(machine, { a: 1 }, 'one'));
    expect(harness.published.map(({ detail }) => detail.status)).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(harness.published[1]).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account: '111111111111',
      time: '2026-11-20T10:00:30Z',
      region: 'us-east-1',
      resources: [execution.arn],
      detail: {
        executionArn: execution.arn,
        stateMachineArn: machine,
        name: 'one',
        status: 'SUCCEEDED',
        startDate: START,
        stopDate: START + 30_000,
        input: '{"a":1}',
        output: '{"a":1}',
        inputDetails: { included: true },
        outputDetails: { included: true },
        stateMachineVersionArn: null,
        stateMachineAliasArn: null,
        redriveCount: 0,
        redriveDate: null,
        error: null,
        cause: null,
      },
    });
    const failed = await harness.run({
      StartAt: 'F',
      States: { F: { Type: 'Fail', Error: 'E', Cause: 'C' } },
    });
    expect(failed.status).toBe('FAILED');
    expect(harness.published.at(-1)!.detail).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: 'C',
      output: null,
    });
  });

  test('can be watched event by event', async () => {
    const harness = new Harness();
    const seen: string[] = [];
    const end = harness.states.observe(({ name }, { type, timestamp }) =>
      seen.push(`${name} ${type} ${timestamp - START}`),
    );
    const machine = await harness.create(only({ Type: 'Wait', Seconds: 2 }));
    await harness.ended(await harness.start(machine, {}, 'x'));
    end();
    await harness.ended(await harness.start(machine, {}, 'y'));
    expect(seen).toEqual([
      'x ExecutionStarted 0',
      'x WaitStateEntered 0',
      'x WaitStateExited 2000',
      'x ExecutionSucceeded 2000',
    ]);
  });
});
