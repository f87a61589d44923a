import { describe, expect, test } from '@jest/globals';
import { CASES, problemsOf } from '../../../proof/definitions/checks.ts';
import { type Definition, readDefinitions, stepsOf } from '../../../proof/definitions/definitions.ts';
import { mutantsOf } from '../../../proof/definitions/mutants.ts';
import { EXCUSED, survivorsOf } from '../../../proof/definitions/survivors.ts';

const definitions = readDefinitions();

test.each([...definitions])(
  '%s decides, counts and goes on after errors as it must',
  async (workflow, definition) => {
    expect(await problemsOf(workflow, definition)).toEqual([]);
  },
);

test('every choice of every definition has cases', () => {
  const choices = [...definitions].flatMap(([workflow, definition]) =>
    stepsOf(workflow, definition).filter(([, { Type }]) => Type === 'Choice'),
  );
  const tried = new Set(CASES.filter(({ path }) => path === 'Choices').map(({ step }) => step));
  expect(choices.map(([step]) => step).filter((step) => !tried.has(step))).toEqual([]);
});

/** One mutant in so many; the same ones in every run. `npm run mutations` tries them all. */
const SAMPLE = 50;

test('no change of a number, a comparison or an error path survives', async () => {
  const { tried, survived } = await survivorsOf({ sample: SAMPLE });
  expect(tried).toBeGreaterThan(50);
  expect(survived).toEqual([]);
});

test('what may survive says why, and does', async () => {
  for (const { name, because } of EXCUSED) {
    expect(because).toMatch(/\.$/);
    const all = [...definitions].flatMap(([workflow, definition]) => mutantsOf(workflow, definition));
    const excused = all.filter((mutant) => name.test(mutant.name));
    expect(excused).not.toEqual([]);
    for (const { step, definition } of excused) {
      expect(await problemsOf(step.split(' / ')[0]!, definition(), step)).toEqual([]);
    }
  }
});

describe('a mutant', () => {
  const definition = {
    StartAt: 'A',
    TimeoutSeconds: 60,
    States: {
      A: {
        Type: 'Task',
        Assign: { a: "{% $b = 1 and $c < 'd = 2' %}" },
        Retry: [{ ErrorEquals: ['X', 'Y'], MaxAttempts: 3 }],
        Catch: [{ ErrorEquals: ['Z'], Next: 'B' }],
        Next: 'B',
      },
      B: { Type: 'Succeed' },
    },
  } as unknown as Definition;

  test('has one change, of numbers, operators, entries and error paths, and not in texts', () => {
    expect(mutantsOf('w', definition).map(({ name }) => name)).toEqual([
      'w: TimeoutSeconds is 61',
      'w / A: Assign/a has != at 6',
      'w / A: Assign/a has <= at 17',
      'w / A: Assign/a has or at 10',
      'w / A: Assign/a has 2 at 8',
      'w / A: Retry/0 is gone',
      'w / A: Retry/0/ErrorEquals/0 (X) is gone',
      'w / A: Retry/0/ErrorEquals/1 (Y) is gone',
      'w / A: Retry/0/MaxAttempts is 4',
      'w / A: Catch/0 is gone',
      'w / A: Catch/0/ErrorEquals/0 (Z) is gone',
      'w / A: Catch/0/Next is A',
    ]);
  });
});
