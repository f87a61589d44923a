import jsonata from 'jsonata';
import { isObject } from './json.ts';
import { FUNCTION_NAMES } from './jsonata-functions.ts';

/** One thing wrong with a definition, as `ValidateStateMachineDefinition` lists it. */
export interface Diagnostic {
  readonly code:
    | 'SCHEMA_VALIDATION_FAILED'
    | 'MISSING_TRANSITION_TARGET'
    | 'MISSING_END_STATE'
    | 'INVALID_JSON_DESCRIPTION'
    | 'INVALID_JSONATA_EXPRESSION'
    | 'UNSUPPORTED_JSONATA_EXPRESSION';
  readonly message: string;
  readonly location: string;
}

/**
 * Checks an expression before anything runs. An expression has no context item in Step Functions: a path starts
 * from `$states` or from a variable, and `$$` means nothing. `$states.errorOutput` exists in a catcher only.
 */
export function checkExpression(source: string, location: string, inCatcher: boolean): Diagnostic[] {
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
  const bound = new Set<string>();
  collectBound(root, bound);

  /** `top`: whether the context here is the expression's own, which does not exist. */
  const walk = (node: unknown, top: boolean): void => {
    if (Array.isArray(node)) {
      for (const item of node) walk(item, top);
      return;
    }
    if (!isObject(node)) return;
    if (node.type === 'path') {
      const steps = node.steps as Record<string, unknown>[];
      if (!inCatcher && steps[0]?.type === 'variable' && steps[0].value === 'states') {
        if (steps[1]?.type === 'name' && steps[1].value === 'errorOutput') {
          refuse(
            "Reference to '$states.errorOutput' is only supported in a catcher's 'Assign' and 'Output'.",
          );
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
    if (node.type === 'variable' && node.value === 'eval') refuse("Function '$eval' is not supported.");
    if (node.type === 'function' || node.type === 'partial') {
      const procedure = node.procedure as Record<string, unknown>;
      const name = String(procedure.value);
      if (procedure.type === 'variable' && name !== 'eval' && !bound.has(name) && !FUNCTION_NAMES.has(name)) {
        refuse(`Function '$${name}' does not exist.`);
      }
    }
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

/** The names that the expression itself binds: such a variable may hold a function. */
function collectBound(node: unknown, bound: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) collectBound(item, bound);
    return;
  }
  if (!isObject(node)) return;
  if (node.type === 'bind') bound.add(String((node.lhs as Record<string, unknown>).value));
  if (node.type === 'lambda') {
    for (const argument of node.arguments as Record<string, unknown>[]) bound.add(String(argument.value));
  }
  for (const member of Object.values(node)) {
    if (typeof member === 'object') collectBound(member, bound);
  }
}
