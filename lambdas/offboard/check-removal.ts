import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import type { MemberFunction } from '../aws/call/actions.ts';
import { MemberEnvironment } from '../aws/call/environment.ts';
import { memberClient } from '../aws/call/member-account.ts';
import { OptionalExecution } from '../aws/call/payload.ts';
import { seeVpc, unlessShutOut, type VpcInAccount } from '../aws/call/seen-vpc.ts';
import { otherDependents } from '../aws/resources/dependents.ts';
import { readOwnership } from '../aws/resources/ownership.ts';
import { dynamodb, table, tableEnvironment, withAwsErrors } from '../shared/coordination/table.ts';
import { InvalidRequest } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { Time } from '../shared/runtime/inputs.ts';
import { Because } from '../shared/workflows/because.ts';
import { type Connection, configuration, type Removals } from '../shared/workflows/configuration.ts';
import { claimTelling, forgetHold, nameOf, noteHold, readHold } from '../shared/workflows/holds.ts';
import { requireUnchanged } from '../shared/workflows/known-connections.ts';
import { forgetLeftover } from '../shared/workflows/leftovers.ts';
import { latestOf, type Place, type Standing, standingKey } from '../shared/workflows/noted.ts';
import { asksFor, offerTo, type SeenVpc, type Verdict } from '../shared/workflows/offer.ts';
import { lookUpAccount, unknownUnits } from '../shared/workflows/organization.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { forgetStanding, noteStanding, readStanding } from '../shared/workflows/standing.ts';
import { takeFromBudget } from './holding/budget.ts';
import { decideRemoval, ofVpc, type Removal } from './removing/removal.ts';

/** This function, as member accounts know it. */
const BY: MemberFunction = 'check-removal';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the stack tells this function. */
export const checkRemovalEnvironment = z.extend(MemberEnvironment, tableEnvironment.shape);

const inputSchema = z.object({
  connection: z.object({ name: z.string() }),
  accountId: AccountId,
  /** Null: the whole account is to go. */
  vpcId: z.nullable(VpcId),
  /** Null: a person has asked for it. */
  because: z.nullable(Because),
  /** A person has released it. */
  released: z.nullish(z.boolean()),
  executionName: OptionalExecution,
  /** When the execution was started; left out by a definition from before that counted. */
  since: z.nullish(Time),
});
type Input = z.output<typeof inputSchema>;

/** What comes of the look, for the workflow. */
export interface Outcome extends Removal {
  /** It is to go, and held, because the budget is used up. */
  held: boolean;
  /** This execution is to tell of what is held. */
  tells: boolean;
  /** What a person should know of it. */
  notes: string[];
}

/**
 * Before something is removed that nobody has asked for by hand, looks once more at Organizations and at the VPC's tag:
 * what has caused the request may be over. What goes takes from the budget, and is held if nothing is left. What a person
 * removes goes, and it is noted if it would be connected again.
 *
 * @throws InvalidRequest when the connection is configured no more, or for something else than what is connected.
 * @throws AccessDenied when Organizations refuses to answer.
 * @throws AwsUnavailable when Organizations, AWS in the account or DynamoDB do not answer.
 */
export const handler = defineHandler(inputSchema, async (input): Promise<Outcome> => {
  const { connections, removals } = configuration();
  const connection = connections.find(({ name }) => name === input.connection.name);
  if (!connection) throw new InvalidRequest(`Connection ${input.connection.name} is configured no more.`);
  // The configuration may have changed since the execution began.
  await requireUnchanged(connection);
  const { because } = input;
  if (because === null) return byHand(connection, input);
  const removal = await lookAgain(connection, removals, { ...input, because });
  const outcome = { ...removal, held: false, tells: false, notes: [] };
  if (because === 'leftover') return outcome;
  if (!removal.goes || removal.isOver) return outcome;
  const place = { accountId: input.accountId, connection: connection.name, vpcId: input.vpcId };
  if (input.released) {
    await forgetHold(place);
  } else {
    const held = await holdBack(place, because, removal.reason, removals);
    if (held) {
      const tells = await claimTelling(connection.name, input.executionName ?? nameOf(place));
      return { ...outcome, goes: false, reason: held, held: true, tells };
    }
  }
  if (removal.isForDeletion) await noteDeletion(place);
  return outcome;
});

