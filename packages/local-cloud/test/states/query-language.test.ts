import { describe, expect, test } from '@jest/globals';
import { parseDefinition } from '../../src/states/parser.ts';
import { Harness } from './harness.ts';

const PASS = { Type: 'Pass', End: true };

function problems(definition: object): string[] {
  return parseDefinition(JSON.stringify(definition)).diagnostics.map(
    ({ message, location }) => `${message} at ${location}`,
  );
}

const one = (state: object, machine: object = {}) => ({ ...machine, StartAt: 'A', States: { A: state } });

describe('the query language', () => {
  test('is JSONPath unless the machine or the state says otherwise', async () => {
    const state = { ...PASS, Output: '{% 1 + 1 %}' };
    const message =
      "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage";
    expect(problems(one(state))).toEqual([`${message} at /States/A`]);
    const harness = new Harness();
    const own = one({ ...state, QueryLanguage: 'JSONata' }, { QueryLanguage: 'JSONPath' });
    expect(await harness.output(own)).toBe(2);
  });

  test('of a machine in JSONata cannot be JSONPath in one state', () => {
    expect(problems(one({ ...PASS, QueryLanguage: 'JSONPath' }, { QueryLanguage: 'JSONata' }))).toEqual([
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A",
    ]);
  });

  test('of a Parallel state is not that of its branches', () => {
    const branch = { StartAt: 'B', States: { B: { ...PASS, Output: 1 } } };
    const parallel = { Type: 'Parallel', QueryLanguage: 'JSONata', Branches: [branch], End: true };
    expect(problems(one(parallel))[0]).toMatch(/field 'Output' .* at \/States\/A\/Branches\[0\]\/States\/B$/);
  });

  test.each(['jsonata', 5])('is none of %p', (language) => {
    expect(problems(one(PASS, { QueryLanguage: language }))[0]).toMatch(/ at \/QueryLanguage$/);
  });

  test('refuses paths in JSONata, and in JSONPath because nothing evaluates them', () => {
    const state = { ...PASS, ResultPath: '$.x' };
    expect(problems(one(state, { QueryLanguage: 'JSONata' }))).toEqual([
      "The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage at /States/A",
    ]);
    expect(problems(one(state))).toEqual([
      "The local cloud does not evaluate JSONPath, which field 'ResultPath' asks for at /States/A",
    ]);
    expect(problems(one({ Type: 'Map', End: true, ItemProcessor: one(PASS) }))[0]).toContain(
      'a Map state asks',
    );
  });

  test('leaves alone what means the same in both', async () => {
    const harness = new Harness();
    const definition = {
      QueryLanguage: 'JSONPath',
      StartAt: 'P',
      States: { P: { Type: 'Pass', Next: 'F' }, F: { Type: 'Fail', Error: '{% $no %}', Cause: 'why' } },
    };
    expect(await harness.run(definition)).toMatchObject({ error: '{% $no %}', cause: 'why' });
  });
});
