import * as z from 'zod/mini';
import { defineHandler } from '../runtime/handler.ts';
import { configuration } from './configuration.ts';
import type { Change } from './event.ts';
import { type Connected, plan } from './plan.ts';

/** An item of the table that says what is connected, as DynamoDB answers it. */
const record = z.object({
  sk: z.object({ S: z.string() }),
  subnetIds: z.optional(z.object({ S: z.string() })),
});

const inputSchema = z.object({
  change: z.custom<Change>((value) => typeof value === 'object' && value !== null),
  connections: z.array(z.string()),
  fingerprint: z.string(),
  account: z.object({
    accountId: z.string(),
    state: z.nullable(z.string()),
    paths: z.array(z.string()),
  }),
  records: z.array(record),
});

/** The executions that a change calls for. */
export const handler = defineHandler(inputSchema, ({ change, connections, fingerprint, account, records }) =>
  plan(
    change,
    { account, connected: records.map(connectedBy), candidates: connections },
    configuration().connections,
    fingerprint,
  ),
);

function connectedBy({ sk, subnetIds }: z.infer<typeof record>): Connected {
  const [, connection = '', vpcId = null] = sk.S.split('#');
  return { connection, vpcId, subnetIds: subnetIds ? JSON.parse(subnetIds.S) : [] };
}
