import { describe, expect, test } from '@jest/globals';
import type { Call } from '../../../proof/faults/calls.ts';
import type { Fault, Span } from '../../../proof/faults/fault.ts';
import { reasonFor } from '../../../proof/faults/reasons.ts';

const call: Call = { workflow: 'onboard', state: 'Add principal', kind: 'function', target: 'invoke' };
const fault = (span: Span): Fault => ({ name: 'x', span, fits: /./ });

/** Two seconds in all. */
const retrier = (JitterStrategy: 'NONE' | 'FULL', MaxAttempts = 2) => ({
  ErrorEquals: ['Lambda.Unknown'],
  IntervalSeconds: 1,
  BackoffRate: 1,
  MaxAttempts,
  JitterStrategy,
});

describe('the reason for a failure', () => {
  test.each<[string, Span, object[], object]>([
    [
      'an error that the step does not retry',
      'once',
      [],
      { defect: expect.stringContaining('does not retry') },
    ],
    [
      'one that it catches without a retry',
      'once',
      [retrier('NONE', 0)],
      { defect: expect.stringContaining('does not retry') },
    ],
    [
      'one that comes once although it is retried',
      'once',
      [retrier('NONE')],
      { defect: expect.stringContaining('and it came once') },
    ],
    [
      'one that lasts shorter than the retries',
      1_000,
      [retrier('NONE')],
      { defect: expect.stringContaining('at most 2 s, and it lasted 1 s') },
    ],
    ['one that outlasts them', 3_000, [retrier('NONE')], { because: expect.stringContaining('outlasts') }],
    [
      'one that drawn waits are too short for',
      1_000,
      [retrier('FULL')],
      { because: expect.stringContaining('drawn') },
    ],
  ])('%s', (_, span, retriers, expected) => {
    expect(reasonFor('Lambda.Unknown', call, fault(span), retriers as never)).toEqual(expected);
  });

  test('is the fault\u2019s own where only a person can help', () => {
    const because = 'nobody but a person can give the permission';
    expect(reasonFor('AccessDenied', call, { ...fault('lifted'), because }, [])).toEqual({ because });
  });

  test('is read from the definition', () => {
    expect(reasonFor('Lambda.Unknown', call, fault('once'))).toEqual({
      defect: 'onboard / Add principal retries Lambda.Unknown for at most 5 min 2 s, and it came once',
    });
    expect(reasonFor('NoSuchName', call, fault('once'))).toEqual({
      defect: 'onboard / Add principal does not retry NoSuchName',
    });
  });
});
