import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { MemberEnvironment } from '../aws/call/environment.ts';
import { seeVpc } from '../aws/call/seen-vpc.ts';
import {
  conditional,
  dynamodb,
  table,
  tableEnvironment,
  withAwsErrors,
} from '../shared/coordination/table.ts';
import { EventOver, InvalidRequest } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionName, Time } from '../shared/runtime/inputs.ts';
import { requireOffer } from '../shared/workflows/admission.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { executionsEnvironment } from '../shared/workflows/executions.ts';
import { claimName } from '../shared/workflows/known-connections.ts';
import {
  isUndoneBy,
  latestOf,
  type Noted,
  type Place,
  type Standing,
  standingKey,
} from '../shared/workflows/noted.ts';
import { asksFor } from '../shared/workflows/offer.ts';
import { type CheckedRequest, checkRequest } from '../shared/workflows/onboard-request.ts';
import { forgetStanding, noteStanding, readStanding } from '../shared/workflows/standing.ts';
import { awaitOffboarding } from './waiting/await-offboarding.ts';

/** Milliseconds after which EC2 shows every change. */
const SHOWN_WITHIN = 60_000;

/** What the stack tells this function. */
export const checkOnboardRequestEnvironment = z.extend(tableEnvironment, {
  ...executionsEnvironment.shape,
  ...MemberEnvironment.shape,
});

const inputSchema = z.object({
  request: z.unknown(),
  /** Name of the execution. */
  executionName: ExecutionName,
  /** When it was requested. */
  since: Time,
});

/**
 * The first step of `onboard`: `{request}` in, the checked request out. It asks Organizations whether the account may be
 * connected, and the table whether the connection is the one that was connected before, notes what is to be, and lets an
 * offboarding that was requested before finish.
 *
 * @throws InvalidRequest listing all problems, with an example; or why the account or the connection may not be connected.
 * @throws EventOver when an event comes late, and what it asks for is over.
 * @throws OffboardingUnderWay while an offboarding of the same account, or of a VPC of it, from before is running.
 * @throws AccessDenied when Organizations refuses to answer.
 * @throws AwsUnavailable when Organizations, Step Functions or DynamoDB do not answer.
 */
export const handler = defineHandler(inputSchema, async ({ request, executionName, since }) => {
  const checked = checkRequest(request, configuration().connections);
  await requireOffer(checked.connection, checked.accountId);
  await claimName(checked.connection);
  await heed(checked, executionName, since);
  await note(checked, executionName);
  await awaitOffboarding({ connection: checked.connection, accountId: checked.accountId, since });
  return checked;
});

/**
 * Notes what a person wants that no tag asks for, and forgets what is over: a start by hand and a changed tag undo what
 * was disconnected by hand.
 * @throws InvalidRequest when an event connects what was disconnected after it, or admits an account that a person has
 *   disconnected; when a reconciliation connects what a person has disconnected since it looked; when a start by hand is
 *   older than the one that disconnected.
 * @throws EventOver when an event comes late, and the VPC does not ask for the connection any more.
 */
