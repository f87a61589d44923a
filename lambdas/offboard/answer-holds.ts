import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ConnectionName } from '../aws/call/payload.ts';
import { InvalidRequest } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionName } from '../shared/runtime/inputs.ts';
import { forgetHold, type Hold, nameOf, readHolds } from '../shared/workflows/holds.ts';
import { leaveConnection } from '../shared/workflows/known-connections.ts';
import { markLeftover, readLeftovers } from '../shared/workflows/leftovers.ts';
import type { PlannedExecution } from '../shared/workflows/planned-execution.ts';
import { noteStanding } from '../shared/workflows/standing.ts';

const inputSchema = z.object({
  connection: z.object({
    name: ConnectionName,
    region: z.string(),
    /** It is configured no more, and known from what it has connected. */
    isFormer: z.nullish(z.boolean()),
  }),
  answer: z.object({
    action: z.enum(['release', 'refuse', 'leave']),
    /** As `nameOf` writes them; null: all. */
    things: z.nullable(z.array(z.string())),
  }),
  /** Name of the execution. */
  executionName: ExecutionName,
});

/** Holds that one execution releases: an execution has 25,000 events, and each start takes seven. */
const MOST_RELEASED = 1_500;
/** Of what is held so much is named in an error. */
const MOST_NAMED = 10;

/**
 * A person's answer to what is held. What is released is offboarded, if it is still to go by then. What is refused stays
 * connected until somebody offboards it by hand. Or to what is left in accounts: it may stay.
 *
 * @throws InvalidRequest when nothing is held, or something that is named is not.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export const handler = defineHandler(inputSchema, async ({ connection, answer, executionName }) => {
  if (answer.action === 'leave') {
    const left = (await readLeftovers(connection.name)).filter(({ staysSince }) => staysSince === null);
    if (connection.isFormer && answer.things === null) {
      // What is connected, and what is left over in accounts that let nobody in.
      await leaveConnection(connection.name, executionName);
      for (const one of left) await markLeftover(one, 'stays', executionName);
      return { names: [connection.name, ...left.map(nameOf)], executions: [] };
    }
    const staying = choose(left, answer.things, {
      none: `Nothing is left of connection ${connection.name} in any account that a person has not said about.`,
      other: (name) => `Nothing is left of connection ${connection.name} in ${name}, or it may stay already.`,
    });
    for (const one of staying) await markLeftover(one, 'stays', executionName);
    return { names: staying.map(nameOf), executions: [] };
  }
  const holds = await readHolds(connection.name);
  const chosen = choose(holds, answer.things, {
    none: `No removal of connection ${connection.name} is held. A hold that nobody answers lapses.`,
    other: (name) => `The removal of ${name} from connection ${connection.name} is not held, or no longer.`,
  }).slice(0, MOST_RELEASED);
  const names = chosen.map(nameOf);
  if (answer.action === 'release') {
    return {
      names,
      executions: chosen.map((hold) => executionOf(hold, connection.region, executionName)),
    };
  }
  for (const hold of chosen) {
    await noteStanding(hold, { kind: 'wish', at: new Date().toISOString(), by: executionName }, null);
    await forgetHold(hold);
  }
  return { names, executions: [] };
});

/** Those that are named, or all. */
function choose<T extends Parameters<typeof nameOf>[0]>(
  there: readonly T[],
  things: readonly string[] | null,
  says: { none: string; other: (name: string) => string },
): T[] {
  if (there.length === 0) throw new InvalidRequest(says.none);
  if (things === null) return [...there];
  const named = there.slice(0, MOST_NAMED).map(nameOf).join(', ');
  const more = there.length > MOST_NAMED ? ` and ${there.length - MOST_NAMED} more` : '';
  return things.map((name) => {
    const one = there.find((each) => nameOf(each) === name);
    if (one) return one;
    throw new InvalidRequest(`${says.other(JSON.stringify(name.slice(0, 64)))} There is: ${named}${more}.`);
  });
}

function executionOf(
  { connection, accountId, vpcId, because }: Hold,
  region: string,
  executionName: string,
): PlannedExecution {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([executionName, connection, accountId, vpcId]))
    .digest('hex')
    .slice(0, 12);
  return {
    workflow: 'offboard',
    name: [connection, accountId, ...(vpcId ? [vpcId] : []), fingerprint].join('-'),
    input: {
      connection,
      accountId,
      ...(vpcId ? { vpcId, region } : {}),
      onlyOurs: true,
      because,
      released: true,
    },
  };
}
