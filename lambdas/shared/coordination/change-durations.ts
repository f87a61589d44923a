import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, type Key, table } from './table.ts';

/**
 * How long changes of one kind took lately on a subscription, so that the first look at the next one comes when
 * it should be done:
 *
 *   pk `pace#<subscription>`, sk `<operation>`: seconds (of the latest ones: `7.2-8.3 0.0-8.4`, see `Observed`),
 *     at (ISO time of the latest), expires (seconds since the epoch)
 *
 * The measure is this system's own: from the acceptance of a change until it was seen done. Whether a task's
 * `timestamp` tells when the task has changed or when the answer was written, nobody has written down.
 */

/** So many of the latest changes are remembered. */
const REMEMBERED = 3;

/** Seconds, as long as nothing is known: a guess, because nothing publishes them. */
const FIRST_GUESS = { createPrivateLink: 20, addPrincipal: 8, removePrincipal: 8 };

/** Nobody waits longer for the first look, whatever changes took before: the looks after it cost little. */
const LONGEST_WAIT = 60;

/** What was learned is true of a day: a subscription that was slow once is not slow for ever. */
const FORGOTTEN_AFTER = 24 * 60 * 60 * 1_000;

/** When a change was looked at, in seconds from its acceptance. */
export interface Observed {
  /** The first look, which did not see it done; 0 if it did. */
  unfinished: number;
  /** The look that saw it done. */
  done: number;
}

export type TimedOperation = keyof typeof FIRST_GUESS;

/** Whole seconds after which a change of this kind should be done. */
export async function expectedSeconds(subscriptionId: number, operation: TimedOperation): Promise<number> {
  const changes = await latest(subscriptionId, operation);
  if (changes.length === 0) return FIRST_GUESS[operation];
  return Math.min(Math.max(Math.ceil(between(changes)), 1), LONGEST_WAIT);
}

/** Remembers how long a change has taken. */
export async function recordDuration(
  subscriptionId: number,
  operation: TimedOperation,
  observed: Observed,
): Promise<void> {
  const known = [observed, ...(await latest(subscriptionId, operation))].slice(0, REMEMBERED);
  const now = Date.now();
  await dynamodb().send(
    new PutItemCommand({
      ...table(),
      Item: {
        ...key(subscriptionId, operation),
        seconds: {
          S: known.map(({ unfinished, done }) => `${unfinished.toFixed(1)}-${done.toFixed(1)}`).join(' '),
        },
        at: { S: new Date(now).toISOString() },
        expires: { N: String(Math.ceil((now + FORGOTTEN_AFTER) / 1_000)) },
      },
    }),
  );
}

async function latest(subscriptionId: number, operation: TimedOperation): Promise<Observed[]> {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(subscriptionId, operation) }),
  );
  // DynamoDB deletes what has expired within days; and an item without a time is from before they had one.
  const age = Date.now() - Date.parse(Item?.at?.S ?? '');
  if (!(age < FORGOTTEN_AFTER) || !Item?.seconds?.S) return [];
  return Item.seconds.S.split(' ').flatMap((text) => {
    const [, unfinished, done] = /^([\d.]+)-([\d.]+)$/.exec(text) ?? [];
    return Number(unfinished) <= Number(done) ? [{ unfinished: Number(unfinished), done: Number(done) }] : [];
  });
}

/**
 * When the next change should be done. It lasts longer than all of these were seen unfinished, and not as long as any
 * of them was seen done: the middle of the two, so that each change halves what is not known.
 */
function between(changes: Observed[]): number {
  const unfinished = Math.max(...changes.map((change) => change.unfinished));
  const done = Math.min(...changes.map((change) => change.done));
  return (unfinished + done) / 2;
}

function key(subscriptionId: number, operation: TimedOperation): Key {
  return { pk: { S: `pace#${subscriptionId}` }, sk: { S: operation } };
}
