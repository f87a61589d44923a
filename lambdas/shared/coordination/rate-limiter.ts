import { UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { RateLimited } from '../errors.ts';
import { conditional, dynamodb, table, withAwsErrors } from './table.ts';

/**
 * The budget of requests for a whole Redis Cloud account: 400 a minute for each account key ("Rate limits" of
 * the API's documentation), shared by all its subscriptions, functions and executions. One item counts:
 *
 *   pk `redis-cloud`, sk `requests` or `requests#<account>`: next?, closedUntil? (both in milliseconds since the epoch)
 *
 * It is a leaky bucket (GCRA): each request moves `next` on by {@link INTERVAL}, and is refused while `next` is
 * further ahead of now than {@link BURST} requests. So in no 60 seconds are there more than
 * `BURST + 60 s / INTERVAL` = 375 requests, which leaves something to whoever else uses the key.
 */
const INTERVAL = 200;
const BURST = 75;

/** Redis Cloud says how many requests are left. Fewer than this, and others are using the key. */
const RESERVE = 20;

/** How long nobody asks after Redis Cloud has refused one for being too many: its window is a minute. */
const CLOSED_AFTER_REFUSAL = 60_000;

/** How long nobody asks after few were left. */
const CLOSED_WHEN_LOW = 10_000;

/** @param account the account's name; undefined: the one of connections that name none */
const itemOf = (account: string | undefined) => ({
  pk: { S: 'redis-cloud' },
  sk: { S: account === undefined ? 'requests' : `requests#${account}` },
});

/**
 * Takes a ticket for one request.
 *
 * @param account the Redis Cloud account, as the configuration names it; undefined: the one of connections that name none
 * @throws RateLimited if there is none now: nothing has been sent, and the step tries again.
 * @throws AwsUnavailable
 */
export async function acquirePermit(account?: string): Promise<void> {
  const now = Date.now();
  const isOpen = '(attribute_not_exists(closedUntil) OR closedUntil <= :now)';
  const isTaken = await withAwsErrors('The budget of requests could not be asked', async () => {
    // Nobody has asked for a while, as a rule; otherwise the request queues up behind those before it.
    const first = update(account, {
      UpdateExpression: 'SET #next = :following',
      ConditionExpression: `(attribute_not_exists(#next) OR #next < :now) AND ${isOpen}`,
      values: { now, following: now + INTERVAL },
    });
    return (
      (await first) ||
      (await update(account, {
        UpdateExpression: 'SET #next = #next + :interval',
        ConditionExpression: `#next BETWEEN :now AND :latest AND ${isOpen}`,
        values: { now, latest: now + (BURST - 1) * INTERVAL, interval: INTERVAL },
      }))
    );
  });
  if (isTaken) return;
  throw new RateLimited(
    'Redis Cloud was not asked, because its limit of requests for the account would not allow it now. Try again.',
  );
}

/** Redis Cloud has refused a request for being too many: nobody asks for a while. */
export function pauseAfterRefusal(account?: string): Promise<void> {
  return close(CLOSED_AFTER_REFUSAL, account);
}

/** @param remaining what Redis Cloud says is left of its limit */
export async function pauseWhenLow(remaining: number, account?: string): Promise<void> {
  if (remaining < RESERVE) await close(CLOSED_WHEN_LOW, account);
}

async function close(milliseconds: number, account: string | undefined): Promise<void> {
  const until = Date.now() + milliseconds;
  await withAwsErrors('The budget of requests could not be closed', () =>
    update(account, {
      UpdateExpression: 'SET closedUntil = :until',
      ConditionExpression: 'attribute_not_exists(closedUntil) OR closedUntil < :until',
      values: { until },
    }),
  );
}

function update(
  account: string | undefined,
  {
    values,
    ...expressions
  }: Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ConditionExpression'> & {
    values: Record<string, number>;
  },
): Promise<boolean> {
  const uses = expressions.UpdateExpression?.includes('#next');
  return conditional(() =>
    dynamodb().send(
      new UpdateItemCommand({
        ...table(),
        Key: itemOf(account),
        ...expressions,
        // `next` is a reserved word.
        ...(uses && { ExpressionAttributeNames: { '#next': 'next' } }),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [`:${name}`, { N: String(value) }]),
        ),
      }),
    ),
  );
}
