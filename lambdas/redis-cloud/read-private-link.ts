import * as z from 'zod/mini';
import { decideOnboarding, Progress } from '../onboard/deciding/onboarding.ts';
import { succeed } from '../shared/coordination/executions.ts';
import { forgetHandedOver, readHandedOver } from '../shared/coordination/handed-over.ts';
import { noteProvider } from '../shared/coordination/provider.ts';
import { latestRemoval } from '../shared/coordination/settling.ts';
import {
  type Asker,
  joinRead,
  noteBegun,
  noteFailed,
  type ReadRequest,
  reasonToWait,
  share,
} from '../shared/coordination/shared-reads.ts';
import { occupySlot, READ_TAKES } from '../shared/coordination/slot.ts';
import { withAwsErrors } from '../shared/coordination/table.ts';
import {
  PreconditionFailed,
  PrivateLinkNotFound,
  ReadingBegun,
  ReadingDue,
  SubscriptionBusy,
  TaskFailed,
  TaskUnknown,
  TaskWithoutResult,
  UntrustedTarget,
} from '../shared/errors.ts';
import { defineHandler, mustFit } from '../shared/runtime/handler.ts';
import { ExecutionArn, TaskToken, Time } from '../shared/runtime/inputs.ts';
import { type HandedOver, requireProvider, untrusted } from '../shared/workflows/provider.ts';
import { isThroughNetwork, networkOwner, principalFor } from '../shared/workflows/service-network.ts';
import { keepIfAdmitted } from './call/handing-over.ts';
import { AccountInput } from './call/schemas.ts';
import { pollFreshTask, pollTask, redisCloud } from './call/session.ts';
import { type ConnectionTarget, describeTarget } from './client/connection.ts';
import {
  NO_PRIVATE_LINK,
  type PrivateLink,
  type PrivateLinkView,
  readPrivateLink,
  viewer,
  viewOf,
} from './client/private-link.ts';
import { failureOf, pendingOf, type Task } from './client/tasks.ts';

/** A task that is not known for so many milliseconds is not going to be. */
const UNKNOWN_FOR = 60_000;

/** The first look comes within so many milliseconds after a task should be done. */
const FRESH_FOR = 2_000;

const Input = z.extend(AccountInput, {
  /** ARN of the execution that wants to look. */
  executionArn: ExecutionArn,
  /** ISO time at which it wants to look: the reading must not have begun before. */
  since: Time,
  /**
   * The step's task token, which is answered with `{ privateLink, decision }`: the account's view of it, and what the
   * onboarding does next, if it is one.
   */
  token: TaskToken,
  /** Of an onboarding. Left out by an execution from before it was decided here. */
  progress: z.nullish(Progress),
  /** Of an offboarding of the account: its VPC endpoints, for a contract whose connections do not name their owner. */
  endpointIds: z.nullish(z.array(z.string())),
});
type Input = z.output<typeof Input>;
type Request = ReadRequest & Asker<Progress>;

/**
 * Looks at a connection's PrivateLink, together with everybody else who wants to: one execution reads for all, and
 * the others sleep until they are answered. The step of the one that reads tries again, which is its poll.
 *
 * @throws ReadingBegun when the execution has asked for the reading, TaskPending while it is not done, TaskUnknown if
 *   Redis Cloud does not know the task (yet), TaskWithoutResult if the next attempt is to read again.
 * @throws ReadingDue if the execution is to read, but a little later.
 * @throws UntrustedTarget if what the PrivateLink hands over cannot be a provider's, or is not the one's from whom it
 *   came first. An offboarding looks all the same.
 * @throws PreconditionFailed if an account that is offboarded has more connections than a workflow carries.
 * @throws ContractMismatch and whatever else Redis Cloud answers in place of a PrivateLink.
 */
export const handler = defineHandler(
  Input,
  async ({ connection, accountId, executionArn: execution, since, token, progress, endpointIds }) => {
    const request = { accountId, execution, since, token, progress, endpointIds };
    if (await answerFromBefore(connection, request)) return;
    const part = await shared(() => joinRead(connection, request));
    if (part.role === 'waits') return;
    const { begunAt, privateLink } =
      part.role === 'begins' ? await begin(connection, request) : await look(connection, execution, part);
    const answerTo = answering(connection, privateLink);
    const own = await answerTo(request);
    if (!endpointIds && networkOwner(connection) !== null) {
      await remember(connection.name, viewer(privateLink)(principalFor(connection, accountId)));
    }
    // Who is refused an answer reads itself, and hears why.
    const answer = (asker: Asker<Progress>) =>
      answerTo(asker).catch((error: unknown) => {
        if (error instanceof UntrustedTarget || error instanceof PreconditionFailed) return undefined;
        throw error;
      });
    await shared(async () => {
      await share(connection, execution, { begunAt, answer });
      await succeed(token, own);
    });
  },
);

/** What a reading tells each who asks. */
function answering(connection: Input['connection'], privateLink: PrivateLink) {
  const view = viewer(privateLink);
  let known: Promise<void> | undefined;
  return async ({ accountId, progress, endpointIds }: Asker<Progress>): Promise<object> => {
    if (endpointIds) {
      const answer = { privateLink: viewOf(privateLink, accountId, endpointIds) };
      mustFit(answer);
      return answer;
    }
    known ??= requireKnownProvider(connection, privateLink);
    await known;
    const seen = view(principalFor(connection, accountId));
    return { privateLink: seen, ...(progress && { decision: decideOnboarding(seen, progress) }) };
  };
}