async function heed(
  { connection, accountId, vpcId, because, at }: CheckedRequest,
  executionName: ExecutionName,
  since: string,
): Promise<void> {
  const place = { accountId, connection: connection.name, vpcId };
  const requested = { by: executionName, at: new Date(since).toISOString() };
  // The account as such is admitted for others, too.
  if (because === 'reconciliation' && vpcId === null) return;
  const ofAccount = await readStanding({ ...place, vpcId: null });
  const ofPlace = vpcId === null ? ofAccount : await readStanding(place);
  const said = latestOf(notedOf(place, ofPlace, ofAccount), place);
  if (because === 'reconciliation') {
    if (said?.kind === 'refusal') throw staysDisconnected(place, said);
    return;
  }
  // Its account was disconnected, and it is to be connected all the same.
  const asked = vpcId !== null && ofAccount?.kind === 'refusal' ? 'asked' : null;
  if (because === 'event') {
    const isOff = said?.kind === 'refusal' || said?.kind === 'deletion';
    if (isOff && (vpcId === null || !isUndoneBy(at, said))) throw staysDisconnected(place, said);
    if (said?.kind !== 'wish') await requireStillAsked({ connection, accountId, vpcId, at }, executionName);
    if (isOff) await noteOrForget(place, asked, requested);
    return;
  }
  // Started by hand as well, and later: this one was slow to begin.
  if (said?.kind === 'refusal' && said.at >= requested.at) throw staysDisconnected(place, said);
  const vpc =
    vpcId &&
    (await seeVpc({
      by: 'check-onboard-request',
      accountId,
      region: connection.region,
      vpcId,
      executionName,
    }));
  const isWish = vpc && ('unseen' in vpc || (vpc.exists && !asksFor(connection, vpc.tag, vpc.isDefault)));
  await noteOrForget(place, isWish ? 'wish' : asked, requested);
}

/**
 * An event may come hours late, from a queue or after others that were later: then what it says may be over.
 * @throws EventOver when the VPC does not ask for the connection any more, or is gone.
 */
async function requireStillAsked(
  { connection, accountId, vpcId, at }: Pick<CheckedRequest, 'connection' | 'accountId' | 'vpcId' | 'at'>,
  executionName: ExecutionName,
): Promise<void> {
  if (vpcId === null || at === null || Date.now() - Date.parse(at) <= SHOWN_WITHIN) return;
  const { region, name } = connection;
  const vpc = await seeVpc({ by: 'check-onboard-request', accountId, region, vpcId, executionName });
  if ('unseen' in vpc || (vpc.exists && asksFor(connection, vpc.tag, vpc.isDefault))) return;
  const now = vpc.exists ? `does not ask for ${name} any more` : 'does not exist any more';
  throw new EventOver(
    `The event is of ${at}, and VPC ${vpcId} of account ${accountId} ${now}. Nothing was changed.`,
  );
}

function notedOf(place: Place, ofPlace: Standing | undefined, ofAccount: Standing | undefined): Noted {
  const all: [Place, Standing | undefined][] = [
    [{ ...place, vpcId: null }, ofAccount],
    [place, ofPlace],
  ];
  return new Map(all.flatMap(([one, said]) => (said ? [[standingKey(one), said] as const] : [])));
}

function staysDisconnected({ accountId, connection, vpcId }: Place, said: Standing): InvalidRequest {
  const what = vpcId === null ? `Account ${accountId}` : `VPC ${vpcId} of account ${accountId}`;
  const why = said.kind === 'refusal' ? 'by hand' : 'because somebody tried to delete it';
  return new InvalidRequest(
    `${what} was disconnected from ${connection} ${why} at ${said.at}, and stays so. Start onboard by hand to undo this.`,
  );
}

/** @param requested by which execution, and when */
async function noteOrForget(
  place: Place,
  kind: Standing['kind'] | null,
  requested: { by: ExecutionName; at: string },
): Promise<void> {
  if (kind === null) await forgetStanding(place, 'other', requested.at);
  else await noteStanding(place, { kind, ...requested }, null);
}

/** So that whatever ends the connection of the VPC finds it, even before it has come about. */
async function note(
  { connection, accountId, vpcId }: CheckedRequest,
  executionName: ExecutionName,
): Promise<void> {
  if (vpcId === null) return;
  const item = {
    pk: { S: `account#${accountId}` },
    sk: { S: `connection#${connection.name}#${vpcId}` },
    execution: { S: executionName },
    at: { S: new Date().toISOString() },
  };
  // What is recorded already stays.
  const put = { ...table(), Item: item, ConditionExpression: 'attribute_not_exists(pk)' };
  await withAwsErrors('The request could not be noted', () =>
    conditional(() => dynamodb().send(new PutItemCommand(put))),
  );
}
