import { describe, expect, test } from '@jest/globals';
import { instant } from '../../src/states/instant.ts';
import { Harness, only, START } from './harness.ts';

const until = (timestamp: unknown) => only({ Type: 'Wait', Timestamp: timestamp });

describe('a Wait until a timestamp', () => {
  test.each([
    ['2026-11-20T10:00:30Z', 30_000],
    ['2026-11-20T10:00:30.5Z', 30_500],
    ['2026-11-20T10:00:30.123456789Z', 30_123],
    ['2026-11-20T12:00:30+02:00', 30_000],
    ['2026-11-20T10:01z', 60_000],
    ['2016-03-14T01:59:00Z', 0],
  ])('%s ends then', async (timestamp, milliseconds) => {
    const execution = await new Harness().run(until('{% $states.input.at %}'), { at: timestamp });
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.stopDate! - START).toBe(milliseconds);
  });

  test.each([
    '2026-11-20T10:00:30',
    '2026-11-20 10:00:30Z',
    '20-11-2026T10:00:30Z',
    '2026-13-01T10:00:30Z',
    '2026-02-29T10:00:30Z',
    '2026-11-20T24:00:00Z',
    '',
  ])('%j is none, and says so as AWS does', async (timestamp) => {
    const execution = await new Harness().run(until('{% $states.input.at %}'), { at: timestamp });
    const cause = `An error occurred while executing the state 'Only' (entered at the event id #2). The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`;
    expect(execution).toMatchObject({ error: 'States.QueryEvaluationError', cause });
    expect(execution.history[2]).toMatchObject({
      type: 'EvaluationFailed',
      details: { error: 'States.QueryEvaluationError', cause, location: 'Timestamp', state: 'Only' },
    });
  });

  test('that is none can be caught around it', async () => {
    const branch = { StartAt: 'W', States: { W: { Type: 'Wait', Timestamp: '{% "x" %}', End: true } } };
    const Catch = [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Done', Output: 'caught' }];
    const output = await new Harness().output({
      StartAt: 'P',
      States: { P: { Type: 'Parallel', Branches: [branch], Catch, Next: 'Done' }, Done: { Type: 'Succeed' } },
    });
    expect(output).toBe('caught');
  });
});

test('a leap day is a day', () => {
  expect(instant('2024-02-29T00:00:00Z')).toBe(Date.UTC(2024, 1, 29));
});

test.each(['soon', -1, 1.5, null])('a Wait of %j seconds fails its state', async (seconds) => {
  const state = { Type: 'Wait', Seconds: '{% $states.input.seconds %}' };
  const execution = await new Harness().run(only(state), { seconds });
  expect(execution.error).toBe('States.QueryEvaluationError');
  expect(execution.history[2]!.details).toMatchObject({ location: 'Seconds', state: 'Only' });
});

describe('an execution that runs tells where it is', () => {
  const waitsOf = async (definition: object) => {
    const harness = new Harness(() => {
      throw new Error('no');
    });
    const execution = await harness.start(await harness.create(definition), {});
    await harness.reach(5_000);
    const waits = execution.waits;
    await harness.ended(execution);
    expect(execution.waits).toEqual([]);
    return waits;
  };

  test('and until when it waits', async () => {
    const waits = await waitsOf(only({ Type: 'Wait', Seconds: 30 }));
    expect(waits).toEqual([{ state: 'Only', since: START, until: START + 30_000, retries: 0 }]);
  });

  test('and when the next attempt of a task begins', async () => {
    const [wait] = await waitsOf(
      only({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'none', Payload: {} },
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 20, MaxAttempts: 1 }],
      }),
    );
    expect(wait).toMatchObject({ state: 'Only', retries: 1 });
    expect(wait!.until! - START).toBeGreaterThanOrEqual(20_000);
  });

  test('in each branch', async () => {
    const branch = (name: string, seconds: number) => ({
      StartAt: name,
      States: { [name]: { Type: 'Wait', Seconds: seconds, End: true } },
    });
    const waits = await waitsOf(only({ Type: 'Parallel', Branches: [branch('A', 2), branch('B', 40)] }));
    expect(waits).toEqual([{ state: 'B', since: START, until: START + 40_000, retries: 0 }]);
  });
});