/**
 * Where VPCs are connected through a service network, what was read before is enough: Redis Cloud is not asked. It is
 * where the network's owner is what is asked for, or its invitation has expired. Of an account that leaves such a network
 * Redis Cloud has nothing.
 *
 * @returns whether the execution has its answer.
 */
async function answerFromBefore(
  connection: Input['connection'],
  { accountId, token, progress, endpointIds }: Request,
): Promise<boolean> {
  const vpcId = progress?.vpcId ?? null;
  if (!isThroughNetwork(connection, { accountId, vpcId })) return false;
  if (endpointIds) {
    await shared(() => succeed(token, { privateLink: viewOf(NO_PRIVATE_LINK, accountId) }));
    return true;
  }
  if (!progress || progress.invitationExpired) return false;
  const handedOver = await readHandedOver(connection.name);
  if (!handedOver) return false;
  const { at: _, ...view } = handedOver;
  const privateLink = view as unknown as PrivateLinkView;
  await requireKnownProvider(connection, privateLink);
  await shared(() => succeed(token, { privateLink, decision: decideOnboarding(privateLink, progress) }));
  return true;
}

/** Keeps the view of the network's owner as long as it is admitted. */
async function remember(name: string, view: PrivateLinkView): Promise<void> {
  if (await keepIfAdmitted(name, view)) return;
  // While the subscription is being changed nobody can tell.
  if (view.status !== 'busy') await forgetHandedOver(name);
}

/** Nobody is told of a target that is not to be trusted: whoever waits for the reading finds out alike. */
async function requireKnownProvider(connection: Input['connection'], privateLink: HandedOver): Promise<void> {
  const owner = requireProvider(connection, privateLink);
  if (owner === null || connection.providerAccountId != null) return;
  const noted = await shared(() => noteProvider(connection, owner));
  if (noted === owner) return;
  const target = privateLink.shareArn ?? privateLink.resourceConfigurationArn ?? '';
  throw untrusted(connection, target, `which belongs to account ${owner}, and what came first to ${noted}`);
}

interface Seen {
  begunAt: number;
  privateLink: PrivateLink;
}

async function begin(
  connection: ConnectionTarget,
  { execution, since, endpointIds }: Request,
): Promise<Seen> {
  const reason = await shared(async () => {
    const settles = endpointIds != null && (await latestRemoval(connection))?.settles;
    return settles ? 'a removal is about to be over' : reasonToWait(connection);
  });
  if (reason !== undefined) throw new ReadingDue(`The PrivateLink is not read just yet: ${reason}.`);
  const begunAt = Math.max(Date.now(), Date.parse(since));
  let taskId: string | null;
  try {
    ({ taskId } = await redisCloud(connection).getPrivateLink(connection));
  } catch (error) {
    const privateLink = insteadOf(error);
    if (privateLink) return { begunAt, privateLink };
    throw error;
  }
  if (taskId === null) return { begunAt, privateLink: NO_PRIVATE_LINK };
  await shared(async () => {
    const { queued } = await occupySlot(connection.redisCloudAccount, READ_TAKES);
    await noteBegun(connection, execution, { taskId, begunAt, dueAt: Date.now() + queued + READ_TAKES });
  });
  throw new ReadingBegun(`Task ${taskId} reads the PrivateLink of ${describeTarget(connection)}.`);
}

async function look(
  connection: ConnectionTarget,
  execution: ExecutionArn,
  { taskId, begunAt, dueAt }: { taskId: string; begunAt: number; dueAt: number },
): Promise<Seen> {
  const now = Date.now();
  if (now < dueAt) {
    throw new ReadingBegun(`Task ${taskId} reads the PrivateLink after what was asked for before.`);
  }
  try {
    const poll = now < dueAt + FRESH_FOR ? pollFreshTask : pollTask;
    const task = await poll(taskId, connection);
    if (task.outcome === 'pending') throw pendingOf(task, connection);
    return { begunAt, privateLink: found(task, connection) };
  } catch (error) {
    // Of the look: it tells as much as a reading that says so.
    if (error instanceof SubscriptionBusy) return { begunAt, privateLink: busy(error) };
    const isLost = error instanceof TaskUnknown && Date.now() > dueAt + UNKNOWN_FOR;
    const isFruitless = error instanceof TaskWithoutResult || error instanceof TaskFailed;
    if (!isLost && !isFruitless) throw error;
    // A reading changes nothing: it is repeated.
    await shared(() => noteFailed(connection, execution));
    throw isLost ? new TaskWithoutResult(error.message) : error;
  }
}

function found(task: Task, connection: ConnectionTarget): PrivateLink {
  if (task.outcome === 'completed') return readPrivateLink(task.resource, connection);
  const failure = failureOf(task, connection, 'getPrivateLink');
  const privateLink = insteadOf(failure);
  if (privateLink) return privateLink;
  throw failure;
}

/** What an error stands for that tells how the PrivateLink is; null for any other. */
function insteadOf(error: unknown): PrivateLink | null {
  if (error instanceof PrivateLinkNotFound) return NO_PRIVATE_LINK;
  return error instanceof SubscriptionBusy ? busy(error) : null;
}

function busy({ message }: SubscriptionBusy): PrivateLink {
  return { ...NO_PRIVATE_LINK, status: 'busy', errorMessage: message };
}

function shared<T>(work: () => Promise<T>): Promise<T> {
  return withAwsErrors('The reading could not be shared', work);
}
