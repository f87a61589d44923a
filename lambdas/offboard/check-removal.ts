import { EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { MemberEnvironment } from '../aws/call/environment.ts';
import { memberClient } from '../aws/call/member-account.ts';
import { lookUpAccount, unknownUnits } from '../aws/call/organization.ts';
import { OptionalExecution } from '../aws/call/payload.ts';
import { otherDependents } from '../aws/resources/dependents.ts';
import { tagValue } from '../aws/resources/tags.ts';
import { describeVpc } from '../aws/resources/vpcs.ts';
import { tableEnvironment } from '../shared/coordination/table.ts';
import { AccessDenied, InvalidRequest, MemberRoleNotAssumable } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { Because } from '../shared/workflows/because.ts';
import { type Connection, configuration } from '../shared/workflows/configuration.ts';
import { offerTo, type Verdict } from '../shared/workflows/offer.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { noteStanding, type Place } from '../shared/workflows/standing.ts';
import { TAG } from '../shared/workflows/vpc-tag.ts';
import { decideRemoval, ofVpc, type SeenVpc } from './removing/removal.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the stack tells this function. */
export const checkRemovalEnvironment = z.extend(MemberEnvironment, tableEnvironment.shape);

const inputSchema = z.object({
  connection: z.object({ name: z.string() }),
  accountId: AccountId,
  /** Null: the whole account is to go. */
  vpcId: z.nullable(VpcId),
  because: Because,
  executionName: OptionalExecution,
});

/**
 * Looks once more at Organizations and at the VPC's tag, before something is removed that nobody has asked for by hand:
 * what has caused the request may be over. A VPC that is disconnected because somebody tries to delete it is noted.
 *
 * @throws InvalidRequest when the connection is configured no more.
 * @throws AccessDenied when Organizations refuses to answer.
 * @throws AwsUnavailable when Organizations, AWS in the account or DynamoDB do not answer.
 */
export const handler = defineHandler(inputSchema, async (input) => {
  const { accountId, vpcId, because } = input;
  const { connections, removals } = configuration();
  const connection = connections.find(({ name }) => name === input.connection.name);
  if (!connection) throw new InvalidRequest(`Connection ${input.connection.name} is configured no more.`);
  const vpc = vpcId === null ? null : await seenVpc(connection, accountId, vpcId, input.executionName);
  const offer = ofVpc({ connection, because, vpc }) ? null : await offerNow(connection, accountId);
  const rule = removals.onRefusedDeletion;
  const isAsked = offer?.answer !== 'no' && because === 'vpc-deletion-refused' && rule === 'whenLast';
  const inTheWay = isAsked && vpcId !== null ? await seenInTheWay(connection, input) : null;
  const removal = decideRemoval({ connection, because, rule, vpc, offer, inTheWay });
  if (removal.isForDeletion && vpcId !== null) {
    await noteDeletion({ accountId, connection: connection.name, vpcId });
  }
  return removal;
});

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

async function seenInTheWay(
  { region }: Connection,
  { accountId, vpcId, executionName }: z.output<typeof inputSchema>,
): Promise<string[] | { unseen: string }> {
  return unlessShutOut(async () =>
    otherDependents(await memberClient(EC2Client, { accountId, region }, executionName), vpcId ?? ''),
  );
}

async function seenVpc(
  { region }: Connection,
  accountId: string,
  vpcId: string,
  executionName: z.output<typeof OptionalExecution>,
): Promise<SeenVpc> {
  return unlessShutOut(async () => {
    const vpc = await describeVpc(await memberClient(EC2Client, { accountId, region }, executionName), vpcId);
    if (vpc === null) return { exists: false };
    if (vpc === undefined) return { unseen: `AWS says nothing about ${vpcId}.` };
    return { exists: true, tag: tagValue(vpc.Tags, TAG) };
  });
}

/** What the look shows, or that the account does not let anybody look. */
async function unlessShutOut<T>(look: () => Promise<T>): Promise<T | { unseen: string }> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof MemberRoleNotAssumable || error instanceof AccessDenied) {
      return { unseen: error.message };
    }
    throw error;
  }
}
