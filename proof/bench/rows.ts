import { defaultVisibility, type ExecutionRecord } from 'local-cloud';
import type { World as Ways } from '../../assumptions/register.ts';
import { defaultTimings, type Timings } from '../../local/redis-cloud/options.ts';
import { addAccount, exampleOf, type Ground, onboardings, onGround } from './ground.ts';
import { throughServiceNetwork } from './network-rows.ts';
import type { AtMost, Row } from './row.ts';

/** What happened in a row of the bench. Seconds are simulated. */
export interface RowFigures {
  row: string;
  /** Alternatives of the register that were true, where they are not the local world's. */
  ways: string;
  seconds: number;
  /** What Redis Cloud and AWS themselves need for it. */
  needed: number;
  ratio: number;
  /** To Redis Cloud. */
  requests: number;
  /** For each account, subscription or change, whichever there are several of. */
  requestsEach: number;
  /** Looks at tasks. */
  polls: number;
  /** Answers with status 429. */
  refused: number;
  /** As AWS bills them, of all executions. */
  transitions: number;
  /** What is to be reached. */
  atMost: AtMost;
  /** Answers 429 that the row gives by itself. */
  refusesOnPurpose: number;
}

/** Runs one row in a world of its own. */
export function rowFigures(name: string, row: Row, assembly: string, ways: Ways): Promise<RowFigures> {
  const { connections = 1, timings: given } = row;
  const timings = { ...defaultTimings, ...given };
  const configuration = row.configuration?.() ?? exampleOf('resource-share', connections);
  const options = { contract: 'resource-share' as const, assembly, configuration, timings: given, ways };
  return onGround(options, async (ground) => {
    await row.before(ground, timings);
    const { calls } = ground.backEnd;
    const [requests, polls, refused] = [calls.total, calls.of('getTask'), calls.tooMany];
    const known = new Set(ground.cloud.executions());
    const { seconds, needed, each } = await row.work(ground, timings);
    const made = calls.total - requests;
    const executions = ground.cloud.executions().filter((one) => !known.has(one));
    return {
      row: name,
      ways: '',
      seconds,
      needed,
      ratio: seconds / needed,
      requests: made,
      requestsEach: made / each,
      polls: calls.of('getTask') - polls,
      refused: calls.tooMany - refused,
      transitions: executions.reduce((sum, { stateTransitions }) => sum + stateTransitions, 0),
      atMost: row.atMost,
      refusesOnPurpose: row.refusesOnPurpose ?? 0,
    };
  });
}

/** The connections' names. */
function names({ cloud }: Ground): string[] {
  return cloud.configuration.connections.map(({ name }) => name);
}

/** Seconds from the first start to the last end. */
function makespan(executions: ExecutionRecord[]): number {
  const start = Math.min(...executions.map(({ startDate }) => startDate));
  return (Math.max(...executions.map(({ stopDate }) => stopDate!)) - start) / 1000;
}

/** Onboards accounts, without VPCs, to connections; all at once. */
async function admit(ground: Ground, accounts: string[], connections: string[]): Promise<ExecutionRecord[]> {
  return onboardings(ground, async () => {
    for (const connection of connections) {
      for (const accountId of accounts) await ground.cloud.start('onboard', { connection, accountId });
    }
  });
}

/** So many new accounts, from this number on. */
async function accounts(ground: Ground, count: number, from = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await addAccount(ground, from + index));
  return ids;
}

/** A PrivateLink on each subscription, made for an account of its own. */
async function offer(ground: Ground): Promise<void> {
  const first = await addAccount(ground, 0);
  for (const name of names(ground)) await admit(ground, [first], [name]);
}

const { invitationVisibleAfterMs } = defaultVisibility;

/** What so many admissions need: their reads and themselves, one at a time, and what follows the last one. */
function admissions(count: number, subscriptions: number, timings: Timings): number {
  const { taskUnknown, getPrivateLink, addPrincipal } = timings;
  const verified = Math.max(taskUnknown + getPrivateLink, invitationVisibleAfterMs);
  const one = taskUnknown + addPrincipal;
  // Executions of one subscription may share a read; those of different ones cannot.
  const reads = taskUnknown + subscriptions * getPrivateLink;
  // The next one is asked for while a read of another subscription is processed.
  const changes = subscriptions === 1 ? count * one : taskUnknown + count * addPrincipal;
  const verifications = (subscriptions - 1) * getPrivateLink;
  return (reads + changes + verifications + verified) / 1000;
}

/** A single one, and waves of 25 and more. */
function mostOf(count: number): AtMost {
  if (count === 1) return { ratio: 1.05 };
  return count < 25 ? {} : { ratio: 1.1, requestsEach: 3 };
}

