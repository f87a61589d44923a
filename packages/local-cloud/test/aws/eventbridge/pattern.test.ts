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

  test('may have dots in their names, which are no other dots than those between names', () => {
    const patterns = [
      { detail: { 'a.b': ['x'] } },
      { detail: { a: { b: ['x'] } } },
      { 'detail.a': { b: ['x'] } },
    ];
    for (const pattern of patterns) {
      expect(matches(pattern, { detail: { a: { b: 'x' } } })).toBe(true);
      expect(matches(pattern, { detail: { 'a.b': 'x' } })).toBe(true);
      expect(matches(pattern, { detail: { 'a.b': { b: 'x' } } })).toBe(false);
    }
  });

  test('of objects in nested arrays must be fulfilled by one element each', () => {
    const pattern = { a: { b: { x: [1], y: [2] } } };
    expect(matches(pattern, { a: [{ b: [{ x: 1 }] }, { b: [{ y: 2 }] }] })).toBe(false);
    expect(matches(pattern, { a: [{ b: [{ x: 1 }, { y: 2 }] }] })).toBe(false);
    expect(matches(pattern, { a: [{ b: [{ x: 3 }, { x: 1, y: 2 }] }] })).toBe(true);
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
    ['numeric beyond the documented range', [{ numeric: ['>', 5e9] }], [6e9], [5e9]],
    ['a number, however it is written', [3.0e2], [300], ['300', 301]],
    ['cidr from within its network', [{ cidr: '10.0.0.77/24' }], ['10.0.0.1'], ['10.0.1.1']],
    ['cidr of all addresses', [{ cidr: '0.0.0.0/0' }], ['9.9.9.9', '255.255.255.255'], ['x']],
    ['an address, however it is written', ['::1'], ['::1', '0:0::1', '0:0:0:0:0:0:0:1'], ['::2']],
    ['an IPv4 address in IPv6', [{ cidr: '10.0.0.0/8' }], ['::ffff:a01:203', '010.1.2.3'], ['::ffff:b00:1']],
    ['exactly', [{ exactly: 'a' }], ['a'], ['A', 'ab']],
    [
      'equals-ignore-case beyond ASCII',
      [{ 'equals-ignore-case': 'straße' }],
      ['STRASSE', 'Straße'],
      ['strasse'],
    ],
    ['equals-ignore-case of a surrogate pair', [{ 'equals-ignore-case': '😀' }], ['??'], ['😀']],
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
    expect(passes([{ wildcard: `${'*a'.repeat(5)}` }], `${'a'.repeat(200_000)}b`)).toBe(false);
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

  test('is that of one element if another field has chosen it, by the order of the names', () => {
    const event = { items: [{ a: 1 }, { b: 2 }] };
    expect(matches({ items: { a: [1], b: [{ exists: false }] } }, event)).toBe(true);
    expect(matches({ items: { b: [2], a: [{ exists: false }] } }, event)).toBe(false);
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
    expect(matches({ $or: [{ prefix: 'a' }, { exists: false }] }, { $or: 'ab' })).toBe(true);
  });

  test('replaces the tests of a field that came before, and is replaced by those that come after', () => {
    const inside = { $or: [{ a: [2] }, { b: [1] }] };
    expect(matches({ a: [1], ...inside }, { a: 2 })).toBe(true);
    expect(matches({ a: [1], ...inside }, { a: 1, b: 1 })).toBe(true);
    expect(matches({ a: [1], ...inside }, { a: 3, b: 1 })).toBe(false);
    expect(matches({ ...inside, a: [1] }, { a: 2 })).toBe(false);
    expect(matches({ ...inside, a: [1] }, { a: 1 })).toBe(true);
  });
});

