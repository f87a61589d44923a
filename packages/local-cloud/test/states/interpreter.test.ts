import { describe, expect, test } from '@jest/globals';
import { chain, FUNCTION, Harness, named, only, START } from './harness.ts';

const TASK = { Type: 'Task', Resource: FUNCTION };

describe('the states', () => {
  test('Pass gives its output, and its input without one', async () => {
    const harness = new Harness();
    expect(await harness.output(only({ Type: 'Pass' }), { a: 1 })).toEqual({ a: 1 });
    expect(await harness.output(only({ Type: 'Pass', Output: '{% $states.input.a %}' }), { a: 1 })).toBe(1);
  });

  test('the history of one state is as AWS records it', async () => {
    const execution = await new Harness().run(only({ Type: 'Pass', Assign: { b: 'x', a: 1 }, Output: {} }));
    expect(chain(execution)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 PassStateEntered <- 0',
      '3 PassStateExited <- 2',
      '4 ExecutionSucceeded <- 3',
    ]);
    expect(execution.history[2]!.details).toEqual({
      name: 'Only',
      output: '{}',
      assignedVariables: { a: '1', b: '"x"' },
    });
  });

  test('Choice takes the first rule that holds, with its own output and variables', async () => {
    const definition = {
      StartAt: 'Choose',
      States: {
        Choose: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.n > 10 %}', Next: 'End' },
            { Condition: '{% $states.input.n > 5 %}', Next: 'End', Output: 'middle', Assign: { seen: true } },
          ],
          Default: 'End',
          Output: 'default',
        },
        End: { Type: 'Pass', End: true, Output: '{% [$states.input, $exists($seen)] %}' },
      },
    };
    const harness = new Harness();
    expect(await harness.output(definition, { n: 7 })).toEqual(['middle', true]);
    expect(await harness.output(definition, { n: 1 })).toEqual(['default', false]);
    expect(await harness.output(definition, { n: 11 })).toEqual([{ n: 11 }, false]);
  });

  test('Choice without a match and without a default fails as AWS does', async () => {
    const execution = await new Harness().run({
      StartAt: 'C',
      States: { C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'E' }] }, E: { Type: 'Succeed' } },
    });
    expect(execution.error).toBe('States.Runtime');
    expect(execution.cause).toBe(
      "An error occurred while executing the state 'C' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
    );
  });

  test('a condition must be a boolean', async () => {
    const execution = await new Harness().run({
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'E' }] },
        E: { Type: 'Succeed' },
      },
    });
    expect(execution.error).toBe('States.QueryEvaluationError');
    expect(execution.cause).toContain(
      "'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string'",
    );
  });

  test('Wait lets its seconds pass, or the time until its timestamp', async () => {
    const harness = new Harness();
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Wait', Seconds: '{% $states.input.s %}', Next: 'B' },
        B: { Type: 'Wait', Timestamp: '2026-11-20T11:00:00Z', Next: 'C' },
        C: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', End: true },
      },
    };
    const execution = await harness.run(definition, { s: 90 });
    const times = execution.history
      .filter(({ type }) => type === 'WaitStateExited')
      .map(({ timestamp }) => timestamp - START);
    expect(times).toEqual([90_000, 3_600_000, 3_600_000]);
  });

  test('Fail ends the execution with its error and cause', async () => {
    const execution = await new Harness().run(
      {
        StartAt: 'F',
        States: { F: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: 'because' } },
      },
      { e: 'Custom' },
    );
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Custom', cause: 'because' });
    expect(chain(execution).slice(1)).toEqual(['2 FailStateEntered <- 0', '3 ExecutionFailed <- 2']);
  });

  test('Succeed gives its output', async () => {
    expect(
      await new Harness().output({ StartAt: 'S', States: { S: { Type: 'Succeed', Output: { ok: true } } } }),
    ).toEqual({ ok: true });
  });

  test('the context says which execution, state machine and state it is', async () => {
    const harness = new Harness();
    const machine = await harness.create(only({ Type: 'Pass', Output: '{% $states.context %}' }), 'context');
    const execution = await harness.ended(await harness.start(machine, { a: 1 }, 'one'));
    expect(JSON.parse(execution.output!)).toEqual({
      Execution: {
        Id: 'arn:aws:states:us-east-1:111111111111:execution:context:one',
        Input: { a: 1 },
        StartTime: '2026-11-20T10:00:00.000Z',
        Name: 'one',
        RoleArn: 'arn:aws:iam::111111111111:role/workflow',
        RedriveCount: 0,
      },
      StateMachine: { Id: machine, Name: 'context' },
      State: { Name: 'Only', EnteredTime: '2026-11-20T10:00:00.000Z' },
    });
  });

  test('an output of more than 256 KiB fails the state, counted in bytes', async () => {
    const pass = (length: number) => only({ Type: 'Pass', Output: `{% $pad('', ${length}, 'é') %}` });
    const harness = new Harness();
    expect((await harness.run(pass(131_071))).status).toBe('SUCCEEDED');
    expect(await harness.run(pass(131_072))).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });
});

