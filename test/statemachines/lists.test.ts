import { describe, expect, test } from '@jest/globals';
import jsonata from 'jsonata';
import { expressions } from './expressions.ts';

/** Functions that give a list, which may be a list of one. */
const LISTS = new Set(
  'append distinct each filter keys map match partition range reverse shuffle sift sort split spread zip'.split(
    ' ',
  ),
);

/** A node of JSONata's syntax tree, as far as it is walked here. */
interface Node {
  type?: string;
  value?: unknown;
  procedure?: Node;
  arguments?: Node[];
  expressions?: Node[];
  then?: Node;
  else?: Node;
}

/**
 * The calls of functions that give lists whose results leave the expression, or go into an object, outside brackets.
 * As arguments they are no trouble: functions take a list of one and its item alike.
 */
function bareLists(node: unknown, isResult: boolean): string[] {
  if (!(node instanceof Object)) return [];
  const { type, value, procedure, arguments: given = [], expressions: steps = [] } = node as Node;
  switch (type) {
    case 'function': {
      const name = String(procedure?.value);
      return [
        ...(isResult && LISTS.has(name) ? [name] : []),
        ...given.flatMap((argument) => bareLists(argument, false)),
      ];
    }
    case 'lambda':
      return bareLists((node as { body?: Node }).body, false);
    case 'condition': {
      const { condition, then: one, else: other } = node as Node & { condition?: Node };
      return [...bareLists(condition, false), ...bareLists(one, isResult), ...bareLists(other, isResult)];
    }
    case 'block':
      return steps.flatMap((step, index) => bareLists(step, isResult && index === steps.length - 1));
    case 'unary':
      if (value === '{') {
        return (node as { lhs: [Node, Node][] }).lhs.flatMap(([, member]) => bareLists(member, true));
      }
      return steps.flatMap((step) => bareLists(step, false));
    default:
      return Object.values(node).flatMap((inner) => bareLists(inner, false));
  }
}

const found = (source: string) => bareLists(jsonata(source).ast(), true);

describe('lists', () => {
  test('are in brackets wherever somebody wants a list, so that a list of one is one', () => {
    const bare = expressions().filter(({ source }) => found(source).length > 0);
    expect(bare.map(({ path, source }) => `${path}: ${source}`)).toEqual([]);
  });

  test('are in brackets where a Map goes through them', () => {
    const items = expressions().filter(({ path }) => path.endsWith('/Items'));
    expect(items.length).toBeGreaterThan(3);
    expect(items.filter(({ source }) => !/^\[.*\]$/s.test(source)).map(({ path }) => path)).toEqual([]);
  });

  test.each([
    ['$distinct($a)', ['distinct']],
    ['[$distinct($a)]', []],
    ["{'a': $append($a, $b)}", ['append']],
    ["$merge([$a, {'b': $map($a, function($i) { $i })}])", ['map']],
    ['$count($filter($a, function($i) { $i.b }))', []],
    ["$x ? $split($a, ',') : null", ['split']],
    ['($a := $append($b, $c); $count($a))', []],
  ])('would be found bare in %s', (source, expected) => {
    expect(found(source)).toEqual(expected);
  });
});
