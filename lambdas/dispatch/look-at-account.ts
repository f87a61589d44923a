import { EC2Client, type Vpc } from '@aws-sdk/client-ec2';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { memberClient } from '../aws/call/member-account.ts';
import { AccountId, Region } from '../aws/call/payload.ts';
import { tagValue } from '../aws/resources/tags.ts';
import { listVpcs } from '../aws/resources/vpcs.ts';
import { createClient } from '../shared/aws/client.ts';
import { codeOf } from '../shared/aws/errors.ts';
import { AccessDenied, MemberRoleNotAssumable } from '../shared/errors.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import type { ExecutionName } from '../shared/runtime/inputs.ts';
import { TAG } from '../shared/runtime/system.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { FOUND, readEvent } from './planning/event.ts';
import { candidates } from './planning/plan.ts';

/** What the stack tells this function, beside how to enter accounts. */
export const lookAtAccountEnvironment = z.object({
  /** ARN of `dispatch`. */
  STATE_MACHINE_ARN: z.string(),
});
/** Lambda sets it. */
const OwnRegion = z.object({ AWS_REGION: Region });

const SESSION = 'new-account' as ExecutionName;
/** The role is new, and nobody calls again within a minute. */
const ATTEMPTS = 4;

/** "CloudFormation event details" (CloudFormation User Guide), in EventBridge's envelope. */
const eventSchema = z.object({
  id: z.string().check(z.regex(/^[\w-]{1,50}$/)),
  account: AccountId,
  region: Region,
  /** When the stack was there. What was tagged later has an event of its own, which is later. */
  time: z.iso.datetime(),
});

let client: SFNClient | undefined;

/**
 * Looks at the VPCs of an account that the member stack has come to, and starts `dispatch` for each that may ask for
 * something: those that were tagged before have no event that anybody has heard. The stack in the hub's Region makes the
 * role, so it calls for a look at all Regions; another one at its own, if the role is there.
 *
 * @returns the VPCs for which `dispatch` was started
 * @throws MemberRoleNotAssumable, AwsUnavailable: Lambda tries again.
 */
export const handler = defineHandler(eventSchema, async ({ id, account: accountId, region, time }) => {
  const { connections } = configuration();
  const isWhole = region === readEnvironment(OwnRegion).AWS_REGION;
  const regions = [...new Set(connections.map((one) => one.region))].filter(
    (one) => isWhole || one === region,
  );
  const found: string[] = [];
  const failures: unknown[] = [];
  for (const place of regions) {
    const vpcs = await vpcsIn({ accountId, region: place }, isWhole).catch((error: unknown) => {
      // One Region keeps no other waiting.
      failures.push(error);
      return [];
    });
    for (const vpc of vpcs) {
      const event = {
        source: FOUND.source,
        'detail-type': FOUND.detailType,
        account: accountId,
        region: place,
        time,
        detail: {
          vpcId: vpc.VpcId,
          tag: tagValue(vpc.Tags, TAG),
          isDefault: vpc.IsDefault === true,
          because: id,
        },
      };
      const { change } = readEvent(event, Date.now());
      if (!change || candidates(change, connections).connections.length === 0) continue;
      await dispatch(`${vpc.VpcId}-${id}`, event);
      found.push(`${vpc.VpcId} in ${place}`);
    }
  }
  if (failures.length > 0) throw failures[0];
  return { found };
});

/** The account's own VPCs; none where nobody can look. */
async function vpcsIn(member: { accountId: string; region: string }, isWhole: boolean): Promise<Vpc[]> {
  try {
    const ec2 = await memberClient(EC2Client, 'look-at-account', member, SESSION, ATTEMPTS);
    return (await listVpcs(ec2)).filter(({ OwnerId }) => OwnerId === member.accountId);
  } catch (error) {
    if (!isForGood(error, isWhole)) throw error;
    return [];
  }
}

/** Trying again would not help: the role is not there yet, whose own stack calls for a look, or a Region is closed. */
function isForGood(error: unknown, isWhole: boolean): boolean {
  if (error instanceof MemberRoleNotAssumable) return !isWhole || error.cause !== undefined;
  return error instanceof AccessDenied;
}

async function dispatch(name: string, event: object): Promise<void> {
  const { STATE_MACHINE_ARN: stateMachineArn } = readEnvironment(lookAtAccountEnvironment);
  const { AWS_REGION: region } = readEnvironment(OwnRegion);
  client ??= createClient(SFNClient, { region, caller: "the function's own role", attempts: ATTEMPTS });
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(event) }));
  } catch (error) {
    // By the attempt before this one.
    if (codeOf(error) !== 'ExecutionAlreadyExists') throw error;
  }
}