async function lookAgain(
  connection: Connection,
  { onRefusedDeletion: rule }: Removals,
  input: Input & { because: Because },
): Promise<Removal> {
  const { accountId, vpcId, because, executionName } = input;
  const { region } = connection;
  const place = vpcId === null ? null : { by: BY, accountId, region, vpcId, executionName };
  const vpc = place && (await seeVpc(place));
  if (because === 'leftover') {
    const stays = await leftoverStays(connection, input, vpc);
    if (stays) return { goes: false, reason: stays };
  }
  const offer = ofVpc({ connection, because, vpc }) ? null : await offerNow(connection, accountId);
  const isAsked = offer?.answer !== 'no' && because === 'vpc-deletion-refused' && rule === 'whenLast';
  const inTheWay = isAsked && place ? await seenInTheWay(place) : null;
  const removal = decideRemoval({ connection, because, rule, vpc, offer, inTheWay });
  if (because === 'leftover' && offer?.answer === 'yes') await forgetLeftover(leftoverIn(connection, input));
  if (!removal.goes || removal.isOver || removal.isForDeletion) return removal;
  const stays = because === 'reconciliation' && vpcId === null && (await unseenAccount(connection, input));
  if (stays) return { goes: false, reason: stays };
  const standing = await latestStanding({ accountId, connection: connection.name, vpcId });
  if (standing?.kind !== 'wish') return removal;
  // A wish ends with the account.
  if ((await lookUpAccount(accountId)).state !== 'ACTIVE') return removal;
  const reason = `it was asked for by hand at ${standing.at}. Start offboard by hand to disconnect it`;
  return { goes: false, reason };
}

/** What was noted last of the VPC, or of its account: a wish ends when a person disconnects the whole account later. */
async function latestStanding(place: Place): Promise<Standing | undefined> {
  const noted = new Map<string, Standing>();
  for (const one of place.vpcId === null ? [place] : [place, { ...place, vpcId: null }]) {
    const standing = await readStanding(one);
    if (standing) noted.set(standingKey(one), standing);
  }
  return latestOf(noted, place);
}

/** Why nothing is done about what is left. What is connected again is no leftover any more, and takes from the budget. */
async function leftoverStays(
  connection: Connection,
  input: Input,
  vpc: SeenVpc | null,
): Promise<string | undefined> {
  if (vpc === null) return 'it is not said in which VPC it is left';
  if ('unseen' in vpc) return vpc.unseen;
  if (!(await isConnected(connection, input))) return undefined;
  await forgetLeftover(leftoverIn(connection, input));
  return 'the VPC is connected again';
}

function leftoverIn({ name }: Connection, { accountId, vpcId }: Input) {
  return { connection: name, accountId, vpcId: vpcId ?? '' };
}

/** Whether it is recorded which endpoint connects the VPC. */
async function isConnected({ name }: Connection, { accountId, vpcId }: Input): Promise<boolean> {
  const Key = { pk: { S: `account#${accountId}` }, sk: { S: `connection#${name}#${vpcId}` } };
  const { Item } = await withAwsErrors('What is connected could not be looked up', () =>
    dynamodb().send(new GetItemCommand({ ...table(), Key, ConsistentRead: true })),
  );
  return Item?.vpcEndpointId !== undefined;
}

/** Whether the connection is offered to the account now. Only where nothing else speaks for it, its units are looked up. */
async function offerNow(connection: Connection, accountId: string): Promise<Verdict> {
  const account = await lookUpAccount(accountId);
  const offer = offerTo(connection, account);
  if (offer.answer !== 'no') return offer;
  return offerTo(
    connection,
    account,
    await unknownUnits(connection.accounts.organizationalUnits, account.paths ?? []),
  );
}

