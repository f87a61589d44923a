import { CreateTagsCommand, DeleteTagsCommand, EC2Client, type Vpc } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { memberClient } from '../aws/call/member-account.ts';
import { AccountId, ConnectionName, VpcId } from '../aws/call/payload.ts';
import { statusParameter } from '../aws/resources/parameter-tree.ts';
import { deleteParameters, writeParameter } from '../aws/resources/parameters.ts';
import { listSubnets } from '../aws/resources/subnets.ts';
import { TagsEnvironment } from '../aws/resources/tagging.ts';
import { managedTags, tagValue } from '../aws/resources/tags.ts';
import { describeVpc, listVpcs } from '../aws/resources/vpcs.ts';
import { readEvent, timeOf } from '../dispatch/planning/event.ts';
import {
  AccessDenied,
  AwsUnavailable,
  MalformedEvent,
  MemberRoleNotAssumable,
  type NamedError,
  QuotaExceeded,
} from '../shared/errors.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import type { ExecutionName } from '../shared/runtime/inputs.ts';
import { SYSTEM, TAG } from '../shared/runtime/system.ts';
import { plain } from '../shared/runtime/text.ts';
import { type Connection, configuration } from '../shared/workflows/configuration.ts';
import type { Account } from '../shared/workflows/offer.ts';
import { lookUpAccount } from '../shared/workflows/organization.ts';
import { readNoted } from '../shared/workflows/standing.ts';
import { names, STATUS_TAG } from '../shared/workflows/vpc-tag.ts';
import { recordsOf } from './telling/records.ts';
import { dependsOnAccount, inTag, statusOf } from './telling/status.ts';

/** How CloudTrail shows who writes the tag. */
const SESSION = 'status' as ExecutionName;
/** Milliseconds after which EC2 shows every change. */
const SHOWN_WITHIN = 60_000;
/** Nobody calls again soon, so a call that is throttled is made again here. */
const ATTEMPTS = 4;
/** Characters of a parameter, with those of which Parameter Store may count more than one ("PutParameter"). */
const LONGEST_WHOLE = 2_000;

/** What this system announces on its bus of a VPC, or of an account. */
const announcement = z.object({
  source: z.literal(SYSTEM),
  detail: z.object({ connection: ConnectionName, accountId: AccountId, vpcId: z.nullish(VpcId) }),
});

interface Place {
  accountId: string;
  region: string;
  /** Null: each VPC of the account that has a status. */
  vpcId: string | null;
  /** What an event says that the VPC asks for, and its ISO time; null: the event says how something has ended. */
  asked: { names: string[]; at: string } | null;
}

/**
 * Writes how it stands with a VPC into its status tag, after an event that may have changed that; what the tag has no room
 * for goes into a parameter. It looks at the VPC and
 * the record each time, and at Organizations where the status depends on it, so events may come twice, late or not at
 * all. Where it cannot write, nobody is woken: it is a label.
 *
 * @throws AwsUnavailable when AWS does not answer: Lambda tries again.
 */
export const handler = defineHandler(z.unknown(), async (event) => {
  const { connections } = configuration();
  const place = placeOf(event, connections);
  if (place === null) return { written: [] };
  try {
    return { written: await write(place, connections) };
  } catch (error) {
    if (!isForGood(error)) throw error;
    return { written: [], because: error.message };
  }
});

/** Trying again would not help: the account does not let this system in, or has as many tags as it may. */
function isForGood(error: unknown): error is NamedError {
  return [AccessDenied, MemberRoleNotAssumable, QuotaExceeded].some((one) => error instanceof one);
}

/** The VPC that an event is about; null where it is about none, or none that can be found. */
function placeOf(event: unknown, connections: readonly Connection[]): Place | null {
  const announced = z.safeParse(announcement, event);
  if (announced.success) {
    const { connection, accountId, vpcId = null } = announced.data.detail;
    const region = connections.find(({ name }) => name === connection)?.region;
    return region === undefined ? null : { accountId, region, vpcId, asked: null };
  }
  try {
    const { change } = readEvent(event, Date.now());
    if (change?.kind !== 'vpc') return null;
    const { accountId, region, vpcId, names: asked } = change;
    return { accountId, region, vpcId, asked: { names: asked, at: timeOf(event) } };
  } catch (error) {
    // `dispatch` keeps it for a person.
    if (error instanceof MalformedEvent) return null;
    throw error;
  }
}

/** How it stands with a VPC. */
interface Telling {
  id: string;
  /** The name of the parameter that has the whole, where the tag has no room for it. */
  parameter: string;
  /** Null: nothing is to be told. */
  status: string | null;
  /** What the tag is to be. */
  told: string | null;
  /** The tag as EC2 shows it. */
  before: string | null;
}

