import { describe, expect, test } from '@jest/globals';
import { chain, FUNCTION, Harness, named, only, START } from './harness.ts';

const WAIT = only({ Type: 'Wait', Seconds: 100 });
const DAY = 86_400_000;

describe('redriving', () => {
  const flow = {
    StartAt: 'First',
    TimeoutSeconds: 1000,
    States: {
      First: {
        Type: 'Task',
        Resource: FUNCTION,
        Arguments: 'first',
        Assign: { first: '{% $states.result %}' },
        Next: 'Second',
      },
      Second: {
        Type: 'Task',
        Resource: FUNCTION,
        Arguments: { first: '{% $first %}', redrives: '{% $states.context.Execution.RedriveCount %}' },
        Retry: [{ ErrorEquals: ['Down'], MaxAttempts: 1 }],
        End: true,
      },
    },
  };

  test('goes on where the execution failed, with its variables and fresh attempts', async () => {
    const harness = new Harness((payload, attempt) => {
      if (attempt === 2 || attempt === 3 || attempt === 4) throw named('Down');
      return payload;
    });
    const execution = await harness.run(flow);
    expect(execution.status).toBe('FAILED');
    const transitions = execution.stateTransitions;
    const length = execution.history.length;
    const { redriveDate } = await harness.call('RedriveExecution', { executionArn: execution.arn });
    expect(redriveDate).toEqual(new Date(START + 1000));
    await harness.ended(execution);
    expect(execution).toMatchObject({
      status: 'SUCCEEDED',
      error: undefined,
      output: '{"first":"first","redrives":1}',
    });
    const entered = execution.history.findLast(({ type }) => type === 'TaskStateEntered')!.id;
    expect(chain(execution).slice(length, length + 2)).toEqual([
      `${length + 1} ExecutionRedriven <- ${length}`,
      `${length + 2} LambdaFunctionScheduled <- ${entered}`,
    ]);
    expect(execution.stateTransitions).toBe(transitions + 2);
    expect(harness.published.map(({ detail }) => detail.status)).toEqual([
      'RUNNING',
      'FAILED',
      'RUNNING',
      'SUCCEEDED',
    ]);
  });

  test('gives the state machine its whole time again', async () => {
    const harness = new Harness();
    const execution = await harness.run({ ...WAIT, TimeoutSeconds: 60 });
    await harness.call('RedriveExecution', { executionArn: execution.arn });
    await harness.ended(execution);
    expect(execution).toMatchObject({ status: 'TIMED_OUT', stopDate: START + 120_000 });
  });

  test('runs only the branches again that failed or were stopped', async () => {
    let down = true;
    const harness = new Harness((payload) => {
      if (payload === 'b' && down) throw named('Down');
      return payload;
    });
    const branch = (name: string, seconds: number) => ({
      StartAt: `wait ${name}`,
      States: {
        [`wait ${name}`]: { Type: 'Wait', Seconds: seconds, Next: name },
        [name]: { Type: 'Task', Resource: FUNCTION, Arguments: name, End: true },
      },
    });
    const execution = await harness.run(
      only({ Type: 'Parallel', Branches: [branch('a', 1), branch('b', 2), branch('c', 3)] }),
    );
    down = false;
    await harness.call('RedriveExecution', { executionArn: execution.arn });
    await harness.ended(execution);
    expect(execution.output).toBe('["a","b","c"]');
    expect(harness.services.calls.get('lambda:Invoke')).toBe(4);
    expect(execution.history.filter(({ type }) => type === 'ParallelStateStarted')).toHaveLength(1);
  });

  test('runs only the iterations again that failed', async () => {
    let down = true;
    const harness = new Harness((payload) => {
      if (payload === 2 && down) throw named('Down');
      return payload * 10;
    });
    const processor = { StartAt: 'T', States: { T: { Type: 'Task', Resource: FUNCTION, End: true } } };
    const execution = await harness.run(
      only({ Type: 'Map', Items: [1, 2, 3], MaxConcurrency: 1, ItemProcessor: processor }),
    );
    down = false;
    await harness.call('RedriveExecution', { executionArn: execution.arn });
    await harness.ended(execution);
    expect(execution.output).toBe('[10,20,30]');
    expect(harness.services.calls.get('lambda:Invoke')).toBe(4);
  });

  test('enters a Fail state again', async () => {
    const harness = new Harness();
    const execution = await harness.run({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } });
    await harness.call('RedriveExecution', { executionArn: execution.arn });
    await harness.ended(execution);
    expect(execution.history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'FailStateEntered',
      'ExecutionFailed',
      'ExecutionRedriven',
      'FailStateEntered',
      'ExecutionFailed',
    ]);
  });

  test('is refused to a success, a running execution, and after 14 days', async () => {
    const harness = new Harness();
    const redrive = ({ arn: executionArn }: { arn: string }) =>
      harness.call('RedriveExecution', { executionArn });
    const success = await harness.run(only({ Type: 'Pass' }));
    await expect(redrive(success)).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
    const failure = await harness.run({ StartAt: 'F', States: { F: { Type: 'Fail' } } });
    expect((await harness.call('DescribeExecution', { executionArn: failure.arn })).redriveStatus).toBe(
      'REDRIVABLE',
    );
    await harness.reach(14 * DAY + 1);
    await expect(redrive(failure)).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
    const running = await harness.start(await harness.create(WAIT));
    await expect(redrive(running)).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
  });
});
