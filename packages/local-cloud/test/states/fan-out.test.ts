import { describe, expect, test } from '@jest/globals';
import { chain, FUNCTION, Harness, named, only, START } from './harness.ts';

const wait = (name: string, Seconds: number | string) => ({
  StartAt: name,
  States: { [name]: { Type: 'Wait', Seconds, End: true } },
});
const fail = (name: string, after: number) => ({
  StartAt: name,
  States: {
    [name]: { Type: 'Wait', Seconds: after, Next: `${name}!` },
    [`${name}!`]: { Type: 'Fail', Error: name },
  },
});

describe('Parallel', () => {
  test('runs its branches at once and gives their outputs in order', async () => {
    const branches = [
      {
        StartAt: 'A',
        States: { A: { Type: 'Wait', Seconds: 20, Output: '{% $states.input & 1 %}', End: true } },
      },
      { StartAt: 'B', States: { B: { Type: 'Wait', Seconds: 10, Output: 'b', End: true } } },
    ];
    const execution = await new Harness().run(only({ Type: 'Parallel', Arguments: 'a', Branches: branches }));
    expect(execution.output).toBe('["a1","b"]');
    expect(execution.stopDate! - START).toBe(20_000);
    expect(chain(execution)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 ParallelStateEntered <- 0',
      '3 ParallelStateStarted <- 2',
      '4 WaitStateEntered <- 3',
      '5 WaitStateEntered <- 3',
      '6 WaitStateExited <- 5',
      '7 WaitStateExited <- 4',
      '8 ParallelStateSucceeded <- 7',
      '9 ParallelStateExited <- 7',
      '10 ExecutionSucceeded <- 9',
    ]);
  });

  test('fails with the first branch that fails and stops the others', async () => {
    const execution = await new Harness().run(
      only({ Type: 'Parallel', Branches: [wait('W', 100), fail('F', 1), fail('G', 2)] }),
    );
    expect(execution).toMatchObject({ status: 'FAILED', error: 'F', stopDate: START + 1000 });
    expect(chain(execution).slice(7)).toEqual([
      '8 FailStateEntered <- 7',
      '9 WaitStateAborted <- 8',
      '10 WaitStateAborted <- 8',
      '11 ParallelStateFailed <- 8',
      '12 ExecutionFailed <- 11',
    ]);
  });

  test('is retried as a whole, and its failure can be caught', async () => {
    const state = {
      Type: 'Parallel',
      Branches: [wait('W', 3), fail('F', 1)],
      Retry: [{ ErrorEquals: ['F'], MaxAttempts: 2 }],
    };
    const execution = await new Harness().run({
      StartAt: 'P',
      States: {
        P: { ...state, Next: 'Done', Catch: [{ ErrorEquals: ['F'], Next: 'Done' }] },
        Done: { Type: 'Succeed' },
      },
    });
    expect(execution.output).toBe('{"Error":"F","Cause":null}');
    const ofParallel = execution.history
      .map(({ type }) => type)
      .filter((type) => type.startsWith('Parallel'));
    expect(ofParallel).toEqual([
      'ParallelStateEntered',
      'ParallelStateStarted',
      'ParallelStateStarted',
      'ParallelStateStarted',
      'ParallelStateFailed',
      'ParallelStateExited',
    ]);
    expect(execution.stopDate! - START).toBe(6000);
  });
});

