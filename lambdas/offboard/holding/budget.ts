import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { conditional, dynamodb, table, withAwsErrors } from '../../shared/coordination/table.ts';
import { AwsUnavailable } from '../../shared/errors.ts';
import { ownMember } from '../../shared/runtime/members.ts';
import type { Removals } from '../../shared/workflows/configuration.ts';

// The budget of removals that nobody has asked for by hand: pk `removals`, sk the connection's name. `taken` lists what
// has taken from it within the hour. sk `#connected`, which is no connection's name, has how much each connection
// connects, as of the last reconciliation.

const HOUR_MS = 60 * 60 * 1000;
/** Of several executions that take at once, one wins each time. */
const ATTEMPTS = 8;
/** What may go in any hour where the configuration says nothing: so many, or so much of what is connected. */
const LEAST = 3;
const SHARE = 0.1;

const Taken = z.array(z.object({ key: z.string(), at: z.number() }));

/** How many VPCs or accounts may go in any hour. @param connected how many are */
export function limitOf(atOnce: Removals['atOnce'], connected: number): number {
  if (typeof atOnce === 'number') return atOnce;
  if (atOnce === null) return Math.max(LEAST, Math.ceil(connected * SHARE));
  return Math.ceil((connected * Number.parseInt(atOnce, 10)) / 100);
}

/** What of the list still counts. */
export function withinHour(taken: z.infer<typeof Taken>, now: number): z.infer<typeof Taken> {
  return taken.filter(({ at }) => now - at < HOUR_MS);
}

/**
 * Takes one removal from the budget. The same thing takes once an hour, so a step that is retried takes nothing more.
 *
 * @returns false: nothing is left
 * @throws AwsUnavailable when DynamoDB does not answer, or too many take at once.
 */
export async function takeFromBudget(
  connection: string,
  key: string,
  atOnce: Removals['atOnce'],
): Promise<boolean> {
  return withAwsErrors('The budget of removals could not be looked up', async () => {
    const limit = limitOf(atOnce, typeof atOnce === 'number' ? 0 : await connectedTo(connection));
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const item = await read(connection);
      const now = Date.now();
      const taken = withinHour(Taken.parse(JSON.parse(item?.taken?.S ?? '[]')), now);
      if (taken.some((one) => one.key === key)) return true;
      if (taken.length >= limit) return false;
      if (await write(connection, [...taken, { key, at: now }], item?.version?.N)) return true;
    }
    throw new AwsUnavailable('Too many executions take from the budget of removals at once.');
  });
}

async function connectedTo(connection: string): Promise<number> {
  const counts = z
    .record(z.string(), z.number())
    .parse(JSON.parse((await read('#connected'))?.counts?.S ?? '{}'));
  return ownMember(counts, connection) ?? 0;
}

async function read(sk: string) {
  const Key = { pk: { S: 'removals' }, sk: { S: sk } };
  return (await dynamodb().send(new GetItemCommand({ ...table(), Key, ConsistentRead: true }))).Item;
}

function write(connection: string, taken: object[], version: string | undefined): Promise<boolean> {
  const Item = {
    pk: { S: 'removals' },
    sk: { S: connection },
    taken: { S: JSON.stringify(taken) },
    version: { N: String(Number(version ?? 0) + 1) },
  };
  const condition =
    version === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#version = :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': { N: version } },
        };
  return conditional(() => dynamodb().send(new PutItemCommand({ ...table(), Item, ...condition })));
}
