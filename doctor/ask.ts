import { CannotTell } from './finding.ts';

/** The names by which services say that a call is not permitted. */
const DENIALS = /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized/;

/**
 * Asks AWS.
 *
 * @param action as a policy names it, e.g. `sqs:GetQueueUrl`
 * @param absent the names of errors that say that what is asked for is not there
 * @returns undefined if it is not there
 * @throws CannotTell for every other error
 */
export async function ask<T>(
  action: string,
  call: () => Promise<T>,
  absent: (error: Error) => boolean = () => false,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (cause) {
    const error = cause as Error;
    if (absent(error)) return undefined;
    if (DENIALS.test(error.name)) throw new CannotTell(`AccessDenied on ${action}`, { cause });
    throw new CannotTell(`${error.name} on ${action}: ${error.message}`, { cause });
  }
}

/** Whether an error has one of these names. */
export const named =
  (...names: string[]) =>
  ({ name }: Error): boolean =>
    names.includes(name);

/** All pages of a listing. */
export async function pages<T>(
  page: (token: string | undefined) => Promise<{ items: T[] | undefined; next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await page(token);
    all.push(...(items ?? []));
    token = next;
  } while (token);
  return all;
}
