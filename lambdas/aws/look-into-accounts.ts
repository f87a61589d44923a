import * as z from 'zod/mini';
import type { Finding } from '../reconcile/comparing/findings.ts';
import { readBatch, readFindings, writeFindings } from '../reconcile/comparing/looks-store.ts';
import { AwsUnavailable, NamedError, PreconditionFailed } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionName } from '../shared/runtime/inputs.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { ConnectionName, OptionalExecution } from './call/payload.ts';
import { lookInto } from './looking/look.ts';

/** Milliseconds for one account and Region. Thousands of parameters take a minute, and the others do not wait longer. */
const LOOK_TIME = 90_000;

const Input = z.object({
  /** Name of the execution that reconciles. */
  run: ExecutionName,
  /** Which of its batches of accounts. */
  batch: z.int().check(z.nonnegative()),
  /** The connections' names when the accounts were listed: the numbers in the batch count in them. */
  connections: z.array(ConnectionName),
  /** Names the sessions in the accounts. */
  executionName: OptionalExecution,
});

/**
 * Looks into the accounts of a batch, all at once, in each Region in which something is offered to them, and keeps what it
 * finds for the plan. An account that cannot be looked into does not keep the others from it: that it could not, and why,
 * is what was found of it. What an earlier attempt has found stays.
 *
 * @throws AwsUnavailable when AWS had no answer for some of them, who are worth another attempt
 * @throws PreconditionFailed when the batch cannot be read, or the configuration has changed since it was made
 */
export const handler = defineHandler(Input, async ({ run, batch, connections, executionName }) => {
  const places = await placesOf(run, batch, connections);
  const before = (await readFindings(run, batch)).filter((finding) => !('error' in finding));
  const left = places.filter(
    ({ accountId, region }) => !before.some((one) => one.accountId === accountId && one.region === region),
  );
  const busy: string[] = [];
  const now = await Promise.all(
    left.map(async ({ accountId, region, names }): Promise<Finding> => {
      try {
        return await inTime(lookInto({ accountId, region }, names, executionName));
      } catch (failure) {
        const { name, message } = failure as Error;
        if (failure instanceof AwsUnavailable) busy.push(`${accountId} in ${region}: ${message}`);
        return { accountId, region, error: `${name}: ${message}` };
      }
    }),
  );
  await writeFindings(run, batch, [...before, ...now]);
  if (busy.length > 0) {
    throw new AwsUnavailable(`${busy.length} of ${places.length} could not be looked into now. ${busy[0]}`);
  }
  return { places: places.length, unseen: now.filter((finding) => 'error' in finding).length };
});

interface Place {
  accountId: string;
  region: string;
  /** The connections that are offered to the account there. */
  names: string[];
}

async function placesOf(run: string, batch: number, listed: readonly string[]): Promise<Place[]> {
  const { connections } = configuration();
  const accounts = await readBatch(run, batch);
  if (!accounts) throw new PreconditionFailed(`Batch ${batch} of the accounts of ${run} cannot be read.`);
  if (JSON.stringify(listed) !== JSON.stringify(connections.map(({ name }) => name))) {
    throw new PreconditionFailed('The configuration has changed since the accounts were listed.');
  }
  return accounts.flatMap((entry) => {
    const [accountId = '', numbers = ''] = entry.split(' ');
    const offered = numbers.split(',').flatMap((number) => connections[Number(number)] ?? []);
    return [...new Set(offered.map(({ region }) => region))].map((region) => ({
      accountId,
      region,
      names: offered.filter((one) => one.region === region).map(({ name }) => name),
    }));
  });
}

/** It took longer than the others can wait. */
class LookTooLong extends NamedError {
  override readonly name = 'LookTooLong';
}

async function inTime<T>(look: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new LookTooLong(`It takes more than ${LOOK_TIME / 1000} s.`);
    timer = setTimeout(() => reject(error), LOOK_TIME);
  });
  try {
    return await Promise.race([look, late]);
  } finally {
    clearTimeout(timer);
  }
}
