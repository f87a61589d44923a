import type jsonata from 'jsonata';
import { isObject } from './json.ts';

/** How deep one expression may nest, and the bytes that one value of it may take, as measured on AWS. */
const MAX_DEPTH = 100;
const MAX_BYTES = 6_990_256;
/**
 * AWS ends an expression after a second. The local cloud counts its steps in place of that, so that the same expression
 * always ends in the same way; an expression that AWS finishes is far below this.
 */
const MAX_STEPS = 1_500_000;

/** Of one number, truth value or null, as measured on AWS; a character takes one byte. */
const BYTES_OF_SCALAR = 8;

/** An expression that AWS would have given up. Unlike errors of JSONata it has no code. */
export class LimitExceeded extends Error {}

export const MEMORY_EXCEEDED =
  'Expression evaluation memory limit exceeded: Check for excessive memory usage';

/** The name of a binding that no expression can write. */
const COUNTER = '\0evaluation';

/** Where one evaluation is. */
interface Counter {
  depth: number;
  stepsLeft: number;
}

interface Frame {
  lookup(name: string): unknown;
  isParallelCall: boolean;
}

/** Adds the count of one evaluation to its bindings. */
export function counted(bindings: Record<string, unknown>, steps = MAX_STEPS): Record<string, unknown> {
  bindings[COUNTER] = { depth: 0, stepsLeft: steps } satisfies Counter;
  return bindings;
}

/**
 * Ends evaluations of the expression that nest too deep, build too large a value or never end. Watching makes an
 * evaluation slower, so that an expression that can do none of this goes without.
 */
export function limit(expression: jsonata.Expression): void {
  if (!canExceed(expression.ast(), 0)) return;
  const entered = (_node: unknown, _input: unknown, frame: Frame) => {
    const counter = frame.lookup(COUNTER) as Counter;
    counter.stepsLeft -= 1;
    if (counter.stepsLeft < 0) {
      throw new LimitExceeded('Expression evaluation timeout: Check for infinite loop');
    }
    // The elements of an array after the first are evaluated beside it.
    if (frame.isParallelCall) return;
    counter.depth += 1;
    if (counter.depth > MAX_DEPTH) {
      throw new LimitExceeded(
        'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive',
      );
    }
  };
  const left = (_node: unknown, _input: unknown, frame: Frame, result: unknown) => {
    if (bytesOf(result) > MAX_BYTES) throw new LimitExceeded(MEMORY_EXCEEDED);
    if (!frame.isParallelCall) (frame.lookup(COUNTER) as Counter).depth -= 1;
  };
  const { assign } = expression as { assign(name: string | symbol, value: unknown): void };
  assign(Symbol.for('jsonata.__evaluate_entry'), entered);
  assign(Symbol.for('jsonata.__evaluate_exit'), left);
}

/** What makes more of its input than it was, or calls itself. */
const GROWING: ReadonlySet<string> = new Set(['range', 'pad', 'join', 'append', 'spread', 'partition']);

/** Whether an evaluation can come near a limit. Each node of an expression without functions is evaluated inside its parent. */
function canExceed(node: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH / 2) return true;
  if (Array.isArray(node)) return node.some((item) => canExceed(item, depth));
  if (!isObject(node)) return false;
  if (node.type === 'lambda' || (node.type === 'binary' && node.value === '..')) return true;
  if (node.type === 'variable' && GROWING.has(String(node.value))) return true;
  return Object.values(node).some((member) => canExceed(member, depth + 1));
}

const known = new WeakMap<object, number>();

/** The size of a value that JSONata has built; it does not change the parts of a value once it is there. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return BYTES_OF_SCALAR;
  const before = known.get(value);
  if (before !== undefined) return before;
  let bytes = 0;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && bytes <= MAX_BYTES; index += 1)
      bytes += bytesOf(value[index]);
  } else {
    for (const [key, member] of Object.entries(value)) bytes += key.length + bytesOf(member);
  }
  known.set(value, bytes);
  return bytes;
}
