import jsonata from 'jsonata';
import { isObject } from './json.ts';

/** One thing wrong with a definition, as `ValidateStateMachineDefinition` lists it. */
export interface Diagnostic {
  readonly code:
    | 'SCHEMA_VALIDATION_FAILED'
    | 'MISSING_TRANSITION_TARGET'
    | 'MISSING_END_STATE'
    | 'INVALID_JSON_DESCRIPTION'
    | 'INVALID_JSONATA_EXPRESSION'
    | 'UNSUPPORTED_JSONATA_EXPRESSION'
    | 'DUPLICATE_VARIABLE_NAME';
  readonly message: string;
  /** A path in the definition; null for the whole of it. */
  readonly location: string | null;
}

/** The members of `$states` that only some fields see. */
export type Seen = 'result' | 'errorOutput';

const HIDDEN: readonly Seen[] = ['result', 'errorOutput'];

/**
 * Checks an expression before anything runs. An expression has no context item in Step Functions: a path starts
 * from `$states` or from a variable, and `$$` means nothing. A function that does not exist is no fault yet: AWS
 * accepts the definition, and the call fails when it is made.
 *
 * @param seen which members of `$states` the field sees beside the input and the context.
 */
export function checkExpression(source: string, location: string, seen: readonly Seen[]): Diagnostic[] {
  let root: unknown;
  try {
    root = jsonata(source).ast();
  } catch (error) {
    const { message } = error as { message: string };
    return [{ code: 'INVALID_JSONATA_EXPRESSION', message, location }];
  }
  const found: Diagnostic[] = [];
  const refuse = (message: string) =>
    found.push({ code: 'UNSUPPORTED_JSONATA_EXPRESSION', message, location });

  /** `top`: whether the context here is the expression's own, which does not exist. */
  const walk = (node: unknown, top: boolean): void => {
    if (Array.isArray(node)) {
      for (const item of node) walk(item, top);
      return;
    }
    if (!isObject(node)) return;
    if (node.type === 'path') {
      const steps = node.steps as Record<string, unknown>[];
      const [first, second] = steps;
      if (first?.type === 'variable' && first.value === 'states' && second?.type === 'name') {
        const member = second.value as Seen;
        if (HIDDEN.includes(member) && !seen.includes(member)) {
          refuse(`Field '$states.${member}' does not exist.`);
        }
      }
      steps.forEach((step, index) => {
        walk(step, top && index === 0);
      });
      walk(node.group, false);
      return;
    }
    if (node.type === 'name' && top)
      refuse(`Reference to '${node.value}' at the top level is not supported.`);
    if (node.type === 'variable' && node.value === '$') refuse("Reference to '$$' is not supported.");
    for (const [key, member] of Object.entries(node)) {
      if (typeof member !== 'object' || key === 'value') continue;
      // Filters, sort terms and transformations have the item before them as context.
      const inner = key === 'stages' || key === 'predicate' || key === 'terms' || node.type === 'transform';
      walk(member, top && !inner);
    }
  };
  walk(root, true);
  return found;
}
