import { describe, expect, test } from '@jest/globals';
import { compilePattern } from '../../../src/aws/eventbridge/pattern.ts';

function matches(pattern: object, event: object): boolean {
  return compilePattern(JSON.stringify(pattern)).matches(event);
}

/** Whether a value of `detail.field` passes the tests of the pattern. */
function passes(tests: unknown[], field: unknown): boolean {
  return matches({ detail: { field: tests } }, { detail: { field } });
}

describe('fields', () => {
  test('are joined by AND, the values of a field by OR', () => {
    const pattern = { source: ['a', 'b'], detail: { state: ['on'] } };
    expect(matches(pattern, { source: 'b', detail: { state: 'on' } })).toBe(true);
    expect(matches(pattern, { source: 'c', detail: { state: 'on' } })).toBe(false);
    expect(matches(pattern, { source: 'b', detail: { state: 'off' } })).toBe(false);
    expect(matches(pattern, { source: 'b' })).toBe(false);
  });

  test('keep strings, numbers, booleans, null and the empty string apart', () => {
    expect(passes([1], 1)).toBe(true);
    expect(passes([1], '1')).toBe(false);
    expect(passes([true], true)).toBe(true);
    expect(passes(['true'], true)).toBe(false);
    expect(passes([null], null)).toBe(true);
    expect(passes([null], '')).toBe(false);
    expect(passes([''], '')).toBe(true);
    expect(matches({ detail: { field: [null] } }, { detail: {} })).toBe(false);
  });

  test('that are arrays match by one of their elements', () => {
    expect(passes(['b'], ['a', 'b'])).toBe(true);
    expect(passes(['c'], ['a', 'b'])).toBe(false);
    expect(passes(['b'], [['a'], ['b']])).toBe(true);
    expect(passes(['a'], [])).toBe(false);
  });

  test('of objects in an array must be fulfilled by one element', () => {
    const pattern = { detail: { people: { first: ['Anna'], last: ['Smith'] } } };
    const people = [
      { first: 'John', last: 'Smith' },
      { first: 'Anna', last: 'Jones' },
    ];
    expect(matches(pattern, { detail: { people } })).toBe(false);
    expect(matches(pattern, { detail: { people: [...people, { first: 'Anna', last: 'Smith' }] } })).toBe(
      true,
    );
  });

  test('are not found on the prototype of an event', () => {
    expect(matches({ constructor: { name: ['Object'] } }, {})).toBe(false);
    expect(matches({ toString: [{ exists: true }] }, {})).toBe(false);
  });
});