function additions(count: number, seconds: number): Row {
  return {
    what: `${count} accounts are admitted at once; a change takes ${seconds} s`,
    atMost: mostOf(count),
    timings: { addPrincipal: seconds * 1000 },
    before: offer,
    work: async (ground, timings) => {
      const executions = await admit(ground, await accounts(ground, count), names(ground));
      return { seconds: makespan(executions), needed: admissions(count, 1, timings), each: count };
    },
  };
}

function subscriptions(count: number, seconds: number): Row {
  return {
    what: `an account is admitted to ${count} subscriptions at once; a change takes ${seconds} s`,
    atMost: { ratio: 1.1, requestsEach: 12 },
    connections: count,
    timings: { addPrincipal: seconds * 1000 },
    before: offer,
    work: async (ground, timings) => {
      const executions = await admit(ground, await accounts(ground, 1), names(ground));
      return { seconds: makespan(executions), needed: admissions(count, count, timings), each: count };
    },
  };
}

function creations(count: number): Row {
  return {
    what: `${count} subscriptions get their PrivateLink at once`,
    atMost: { ratio: 1.1, requestsEach: 12 },
    connections: count,
    before: async () => {},
    work: async (ground, timings) => {
      const executions = await admit(ground, await accounts(ground, 1), names(ground));
      const { taskUnknown, createPrivateLink, provision, getPrivateLink } = timings;
      // Three subscriptions at most are not active at the same time.
      const one = Math.max(createPrivateLink, (createPrivateLink + provision) / 3);
      const needed =
        2 * taskUnknown + count * one + provision + (count + 1) * getPrivateLink + invitationVisibleAfterMs;
      return { seconds: makespan(executions), needed: needed / 1000, each: count };
    },
  };
}

/** Seconds from the request of a removal until it was seen done. */
function removal(seconds: number): Row {
  return {
    what: `an account is removed; the change takes ${seconds} s`,
    atMost: { seconds: 1.075 * seconds },
    timings: { addPrincipal: seconds * 1000, removePrincipal: seconds * 1000 },
    before: async (ground) => {
      await offer(ground);
      await admit(ground, await accounts(ground, 2), names(ground));
    },
    work: async (ground, timings) => {
      const [connection] = names(ground);
      const execution = await ground.cloud.start('offboard', { connection, accountId: '400000000001' });
      await ground.cloud.settled(ground.activity);
      requireSuccess(execution);
      const needed = (timings.taskUnknown + timings.removePrincipal) / 1000;
      return { seconds: between(execution, 'Remove principal', 'Await change'), needed, each: 1 };
    },
  };
}

/** From the entry of one state to the first exit of another, in seconds. */
function between({ history }: ExecutionRecord, from: string, to: string): number {
  const entered = history.find(({ type, details }) => type === 'TaskStateEntered' && details?.name === from)!;
  const left = history.find(({ type, details }) => type === 'TaskStateExited' && details?.name === to)!;
  return (left.timestamp - entered.timestamp) / 1000;
}

function requireSuccess({ name, status, error, cause }: ExecutionRecord): void {
  if (status !== 'SUCCEEDED') throw new Error(`Execution ${name} is ${status}: ${error}: ${cause}`);
}

function wholeConnection(count: number): Row {
  return {
    what: `a whole connection is removed, with ${count} accounts`,
    atMost: { requests: 5 * count },
    before: async (ground) => {
      await offer(ground);
      await admit(ground, await accounts(ground, count - 1), names(ground));
    },
    work: async (ground, timings) => {
      const [connection] = names(ground);
      const execution = await ground.cloud.start('offboard', { connection, all: true, confirm: connection });
      await ground.cloud.settled(ground.activity);
      requireSuccess(execution);
      const { taskUnknown, removePrincipal, principalLeaves, getPrivateLink } = timings;
      const read = taskUnknown + getPrivateLink;
      const needed = read + count * (taskUnknown + removePrincipal + principalLeaves) + read;
      return { seconds: makespan([execution]), needed: needed / 1000, each: 1 };
    },
  };
}

/** An admission of which Redis Cloud refuses something once. `seconds` are those more than without. */
function refusedOnce(operation: string): Row {
  return {
    what: `an account is admitted, and Redis Cloud answers 429 once (${operation})`,
    // Fifteen seconds more than without, which takes 12.4.
    atMost: { seconds: 27.4 },
    refusesOnPurpose: 1,
    before: offer,
    work: async (ground, timings) => {
      let left = 1;
      ground.backEnd.local!.faults.intercept = (request) => {
        if (request.operation !== operation || left === 0) return undefined;
        left -= 1;
        return { status: 429 };
      };
      const executions = await admit(ground, await accounts(ground, 1), names(ground));
      return { seconds: makespan(executions), needed: admissions(1, 1, timings), each: 1 };
    },
  };
}

