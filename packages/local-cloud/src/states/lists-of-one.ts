import type jsonata from 'jsonata';

/**
 * What an expression gives for a list of one item. AWS does not say which engine evaluates JSONata: the one in
 * JavaScript keeps some of them (`$distinct($append(["a"],["a"]))` is `["a"]`), and the one in Java does not
 * (`"a"`). `unwrapped` is the strictest reading: only what is written in brackets, `[…]`, is a list for certain.
 */
export type ListsOfOne = 'kept' | 'unwrapped';

/** Functions that give lists. */
const LISTS = new Set(
  'append distinct each filter keys map match partition range reverse shuffle sift sort split spread zip'.split(
    ' ',
  ),
);

const ONE = 'theOneItemOf';

/** A node of JSONata's syntax tree, as far as it is walked here. */
interface Node {
  type?: string;
  value?: unknown;
  procedure?: Node;
  arguments?: Node[];
  expressions?: Node[];
  then?: Node;
  else?: Node;
  /** Of an object constructor: pairs of key and value. */
  lhs?: unknown;
  predicate?: unknown;
  stages?: unknown;
}

/** Rewrites a compiled expression, so that it gives an item in place of a list of one. */
export function unwrapListsOfOne(expression: jsonata.Expression): void {
  expression.registerFunction(ONE, (value: unknown) =>
    Array.isArray(value) && value.length === 1 ? value[0] : value,
  );
  const root = expression.ast() as Node;
  inCalls(root);
  inResult(root);
}

/** Every call of a function that gives lists gives an item where there is one. */
function inCalls(value: unknown): void {
  if (!(value instanceof Object)) return;
  for (const inner of Object.values(value)) inCalls(inner);
  const node = value as Node;
  const isCall = node.type === 'function' && node.procedure?.type === 'variable';
  if (isCall && LISTS.has(String(node.procedure?.value)) && !node.predicate && !node.stages) wrap(node);
}

/** The result itself, wherever in the expression it is made. */
function inResult(node: Node): void {
  switch (node.type) {
    case 'condition':
      if (node.then) inResult(node.then);
      if (node.else) inResult(node.else);
      return;
    case 'block': {
      const last = node.expressions?.at(-1);
      if (last) inResult(last);
      return;
    }
    case 'unary':
      // `[…]` is a list; in `{…}` each value is a result of its own.
      if (node.value === '{') for (const [, member] of node.lhs as [Node, Node][]) inResult(member);
      return;
    case 'path':
    case 'function':
    case 'variable':
      wrap(node);
  }
}

/** Makes the node a call of {@link ONE} with what it was. */
function wrap(node: Node): void {
  const inner = { ...node };
  for (const key of Object.keys(node)) delete node[key as keyof Node];
  Object.assign(node, {
    type: 'function',
    value: '(',
    procedure: { type: 'variable', value: ONE },
    arguments: [inner],
  });
}
