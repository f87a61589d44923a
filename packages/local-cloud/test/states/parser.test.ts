import { describe, expect, test } from '@jest/globals';
import { parseDefinition } from '../../src/states/parser.ts';

const PASS = { Type: 'Pass', End: true };

function problems(definition: unknown): string[] {
  return parseDefinition(JSON.stringify(definition)).diagnostics.map(
    ({ code, message, location }) => `${code}: ${message} at ${location}`,
  );
}

function problemsOf(state: object, more: object = {}): string[] {
  return problems({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: state, ...more } });
}

describe('parseDefinition', () => {
  test('takes a definition in JSONata', () => {
    expect(problemsOf(PASS)).toEqual([]);
  });

  test('refuses text that is no JSON', () => {
    expect(parseDefinition('not a definition').diagnostics[0]?.code).toBe('INVALID_JSON_DESCRIPTION');
  });

  test('refuses JSONPath, in the whole definition and in one state', () => {
    expect(problems({ StartAt: 'A', States: { A: PASS } })[0]).toContain('JSONata only');
    expect(problemsOf({ ...PASS, QueryLanguage: 'JSONPath' })[0]).toContain(
      "'QueryLanguage' can not be 'JSONPath'",
    );
  });

  test.each([
    [
      'a field that its type does not have',
      { ...PASS, Seconds: 3 },
      "Field 'Seconds' is not supported at /States/A/Seconds",
    ],
    ['a field of JSONPath', { ...PASS, ResultPath: '$.x' }, "Field 'ResultPath' is not supported"],
    ['an unknown type', { Type: 'Activity', End: true }, 'Value should be one of the following: [Task,'],
    ['neither Next nor End', { Type: 'Pass' }, "A state must have either 'Next' or 'End': true"],
    ['Assign in a Succeed state', { Type: 'Succeed', Assign: { x: 1 } }, "Field 'Assign' is not supported"],
    ['a Wait without a time', { Type: 'Wait', End: true }, 'exactly one of'],
    [
      'an unknown integration',
      { Type: 'Task', End: true, Resource: 'arn:aws:states:::batch:submitJob' },
      'is not recognized',
    ],
    [
      'sync without :2',
      { Type: 'Task', End: true, Resource: 'arn:aws:states:::states:startExecution.sync' },
      'is not recognized',
    ],
    [
      'an unknown SDK service',
      { Type: 'Task', End: true, Resource: 'arn:aws:states:::aws-sdk:foo:bar' },
      'is not recognized',
    ],
    [
      'a time-out that is not positive',
      { Type: 'Task', End: true, Resource: 'arn:aws:states:::sns:publish', TimeoutSeconds: 0 },
      'between 1',
    ],
    [
      'a parameter the integration does not take',
      { Type: 'Task', End: true, Resource: 'arn:aws:states:::lambda:invoke', Arguments: { Function: 'x' } },
      'The field "Function" is not supported by Step Functions',
    ],
    ['a reserved variable', { ...PASS, Assign: { states: 1 } }, "'states' is not a valid variable name"],
    ['an Express child workflow', mapOf({ Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }), 'STANDARD only'],
  ])('refuses %s', (_, state, message) => {
    expect(problemsOf(state).join('\n')).toContain(message);
  });

  test.each([
    ['does not parse', '{% a[1,2) %}', 'INVALID_JSONATA_EXPRESSION: Expected "]"'],
    [
      'reads a context item',
      '{% phone %}',
      "Reference to 'phone' at the top level is not supported. at /States/A/Output/v",
    ],
    ['reads a context item inside', '{% $sum([$x, y]) %}', "Reference to 'y' at the top level"],
    ['reads the root', '{% $$.a %}', "Reference to '$$' is not supported."],
    ['calls $eval', "{% $eval('1') %}", "Function '$eval' is not supported."],
    ['calls an unknown function', '{% $fetch(1) %}', "Function '$fetch' does not exist."],
    ['reads an error outside a catcher', '{% $states.errorOutput.Error %}', 'only supported in a catcher'],
    ['is not closed', '{% 1 ', "must start with '{%' and end with '%}'"],
  ])('refuses an expression that %s', (_, expression, message) => {
    expect(problemsOf({ ...PASS, Output: { v: expression } })[0]).toContain(message);
  });

  test('takes names after the first step of a path, in filters, sort terms and transformations', () => {
    const expressions = [
      '{% $states.input.items[value > 3].name %}',
      '{% $states.input.items^(>price) %}',
      '{% $states.input ~> |items|{"seen": true}| %}',
      '{% ($f := function($x) { $x.name }; $map($states.input.items, $f)) %}',
    ];
    expect(problemsOf({ ...PASS, Output: expressions })).toEqual([]);
  });

  test('refuses a transition to a state that does not exist and a state that nothing reaches', () => {
    expect(problemsOf({ Type: 'Pass', Next: 'B' }, { C: PASS })).toEqual([
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
      'MISSING_TRANSITION_TARGET: State "C" is not reachable. at /States/C',
    ]);
  });

  test('refuses a machine without an end', () => {
    expect(problemsOf({ Type: 'Pass', Next: 'A' })).toEqual([
      'MISSING_END_STATE: No end state found in state machine. at /',
    ]);
  });

  test('refuses a name of more than 80 characters and one that is used twice', () => {
    const name = 'x'.repeat(81);
    expect(problems({ QueryLanguage: 'JSONata', StartAt: name, States: { [name]: PASS } })[0]).toContain(
      'exceeds 80',
    );
    const inner = { StartAt: 'A', States: { A: PASS } };
    expect(problemsOf({ Type: 'Parallel', End: true, Branches: [inner] })[0]).toContain("'A' is used twice");
  });

  test('wants States.ALL alone and last', () => {
    const task = { Type: 'Task', End: true, Resource: 'arn:aws:states:::sns:publish' };
    const together = [{ ErrorEquals: ['States.ALL', 'Other'] }];
    expect(problemsOf({ ...task, Retry: together })[0]).toContain('must appear alone');
    expect(
      problemsOf({ ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] })[0],
    ).toContain('last');
  });

  test('refuses an inner scope that assigns a variable of an outer one', () => {
    const inner = { StartAt: 'B', States: { B: { ...PASS, Assign: { total: 1 } } } };
    const outer = { Type: 'Parallel', End: true, Branches: [inner], Assign: { total: 2 } };
    expect(problemsOf(outer)[0]).toContain("Variable 'total' is already assigned in an outer scope");
  });
});

function mapOf(config: object): object {
  return {
    Type: 'Map',
    End: true,
    ItemProcessor: { ProcessorConfig: config, StartAt: 'B', States: { B: PASS } },
  };
}
