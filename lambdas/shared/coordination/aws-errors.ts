import { AccessDenied, AwsUnavailable, NamedError } from '../errors.ts';

/**
 * Runs what uses the table or Step Functions.
 *
 * @param subject what could not be done without them, for the message
 * @throws AccessDenied when they refuse the function's role, and AwsUnavailable for whatever else they answer: the
 *   workflow tries again.
 */
export async function withAwsErrors<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NamedError) throw error;
    const { name, message } = error as Error;
    if (/^AccessDenied(Exception)?$/.test(name)) {
      throw new AccessDenied(
        `${subject}: ${message} (${name}) Deploy the hub again: its functions' roles permit it.`,
      );
    }
    throw new AwsUnavailable(`${subject}: ${name}: ${message}`);
  }
}
