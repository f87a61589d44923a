import * as z from 'zod/mini';
import { PrivateLinkNotFound, ReadingBegun } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { recordedMembers } from '../shared/workflows/network-members.ts';
import { networkOwner, THROUGH_NETWORK } from '../shared/workflows/service-network.ts';
import { keepIfAdmitted } from './call/handing-over.ts';
import { AccountId, Connection } from './call/schemas.ts';
import { pollTask } from './call/session.ts';
import { requireProcessed } from './call/subscription-status.ts';
import { describeTarget } from './client/connection.ts';
import { readEndpointScript } from './client/endpoint-script.ts';
import { type Members, membersOf } from './client/members.ts';
import type { Operation } from './client/operations.ts';
import { NO_PRIVATE_LINK, readPrivateLink, viewOf } from './client/private-link.ts';
import { failureOf, pendingOf, TASK_ID } from './client/tasks.ts';

const Reading = z.enum(['private-link', 'members', 'endpoint-script']);

const Input = z.object({
  connection: Connection,
  /** Null after an operation that Redis Cloud answered without a task: a change is awaited by the subscription's status. */
  taskId: z.nullable(z.string().check(z.regex(TASK_ID, 'must be a task id'))),
  /** When the task should be done, in milliseconds since the epoch: it is not looked at before. */
  dueAt: z.nullish(z.number()),
  reading: z.nullish(Reading),
  accountId: z.nullish(AccountId),
  /** The account's own VPC endpoints, for a contract whose connections do not name their owner. */
  endpointIds: z.nullish(z.array(z.string())),
  /** Where the page of members begins. */
  from: z.nullish(z.int().check(z.nonnegative())),
});

/** With those who are connected through the service network: they are no principals. */
function withMembers(members: Members, accountIds: string[]): Members {
  const listed = new Set(members.principals.map((entry) => entry.split(' ')[0]));
  const more = accountIds.filter((id) => !listed.has(id)).map((id) => `${id} ${THROUGH_NETWORK}`);
  return { ...members, principals: [...members.principals, ...more] };
}

/** What a task was to do. A change is one of an offboarding, whose statuses mean the same whichever it is. */
const OPERATIONS: Readonly<Record<z.output<typeof Reading> | 'change', Operation>> = {
  'private-link': 'getPrivateLink',
  members: 'getPrivateLink',
  'endpoint-script': 'getEndpointScript',
  change: 'removePrincipal',
};

/**
 * The result of a finished task: `{ status }` of a change, `{ privateLink }` (the account's view of it),
 * `{ members }` (a page of them) or `{ script }` of a reading.
 *
 * @throws ReadingBegun before it should be done, TaskPending while the task is not finished, TaskUnknown if Redis Cloud does not know it (yet), the named
 *   error that a failed task stands for, PrivateLinkNotFound where there is nothing that could have members, and
 *   TaskWithoutResult where there is no script, or where what was found cannot be read.
 */
export const handler = defineHandler(Input, async (input) => {
  const { connection, taskId, reading } = input;
  if (taskId !== null && Date.now() < (input.dueAt ?? 0)) {
    throw new ReadingBegun(`Task ${taskId} reads the PrivateLink of ${describeTarget(connection)}.`);
  }
  const task = taskId === null ? null : await pollTask(taskId, connection);
  if (task?.outcome === 'pending') throw pendingOf(task, connection);
  if (task?.outcome === 'failed') throw failureOf(task, connection, OPERATIONS[reading ?? 'change']);
  if (reading === 'private-link' || reading === 'members') {
    const privateLink = task ? readPrivateLink(task.resource, connection) : NO_PRIVATE_LINK;
    if (reading === 'members') {
      const from = input.from ?? 0;
      const owner = networkOwner(connection);
      const through = owner !== null && from === 0 ? await recordedMembers(connection.name) : [];
      // Databases may have come since the owner was admitted. That one reading lacks it forgets nothing.
      if (owner !== null && from === 0) await keepIfAdmitted(connection.name, viewOf(privateLink, owner, []));
      if (privateLink.status === 'none' && through.length === 0) {
        throw new PrivateLinkNotFound(`Redis Cloud shows no PrivateLink of ${describeTarget(connection)}.`);
      }
      return { members: withMembers(membersOf(privateLink, from), through) };
    }
    return { privateLink: viewOf(privateLink, input.accountId ?? null, input.endpointIds ?? []) };
  }
  if (reading === 'endpoint-script') {
    return { script: readEndpointScript(task?.resource, connection) };
  }
  if (!task) await requireProcessed(connection);
  return { status: task?.status ?? 'none' };
});
