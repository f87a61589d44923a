import { sectionOf } from '../../lambdas/clean-up/messages/runbook.ts';
import { LONGEST_RUN_HOURS } from '../../lambdas/reconcile/comparing/invitations.ts';
import { nameOf } from '../../lambdas/shared/workflows/holds.ts';
import type { Leftover } from '../../lambdas/shared/workflows/leftovers.ts';
import { startCommand } from '../../lambdas/shared/workflows/message.ts';
import { workflowIn } from '../../lib/names.ts';
import type {
  Approval,
  ByHand,
  Connected,
  Deletion,
  Failure,
  Hold,
  Lock,
  Place,
  Records,
} from './records.ts';

/** An execution that runs. */
export interface Running {
  workflow: string;
  /** ARN. */
  execution: string;
  /** ISO time. */
  since: string;
  /** What it is about, where that is known. */
  place: Place | null;
  /** The state that it is in, where that is known. */
  state: string | null;
  /** The error of the latest attempt there, after which it asks again; null: none has failed. */
  lastError: string | null;
}

/** What the latest reconciliation has found. */
export interface Reconciliation {
  /** ISO time at which it began. */
  at: string;
  /** What could not be looked at. */
  incomplete: string[];
  reported: { kind: string; connection?: string; accountId?: string; vpcId?: string; what: string }[];
  held: { connection: string; accountId: string; vpcId?: string; why: string; reason?: string }[];
  /** Everything that is not as it should be; null where the report does not have all of it. */
  differences: { connection: string; accountId: string; vpcId?: string }[] | null;
}

/** Everything that was read. What could not be read is undefined, and `unseen` says why. */
export interface Readings {
  /** Milliseconds since the epoch. */
  now: number;
  /** ARN of the workflow that takes answers to what is held. */
  offboard: string;
  /** ARN of the workflow that does what is missing. */
  reconcile: string;
  /** Connections of the configuration. */
  connections: readonly { name: string; subscriptionId: number; region: string; contract: string }[];
  table: string | undefined;
  records: Records | undefined;
  running: Running[] | undefined;
  /** How the executions of failures stand now, by ARN. */
  standings: ReadonlyMap<string, string>;
  reconciliation: Reconciliation | null | undefined;
  /** How often it runs. */
  reconcileEveryMinutes: number;
  /** What is to be known beforehand, such as another configuration. */
  notes: string[];
  unseen: string[];
}

/** A failure that nobody has mended, and what to do. */
export interface Unmended extends Failure {
  workflow: string;
  command: string;
  section: string;
  /** Whether another execution of the workflow runs about it. */
  isTriedAgain: boolean;
}

/** A removal that waits for a person, and what answers it. */
export interface Held extends Hold {
  release: string;
  refuse: string;
}

/** What is left in an account that lets nobody in, and what lets it be. */
export interface Left extends Leftover {
  leave: string;
}

/** A VPC that is recorded as connected, or is to be. */
export interface Recorded extends Connected {
  /** Whether it may not be as it is recorded: something runs or has failed about it, or a reconciliation has found so. */
  isInDoubt: boolean;
}

/** What a deployment does, for people and programs. */
export interface Status {
  at: string;
  table: string | null;
  notes: string[];
  connections: {
    name: string;
    subscriptionId: number;
    region: string;
    contract: string;
    accounts: { accountId: string; admittedAt: string | null; vpcs: Recorded[] }[];
  }[];
  running: Running[];
  waiting: { approvals: Approval[]; locks: Lock[]; holds: Held[]; deletions: Deletion[] };
  /** What stays as a person has left it, whatever tags and the configuration say. */
  byHand: { wishes: ByHand[]; refusals: ByHand[] };
  /** What could not be removed from accounts. */
  leftovers: Left[];
  failures: Unmended[];
  /** The command that does what is missing, of all that has failed to be connected. */
  repair: string;
  reconciliation: Reconciliation | null;
  /** Why somebody has to do something, a line each. */
  needsPerson: string[];
  unseen: string[];
}

/** Which part one asks for. */
export interface Selection {
  accountId?: string | undefined;
  connection?: string | undefined;
}

