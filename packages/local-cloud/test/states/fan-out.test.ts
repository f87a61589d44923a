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
