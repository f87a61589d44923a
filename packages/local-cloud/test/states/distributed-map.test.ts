import { describe, expect, test } from '@jest/globals';
import { FUNCTION, Harness, named, only, START } from './harness.ts';

describe('a distributed Map', () => {
  const map = (more: object = {}, states: object = { W: { Type: 'Task', Resource: FUNCTION, End: true } }) =>
    only({
      Type: 'Map',
      Items: '{% $states.input %}',
      Label: 'each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'W',
        States: states,
      },
      ...more,
    });
  const even = (payload: number) => {
    if (payload % 2) throw named('Odd');
    return payload;
  };

  test('starts a child workflow for every item', async () => {
    const harness = new Harness();
    const machine = await harness.create(
      map({ ItemSelector: { v: '{% $states.context.Map.Item.Value %}' } }),
      'reconcile',
    );
    const execution = await harness.ended(await harness.start(machine, ['a', 'b']));
    expect(execution.output).toBe('[{"v":"a"},{"v":"b"}]');
    expect(execution.history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(execution.history[2]!.details).toEqual({ length: 2 });
    expect(execution.history[3]!.details!.mapRunArn).toMatch(
      /^arn:aws:states:us-east-1:111111111111:mapRun:reconcile\/each:[0-9a-f-]{36}$/,
    );
    const children = [...harness.states.executions()].slice(1);
    expect(children.map(({ stateMachineName, status }) => [stateMachineName, status])).toEqual(
      Array(2).fill(['reconcile/each', 'SUCCEEDED']),
    );
    expect(children[0]!.arn).toMatch(/:execution:reconcile\/each:[0-9a-f-]{36}$/);
  });

  test('gives batches to its children', async () => {
    const output = await new Harness().output(
      map({ ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { all: true } } }),
      [1, 2, 3],
    );
    expect(output).toEqual([
      { BatchInput: { all: true }, Items: [1, 2] },
      { BatchInput: { all: true }, Items: [3] },
    ]);
  });

  test('fails when one child fails, and stops the others', async () => {
    const states = {
      W: { Type: 'Wait', Seconds: '{% $states.input * 10 %}', Next: 'F' },
      F: { Type: 'Fail', Error: 'Child' },
    };
    const harness = new Harness();
    const execution = await harness.run(map({}, states), [1, 2]);
    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      stopDate: START + 10_000,
    });
    expect(execution.history.map(({ type }) => type).slice(-3)).toEqual([
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    expect([...harness.states.executions()].map(({ status }) => status)).toEqual([
      'FAILED',
      'FAILED',
      'ABORTED',
    ]);
  });

  test.each([
    [{ ToleratedFailureCount: 2 }, 'SUCCEEDED'],
    [{ ToleratedFailureCount: 1 }, 'FAILED'],
    [{ ToleratedFailureCount: '{% "2" %}' }, 'SUCCEEDED'],
    [{ ToleratedFailurePercentage: 50 }, 'SUCCEEDED'],
    [{ ToleratedFailurePercentage: '{% 49 %}' }, 'FAILED'],
  ])('with %j and two of four failed ends %s', async (tolerance, status) => {
    const execution = await new Harness(even).run(map(tolerance), [1, 2, 3, 4]);
    expect(execution.status).toBe(status);
    expect(execution.output).toBe(status === 'SUCCEEDED' ? '[2,4]' : undefined);
  });

  test('runs so many children at once', async () => {
    const execution = await new Harness().run(
      map({ MaxConcurrency: 2 }, { W: { Type: 'Wait', Seconds: 5, End: true } }),
      [1, 2, 3],
    );
    expect(execution.stopDate! - START).toBe(10_000);
  });

  test('stops its children and starts no more when it is stopped', async () => {
    const harness = new Harness();
    const states = { W: { Type: 'Wait', Seconds: 50, End: true } };
    const machine = await harness.create(map({ MaxConcurrency: 1, ToleratedFailureCount: 5 }, states));
    const execution = await harness.start(machine, [1, 2, 3]);
    await harness.reach(10_000);
    await harness.call('StopExecution', { executionArn: execution.arn });
    await harness.reach(200_000);
    const all = [...harness.states.executions()];
    expect(all.map(({ status, stopDate }) => [status, stopDate! - START])).toEqual([
      ['ABORTED', 10_000],
      ['ABORTED', 10_000],
    ]);
  });

  describe('with Express children', () => {
    const ITEM_PROCESSOR = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
      StartAt: 'W',
    };
    const express = (states: object, more: object = {}) =>
      map({ ItemProcessor: { ...ITEM_PROCESSOR, States: states }, ...more });
    const work = { W: { Type: 'Task', Resource: FUNCTION, End: true } };

    test('bills no transitions for them, and tells no event bus of them', async () => {
      const harness = new Harness();
      const execution = await harness.run(express(work), ['a', 'b']);
      expect(execution).toMatchObject({ output: '["a","b"]', stateTransitions: 1, isExpress: false });
      const children = [...harness.states.executions()].slice(1);
      expect(children).toMatchObject(Array(2).fill({ stateTransitions: 0, isExpress: true }));
      expect(harness.published.map(({ detail }) => detail.executionArn)).toEqual(
        Array(2).fill(execution.arn),
      );
    });

    test('describes them, and shows no history of them', async () => {
      const harness = new Harness();
      await harness.run(express(work), ['a']);
      const executionArn = [...harness.states.executions()][1]!.arn;
      expect(executionArn).toMatch(
        /^arn:aws:states:us-east-1:111111111111:express:[\w-]+\/each:[0-9a-f-]{36}:[0-9a-f-]{36}$/,
      );
      expect(await harness.call('DescribeExecution', { executionArn })).toMatchObject({
        status: 'SUCCEEDED',
      });
      for (const action of ['GetExecutionHistory', 'RedriveExecution']) {
        await expect(harness.call(action, { executionArn })).rejects.toThrow('Invalid Arn');
      }
    });

    test('ends each after five minutes', async () => {
      const states = { W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } };
      const harness = new Harness();
      const execution = await harness.run(express(states, { ToleratedFailureCount: 1 }), [299, 301]);
      expect(execution.output).toBe('[299]');
      const children = [...harness.states.executions()].slice(1);
      expect(children.map(({ status, stopDate }) => [status, stopDate! - START])).toEqual([
        ['SUCCEEDED', 299_000],
        ['TIMED_OUT', 300_000],
      ]);
    });

    test('gives them more events than a history holds', async () => {
      const states = {
        W: { Type: 'Pass', Assign: { n: '{% $states.input %}' }, Next: 'C' },
        C: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $n > 0 %}', Next: 'P' }],
          Default: 'E',
        },
        P: { Type: 'Pass', Assign: { n: '{% $n - 1 %}' }, Next: 'C' },
        E: { Type: 'Succeed', Output: 'done' },
      };
      expect(await new Harness().output(express(states), [6_500])).toEqual(['done']);
    });

    test('starts those that failed anew in a redrive', async () => {
      let broken = true;
      const harness = new Harness((payload) => {
        if (payload === 1 && broken) throw named('Odd');
        return payload;
      });
      const execution = await harness.run(express(work, { MaxConcurrency: 1 }), [2, 1, 4]);
      broken = false;
      await harness.call('RedriveExecution', { executionArn: execution.arn });
      await harness.ended(execution);
      expect(execution.output).toBe('[2,1,4]');
      const children = [...harness.states.executions()].slice(1);
      expect(children.map(({ status, redriveCount }) => [status, redriveCount])).toEqual([
        ['SUCCEEDED', 0],
        ['FAILED', 0],
        ['SUCCEEDED', 0],
        ['SUCCEEDED', 0],
      ]);
    });
  });

  test('redrives only the children that failed', async () => {
    let broken = true;
    const harness = new Harness((payload) => {
      if (payload === 1 && broken) throw named('Odd');
      return payload;
    });
    const execution = await harness.run(map({ MaxConcurrency: 1 }), [2, 1, 4]);
    broken = false;
    await harness.call('RedriveExecution', { executionArn: execution.arn });
    await harness.ended(execution);
    expect(execution.output).toBe('[2,1,4]');
    expect(execution.history.map(({ type }) => type)).toContain('MapRunRedriven');
    expect(harness.services.calls.get('lambda:Invoke')).toBe(4);
  });
});
