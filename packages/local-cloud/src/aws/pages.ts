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
 * @param options.most how many may be asked for at once, where AWS refuses more
 * @param options.invalidToken the code of the error for a token that is not one of this listing, and for such a limit
 */
export function pageOf<T>(
  all: readonly T[],
  options: { listing: string; limit: number; token: string | undefined; invalidToken: string; most?: number },
): Page<T> {
  const { listing, limit, token, invalidToken, most } = options;
  if (most !== undefined && (limit < 1 || limit > most)) {
    const bound = limit < 1 ? 'greater than or equal to 1' : `less than or equal to ${most}`;
    throw new AwsError(
      invalidToken,
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ${bound}`,
    );
  }
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
