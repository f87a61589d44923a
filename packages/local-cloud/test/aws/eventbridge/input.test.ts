import { describe, expect, test } from '@jest/globals';
import { checkInput, type InputOptions, inputFor } from '../../../src/aws/eventbridge/input.ts';
import type { CloudEvent } from '../../../src/aws/events.ts';

const event: CloudEvent = {
  version: '0',
  id: 'b5a6',
  'detail-type': 'State "change"',
  source: 'test',
  account: '111122223333',
  time: '2026-11-20T10:15:30Z',
  region: 'us-east-1',
  resources: ['arn:one', 'arn:two'],
  detail: {
    state: 'on',
    count: 3,
    ready: true,
    tags: [{ key: 'a' }, { key: 'b' }],
    lines: 'one\ntwo\\',
    nothing: null,
  },
};
const context = { ruleArn: 'arn:rule', ruleName: 'rule', ingestedAt: Date.UTC(2026, 10, 20) };

/** The text that the target receives; of what is not delivered, that which goes to the dead-letter queue. */
function sent(options: InputOptions): { text: string; isDeliverable: boolean } {
  checkInput('t', options);
  return inputFor(event, options, context);
}

function input(options: InputOptions): unknown {
  const { text, isDeliverable } = sent(options);
  expect(isDeliverable).toBe(true);
  return JSON.parse(text);
}

const paths = {
  state: '$.detail.state',
  type: '$.detail-type',
  tags: '$.detail.tags',
  count: '$.detail.count',
  ready: '$.detail.ready',
  lines: '$.detail.lines',
  nothing: '$.detail.nothing',
  none: '$.detail.none',
};

function transformer(InputTemplate: string, InputPathsMap: Record<string, string> = paths): InputOptions {
  return { InputTransformer: { InputPathsMap, InputTemplate } };
}

describe('the input of a target', () => {
  test('is the event unless the target says otherwise', () => {
    expect(input({})).toEqual(event);
  });

  test.each(['{ "a":1 }', '[1]', '"text"', '17', 'null'])(
    'is the constant Input as it is written: %s',
    (Input) => {
      expect(sent({ Input })).toEqual({ text: Input, isDeliverable: true });
    },
  );

  test.each<[string, unknown]>([
    ['$', event],
    ['$.detail', event.detail],
    ['$.detail-type', 'State "change"'],
    ['$.resources[1]', 'arn:two'],
    ['$.detail.tags[1].key', 'b'],
    ['$.detail.tags[*].key', ['a', 'b']],
    ['$.detail.state[*]', []],
    ['$.detail.count', 3],
  ])('is the part of the event at InputPath %s', (InputPath, part) => {
    expect(input({ InputPath })).toEqual(part);
  });

  test.each([
    '',
    '$.detail.none',
    '$.detail.nothing',
    '$.resources[2]',
    '$.detail.tags.0',
    '$.detail.constructor',
  ])('is an empty object where InputPath leads to nothing: %s', (InputPath) => {
    expect(input({ InputPath })).toEqual({});
  });
});

describe('a template that is an object', () => {
  test('keeps the types of values that stand alone', () => {
    const template = '{"state": <state>, "tags": <tags>, "count": <count>, "ready": <ready>, "n": <nothing>}';
    expect(input(transformer(template))).toEqual({
      state: 'on',
      tags: event.detail.tags,
      count: 3,
      ready: true,
      n: null,
    });
  });

  test('takes values into its texts, strings escaped', () => {
    expect(input(transformer('{"text": "is <state>: <type>, <count>, <lines>"}'))).toEqual({
      text: 'is on: State "change", 3, one\ntwo\\',
    });
  });

  test('has an empty text for what the event lacks', () => {
    expect(input(transformer('{"a": "<none>", "b": <none>, "c": [<none>]}'))).toEqual({
      a: '',
      b: '',
      c: [''],
    });
  });

  test('is not delivered with an object within quotation marks', () => {
    expect(sent(transformer('{"tags": "<tags>"}'))).toEqual({
      text: '{"tags": "[{"key":"a"},{"key":"b"}]"}',
      isDeliverable: false,
    });
  });

  test('keeps a placeholder that nobody has defined', () => {
    expect(input(transformer('{"a": "<unknown>"}', {}))).toEqual({ a: '<unknown>' });
    expect(sent(transformer('{"a": <aws.events.unknown>}', {}))).toEqual({
      text: '{"a": <aws.events.unknown>}',
      isDeliverable: false,
    });
  });

  test('knows the predefined variables', () => {
    const template =
      '{"rule": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>, "event": <aws.events.event.json>, "envelope": <aws.events.event>}';
    expect(input(transformer(template))).toEqual({
      rule: 'arn:rule',
      name: 'rule',
      at: '2026-11-20T00:00:00.000Z',
      event,
      envelope: {
        id: 'b5a6',
        account: '111122223333',
        detailType: 'State "change"',
        time: Date.UTC(2026, 10, 20, 10, 15, 30),
        source: 'test',
        region: 'us-east-1',
        resources: ['arn:one', 'arn:two'],
        version: '0',
      },
    });
  });
});

