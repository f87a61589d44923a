import * as z from 'zod/mini';
import { openQuestions } from '../approval/asking/approval.ts';
import { Region } from '../aws/call/payload.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import type { Standing } from '../shared/workflows/noted.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { readNoted } from '../shared/workflows/standing.ts';
import type { Change } from './planning/event.ts';
import { type Connected, plan } from './planning/plan.ts';
import { readRecordsAfter } from './planning/records.ts';

/** An item of the table that says what is connected, as DynamoDB answers it. */
const record = z.object({ sk: z.object({ S: z.string() }) });

const place = { accountId: AccountId, region: Region };

/** As read-event answers it. */
const changeSchema: z.ZodMiniType<Change> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), accountId: AccountId }),
  z.object({ kind: z.literal('account-left'), accountId: AccountId }),
  z.object({
    kind: z.literal('vpc'),
    ...place,
    vpcId: VpcId,
    names: z.array(z.string()),
    retagged: z.boolean(),
    isDefault: z.nullish(z.boolean()),
  }),
  z.object({ kind: z.literal('vpc-grown'), ...place, vpcId: VpcId }),
  z.object({ kind: z.literal('vpc-left'), ...place, vpcId: VpcId, refused: z.boolean() }),
]);

const inputSchema = z.object({
  change: changeSchema,
  connections: z.array(z.string()),
  fingerprint: z.string().check(z.regex(/^[0-9a-f]{12}$/)),
  account: z.object({
    accountId: AccountId,
    state: z.nullable(z.string()),
    paths: z.nullable(z.array(z.string())),
  }),
  records: z.array(record),
  /** Where the records go on, if they are more than a page. */
  after: z.nullish(z.string().check(z.startsWith('connection#'))),
  /** When it has happened; left out by a definition from before that was asked. */
  at: z.nullish(z.iso.datetime()),
});

/**
 * The executions that a change calls for.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export const handler = defineHandler(inputSchema, async ({ change, connections, ...input }) => {
  const { fingerprint, account, at, after } = input;
  const more = after ? await readRecordsAfter(change.accountId, after) : [];
  const records = [...input.records, ...more];
  // What was disconnected by hand matters only to what would be connected.
  const isAsked = connections.length > 0 || change.kind === 'vpc-grown';
  const noted = isAsked ? await readNoted(change.accountId) : new Map<string, Standing>();
  // Whoever is asked about an account that goes is not to be asked any more.
  const asked = change.kind.startsWith('account') ? await openQuestions(change.accountId) : [];
  const connected = [...records.map(connectedBy), ...asked];
  const facts = { account, connected, candidates: connections, noted, at: at ?? null };
  return plan(change, facts, configuration(), fingerprint);
});

function connectedBy({ sk }: z.infer<typeof record>): Connected {
  const [, connection = '', vpcId = null] = sk.S.split('#');
  return { connection, vpcId };
}
