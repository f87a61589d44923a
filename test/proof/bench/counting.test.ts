import { describe, expect, test } from '@jest/globals';
import type { ExecutionEvent, ExecutionRecord } from 'local-cloud';
import { countsOf, median, overtakers, waitsOf } from '../../../proof/bench/counting.ts';

type Told = [seconds: number, type: ExecutionEvent['type'], details?: Record<string, unknown>];

/** An execution that began at 09:00:00; times are seconds after that. */
function execution(told: Told[], stateTransitions: number): ExecutionRecord {
  const startDate = Date.parse('2026-11-20T09:00:00Z');
  const history = told.map(([seconds, type, details], index) => ({
    id: index + 1,
    previousEventId: index,
    timestamp: startDate + seconds * 1000,
    type,
    ...(details && { details }),
  }));
  return {
    arn: 'arn:aws:states:us-east-1:222222222222:execution:onboard:one',
    stateMachineName: 'onboard',
    name: 'one',
    status: 'SUCCEEDED',
    input: '{}',
    output: '{}',
    error: undefined,
    cause: undefined,
    startDate,
    stopDate: history.at(-1)!.timestamp,
    history,
    waits: [],
    redriveCount: 0,
    stateTransitions,
    isExpress: false,
  };
}

const lambda = { resourceType: 'lambda', resource: 'invoke' };

describe('What an execution cost', () => {
  test('counts functions, not other services, and tells polls that came too early from other failures', () => {
    const record = execution(
      [
        [0, 'ExecutionStarted'],
        [0, 'TaskStateEntered', { name: 'Await PrivateLink' }],
        [0, 'TaskScheduled', lambda],
        [0, 'TaskFailed', { ...lambda, error: 'TaskUnknown' }],
        [1, 'TaskScheduled', lambda],
        [1, 'TaskFailed', { ...lambda, error: 'TaskPending' }],
        [2, 'TaskScheduled', lambda],
        [2, 'TaskFailed', { ...lambda, error: 'RateLimited' }],
        [9, 'TaskScheduled', lambda],
        [9, 'TaskSucceeded', lambda],
        [9, 'TaskScheduled', { resourceType: 'dynamodb', resource: 'putItem' }],
        [9.5, 'ExecutionSucceeded'],
      ],
      5,
    );
    expect(countsOf(record)).toEqual({ transitions: 5, invocations: 4, unfinishedPolls: 2, seconds: 9.5 });
  });

  test('a stay in the queue lasts from its state’s entry to its exit, tries included', () => {
    const record = execution(
      [
        [0, 'TaskStateEntered', { name: 'Read PrivateLink' }],
        [1, 'TaskStateExited', { name: 'Read PrivateLink' }],
        [1, 'TaskStateEntered', { name: 'Acquire lock to admit' }],
        [1, 'TaskFailed', { ...lambda, error: 'AwsUnavailable' }],
        [31, 'TaskStateExited', { name: 'Acquire lock to admit' }],
        [40, 'TaskStateEntered', { name: 'Acquire lock to remove principal' }],
        [42, 'TaskStateExited', { name: 'Acquire lock to remove principal' }],
      ],
      3,
    );
    expect(waitsOf(record).map(({ since, until }) => (until - since) / 1000)).toEqual([30, 2]);
  });
});

describe('Fairness', () => {
  test('first come, first served has no overtakers, whatever order the waits are listed in', () => {
    const waits = [
      { since: 3, until: 30 },
      { since: 1, until: 10 },
      { since: 2, until: 20 },
    ];
    expect(overtakers(waits)).toBe(0);
  });

  test('who came at the same moment overtakes nobody', () => {
    const waits = [
      { since: 1, until: 20 },
      { since: 1, until: 10 },
    ];
    expect(overtakers(waits)).toBe(0);
  });

  test('counts everybody who was served before one who had waited longer', () => {
    const waits = [
      { since: 1, until: 30 },
      { since: 2, until: 10 },
      { since: 3, until: 20 },
      { since: 4, until: 40 },
    ];
    expect(overtakers(waits)).toBe(2);
  });
});

test('the median does not change what it is taken of', () => {
  const values = [10, 9, 2];
  expect(median(values)).toBe(9);
  expect(values).toEqual([10, 9, 2]);
});