describe('variables', () => {
  test('are assigned all at once, from their old values', async () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'C' },
        C: { Type: 'Pass', Output: '{% [$states.input, $x, $y] %}', End: true },
      },
    };
    expect(await new Harness().output(definition)).toEqual([1, 2, 1]);
  });

  test('of two executions at once never mix', async () => {
    const harness = new Harness();
    const states: Record<string, object> = {};
    for (let step = 0; step < 6; step += 1) {
      states[`P${step}`] = {
        Type: 'Pass',
        Assign: { v: step === 0 ? '{% $states.input.id %}' : '{% $v & $states.input.id %}' },
        Next: `W${step}`,
      };
      states[`W${step}`] = {
        Type: 'Wait',
        Seconds: '{% $states.input.pause %}',
        Next: step === 5 ? 'End' : `P${step + 1}`,
      };
    }
    states.End = { Type: 'Succeed', Output: '{% $v %}' };
    const machine = await harness.create({ StartAt: 'P0', States: states });
    const executions = [];
    for (let id = 0; id < 20; id += 1)
      executions.push(await harness.start(machine, { id: `${id}`, pause: 1 + (id % 3) }));
    for (const [id, execution] of executions.entries()) {
      await harness.ended(execution);
      expect(JSON.parse(execution.output!)).toBe(`${id}`.repeat(6));
    }
  });

  test('of a branch are its own, and it reads the outer ones', async () => {
    const branch = (name: string) => ({
      StartAt: `${name}1`,
      States: {
        [`${name}1`]: { Type: 'Pass', Assign: { inner: `{% $outer & '${name}' %}` }, Next: `${name}2` },
        [`${name}2`]: { Type: 'Pass', Output: '{% $inner %}', End: true },
      },
    });
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'P' },
        P: {
          Type: 'Parallel',
          Branches: [branch('x'), branch('y')],
          Output: '{% {"result": $states.result, "leaked": $exists($inner)} %}',
          End: true,
        },
      },
    };
    expect(await new Harness().output(definition)).toEqual({ result: ['ox', 'oy'], leaked: false });
  });
});

describe('Retry', () => {
  const failing = (names: string[]) => (_: unknown, attempt: number) => {
    const name = names[attempt - 1];
    if (name !== undefined) throw named(name);
    return attempt;
  };

  test('waits longer each time, up to the most', async () => {
    const harness = new Harness(failing(Array(5).fill('Pending')));
    const Retry = [
      { ErrorEquals: ['Pending'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 20, MaxAttempts: 9 },
    ];
    const execution = await harness.run(only({ ...TASK, Retry }));
    const times = execution.history
      .filter(({ type }) => type === 'LambdaFunctionScheduled')
      .map(({ timestamp }) => (timestamp - START) / 1000);
    expect(times).toEqual([0, 2, 8, 26, 46, 66]);
    expect(execution.stateTransitions).toBe(6);
  });

  test('by default tries three more times, after 1, 2 and 4 seconds', async () => {
    const execution = await new Harness(failing(Array(9).fill('E'))).run(
      only({ ...TASK, Retry: [{ ErrorEquals: ['States.ALL'] }] }),
    );
    expect(execution.status).toBe('FAILED');
    expect(execution.stopDate! - START).toBe(7000);
    expect(execution.stateTransitions).toBe(4);
  });

  test('counts the attempts of each retrier by itself', async () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1 },
      { ErrorEquals: ['B'], MaxAttempts: 2 },
    ];
    const state = only({ ...TASK, Retry });
    expect(await new Harness(failing(['A', 'B', 'B'])).output(state)).toBe(4);
    expect((await new Harness(failing(['A', 'B', 'A'])).run(state)).error).toBe('A');
  });

  test('takes the arguments anew, with the count of retries', async () => {
    const harness = new Harness((payload, attempt) => {
      if (attempt < 3) throw named('Pending');
      return payload;
    });
    const state = only({
      ...TASK,
      Arguments: { tries: '{% $states.context.State.RetryCount %}' },
      Retry: [{ ErrorEquals: ['Pending'] }],
    });
    expect(await harness.output(state)).toEqual({ tries: 2 });
  });

  test('with full jitter draws the wait below the delay, the same for the same seed', async () => {
    const time = async (seed: number) => {
      const Retry = [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 100, JitterStrategy: 'FULL' }];
      const execution = await new Harness(failing(['E']), seed).run(only({ ...TASK, Retry }));
      return execution.stopDate! - START;
    };
    const [one, again, other] = [await time(1), await time(1), await time(2)];
    expect(one).toBeGreaterThan(0);
    expect(one).toBeLessThan(100_000);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });
});