/** What the readings come to. */
export function statusOf(readings: Readings, selection: Selection = {}): Status {
  const isAsked = ({ accountId, connection }: { accountId?: string; connection?: string }) =>
    (selection.accountId === undefined || accountId === selection.accountId) &&
    (selection.connection === undefined || connection === selection.connection);
  const { records, now, notes, unseen } = readings;
  const running = (readings.running ?? []).filter(
    ({ place }) => isAsked(place ?? {}) || !(selection.accountId ?? selection.connection),
  );
  const failures = (records?.failures ?? [])
    .filter((failure) => isAsked(failure) && !isMended(failure, readings))
    .map((failure) => unmended(failure, running));
  const asked = (records?.approvals ?? []).filter((one) => isAsked(one) && one.state === 'asked');
  const reconciliation = readings.reconciliation && {
    ...readings.reconciliation,
    // What is left is read from its own records, as it is now.
    reported: readings.reconciliation.reported.filter((one) => isAsked(one) && one.kind !== 'leftover'),
    held: readings.reconciliation.held.filter(isAsked),
  };
  const connected = inDoubt((records?.connected ?? []).filter(isAsked), { ...readings, running, failures });
  const status = {
    at: new Date(now).toISOString(),
    table: readings.table ?? null,
    notes: [...notes, ...formerConnections(connected, readings.connections)],
    connections: readings.connections
      .filter(({ name }) => selection.connection === undefined || name === selection.connection)
      .map((one) => ({ ...one, accounts: accountsOf(connected, one.name) })),
    running,
    waiting: {
      approvals: asked,
      locks: (records?.locks ?? []).filter(({ holder, waiting }) => holder !== null || waiting.length > 0),
      holds: (records?.holds ?? [])
        .filter((one) => isAsked(one) && Date.parse(one.until) > now)
        .map((one) => held(one, readings.offboard)),
      deletions: (records?.deletions ?? []).filter((one) => isAsked(one) && Date.parse(one.until) > now),
    },
    byHand: {
      wishes: (records?.wishes ?? []).filter(isAsked),
      refusals: (records?.refusals ?? []).filter(isAsked),
    },
    leftovers: (records?.leftovers ?? [])
      .filter(isAsked)
      .map((one) => ({ ...one, leave: answerTo(one, 'leave', readings.offboard) })),
    failures,
    repair: startCommand(readings.reconcile.split(':')[3] ?? '', readings.reconcile, {}),
    reconciliation: reconciliation ?? null,
    unseen,
  };
  return { ...status, needsPerson: [...needs(status, readings)] };
}

/** What is recorded, and whether it may be otherwise by now. */
function inDoubt(
  connected: readonly Connected[],
  { failures, running, reconciliation }: Pick<Status, 'failures' | 'running'> & Readings,
): Recorded[] {
  const about = new Set(
    [...failures, ...running.flatMap(({ workflow, place }) => (place ? [{ ...place, workflow }] : []))]
      // What is to be removed as a whole takes all VPCs along; what admits an account touches none.
      .filter(({ vpcId, workflow }) => vpcId !== null || workflow === 'offboard')
      .map(keyOf),
  );
  const { differences, held = [] } = reconciliation ?? {};
  const found = new Set([...(differences ?? []), ...held].map(keyOf));
  return connected.map((one) => {
    const { connection, accountId, at } = one;
    const whole = [keyOf({ connection, accountId, vpcId: null }), keyOf({ connection, accountId: '' })];
    const isFound = found.has(keyOf(one)) && reconciliation!.at > at;
    return { ...one, isInDoubt: [keyOf(one), ...whole].some((key) => about.has(key)) || isFound };
  });
}

function keyOf({ connection, accountId, vpcId }: Omit<Place, 'vpcId'> & { vpcId?: string | null }): string {
  return [connection, accountId, vpcId ?? ''].join(' ');
}

/** What is recorded of connections that are configured no more. Nothing looks after it. */
function formerConnections(
  connected: readonly Recorded[],
  configured: readonly { name: string }[],
): string[] {
  const former = new Set(connected.map(({ connection }) => connection));
  for (const { name } of configured) former.delete(name);
  return [...former].sort().map((connection) => {
    const accounts = accountsOf(connected, connection);
    const vpcs = accounts.flatMap((account) => account.vpcs).length;
    return `connection ${connection} is configured no more, and has ${counted(vpcs, 'VPC')} of ${counted(accounts.length, 'account')} connected: ${accounts.map(({ accountId }) => accountId).join(', ')}`;
  });
}