/**
 * Why a whole account stays to which the configuration does not offer the connection any more. Its endpoints would stay
 * behind where nobody could look for them. An account that is not active cannot be entered by anybody, and goes.
 */
async function unseenAccount(
  { region }: Connection,
  { accountId, executionName }: Input,
): Promise<string | undefined> {
  const seen = await unlessShutOut(async () => {
    await memberClient(EC2Client, BY, { accountId, region }, executionName);
    return undefined;
  });
  if (!seen || (await lookUpAccount(accountId)).state !== 'ACTIVE') return undefined;
  return `whether something of the account is connected cannot be told, because nobody can enter it. Offer the connection to it until its VPCs have left, or start offboard by hand: ${seen.unseen}`;
}

async function seenInTheWay(place: VpcInAccount): Promise<string[] | { unseen: string }> {
  return unlessShutOut(async () =>
    otherDependents(
      await memberClient(EC2Client, place.by, place, place.executionName),
      place.vpcId,
      await readOwnership(place.accountId, place.region, { completes: false }),
    ),
  );
}

/** Takes from the budget, or holds the removal. @returns why it is held */
async function holdBack(
  place: Place,
  because: Because,
  reason: string,
  { atOnce, hours }: Removals,
): Promise<string | undefined> {
  const hold = await readHold(place);
  if (hold)
    return `a removal that is held until ${hold.until}, for a person to release or refuse it: ${hold.reason}`;
  if (await takeFromBudget(place.connection, nameOf(place), atOnce)) return undefined;
  await noteHold({ ...place, because, reason }, hours);
  return `more of connection ${place.connection} would go than removals.atOnce lets go within an hour, so it is held for ${hours} hours: ${reason}`;
}

/** A reconciliation leaves the VPC disconnected for so long, so that it can be deleted. */
async function noteDeletion(place: Place): Promise<void> {
  const now = Date.now();
  const until = now + DAY_MS;
  await noteStanding(
    place,
    { kind: 'deletion', at: new Date(now).toISOString(), until: new Date(until).toISOString() },
    // The reconciliation that connects it again knows why it was disconnected.
    Math.floor((until + DAY_MS) / 1000),
  );
}

/** What a person removes goes. What asks to be connected stays disconnected until somebody says otherwise. */
async function byHand(connection: Connection, input: Input): Promise<Outcome> {
  const { accountId, vpcId, executionName, since } = input;
  const place = { accountId, connection: connection.name, vpcId };
  const at = new Date(since ?? Date.now()).toISOString();
  const vpc =
    vpcId === null
      ? null
      : await seeVpc({ by: BY, accountId, region: connection.region, vpcId, executionName });
  const isAsking = vpc === null || 'unseen' in vpc || (vpc.exists && asksFor(connection, vpc.tag));
  await forgetHold(place);
  const outcome = { goes: true, reason: 'a person has asked for it', held: false, tells: false };
  if (!isAsking) {
    await forgetStanding(place, 'removal', at);
    return { ...outcome, notes: [] };
  }
  await noteStanding(place, { kind: 'refusal', at, ...(executionName && { by: executionName }) }, null);
  return { ...outcome, notes: [refusalNote(connection, vpc !== null && !('unseen' in vpc))] };
}

/** @param asks whether the VPC is seen to ask to be connected */
function refusalNote({ name, vpcs }: Connection, asks: boolean): string {
  const undo = 'start onboard by hand to undo this';
  if (!asks) return `it stays disconnected; ${undo}`;
  if (vpcs === 'all') return `it stays disconnected although every VPC is connected to ${name}; ${undo}`;
  return `it stays disconnected although its tag says ${name}; remove the tag, or ${undo}`;
}