describe('Catch', () => {
  const caught = (ErrorEquals: string[], more: object = {}) => ({
    StartAt: 'T',
    States: {
      T: { ...TASK, Next: 'Done', Catch: [{ ErrorEquals, Next: 'Done', ...more }] },
      Done: { Type: 'Pass', Output: '{% {"input": $states.input, "why": $why} %}', End: true },
    },
  });

  test('goes on with its own output and variables', async () => {
    const more = {
      Assign: { why: '{% $states.errorOutput.Error %}' },
      Output: '{% $parse($states.errorOutput.Cause).errorMessage %}',
    };
    const harness = new Harness(() => {
      throw named('TaskFailed', 'broken');
    });
    expect(await harness.output(caught(['TaskFailed'], more))).toEqual({
      input: 'broken',
      why: 'TaskFailed',
    });
  });

  test('gives the error where it has no output', async () => {
    const harness = new Harness(() => {
      throw named('Boom', 'x');
    });
    const definition = caught(['States.ALL'], { Assign: { why: 1 } });
    expect(await harness.output(definition)).toEqual({
      input: { Error: 'Boom', Cause: '{"errorType":"Boom","errorMessage":"x"}' },
      why: 1,
    });
  });

  test('catches what an expression fails of', async () => {
    const definition = caught(['States.QueryEvaluationError'], { Assign: { why: 'evaluation' } });
    Object.assign((definition.States as { T: object }).T, { Output: '{% $states.result.absent %}' });
    const harness = new Harness(() => ({}));
    expect((await harness.output(definition)).why).toBe('evaluation');
  });

  test('by States.ALL does not catch States.Runtime', async () => {
    const harness = new Harness();
    harness.stub('ec2', { DescribeVpcs: () => ({}) });
    const execution = await harness.run({
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:ec2:describeVpcs',
          Arguments: [],
          End: true,
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
        },
        Done: { Type: 'Succeed' },
      },
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(execution.cause).toContain('must be a JSON object');
  });
});

test('a failed expression is recorded with its place', async () => {
  const execution = await new Harness().run(
    only({ Type: 'Pass', Output: { v: '{% $states.input.absent %}' } }),
  );
  const cause =
    "An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '$states.input.absent' specified for the field 'Output/v' returned nothing (undefined).";
  expect(chain(execution).slice(2)).toEqual(['3 EvaluationFailed <- 2', '4 ExecutionFailed <- 3']);
  expect(execution.history[2]!.details).toEqual({
    error: 'States.QueryEvaluationError',
    cause,
    location: 'Output/v',
    state: 'Only',
  });
  expect(execution).toMatchObject({ error: 'States.QueryEvaluationError', cause });
});

test('the 25,000th event is the failure of an execution that never ends', async () => {
  const execution = await new Harness().run({
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }], Default: 'A' },
      End: { Type: 'Succeed' },
    },
  });
  expect(execution.history).toHaveLength(25_000);
  expect(execution.history.at(-1)).toMatchObject({
    type: 'ExecutionFailed',
    previousEventId: 24_999,
    details: {
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    },
  });
});