const BUSY = 300_000;

function busy(): Row {
  return {
    what: 'an account is admitted to a subscription that is busy for 5 min',
    atMost: {},
    before: offer,
    work: async (ground, timings) => {
      const { clock } = ground.cloud;
      const until = clock.now() + BUSY;
      ground.backEnd.local!.faults.intercept = ({ operation }) => {
        if (clock.now() >= until) return undefined;
        if (operation === 'addPrincipal') return { status: 409 };
        return operation === 'getSubscription' ? { status: 200, body: { status: 'pending' } } : undefined;
      };
      const executions = await admit(ground, await accounts(ground, 1), names(ground));
      return { seconds: makespan(executions), needed: BUSY / 1000 + admissions(1, 1, timings), each: 1 };
    },
  };
}

/** Ten additions after one that took 300 s. `known`: how many there were before that one. */
function afterSlow(seconds: number, known: number): Row {
  return {
    what: `10 accounts are admitted after a change of 300 s, of ${seconds} s each; ${known} before it`,
    atMost: { ratio: 1.1 },
    timings: { addPrincipal: seconds * 1000 },
    before: async (ground) => {
      await offer(ground);
      for (let index = 0; index < known; index += 1) {
        await admit(ground, await accounts(ground, 1, 50 + index), names(ground));
      }
      ground.backEnd.local!.faults.intercept = ({ operation }) => {
        ground.backEnd.local!.slowness = operation === 'addPrincipal' ? 300 / seconds : 1;
        return undefined;
      };
      await admit(ground, await accounts(ground, 1, 60), names(ground));
      ground.backEnd.local!.faults.intercept = undefined;
      ground.backEnd.local!.slowness = 1;
    },
    work: async (ground, timings) => {
      const executions = await admit(ground, await accounts(ground, 10), names(ground));
      return { seconds: makespan(executions), needed: admissions(10, 1, timings), each: 10 };
    },
  };
}

/** What is watched: each account has a VPC that asks for nothing. Connected ones take as many transitions. */
function watching(count: number): Row {
  return {
    what: `a reconciliation of ${count} accounts finds nothing`,
    atMost: count === 1_000 ? { transitions: 100 } : { seconds: 900 },
    before: async (ground) => {
      await offer(ground);
      for (const accountId of await accounts(ground, count - 1)) {
        await ground.world.createVpc(accountId, 'us-east-1', { cidrBlock: '10.42.0.0/16', tags: {} });
      }
      await ground.cloud.settled(ground.activity);
    },
    work: async (ground, timings) => {
      const execution = await ground.cloud.start('reconcile', {});
      await ground.cloud.settled(ground.activity);
      requireSuccess(execution);
      const { counts, incomplete } = JSON.parse(execution.output!);
      if (counts.accounts !== count || counts.onboard + counts.offboard + incomplete.length > 0) {
        throw new Error(`It has not found ${count} accounts in order: ${execution.output}`);
      }
      const { taskUnknown, getPrivateLink } = timings;
      return { seconds: makespan([execution]), needed: (taskUnknown + getPrivateLink) / 1000, each: 1 };
    },
  };
}

/** Every row, by the name with which `npm run bench -- --row NAME` runs it. */
export const ROWS: Readonly<Record<string, Row>> = {
  ...each([1, 5, 25, 100], [5, 20], (count, seconds) => [
    `additions-${count}-${seconds}s`,
    additions(count, seconds),
  ]),
  ...each([10, 25], [8, 20], (count, seconds) => [
    `subscriptions-${count}-${seconds}s`,
    subscriptions(count, seconds),
  ]),
  'creations-10': creations(10),
  'creations-200': creations(200),
  'removal-20s': removal(20),
  'whole-connection-6': wholeConnection(6),
  'whole-connection-100': wholeConnection(100),
  'refused-once-change': refusedOnce('addPrincipal'),
  'refused-once-read': refusedOnce('getPrivateLink'),
  'refused-once-poll': refusedOnce('getTask'),
  'busy-300s': busy(),
  'network-1000': throughServiceNetwork(1_000),
  'watching-1000': watching(1_000),
  'watching-10000': watching(10_000),
  ...each([0, 3], [5, 20], (known, seconds) => [
    `after-slow-${seconds}s-${known}-known`,
    afterSlow(seconds, known),
  ]),
};

function each(
  counts: number[],
  seconds: number[],
  make: (count: number, seconds: number) => [string, Row],
): Record<string, Row> {
  return Object.fromEntries(counts.flatMap((count) => seconds.map((one) => make(count, one))));
}
