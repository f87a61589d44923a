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

  test.each([
    [
      'a field that its type does not have',
      { ...PASS, Seconds: 3 },
      "Field 'Seconds' is not supported at /States/A",
    ],
    ['an unknown type', { Type: 'Activity', End: true }, 'Value should be one of the following: [Task,'],
    ['neither Next nor End', { Type: 'Pass' }, 'should have only one of the following fields: [Next, End]'],
    [
      'both Next and End',
      { ...PASS, Next: 'A' },
      'There should only be one of the following fields: [Next, End]',
    ],
    ['Assign in a Succeed state', { Type: 'Succeed', Assign: { x: 1 } }, "Field 'Assign' is not supported"],
    [
      'a Wait without a time',
      { Type: 'Wait', End: true },
      'This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]',
    ],
    [
      'a Wait with two times',
      { Type: 'Wait', End: true, Seconds: 1, Timestamp: '2026-11-20T10:00:00Z' },
      'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]',
    ],
    [
      'a Wait until what is no timestamp',
      { Type: 'Wait', End: true, Timestamp: 'tomorrow' },
      'String does not match RFC3339 timestamp at /States/A/Timestamp',
    ],
    [
      'an unknown integration',
      { Type: 'Task', End: true, Resource: 'arn:aws:states:::lambda:look' },
      'The resource provided arn:aws:states:::lambda:look is not recognized at /States/A/Resource',
    ],
    [
      'a pattern that the integration does not have',
      { Type: 'Task', End: true, Resource: 'arn:aws:states:::lambda:invoke.sync' },
      'is not recognized',
    ],
    [
      'work of an SDK integration that nobody can follow',
      { Type: 'Task', End: true, Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution.sync' },
      'is not recognized',
    ],
    [
      'a resource that is no ARN',
      { Type: 'Task', End: true, Resource: 'work' },
      'Value is not a valid resource ARN',
    ],
    [
      'credentials without a role',
      { Type: 'Task', End: true, Resource: 'arn:aws:states:::sns:publish', Credentials: {} },
      "The field 'RoleArn' is required but was missing at /States/A/Credentials",
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
    [
      'a child workflow of an unknown type',
      mapOf({ Mode: 'DISTRIBUTED', ExecutionType: 'FAST' }),
      '[STANDARD, EXPRESS]',
    ],
    [
      'a wait for a token in an Express child workflow',
      express({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true }),
      "Express state machine does not support '.waitForTaskToken' service integration",
    ],
    [
      'a wait for an execution in an Express child workflow',
      express({ Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2', End: true }),
      "Express state machine does not support '.sync' service integration",
    ],
    [
      'a distributed Map in an Express child workflow',
      express(mapOf({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' })),
      'does not support Map states in Distributed mode',
    ],
    ['a Map without a processor', { Type: 'Map', End: true }, '[ItemProcessor, Iterator]'],
    ['a Choice without rules', { Type: 'Choice', Choices: [] }, 'Value cannot be empty at /States/A/Choices'],
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
    [
      'reads an error outside a catcher',
      '{% $states.errorOutput.Error %}',
      "Field '$states.errorOutput' does not exist.",
    ],
    ['reads a result where there is none', '{% $states.result %}', "Field '$states.result' does not exist."],
    ['is not closed', '{% 1 ', 'JSONata string must start with {% and end with %}'],
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
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ]);
  });

  test('wants an end of the machine only, and names no unreachable state where it is missing', () => {
    const loop = { StartAt: 'B', States: { B: { Type: 'Pass', Next: 'B' } } };
    expect(problemsOf({ Type: 'Parallel', End: true, Branches: [loop] })).toEqual([]);
    expect(problemsOf({ Type: 'Pass', Next: 'A' }, { B: { Type: 'Pass', Next: 'A' } })).toHaveLength(1);
  });

  test('names everything that the local cloud does not run, and nothing that follows from it', () => {
    const reader = { Resource: 'arn:aws:states:::s3:getObject', Arguments: {} };
    const map = mapOf({ Mode: 'DISTRIBUTED', ExecutionType: 'FAST' });
    const found = parseDefinition(
      JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'A',
        States: {
          A: { ...map, End: undefined, Next: 'C', ItemReader: reader, ResultWriter: reader },
          C: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:getObject', Next: 'D' },
          D: { Type: 'Activity', Next: 'E' },
          E: { Type: 'Succeed' },
        },
      }),
      ({ service }) => service !== 's3',
    );
    expect(found.diagnostics.map(({ location }) => location)).toEqual([
      '/States/A/ItemProcessor/ProcessorConfig/ExecutionType',
      '/States/A/ItemReader',
      '/States/A/ResultWriter',
      '/States/C/Resource',
      '/States/D/Type',
    ]);
  });

  test('refuses a name of more than 80 characters and one that is used twice', () => {
    const name = 'x'.repeat(81);
    expect(problems({ QueryLanguage: 'JSONata', StartAt: name, States: { [name]: PASS } })[0]).toContain(
      'exceeds the 80-character limit',
    );
    const inner = { StartAt: 'A', States: { A: PASS } };
    expect(problemsOf({ Type: 'Parallel', End: true, Branches: [inner] })[0]).toContain("'A' is used twice");
  });

  test('wants States.ALL alone and last', () => {
    const task = { Type: 'Task', End: true, Resource: 'arn:aws:states:::sns:publish' };
    const together = [{ ErrorEquals: ['States.ALL', 'Other'] }];
    expect(problemsOf({ ...task, Retry: together })[0]).toContain('States.ALL must appear alone');
    expect(
      problemsOf({ ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] })[0],
    ).toContain('at end of list');
  });

  test('refuses an inner scope that assigns a variable of an outer one', () => {
    const inner = { StartAt: 'B', States: { B: { ...PASS, Assign: { total: 1 } } } };
    const outer = { Type: 'Parallel', End: true, Branches: [inner], Assign: { total: 2 } };
    expect(problemsOf(outer)).toEqual([
      "DUPLICATE_VARIABLE_NAME: The variable name 'total' was already defined in a parent scope. at /States/A/Branches[0]/States/B/Assign/total",
    ]);
  });

  test('lets a catcher assign what its own branches assign, and siblings the same', () => {
    const inner = (name: string) => ({ StartAt: name, States: { [name]: { ...PASS, Assign: { why: 1 } } } });
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'C', Assign: { why: '{% $states.errorOutput %}' } }];
    const outer = { Type: 'Parallel', Next: 'C', Branches: [inner('B1'), inner('B2')], Catch };
    expect(problemsOf(outer, { C: PASS })).toEqual([]);
    expect(problemsOf(outer, { C: { ...PASS, Assign: { why: 2 } } })).toHaveLength(2);
  });

  test('lets the child workflows of a distributed Map have their own variables', () => {
    const map = mapOf({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, { Assign: { total: 1 } });
    expect(problemsOf({ ...map, Assign: { total: 2 } })).toEqual([]);
  });
});

/** A state of an Express child workflow. */
function express(state: object): object {
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' };
  return { Type: 'Map', End: true, ItemProcessor: { ProcessorConfig, StartAt: 'X', States: { X: state } } };
}

function mapOf(config: object, inner: object = {}): object {
  return {
    Type: 'Map',
    End: true,
    ItemProcessor: { ProcessorConfig: config, StartAt: 'B', States: { B: { ...PASS, ...inner } } },
  };
}
