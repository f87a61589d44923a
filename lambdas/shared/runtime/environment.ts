import type * as z from 'zod/mini';
import { validate } from './validation.ts';

/**
 * The environment variables that a function needs, in the form of its schema. The stack that creates the
 * function uses the same schema's type, so that a missing variable is a type error there.
 *
 * @throws Error that names every variable that is missing or unusable.
 */
export function readEnvironment<S extends z.ZodMiniType>(
  schema: S,
  variables: Record<string, string | undefined> = process.env,
): z.output<S> {
  const result = validate(schema, variables);
  if (result.valid) return result.value;
  throw new Error(
    `The function's environment is incomplete: ${result.problems.join('; ')}. Deploy it again.`,
  );
}