/** @returns the VPCs whose tag was not what it is now */
async function write(place: Place, connections: readonly Connection[]): Promise<string[]> {
  const { accountId, region, vpcId, asked } = place;
  const ec2 = await memberClient(EC2Client, 'write-status', { accountId, region }, SESSION, ATTEMPTS);
  const ssm = await memberClient(SSMClient, 'write-status', { accountId, region }, SESSION, ATTEMPTS);
  const vpcs = await vpcsOf(ec2, place);
  if (vpcs.length === 0) {
    if (vpcId !== null) await deleteParameters(ssm, [statusParameter(vpcId)]);
    return [];
  }
  if (asked) mustBeShown(vpcs[0]!, asked);
  const [records, noted] = await Promise.all([recordsOf(accountId), readNoted(accountId)]);
  const subnets = await listSubnets(
    ec2,
    vpcs.map(({ VpcId }) => VpcId ?? ''),
  );
  const unknown = { accountId, state: 'UNKNOWN', paths: null };
  let account: Account | undefined;
  const tellings: Telling[] = [];
  for (const vpc of vpcs) {
    const id = vpc.VpcId ?? '';
    const facts = {
      accountId,
      region,
      vpcId: id,
      tag: tagValue(vpc.Tags, TAG),
      isDefault: vpc.IsDefault === true,
      subnets: subnets.filter(({ VpcId }) => VpcId === id),
      ...records.of(id),
      noted,
      since: id === vpcId && asked ? asked.at : null,
    };
    if (dependsOnAccount(facts, connections)) account ??= await lookUpAccount(accountId);
    const status = statusOf({ ...facts, account: account ?? unknown }, connections);
    const parameter = statusParameter(id);
    const told = status === null ? null : inTag(status, parameter);
    tellings.push({ id, parameter, status, told, before: tagValue(vpc.Tags, STATUS_TAG) });
  }
  await deleteUnnamed(ssm, tellings);
  const written: string[] = [];
  for (const { id, parameter, status, told: planned, before } of tellings) {
    let told = planned;
    if (told?.endsWith(parameter)) {
      const isKnown = before?.endsWith(parameter) === true;
      if (!(await isWrittenWhole(ssm, parameter, status!, isKnown))) told = inTag(status!, null);
    }
    if (told === before) continue;
    const Resources = [id];
    if (told === null) await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: STATUS_TAG }] }));
    else await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: STATUS_TAG, Value: told }] }));
    written.push(id);
  }
  return written;
}

/**
 * Writes what the tag has no room for into a parameter of the account. Parameter Store would look for a name in two braces.
 *
 * @returns false where the account takes none
 */
async function isWrittenWhole(
  ssm: SSMClient,
  name: string,
  status: string,
  isKnown: boolean,
): Promise<boolean> {
  const value = plain(status, LONGEST_WHOLE).replaceAll('{{', '{ {');
  const tags = () => managedTags(JSON.parse(readEnvironment(TagsEnvironment).TAGS));
  try {
    await writeParameter(ssm, { name, value, isKnown, tags });
    return true;
  } catch (error) {
    if (isForGood(error)) return false;
    throw error;
  }
}

/**
 * Deletes the parameters that the new tags do not name, in as few calls as may be: Parameter Store takes few writes a
 * second. It does so whatever the former tags were: EC2 may not show yet that one was cut a moment ago. Where the account
 * does not allow it, the tags matter more.
 */
async function deleteUnnamed(ssm: SSMClient, tellings: readonly Telling[]): Promise<void> {
  const unnamed = tellings.filter(
    ({ told, before, parameter }) => told !== before && !told?.endsWith(parameter),
  );
  try {
    await deleteParameters(
      ssm,
      unnamed.map(({ parameter }) => parameter),
    );
  } catch (error) {
    if (!isForGood(error)) throw error;
  }
}

/**
 * A look soon after a change may not show it yet ("Eventual consistency in the Amazon EC2 API"). Later, somebody has changed
 * it again.
 * @throws AwsUnavailable if the VPC does not have yet what the event says.
 */
function mustBeShown({ VpcId, Tags }: Vpc, { names: asked, at }: { names: string[]; at: string }): void {
  const shown = names(tagValue(Tags, TAG) ?? '');
  const isShown = shown.length === asked.length && shown.every((name) => asked.includes(name));
  if (isShown || Date.now() - Date.parse(at) > SHOWN_WITHIN) return;
  throw new AwsUnavailable(`EC2 does not show yet that the tag ${TAG} of ${VpcId} has changed at ${at}.`);
}

/** The account's own: whoever only shares a VPC cannot tag it. */
async function vpcsOf(ec2: EC2Client, { accountId, vpcId }: Place): Promise<Vpc[]> {
  const found =
    vpcId === null
      ? (await listVpcs(ec2)).filter(({ Tags }) => tagValue(Tags, STATUS_TAG) !== null)
      : [await describeVpc(ec2, vpcId)];
  return found.filter((vpc) => vpc?.OwnerId === accountId) as Vpc[];
}
