import type { ExecutionListItem } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { ConnectionName } from '../aws/call/payload.ts';
import { tableEnvironment } from '../shared/coordination/table.ts';
import { OnboardingUnderWay } from '../shared/errors.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionName, Time } from '../shared/runtime/inputs.ts';
import {
  describedTarget,
  executionsEnvironment,
  knownTarget,
  requestedAt,
  requestTimeOf,
  runningExecutions,
  type Target,
} from '../shared/workflows/executions.ts';
import { recordedMembers } from '../shared/workflows/network-members.ts';
import { noteOffboarding } from '../shared/workflows/offboarding-notes.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { NetworkOwners } from '../shared/workflows/service-network.ts';

/** More executions than this are not described in one look: 15 a second is what AWS lets an account do. */
const MAX_DESCRIBED = 200;

/** What the stack tells this function. */
export const awaitOnboardingEnvironment = z.extend(tableEnvironment, executionsEnvironment.shape);

const inputSchema = z.object({
  connection: z.object({ name: ConnectionName }),
  /** Null: the PrivateLink alone is to go. */
  accountId: z.nullable(AccountId),
  vpcId: z.nullable(VpcId),
  /** The offboarding's own name. */
  executionName: ExecutionName,
  /** When the offboarding was requested. */
  since: Time,
  /** What is recorded of the account. */
  records: z.array(z.object({ sk: z.string(), at: z.nullish(z.string()), execution: z.nullish(z.string()) })),
});
type Given = z.output<typeof inputSchema>;
type Input = Given & { accountId: string };

/** Whether the offboarding goes on. */
export type Outcome =
  | { superseded: true; by: string }
  | {
      superseded: false;
      /** An execution that is onboarding something else of the account: it needs the account admitted. */
      alsoOnboarding: string | null;
    };

/**
 * Lets an offboarding and the onboardings of the same thing use one lock. The later request wins: an onboarding
 * that was requested after it supersedes the offboarding, and one from before is let finish first. It notes itself, for
 * onboardings that begin after this look. Where the PrivateLink alone is to go, whoever is being onboarded wins.
 *
 * @throws OnboardingUnderWay while one from before is running.
 * @throws AwsUnavailable when Step Functions throttles.
 */
export const handler = defineHandler(inputSchema, async ({ accountId, ...given }): Promise<Outcome> => {
  if (accountId === null) return awaitNobody(given.connection.name);
  const input: Input = { ...given, accountId };
  const since = Date.parse(input.since);
  const recorded = await recordedSince(input, since);
  if (recorded !== undefined) return { superseded: true, by: recorded };

  await noteOffboarding(input.connection.name, input.accountId, input.executionName);
  let alsoOnboarding: string | null = null;
  let before: string | undefined;
  const { found, unknown } = await onboardingsOf(input.connection.name);
  for (const { execution, target } of found) {
    if (target.accountId !== accountId) continue;
    const name = execution.name ?? '';
    if (!isSame(target, input)) alsoOnboarding ??= name;
    else if (requestedAt(execution) > since) return { superseded: true, by: name };
    else before ??= name;
  }
  if (before !== undefined)
    throw new OnboardingUnderWay(`${subjectOf(input)} is being onboarded by ${before}.`);
  requireAllKnown(subjectOf(input), unknown);
  await awaitNetworkMembers(input);
  return { superseded: false, alsoOnboarding };
});

/** Whether nobody is just being onboarded. */
async function awaitNobody(connection: string): Promise<Outcome> {
  const { found, unknown } = await onboardingsOf(connection);
  const [first] = found;
  if (first) return { superseded: true, by: first.execution.name ?? '' };
  requireAllKnown(`somebody of connection ${connection}`, unknown);
  return { superseded: false, alsoOnboarding: null };
}

/** The running onboardings of the connection, and how many others there are of which that is not known yet. */
async function onboardingsOf(connection: string) {
  const found: { execution: ExecutionListItem; target: Target }[] = [];
  let unknown = 0;
  let left = MAX_DESCRIBED;
  for (const execution of await runningExecutions()) {
    let target = knownTarget(execution);
    if (target === undefined) {
      if (left === 0) {
        unknown += 1;
        continue;
      }
      left -= 1;
      target = await describedTarget(execution);
    }
    if (target?.connection === connection) found.push({ execution, target });
  }
  return { found, unknown };
}

function requireAllKnown(subject: string, unknown: number): void {
  if (unknown === 0) return;
  throw new OnboardingUnderWay(
    `Whether ${subject} is being onboarded is not known yet: ${unknown} running executions of onboard are still to be looked at.`,
  );
}

/**
 * The owner of a service network goes last.
 * @throws OnboardingUnderWay while others are connected through the network.
 */
async function awaitNetworkMembers({ connection: { name }, accountId, vpcId }: Input): Promise<void> {
  const { NETWORK_OWNERS = '{}' } = readEnvironment(NetworkOwners);
  if (vpcId !== null || JSON.parse(NETWORK_OWNERS)[name] !== accountId) return;
  const others = (await recordedMembers(name)).filter((id) => id !== accountId);
  if (others.length === 0) return;
  throw new OnboardingUnderWay(
    `Account ${accountId} owns the service network of connection ${name}, through which ${others.length} accounts are connected, ${others[0]} among them. They are offboarded first: {"connection":"${name}","all":true,"confirm":"${name}"} does.`,
  );
}

/**
 * The execution that has recorded something of what goes, and was requested since. One from before may well have
 * come to its end, and so to its record, since.
 */
async function recordedSince(input: Input, since: number): Promise<string | undefined> {
  const admission = `connection#${input.connection.name}`;
  const isConcerned = (sk: string) =>
    input.vpcId === null
      ? sk === admission || sk.startsWith(`${admission}#`)
      : sk === `${admission}#${input.vpcId}`;
  for (const { sk, at, execution } of input.records) {
    if (!isConcerned(sk)) continue;
    if (!at || !(Date.parse(at) > since)) continue;
    const requested = execution ? await requestTimeOf(execution) : undefined;
    if (requested === undefined || requested > since) return execution ?? sk;
  }
  return undefined;
}

/** Whether the onboarding is of what goes, or of a part of it. */
function isSame(target: Target, { vpcId }: Input): boolean {
  return vpcId === null || target.vpcId === vpcId;
}

function subjectOf({ connection, accountId, vpcId }: Input): string {
  return `${vpcId === null ? '' : `VPC ${vpcId} of `}account ${accountId}, connection ${connection.name},`;
}
