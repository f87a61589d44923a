import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../packages/local-cloud/src/clock.ts';
import { Evaluator, template } from '../../packages/local-cloud/src/states/jsonata.ts';
import { Random } from '../../packages/local-cloud/src/states/random.ts';
import { expressions } from './expressions.ts';

const evaluator = new Evaluator(new VirtualClock(0), new Random(1));

const evaluate = (source: string, bindings: Record<string, unknown>) =>
  evaluator.evaluate(template(`{% ${source} %}`, 'here'), bindings);

/** What Step Functions may give a catcher: AWS writes null, and an empty text, for what there is none of. */
const ERRORS = [
  { Error: null, Cause: null },
  { Error: 'States.Timeout', Cause: '' },
  { Error: 'States.Timeout', Cause: null },
  { Error: 'AccessDenied', Cause: '{"errorType":"AccessDenied","errorMessage":"no","trace":[]}' },
];

describe('what there is none of', () => {
  test('is null or absent, so no expression asks whether a member exists', () => {
    const asking = expressions().filter(({ source }) => source.includes('$exists('));
    expect(asking.map(({ path }) => path)).toEqual([]);
  });

  const readers = expressions().filter(({ source }) => source.includes('$states.errorOutput.'));

  test.each(readers.map(({ path, source }) => [path, source]))(
    'of an error does no harm in %s',
    async (_, source) => {
      for (const errorOutput of ERRORS) {
        await expect(
          evaluate(source, { states: { errorOutput }, refusals: 0, failures: 0 }),
        ).resolves.toBeDefined();
      }
    },
  );
});
