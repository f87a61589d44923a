import { AwsError } from './service.ts';

/**
 * Refuses an input with members that the local cloud does not act on, so that nothing is taken and then ignored.
 *
 * @param code the service's error for a bad parameter
 * @throws AwsError with that code, which names the members
 */
export function acceptOnly(input: object, members: readonly string[], code: string): void {
  const unknown = Object.entries(input)
    .filter(([name, value]) => value !== undefined && !members.includes(name))
    .map(([name]) => name);
  if (unknown.length > 0) {
    throw new AwsError(code, `The local cloud does not act on ${unknown.join(', ')}.`);
  }
}
