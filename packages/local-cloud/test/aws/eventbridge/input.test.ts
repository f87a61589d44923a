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
  detail: { state: 'on', count: 3, tags: [{ key: 'a' }, { key: 'b' }], nothing: null },
};
const context = { ruleArn: 'arn:rule', ruleName: 'rule', ingestedAt: Date.UTC(2026, 10, 20) };

function input(options: InputOptions): unknown {
  checkInput('t', options);
  return JSON.parse(inputFor(event, options, context));
}

function transformed(InputTemplate: string, InputPathsMap: Record<string, string> = {}): unknown {
  return input({ InputTransformer: { InputPathsMap, InputTemplate } });
}

describe('the input of a target', () => {
  test('is the event unless the target says otherwise', () => {
    expect(input({})).toEqual(event);
  });

  test('is the constant Input', () => {
    expect(input({ Input: '{"a":1}' })).toEqual({ a: 1 });
  });

  test('is the part of the event at InputPath', () => {
    expect(input({ InputPath: '$.detail' })).toEqual(event.detail);
    expect(input({ InputPath: '$.detail-type' })).toBe('State "change"');
    expect(input({ InputPath: '$.resources[1]' })).toBe('arn:two');
    expect(input({ InputPath: '$.detail.tags[*].key' })).toEqual(['a', 'b']);
    expect(input({ InputPath: '$' })).toEqual(event);
  });

  test('fails where InputPath leads nowhere', () => {
    expect(() => inputFor(event, { InputPath: '$.detail.none' }, context)).toThrow('$.detail.none');
    expect(() => inputFor(event, { InputPath: '$.detail.constructor' }, context)).toThrow('constructor');
  });
});

describe('an input transformer', () => {
  const paths = {
    state: '$.detail.state',
    type: '$.detail-type',
    tags: '$.detail.tags',
    none: '$.detail.none',
  };

  test('puts values into JSON, quoted where they are not in a string', () => {
    expect(transformed('{"state": <state>, "tags": <tags>, "text": "is <state>: <type>"}', paths)).toEqual({
      state: 'on',
      tags: event.detail.tags,
      text: 'is on: State "change"',
    });
  });

  test('keeps null, and leaves out what the event does not have', () => {
    expect(
      transformed('{"a": <n>, "b": "<none>", "c": <none>}', { ...paths, n: '$.detail.nothing' }),
    ).toEqual({
      a: null,
      b: '',
      c: '',
    });
  });

  test('takes a string for a template', () => {
    expect(transformed('"The state is \\"<state>\\""', paths)).toBe('The state is "on"');
    const plain = { InputTransformer: { InputPathsMap: paths, InputTemplate: 'The state is <state>' } };
    expect(inputFor(event, plain, context)).toBe('The state is on');
  });

  test('knows the predefined variables', () => {
    const { detail: _detail, ...envelope } = event;
    const template =
      '{"rule": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>, "event": <aws.events.event.json>, "envelope": <aws.events.event>}';
    expect(transformed(template)).toEqual({
      rule: 'arn:rule',
      name: 'rule',
      at: '2026-11-20T00:00:00.000Z',
      event,
      envelope,
    });
  });

  test('fails when its template does not become JSON', () => {
    const options = { InputTransformer: { InputTemplate: '{"a": }' } };
    expect(() => inputFor(event, options, context)).toThrow('valid JSON');
  });
});

describe('refused', () => {
  test.each<[string, InputOptions]>([
    ['two kinds of input', { Input: '{}', InputPath: '$' }],
    ['an Input that is no JSON', { Input: '{' }],
    ['a path outside the event', { InputPath: 'detail' }],
    ['a filter in a path', { InputPath: '$.detail.tags[?(@.key)]' }],
    ['a placeholder without a path', { InputTransformer: { InputTemplate: '{"a": <toString>}' } }],
    ['a reserved variable', { InputTransformer: { InputPathsMap: { 'AWS.x': '$' }, InputTemplate: '{}' } }],
  ])('%s', (_name, options) => {
    expect(() => checkInput('t', options)).toThrow(expect.objectContaining({ name: 'ValidationException' }));
  });
});
