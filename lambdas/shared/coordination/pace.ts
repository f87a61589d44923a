import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, type Key, table } from './table.ts';

/**
 * How long changes of one kind took lately on a subscription, so that the first look at the next one comes when
 * it should be done:
 *
 *   pk `pace#<subscription>`, sk `<operation>`: seconds (the latest ones, `8.3 8.4`)
 */

/** So many of the latest changes are remembered. Their median does not mind one that took long. */
const REMEMBERED = 3;

/** Seconds, as long as nothing is known: a guess, because nothing publishes them. */
const FIRST_GUESS = { createPrivateLink: 20, addPrincipal: 8, removePrincipal: 8 };

export type PacedOperation = keyof typeof FIRST_GUESS;

/** Whole seconds after which a change of this kind should be done. */
export async function expectedSeconds(subscriptionId: number, operation: PacedOperation): Promise<number> {
  const seconds = await latest(subscriptionId, operation);
  return seconds.length > 0 ? Math.ceil(median(seconds)) : FIRST_GUESS[operation];
}

/** Remembers how long a change has taken. */
export async function notePace(
  subscriptionId: number,
  operation: PacedOperation,
  seconds: number,
): Promise<void> {
  const known = [seconds, ...(await latest(subscriptionId, operation))].slice(0, REMEMBERED);
  await dynamodb().send(
    new PutItemCommand({
      ...table(),
      Item: { ...key(subscriptionId, operation), seconds: { S: known.join(' ') } },
    }),
  );
}

async function latest(subscriptionId: number, operation: PacedOperation): Promise<number[]> {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(subscriptionId, operation) }),
  );
  return Item?.seconds?.S ? Item.seconds.S.split(' ').map(Number) : [];
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function key(subscriptionId: number, operation: PacedOperation): Key {
  return { pk: { S: `pace#${subscriptionId}` }, sk: { S: operation } };
}