describe('refused patterns', () => {
  const nestedRefusal = 'Value of anything-but must be an array or single string/number value.';
  const tooComplex = 'Rule is too complex';
  test.each<[string, string, string]>([
    ['no JSON', '{', 'Filter is not valid JSON'],
    ['no object', '["a"]', 'Filter is not an object'],
    ['a bare value', '{"source":"a"}', '"source" must be an object or an array'],
    ['an empty object', '{"detail":{}}', 'Empty objects are not allowed'],
    ['an empty array', '{"source":[]}', 'Empty arrays are not allowed'],
    [
      'an array in an array',
      '{"source":[["a"]]}',
      'Match value must be String, number, true, false, or null',
    ],
    ['an unknown operator', '{"source":[{"contains":"a"}]}', 'Unrecognized match type contains'],
    [
      'an operator of the prototype',
      '{"source":[{"constructor":"a"}]}',
      'Unrecognized match type constructor',
    ],
    ['an operator in capitals', '{"source":[{"PREFIX":"a"}]}', 'Unrecognized match type PREFIX'],
    ['no operator', '{"source":[{}]}', 'Match expression name not found'],
    [
      'two operators in one object',
      '{"a":[{"prefix":"a","suffix":"b"}]}',
      'Only one key allowed in match expression',
    ],
    ['a prefix that is no string', '{"a":[{"prefix":1}]}', 'prefix match pattern must be a string'],
    [
      'a prefix of another kind',
      '{"a":[{"prefix":{"wildcard":"x"}}]}',
      'Unsupported prefix pattern: wildcard',
    ],
    ['consecutive wildcards', '{"a":[{"wildcard":"é**"}]}', 'Consecutive wildcard characters at pos 3'],
    ['a useless escape', '{"a":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 2'],
    ['an escape at the end', '{"a":[{"wildcard":"a\\\\"}]}', 'Invalid escape character at pos 2'],
    ['too many wildcards', '{"a":[{"wildcard":"*a*a*a*a*a*a"}]}', tooComplex],
    [
      'too many wildcards in one field',
      '{"a":[{"wildcard":"*x*y*"},{"wildcard":"*x*z*"},{"wildcard":"*w*"}]}',
      tooComplex,
    ],
    [
      'too many wildcards of anything-but',
      '{"a":[{"anything-but":{"wildcard":["*a*a*a*","*a*a*b*"]}}]}',
      tooComplex,
    ],
    ['anything-but of mixed kinds', '{"a":[{"anything-but":["a",1]}]}', 'mixed type is not supported'],
    ['anything-but null', '{"a":[{"anything-but":[null]}]}', 'start|null|boolean is not supported'],
    ['anything-but nothing', '{"a":[{"anything-but":[]}]}', 'mixed type is not supported'],
    [
      'anything-but no prefix of many',
      '{"a":[{"anything-but":{"prefix":[]}}]}',
      'Empty arrays are not allowed',
    ],
    [
      'anything-but an empty prefix',
      '{"a":[{"anything-but":{"prefix":""}}]}',
      'Null prefix/suffix not allowed',
    ],
    [
      'anything-but an empty suffix of many',
      '{"a":[{"anything-but":{"suffix":["a",""]}}]}',
      'Null prefix/suffix not allowed',
    ],
    [
      'anything-but a prefix without case',
      '{"a":[{"anything-but":{"prefix":{"equals-ignore-case":"x"}}}]}',
      nestedRefusal,
    ],
    [
      'anything-but a suffix without case',
      '{"a":[{"anything-but":{"suffix":{"equals-ignore-case":"x"}}}]}',
      nestedRefusal,
    ],
    [
      'anything-but numeric',
      '{"a":[{"anything-but":{"numeric":["=",1]}}]}',
      'Unsupported anything-but pattern: numeric',
    ],
    ['numeric with a number', '{"a":[{"numeric":5}]}', 'Value of numeric must be an array.'],
    ['numeric with nothing', '{"a":[{"numeric":[]}]}', 'Invalid member in numeric match: ]'],
    ['a numeric range upside down', '{"a":[{"numeric":[">",5,"<",1]}]}', 'Bottom must be less than top'],
    ['a numeric range of one number', '{"a":[{"numeric":[">=",5,"<=",5]}]}', 'Bottom must be less than top'],
    [
      'a numeric range from the top',
      '{"a":[{"numeric":["<",5,">",1]}]}',
      'Too many elements in numeric expression',
    ],
    ['half a numeric range', '{"a":[{"numeric":[">",5,"<"]}]}', 'Value of < must be numeric'],
    ['an unknown comparison', '{"a":[{"numeric":["!=",5]}]}', 'Unrecognized numeric range operator: !='],
    ['a number in a string', '{"a":[{"numeric":["=","5"]}]}', 'Value of equals must be numeric'],
    [
      'a number that a double does not hold',
      '{"a":[{"numeric":["=",9007199254740993]}]}',
      'Cannot compare number',
    ],
    ['a network without a mask', '{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
    ['a network of one address', '{"a":[{"cidr":"10.0.0.1/32"}]}', 'IPv4 mask bits must be < 32'],
    ['a network of one address of IPv6', '{"a":[{"cidr":"::1/128"}]}', 'IPv6 mask bits must be < 128'],
    [
      'a mask that is no number',
      '{"a":[{"cidr":"10.0.0.0/x"}]}',
      'Malformed CIDR, mask bits must be an integer',
    ],
    ['a negative mask', '{"a":[{"cidr":"10.0.0.0/-1"}]}', 'Malformed CIDR, mask bits must not be negative'],
    ['no address', '{"a":[{"cidr":"a.b/8"}]}', 'Nonstandard IP address: a.b'],
    ['an address out of range', '{"a":[{"cidr":"10.0.0.256/8"}]}', 'Invalid IP address: 10.0.0.256'],
    ['exists of something', '{"a":[{"exists":"yes"}]}', 'exists match pattern must be either true or false.'],
    [
      'an operator beside $or',
      '{"$or":[{"prefix":{"a":[1]}},{"b":{}}]}',
      'prefix is Ruler reserved fieldName',
    ],
    [
      'more alternatives than AWS counts',
      JSON.stringify(
        Object.fromEntries(
          Array.from({ length: 4 }, (_, group) => [
            `g${group}`,
            { $or: Array.from({ length: 6 }, (_, n) => ({ [`f${n}`]: [n] })) },
          ]),
        ),
      ),
      'more than 1000 rule combinations',
    ],
    [
      'too long a pattern',
      JSON.stringify({ source: ['a'.repeat(4096)] }),
      'It is longer than 4096 characters',
    ],
  ])('%s', (_name, pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({
        name: 'InvalidEventPatternException',
        message: expect.stringContaining(reason),
      }),
    );
  });

  test('are as complex as AWS accepts, not more', () => {
    expect(() =>
      compilePattern('{"a":[{"wildcard":"*a*a*a*a*a"}],"b":[{"wildcard":"*a*a*a*a*a"}]}'),
    ).not.toThrow();
  });
});
