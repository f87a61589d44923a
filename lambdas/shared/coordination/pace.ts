import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, type Key, table } from './table.ts';

/**
 * How long changes of one kind took lately on a subscription, so that the first look at the next one comes when
 * it should be done:
 *
 *   pk `pace#<subscription>`, sk `<operation>`: seconds (the latest ones, `8.3 8.4`), at (ISO time of the latest),
 *     expires (seconds since the epoch)
 *
 * The measure is this system's own: from the acceptance of a change until it was seen done. Whether a task's
 * `timestamp` tells when the task has changed or when the answer was written, nobody has written down.
 */

/** So many of the latest changes are remembered. Their median does not mind one that took long. */
const REMEMBERED = 3;

/** Seconds, as long as nothing is known: a guess, because nothing publishes them. */
const FIRST_GUESS = { createPrivateLink: 20, addPrincipal: 8, removePrincipal: 8 };

/** Nobody waits longer for the first look, whatever changes took before: the looks after it cost little. */
const LONGEST_WAIT = 60;

/** What was learned is true of a day: a subscription that was slow once is not slow for ever. */
const FORGOTTEN_AFTER = 24 * 60 * 60 * 1_000;

/** A change that was done at the first look took less than that, how much less nobody knows. So the next look is earlier. */
const DONE_AT_FIRST_LOOK = 0.75;

export type PacedOperation = keyof typeof FIRST_GUESS;

/** Whole seconds after which a change of this kind should be done. */
export async function expectedSeconds(subscriptionId: number, operation: PacedOperation): Promise<number> {
  const seconds = await latest(subscriptionId, operation);
  if (seconds.length === 0) return FIRST_GUESS[operation];
  return Math.min(Math.max(Math.ceil(median(seconds)), 1), LONGEST_WAIT);
}

/**
 * Remembers how long a change has taken.
 *
 * @param waited seconds from its acceptance until it was seen done
 * @param atFirstLook whether nobody has seen it unfinished
 */
export async function notePace(
  subscriptionId: number,
  operation: PacedOperation,
  { waited, atFirstLook }: { waited: number; atFirstLook: boolean },
): Promise<void> {
  const seconds = atFirstLook ? waited * DONE_AT_FIRST_LOOK : waited;
  const known = [seconds, ...(await latest(subscriptionId, operation))].slice(0, REMEMBERED);
  const now = Date.now();
  await dynamodb().send(
    new PutItemCommand({
      ...table(),
      Item: {
        ...key(subscriptionId, operation),
        seconds: { S: known.map((one) => one.toFixed(1)).join(' ') },
        at: { S: new Date(now).toISOString() },
        expires: { N: String(Math.ceil((now + FORGOTTEN_AFTER) / 1_000)) },
      },
    }),
  );
}

async function latest(subscriptionId: number, operation: PacedOperation): Promise<number[]> {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(subscriptionId, operation) }),
  );
  // DynamoDB deletes what has expired within days; and an item without a time is from before they had one.
  const age = Date.now() - Date.parse(Item?.at?.S ?? '');
  if (!(age < FORGOTTEN_AFTER) || !Item?.seconds?.S) return [];
  return Item.seconds.S.split(' ')
    .map(Number)
    .filter((seconds) => seconds >= 0);
}

/** Of two, the shorter one: a look that comes too early costs a request, one that comes too late costs everybody's time. */
function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
}

function key(subscriptionId: number, operation: PacedOperation): Key {
  return { pk: { S: `pace#${subscriptionId}` }, sk: { S: operation } };
}
