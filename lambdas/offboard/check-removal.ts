import { EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { memberClient } from '../aws/call/member-account.ts';
import { lookUpAccount, unknownUnits } from '../aws/call/organization.ts';
import { OptionalExecution } from '../aws/call/payload.ts';
import { tagValue } from '../aws/resources/tags.ts';
import { describeVpc } from '../aws/resources/vpcs.ts';
import { AccessDenied, InvalidRequest, MemberRoleNotAssumable } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { Because } from '../shared/workflows/because.ts';
import { type Connection, configuration } from '../shared/workflows/configuration.ts';
import { offerTo, type Verdict } from '../shared/workflows/offer.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { TAG } from '../shared/workflows/vpc-tag.ts';
import { decideRemoval, ofVpc, type SeenVpc } from './removing/removal.ts';

const inputSchema = z.object({
  connection: z.object({ name: z.string() }),
  accountId: AccountId,
  /** Null: the whole account is to go. */
  vpcId: z.nullable(VpcId),
  because: Because,
  execution: OptionalExecution,
});

/**
 * Looks once more at Organizations and at the VPC's tag, before something is removed that nobody has asked for by hand:
 * what has caused the request may be over.
 *
 * @throws InvalidRequest when the connection is configured no more.
 * @throws AccessDenied when Organizations refuses to answer.
 * @throws AwsUnavailable when Organizations or AWS in the account do not answer.
 */
export const handler = defineHandler(inputSchema, async (input) => {
  const { accountId, vpcId, because } = input;
  const connection = configuration().connections.find(({ name }) => name === input.connection.name);
  if (!connection) throw new InvalidRequest(`Connection ${input.connection.name} is configured no more.`);
  const vpc = vpcId === null ? null : await seenVpc(connection, accountId, vpcId, input.execution);
  const offer = ofVpc({ connection, because, vpc }) ? null : await offerNow(connection, accountId);
  return decideRemoval({ connection, because, vpc, offer });
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

async function seenVpc(
  { region }: Connection,
  accountId: string,
  vpcId: string,
  execution: z.output<typeof OptionalExecution>,
): Promise<SeenVpc> {
  try {
    const vpc = await describeVpc(await memberClient(EC2Client, { accountId, region }, execution), vpcId);
    if (vpc === null) return { exists: false };
    if (vpc === undefined) return { unseen: `AWS says nothing about ${vpcId}.` };
    return { exists: true, tag: tagValue(vpc.Tags, TAG) };
  } catch (error) {
    if (error instanceof MemberRoleNotAssumable || error instanceof AccessDenied) {
      return { unseen: error.message };
    }
    throw error;
  }
}