describe('an inline Map', () => {
  const double = {
    StartAt: 'D',
    States: { D: { Type: 'Pass', Output: '{% $states.input * 2 %}', End: true } },
  };

  test('gives each item to its processor and the outputs in order', async () => {
    const harness = new Harness();
    expect(
      await harness.output(only({ Type: 'Map', Items: '{% $states.input.list %}', ItemProcessor: double }), {
        list: [3, 1],
      }),
    ).toEqual([6, 2]);
    expect(await harness.output(only({ Type: 'Map', ItemProcessor: double }), [4])).toEqual([8]);
    expect(await harness.output(only({ Type: 'Map', ItemProcessor: double }), [])).toEqual([]);
  });

  test('makes the input of each iteration with its selector', async () => {
    const selector = {
      i: '{% $states.context.Map.Item.Index %}',
      v: '{% $states.context.Map.Item.Value & $states.input.suffix %}',
    };
    const processor = {
      StartAt: 'S',
      States: {
        S: { Type: 'Pass', Output: '{% [$states.input.v, $states.context.Map.Item.Index] %}', End: true },
      },
    };
    const map = only({ Type: 'Map', Items: ['a', 'b'], ItemSelector: selector, ItemProcessor: processor });
    expect(await new Harness().output(map, { suffix: '!' })).toEqual([
      ['a!', 0],
      ['b!', 1],
    ]);
  });

  test('runs so many iterations at once', async () => {
    const map = (more: object) =>
      only({ Type: 'Map', Items: '{% [1..80] %}', ItemProcessor: wait('W', 10), ...more });
    const harness = new Harness();
    const time = async (more: object) => {
      const execution = await harness.run(map(more));
      return execution.stopDate! - execution.startDate;
    };
    expect(await time({ MaxConcurrency: '{% 8 %}' })).toBe(100_000);
    expect(await time({})).toBe(20_000);
  });

  test('records an iteration that starts in the place of another as AWS does', async () => {
    const execution = await new Harness().run(
      only({ Type: 'Map', Items: [1, 2], MaxConcurrency: 1, ItemProcessor: double }),
    );
    expect(chain(execution).slice(2, 13)).toEqual([
      '3 MapStateStarted <- 2',
      '4 MapIterationStarted <- 3',
      '5 PassStateEntered <- 4',
      '6 PassStateExited <- 5',
      '7 MapIterationSucceeded <- 6',
      '8 MapIterationStarted <- 6',
      '9 PassStateEntered <- 8',
      '10 PassStateExited <- 9',
      '11 MapIterationSucceeded <- 10',
      '12 MapStateSucceeded <- 11',
      '13 MapStateExited <- 11',
    ]);
  });

  test('ends with the first iteration that fails', async () => {
    const harness = new Harness((payload) => {
      if (payload === 2) throw named('Bad');
    });
    const processor = {
      StartAt: 'W',
      States: {
        W: { Type: 'Wait', Seconds: '{% 4 - $states.input %}', Next: 'T' },
        T: { Type: 'Task', Resource: FUNCTION, End: true },
      },
    };
    const execution = await harness.run(only({ Type: 'Map', Items: [1, 2, 3], ItemProcessor: processor }));
    expect(execution.error).toBe('Bad');
    const failure = execution.history.find(({ type }) => type === 'LambdaFunctionFailed')!.id;
    expect(
      execution.history
        .slice(failure)
        .map(({ type, previousEventId, details }) => [type, previousEventId - failure, details?.index]),
    ).toEqual([
      ['MapIterationFailed', 0, 1],
      ['TaskStateAborted', 0, undefined],
      ['MapIterationAborted', 0, 0],
      ['WaitStateAborted', 0, undefined],
      ['MapStateFailed', 0, undefined],
      ['ExecutionFailed', 5, undefined],
    ]);
  });

  test('has failed only with the last of its attempts', async () => {
    const failing = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Bad' } } };
    const Retry = [{ ErrorEquals: ['Bad'], MaxAttempts: 1 }];
    const execution = await new Harness().run(
      only({ Type: 'Map', Items: [1], ItemProcessor: failing, Retry }),
    );
    expect(execution.history.map(({ type }) => type).slice(2)).toEqual([
      'MapStateStarted',
      'MapIterationStarted',
      'FailStateEntered',
      'MapIterationFailed',
      'MapStateStarted',
      'MapIterationStarted',
      'FailStateEntered',
      'MapIterationFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('may say how many failures it tolerates, which changes nothing', async () => {
    const map = (count: unknown) =>
      only({ Type: 'Map', Items: [1], ItemProcessor: double, ToleratedFailureCount: count });
    expect(await new Harness().output(map('{% $limit := 1 %}'))).toEqual([2]);
    const execution = await new Harness().run(map('{% "many" %}'));
    expect(execution.history.map(({ type }) => type).slice(2, 4)).toEqual([
      'MapStateStarted',
      'EvaluationFailed',
    ]);
  });

  test('evaluates how many run at once before its items', async () => {
    const execution = await new Harness().run(
      only({ Type: 'Map', Items: '{% 1 %}', MaxConcurrency: '{% "x" %}', ItemProcessor: double }),
    );
    expect(execution.history[2]!.details).toMatchObject({ location: 'MaxConcurrency' });
  });

  test.each([['text'], [true], [null], [{ a: 1 }]])(
    'fails for the input %j, and can be caught',
    async (input) => {
      const harness = new Harness();
      const catching = [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Done' }];
      const output = await harness.output(
        {
          StartAt: 'M',
          States: {
            M: { Type: 'Map', ItemProcessor: double, Catch: catching, Next: 'Done' },
            Done: { Type: 'Succeed' },
          },
        },
        input,
      );
      expect(output).toEqual({
        Error: 'States.QueryEvaluationError',
        Cause: `An error occurred while executing the state 'M' (entered at the event id #2). Map state input must be an array but was: ${JSON.stringify(input)}`,
      });
      const [execution] = harness.states.executions();
      expect(execution!.history[2]).toMatchObject({ type: 'EvaluationFailed', details: { state: 'M' } });
      expect(execution!.history[2]!.details!.location).toBeUndefined();
    },
  );

  test('wants an array', async () => {
    const execution = await new Harness().run(only({ Type: 'Map', Items: '{% 3 %}', ItemProcessor: double }));
    expect(execution.error).toBe('States.QueryEvaluationError');
    expect(execution.history.map(({ type }) => type).slice(2)).toEqual([
      'EvaluationFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });
});

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