function accountsOf(connected: readonly Recorded[], connection: string) {
  const accounts = new Map<string, Status['connections'][number]['accounts'][number]>();
  for (const one of connected.filter((each) => each.connection === connection)) {
    const { accountId, vpcId, at } = one;
    const account = accounts.get(accountId) ?? { accountId, admittedAt: null, vpcs: [] };
    accounts.set(accountId, account);
    if (vpcId === null) account.admittedAt = at;
    else account.vpcs.push(one);
  }
  return [...accounts.values()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
}

/**
 * Whether a failure is over: its execution runs again or has ended well since, what it was about has come about in
 * another way, or a later reconciliation has found that all is as it should be there. What nobody was told of, because
 * a person has stopped, refused or mistyped it, is over, too.
 */
function isMended(failure: Failure, { records, standings, reconciliation }: Readings): boolean {
  if (!failure.isTold) return true;
  const differences = reconciliation && reconciliation.at > failure.at ? reconciliation.differences : null;
  if (differences && !differences.some((one) => concerns(failure, one))) return true;
  if (['RUNNING', 'SUCCEEDED'].includes(standings.get(failure.execution) ?? '')) return true;
  const ofIt = (records?.connected ?? []).filter(
    ({ connection, accountId, vpcId }) =>
      connection === failure.connection &&
      (failure.accountId === '' || accountId === failure.accountId) &&
      (failure.vpcId === null || vpcId === failure.vpcId),
  );
  if (workflowOf(failure.execution) === 'offboard') return ofIt.length === 0;
  return ofIt.some(
    ({ vpcId, vpcEndpointId, at }) =>
      vpcId === failure.vpcId && (vpcId === null || vpcEndpointId !== null) && at > failure.at,
  );
}

function concerns(
  failure: Failure,
  { connection, accountId, vpcId }: NonNullable<Reconciliation['differences']>[number],
): boolean {
  return (
    connection === failure.connection &&
    (failure.accountId === '' || accountId === failure.accountId) &&
    (failure.vpcId === null || vpcId === undefined || vpcId === failure.vpcId)
  );
}

function unmended(failure: Failure, running: readonly Running[]): Unmended {
  const { execution, error } = failure;
  const workflow = workflowOf(execution);
  const region = execution.split(':')[3];
  return {
    ...failure,
    workflow,
    isTriedAgain: running.some(
      (one) => one.place && one.workflow === workflow && keyOf(one.place) === keyOf(failure),
    ),
    command: `aws stepfunctions redrive-execution --region ${region} --execution-arn ${execution}`,
    section: `docs/operations.md#${sectionOf(error === '-' ? null : error)}`,
  };
}

function held(hold: Hold, offboard: string): Held {
  const [release, refuse] = [answerTo(hold, 'release', offboard), answerTo(hold, 'refuse', offboard)];
  return { ...hold, release, refuse };
}

/** The command by which a person answers. */
function answerTo(place: Place, answer: 'release' | 'refuse' | 'leave', offboard: string): string {
  const input = { connection: place.connection, [answer]: [nameOf(place)] };
  return startCommand(offboard.split(':')[3] ?? '', offboard, input);
}

/** The name of an execution's workflow, without that of the system. */
export function workflowOf(execution: string): string {
  return workflowIn(execution.split(':')[6] ?? '');
}

function* needs(
  status: Omit<Status, 'needsPerson'>,
  { reconciliation, running, now, reconcileEveryMinutes }: Readings,
): Iterable<string> {
  const { failures, waiting } = status;
  if (failures.length > 0) yield `${counted(failures.length, 'failure')} not mended`;
  if (waiting.approvals.length > 0) {
    yield `${counted(waiting.approvals.length, 'approval')} to give: the commands are in the messages of the topic`;
  }
  if (waiting.holds.length > 0) {
    yield `${counted(waiting.holds.length, 'removal')} held: release or refuse, or nothing is removed`;
  }
  const left = status.leftovers.filter(({ staysSince }) => staysSince === null).length;
  if (left > 0) yield `something left in ${counted(left, 'VPC')}: remove it, or say that it may stay`;
  if (running?.length === 0 && waiting.locks.some(({ holder }) => holder !== null)) {
    yield 'a lock is held and nothing runs: watch-locks gives it on within 15 minutes';
  }
  if (reconciliation === null) {
    yield `no reconciliation has reported yet: one begins every ${reconcileEveryMinutes} minutes`;
  } else if (reconciliation) {
    const recent = (reconcileEveryMinutes + LONGEST_RUN_HOURS * 60) * 60_000;
    if (now - Date.parse(reconciliation.at) > recent) {
      yield `the last reconciliation was at ${reconciliation.at}`;
    }
    const { reported, incomplete: unlooked } = status.reconciliation!;
    if (reported.length > 0)
      yield `${counted(reported.length, 'thing')} left, which the reconciliation reports`;
    if (unlooked.length > 0)
      yield `${counted(unlooked.length, 'thing')} that the reconciliation could not look at`;
  }
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
