import * as z from 'zod/mini';
import { ConnectionName } from '../aws/call/payload.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { embedded, type Values } from '../shared/runtime/metrics.ts';

/** What this system announces on its bus, as far as it is measured. */
const announcementSchema = z.object({
  'detail-type': z.string(),
  /** ISO time at which it was announced, to the second. */
  time: z.iso.datetime(),
  detail: z.object({
    connection: z.nullish(ConnectionName),
    workflow: z.nullish(z.string().check(z.regex(/^[a-z-]{1,40}$/))),
    /** Whether the execution has brought about what it announces, rather than found it so. */
    created: z.nullish(z.boolean()),
    /** ISO time at which the execution started, or was approved. */
    since: z.nullish(z.iso.datetime()),
    /** Whether a failure needs a person. */
    needsPerson: z.nullish(z.boolean()),
    dryRun: z.nullish(z.boolean()),
    incomplete: z.nullish(z.array(z.string())),
    counts: z.nullish(z.record(z.string(), z.number())),
  }),
});

export type Announcement = z.output<typeof announcementSchema>;

/** What an announcement counts for. */
export function valuesOf({ 'detail-type': type, time, detail }: Announcement): Values {
  switch (type) {
    case 'Account Admitted':
      return detail.created ? { Admitted: 1 } : {};
    case 'VPC Connected':
      return detail.created
        ? { Connected: 1, ...(detail.since && { TimeToConnect: secondsBetween(detail.since, time) }) }
        : {};
    case 'VPC Disconnected':
    case 'Account Disconnected':
      return { Disconnected: 1 };
    case 'Execution Failed':
      return detail.needsPerson ? { Failed: 1 } : {};
    case 'Reconciliation Finished': {
      // A dry run repairs nothing, so it does not count as one.
      if (detail.dryRun) return {};
      const {
        onboard = 0,
        offboard = 0,
        dueNext = 0,
        invitationsNearExpiry = 0,
        leftovers = 0,
      } = detail.counts ?? {};
      return {
        Reconciliations: 1,
        ReconciliationGaps: detail.incomplete?.length ?? 0,
        Differences: onboard + offboard + dueNext,
        InvitationsNearExpiry: invitationsNearExpiry,
        Leftovers: leftovers,
      };
    }
    default:
      return {};
  }
}

function secondsBetween(since: string, until: string): number {
  return Math.max(0, (Date.parse(until) - Date.parse(since)) / 1000);
}

/** Turns an announcement into metrics, by a line of its own in the log. */
export const handler = defineHandler(announcementSchema, (announcement) => {
  const { connection, workflow } = announcement.detail;
  const line = embedded(Date.parse(announcement.time), valuesOf(announcement), {
    ...(connection && { connection }),
    ...(workflow && { workflow }),
  });
  if ('_aws' in line) process.stdout.write(`${JSON.stringify(line)}\n`);
});