describe('a template that is a text', () => {
  test('is delivered with its quotation marks, objects in it without theirs', () => {
    expect(sent(transformer('"<state>; \\"<count>\\"; <tags>; <none>."'))).toEqual({
      text: '"on; \\"3\\"; [{key:a},{key:b}]; ."',
      isDeliverable: true,
    });
  });

  test.each(['"<type>"', '"<lines>"'])('is not delivered if a value spoils it: %s', (template) => {
    expect(sent(transformer(template)).isDeliverable).toBe(false);
  });

  test('can have several lines', () => {
    expect(sent(transformer('"one <state>"\n "two <tags>" '))).toEqual({
      text: '"one on"\n "two [{key:a},{key:b}]" ',
      isDeliverable: true,
    });
    expect(sent(transformer('"one <state>"\n"two <type>"')).isDeliverable).toBe(false);
  });

  test.each([
    ['[1, <count>, <nothing>]', '[1, 3, null]', true],
    ['[<state>]', '[on]', false],
    ['[<none>]', '[]', true],
    ['[1,<none>,2]', '[1,,2]', false],
    ['<count>', '3', true],
    ['<state>', 'on', false],
    ['<tags>', '[{key:a},{key:b}]', false],
    ['null', 'null', true],
  ])('is an array or a value: %s', (template, text, isDeliverable) => {
    expect(sent(transformer(template))).toEqual({ text, isDeliverable });
  });
});

describe('refused', () => {
  const wrongPath = 'InputPath for target t is invalid.';
  const misplaced = 'valid only for JSON template.';
  test.each<[string, InputOptions, string]>([
    [
      'two kinds of input',
      { Input: '{}', InputPath: '$' },
      'Only one of Input, InputPath, or InputTransformer',
    ],
    ['an Input that is no JSON', { Input: '{' }, 'JSON syntax error in input for target t.'],
    ['a path outside the event', { InputPath: 'detail' }, wrongPath],
    ['a filter in a path', { InputPath: '$.detail.tags[?(@.key)]' }, wrongPath],
    ['a name in brackets', { InputPath: "$['detail']" }, wrongPath],
    ['a wildcard for names', { InputPath: '$.detail.*' }, wrongPath],
    ['a slice', { InputPath: '$.resources[0:1]' }, wrongPath],
    ['an index from the end', { InputPath: '$.resources[-1]' }, wrongPath],
    ['a search at any depth', { InputPath: '$..state' }, wrongPath],
    ['an empty path of a variable', transformer('{}', { a: '' }), wrongPath],
    ['a variable with a dot', transformer('{}', { 'aws.x': '$' }), '[A-Za-z0-9_-]+'],
    ['a text without quotation marks', transformer('is <state>'), '[Source: (String)"is null"]'],
    ['an object that does not end', transformer('{"a": <state>'), 'Invalid InputTemplate for target t'],
    ['two objects', transformer('{}{}'), 'Invalid InputTemplate for target t'],
    ['a variable for a key', transformer('{"a <state>": 1}'), 'present as a JSON object key'],
    ['the event in a text', transformer('"<aws.events.event.json>"'), misplaced],
    ['the event in an array', transformer('[<aws.events.event>]'), misplaced],
    ['the event alone', transformer('<aws.events.event.json>'), misplaced],
  ])('%s', (_name, options, message) => {
    expect(() => checkInput('t', options)).toThrow(
      expect.objectContaining({ name: 'ValidationException', message: expect.stringContaining(message) }),
    );
  });
});
