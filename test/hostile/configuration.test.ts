import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { isDeeperThan } from '../../lambdas/shared/runtime/depth.ts';
import { isPlain } from '../../lambdas/shared/runtime/text.ts';
import { ConfigurationError, parseConfiguration } from '../../lib/configuration.ts';
import { hostileText, mustBeNull, mutated, nested, RUNS, SETTINGS } from './hostile.ts';

const EXAMPLE = readFileSync('config/privatelink.yaml', 'utf8');

/** What is wrong with how a text is refused, or null; a text that is accepted is none of its business. */
function faultOf(text: string): string | null {
  try {
    parseConfiguration(text, 'config.yaml');
    return null;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) return `an error without a name: ${(error as Error).stack}`;
    const [, ...problems] = error.message.split('\n');
    if (problems.length !== error.problems.length) return `a problem of several lines: ${error.message}`;
    if (problems.some((problem) => !isPlain(problem)))
      return `a problem is not plain: ${JSON.stringify(error.message)}`;
    return error.message.length < 20_000 ? null : `a message of ${error.message.length} characters`;
  }
}

describe('a configuration of any form', () => {
  test('is accepted or refused with problems of a line each', () => {
    const property = fc.property(mutated(parse(EXAMPLE)), (settings) => {
      // Deeper ones cannot be written: they have a case of their own.
      fc.pre(!isDeeperThan(1_000, settings));
      mustBeNull(faultOf(stringify(settings, { aliasDuplicateObjects: false })));
    });
    fc.assert(property, { ...SETTINGS, numRuns: RUNS / 4 });
  });

  test('is refused in the same way if it is hardly YAML', () => {
    const lines = EXAMPLE.split('\n');
    const property = fc.property(fc.nat(), hostileText, fc.boolean(), (place, text, isWhole) => {
      const changed = isWhole ? text : lines.with(place % lines.length, text).join('\n');
      mustBeNull(faultOf(changed));
    });
    fc.assert(property, { numRuns: RUNS / 4 });
  });

  test.each([
    ['aliases that make much of little', laughs(9)],
    ['an alias of what it is in', 'connections: &a [*a]'],
    ['an alias that points nowhere', 'connections: *\u001b[31m'],
    ['a setting that is there twice', `${EXAMPLE}\norganization: {}\n`],
    ['a setting of the prototype', '__proto__: {connections: []}\nconstructor: 1\ntoString: 2'],
    ['a setting whose name is an object', '? {a: 1}\n: 2'],
    ['lists in lists', '['.repeat(10_000)],
    ['objects in objects', '{a: '.repeat(10_000)],
    ['lists in lists that end', JSON.stringify(nested(3_000))],
    ['two documents', `${EXAMPLE}\n---\n${EXAMPLE}`],
    ['a tag of a language', 'connections: !!js/function "function () {}"'],
    ['binary', '\u0000\u0001\u0002'],
    ['nothing', ''],
    [
      'thousands of settings that do not exist',
      Array.from({ length: 5_000 }, (_, i) => `s${i}: 1`).join('\n'),
    ],
  ])('is refused with %s', (_name, text) => {
    mustBeNull(faultOf(text));
    expect(() => parseConfiguration(text, 'config.yaml')).toThrow(ConfigurationError);
  });
});

/** Ten of ten of ten … */
function laughs(depth: number): string {
  const lines = ['a0: &a0 [lol]'];
  for (let level = 1; level <= depth; level += 1) {
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  return lines.join('\n');
}
