import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ConnectionName } from '../aws/call/payload.ts';
import { InvalidRequest } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionName } from '../shared/runtime/inputs.ts';
import { forgetHold, type Hold, nameOf, readHolds } from '../shared/workflows/holds.ts';
import type { PlannedExecution } from '../shared/workflows/planned-execution.ts';
import { noteStanding } from '../shared/workflows/standing.ts';

const inputSchema = z.object({
  connection: z.object({ name: ConnectionName, region: z.string() }),
  answer: z.object({
    action: z.enum(['release', 'refuse']),
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
 * connected until somebody offboards it by hand.
 *
 * @throws InvalidRequest when nothing is held, or something that is named is not.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export const handler = defineHandler(inputSchema, async ({ connection, answer, executionName }) => {
  const holds = await readHolds(connection.name);
  const chosen = choose(connection.name, holds, answer.things).slice(0, MOST_RELEASED);
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

/** The holds that are named, or all. */
function choose(connection: string, holds: readonly Hold[], things: readonly string[] | null): Hold[] {
  const held = holds.slice(0, MOST_NAMED).map(nameOf).join(', ');
  const more = holds.length > MOST_NAMED ? ` and ${holds.length - MOST_NAMED} more` : '';
  const what = holds.length > 0 ? `There is: ${held}${more}.` : 'Nothing of it is held.';
  if (holds.length === 0) {
    throw new InvalidRequest(
      `No removal of connection ${connection} is held. A hold that nobody answers lapses.`,
    );
  }
  if (things === null) return [...holds];
  return things.map((name) => {
    const hold = holds.find((one) => nameOf(one) === name);
    if (hold) return hold;
    throw new InvalidRequest(
      `The removal of ${JSON.stringify(name.slice(0, 64))} from connection ${connection} is not held, or no longer. ${what}`,
    );
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