describe('operators', () => {
  const cases: [string, unknown[], unknown[], unknown[]][] = [
    ['prefix', [{ prefix: 'vpc-' }], ['vpc-1'], ['subnet-1', 'VPC-1', 1, null]],
    ['suffix', [{ suffix: '.png' }], ['a.png'], ['a.PNG', 'png']],
    ['prefix without case', [{ prefix: { 'equals-ignore-case': 'EVENTB' } }], ['eventBridge'], ['event']],
    ['suffix without case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], ['a.png', 'a.Png'], ['a.jpg']],
    ['equals-ignore-case', [{ 'equals-ignore-case': 'Alice' }], ['ALICE', 'alice'], ['alic', 5]],
    ['wildcard', [{ wildcard: 'dir/*.png' }], ['dir/.png', 'dir/a/b.png'], ['dir/a.jpg', 'x/dir/a.png']],
    ['several wildcards', [{ wildcard: '*a*b*' }], ['ab', 'xaxbx'], ['ba', 'a']],
    ['overlapping ends', [{ wildcard: 'ab*ba' }], ['abba', 'abxba'], ['aba']],
    ['escaped wildcard', [{ wildcard: 'a\\*\\\\*' }], ['a*\\', 'a*\\x'], ['ab\\', 'a*']],
    ['anything-but a string', [{ 'anything-but': 'off' }], ['on', 1, null], ['off']],
    ['anything-but numbers', [{ 'anything-but': [100, 200] }], [150, '100'], [100, 200]],
    ['anything-but strings', [{ 'anything-but': ['a', 'b'] }], ['c'], ['a', 'b']],
    ['anything-but prefix', [{ 'anything-but': { prefix: 'init' } }], ['running', 5], ['initializing']],
    ['anything-but prefixes', [{ 'anything-but': { prefix: ['a', 'b'] } }], ['c'], ['ax', 'bx']],
    ['anything-but suffix', [{ 'anything-but': { suffix: '.png' } }], ['a.jpg'], ['a.png']],
    [
      'anything-but without case',
      [{ 'anything-but': { 'equals-ignore-case': ['A', 'b'] } }],
      ['c'],
      ['a', 'B'],
    ],
    ['anything-but wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], ['/a/b'], ['/a/lib/b']],
    ['numeric equality', [{ numeric: ['=', 301.8] }], [3.018e2], [301, '301.8']],
    ['numeric range', [{ numeric: ['>', 0, '<=', 5] }], [0.1, 5], [0, 5.1, '3']],
    ['cidr', [{ cidr: '10.0.0.0/24' }], ['10.0.0.255'], ['10.0.1.0', 'ten', 10]],
    ['cidr of IPv6', [{ cidr: '2001:db8::/32' }], ['2001:db8:1::1'], ['2001:db9::1', '10.0.0.1']],
    ['exists', [{ exists: true }], ['', null, 0, ['a']], [{ a: 1 }, []]],
    ['several tests', [{ prefix: 'a' }, 'b', { numeric: ['>', 3] }], ['ax', 'b', 4], ['c', 2]],
  ];
  test.each(cases)('%s', (_name, tests, accepted, refused) => {
    expect(accepted.filter((value) => !passes(tests, value))).toEqual([]);
    expect(refused.filter((value) => passes(tests, value))).toEqual([]);
  });

  test('anything-but needs the field', () => {
    expect(matches({ detail: { field: [{ 'anything-but': 'a' }] } }, { detail: {} })).toBe(false);
  });

  test('a wildcard takes no time that grows out of hand', () => {
    expect(passes([{ wildcard: `${'*a'.repeat(50)}b` }], 'a'.repeat(20_000))).toBe(false);
  });
});

describe('absence', () => {
  const absent = { detail: { errorCode: [{ exists: false }] } };

  test('matches an event without the field, or without what holds it', () => {
    expect(matches(absent, { detail: { other: 1 } })).toBe(true);
    expect(matches(absent, {})).toBe(true);
    expect(matches(absent, { detail: { errorCode: 'Client.X' } })).toBe(false);
    expect(matches(absent, { detail: { errorCode: null } })).toBe(false);
  });

  test('looks at leaves only', () => {
    expect(matches(absent, { detail: { errorCode: { code: 'x' } } })).toBe(true);
  });

  test('is that of the whole path, not of one element of an array', () => {
    const pattern = { detail: { items: { error: [{ exists: false }] } } };
    expect(matches(pattern, { detail: { items: [{ ok: 1 }, { error: 'x' }] } })).toBe(false);
    expect(matches(pattern, { detail: { items: [{ ok: 1 }] } })).toBe(true);
    expect(matches(pattern, { detail: { items: [] } })).toBe(true);
  });

  test('can be one of several alternatives', () => {
    const pattern = { detail: { state: ['ok', { exists: false }] } };
    expect(matches(pattern, { detail: { state: 'ok' } })).toBe(true);
    expect(matches(pattern, { detail: {} })).toBe(true);
    expect(matches(pattern, { detail: { state: 'bad' } })).toBe(false);
  });
});

describe('$or', () => {
  const pattern = {
    source: ['s'],
    $or: [{ detail: { a: [1] } }, { detail: { b: [2], $or: [{ c: [3] }, { d: [4] }] } }],
  };

  test('joins alternatives, also nested ones', () => {
    expect(matches(pattern, { source: 's', detail: { a: 1 } })).toBe(true);
    expect(matches(pattern, { source: 's', detail: { b: 2, d: 4 } })).toBe(true);
    expect(matches(pattern, { source: 's', detail: { b: 2 } })).toBe(false);
    expect(matches(pattern, { source: 't', detail: { a: 1 } })).toBe(false);
  });

  test('is a field like any other unless it lists alternatives', () => {
    expect(matches({ $or: { a: [1] } }, { $or: { a: 1 } })).toBe(true);
    expect(matches({ $or: ['x'] }, { $or: 'x' })).toBe(true);
  });
});

describe('refused patterns', () => {
  test.each([
    ['no JSON', '{'],
    ['no object', '["a"]'],
    ['a bare value', '{"source":"a"}'],
    ['an empty object', '{"detail":{}}'],
    ['an empty array', '{"source":[]}'],
    ['an array in an array', '{"source":[["a"]]}'],
    ['an unknown operator', '{"source":[{"contains":"a"}]}'],
    ['an operator of the prototype', '{"source":[{"constructor":"a"}]}'],
    ['two operators in one object', '{"source":[{"prefix":"a","suffix":"b"}]}'],
    ['a prefix that is no string', '{"source":[{"prefix":1}]}'],
    ['consecutive wildcards', '{"source":[{"wildcard":"a**"}]}'],
    ['a useless escape', '{"source":[{"wildcard":"a\\\\b"}]}'],
    ['anything-but of mixed kinds', '{"source":[{"anything-but":["a",1]}]}'],
    ['anything-but nothing', '{"source":[{"anything-but":[]}]}'],
    ['anything-but numeric', '{"source":[{"anything-but":{"numeric":["=",1]}}]}'],
    ['a numeric range upside down', '{"source":[{"numeric":[">",5,"<",1]}]}'],
    ['an unknown comparison', '{"source":[{"numeric":["!=",5]}]}'],
    ['a number out of range', '{"source":[{"numeric":[">",5000000001]}]}'],
    ['a malformed network', '{"source":[{"cidr":"10.0.0.0/33"}]}'],
    ['exists of something', '{"source":[{"exists":"yes"}]}'],
    ['too long a pattern', JSON.stringify({ source: ['a'.repeat(4096)] })],
  ])('%s', (_name, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ name: 'InvalidEventPatternException' }),
    );
  });
});
