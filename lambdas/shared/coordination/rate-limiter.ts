import { UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { RateLimited } from '../errors.ts';
import { conditional, dynamodb, table, withAwsErrors } from './table.ts';

/**
 * The budget of requests for a whole Redis Cloud account: 400 a minute for each account key ("Rate limits" of
 * the API's documentation), shared by all its subscriptions, functions and executions. One item counts:
 *
 *   pk `redis-cloud`, sk `requests` or `requests#<account>`: next?, closedUntil? (both in milliseconds since the epoch),
 *     closedFor? (milliseconds, after the latest refusal), refusedAt? (of that refusal)
 *
 * It is a leaky bucket (GCRA): each request moves `next` on by {@link INTERVAL}, and is refused while `next` is
 * further ahead of now than {@link BURST} requests. So in no 60 seconds are there more than
 * `BURST + 60 s / INTERVAL` = 375 requests, which leaves something to whoever else uses the key.
 */
const INTERVAL = 200;
const BURST = 75;

/** So many requests may pass at once when the budget opens again after it was closed. */
const FIRST_ONES = 5;

/** Redis Cloud says how many requests are left. Fewer than this, and others are using the key. */
const RESERVE = 20;

/**
 * How long nobody asks after Redis Cloud has refused one for being too many: the first time, and at most. In between,
 * each further refusal doubles it. Its window is a minute, but whoever else uses the key may stop at any time, and it
 * answers the same while too many resources are being changed.
 */
const CLOSED_AFTER_REFUSAL = { first: 2_000, most: 60_000 };

/** A refusal so long after the latest closing is a first one again. */
const FORGOTTEN_AFTER = 60_000;

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

/**
 * Redis Cloud has refused a request for being too many: nobody asks for a while, and then only a few at once.
 *
 * @param retryAfter seconds, if Redis Cloud says for how long
 */
export async function pauseAfterRefusal(retryAfter: number | null, account?: string): Promise<void> {
  const now = Date.now();
  // Functions that only ask Redis Cloud may update the item, and not read it.
  const before = await withAwsErrors('The budget of requests could not be asked', () =>
    dynamodb().send(
      new UpdateItemCommand({
        ...table(),
        Key: itemOf(account),
        UpdateExpression: 'SET refusedAt = :now',
        ExpressionAttributeValues: { ':now': { N: String(now) } },
        ReturnValues: 'ALL_OLD',
      }),
    ),
  );
  const closedUntil = Number(before?.Attributes?.closedUntil?.N ?? 0);
  const latest = now < closedUntil + FORGOTTEN_AFTER ? Number(before?.Attributes?.closedFor?.N ?? 0) : 0;
  const { first, most } = CLOSED_AFTER_REFUSAL;
  // Others that were asked at the same time have been refused for the same reason.
  const own = now < closedUntil ? latest : 2 * latest;
  const closedFor = Math.min(Math.max(first, retryAfter === null ? own : retryAfter * 1_000), most);
  await close(now + closedFor, closedFor, account);
}

/** @param remaining what Redis Cloud says is left of its limit */
export async function pauseWhenLow(remaining: number, account?: string): Promise<void> {
  if (remaining < RESERVE) await close(Date.now() + CLOSED_WHEN_LOW, 0, account);
}

async function close(until: number, closedFor: number, account: string | undefined): Promise<void> {
  await withAwsErrors('The budget of requests could not be closed', () =>
    update(account, {
      UpdateExpression: 'SET closedUntil = :until, closedFor = :for, #next = :next',
      ConditionExpression: 'attribute_not_exists(closedUntil) OR closedUntil < :until',
      values: { until, for: closedFor, next: until + (BURST - FIRST_ONES) * INTERVAL },
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
