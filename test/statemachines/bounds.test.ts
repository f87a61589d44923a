import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { MAX_POLLS, POLL_SECONDS } from '../../lambdas/shared/workflows/bounds.ts';
import { BOUNDS, type Bound } from '../../statemachines/bounds.ts';
import { mapTexts, patternOf, unknownNumbers } from '../../statemachines/numbers.ts';
import { EARLIER_REQUEST_UNDER_WAY } from '../../statemachines/retry-policies.ts';
import { longestOf } from '../../statemachines/schedule.ts';
import { definitions, type State, statesOf } from './states.ts';

/** Every step, and the topmost level of every definition under the name of its workflow. */
const steps: [step: string, object][] = [...definitions].flatMap(([workflow, definition]) => [
  [workflow, definition] as [string, object],
  ...statesOf(definition).map(([name, state]): [string, State] => [`${workflow} / ${name}`, state]),
]);

const at = (name: keyof typeof BOUNDS): number => BOUNDS[name].value;

describe('the numbers of the definitions', () => {
  test.each(steps)('%s has none that is not from bounds.ts', (step, state) => {
    expect(unknownNumbers(step, state)).toEqual([]);
  });

  test.each(Object.entries<Bound>(BOUNDS))('%s stands where it says', (_, { value, places }) => {
    for (const [step, text] of places) {
      const [, state] = steps.find(([name]) => name === step) ?? [];
      const values: number[] = [];
      mapTexts(state ?? {}, (whole) => {
        for (const [, , number] of whole.matchAll(patternOf(text))) values.push(Number(number));
        return whole;
      });
      expect([step, new Set(values)]).toEqual([step, new Set([value])]);
    }
  });
});

describe('the bounds', () => {
  test('let half an hour of polls pass', () => {
    expect(MAX_POLLS * POLL_SECONDS).toBe(30 * 60);
  });

  test('give an execution a day beside the longest wait of a step', () => {
    const schema = readFileSync('config/privatelink.schema.json', 'utf8');
    const [, approvalHours] = /"approvalHours": \{[^}]*"maximum": (\d+)/.exec(schema)!;
    const longest = Math.max(
      at('lockSeconds'),
      Number(approvalHours) * 3600,
      longestOf(EARLIER_REQUEST_UNDER_WAY),
    );
    expect(at('connectingSeconds') - longest).toBe(24 * 3600);
  });

  test('leave room for names that Step Functions and STS take', () => {
    // A hyphen and the number of a redrive, of which there are at most 1,000 ("Redriving executions").
    expect(at('parentNameLength') + 1 + '1000'.length).toBeLessThanOrEqual(80);
    expect(at('sessionNameLength')).toBeLessThanOrEqual(64);
  });

  test('keep what a run found until it was compared with the next two', () => {
    expect(at('runKeptSeconds')).toBeGreaterThan(2 * at('reconcileSeconds'));
  });
});
