import { AwsError } from './service.ts';

/** One page of a listing. */
export interface Page<T> {
  items: T[];
  nextToken: string | undefined;
}

/**
 * Cuts a page out of all items. The token tells the position and a mark of the listing, so that a token of
 * another listing is refused.
 *
 * @param invalidToken the code of the error for a token that is not one of this listing
 */
export function pageOf<T>(
  all: readonly T[],
  options: { listing: string; limit: number; token: string | undefined; invalidToken: string },
): Page<T> {
  const { listing, limit, token, invalidToken } = options;
  let start = 0;
  if (token !== undefined) {
    const [mark, position] = Buffer.from(token, 'base64url').toString('utf8').split('|');
    start = Number(position);
    if (mark !== listing || !Number.isInteger(start) || start < 1) {
      throw new AwsError(invalidToken, 'The pagination token is not valid.');
    }
  }
  const end = start + limit;
  return {
    items: all.slice(start, end),
    nextToken: end < all.length ? Buffer.from(`${listing}|${end}`, 'utf8').toString('base64url') : undefined,
  };
}
