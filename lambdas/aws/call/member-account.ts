import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod/mini';
import { type ClientClass, type ClientConfiguration, createClient } from '../../shared/aws/client.ts';
import { codeOf, isExpired, isRejected, isShutOut } from '../../shared/aws/errors.ts';
import { partitionOf } from '../../shared/aws/partition.ts';
import { AccessDenied, AwsUnavailable, MemberRoleNotAssumable } from '../../shared/errors.ts';
import { readEnvironment } from '../../shared/runtime/environment.ts';
import type { ExecutionName } from '../../shared/runtime/inputs.ts';
import { type MemberFunction, onlyLooks, SESSION_PREFIXES, sessionPolicy } from './actions.ts';
import { MemberEnvironment } from './environment.ts';

/** Lambda sets it. */
const OwnRegion = z.object({ AWS_REGION: z.string() });

/** Seconds that a session lasts: the shortest that STS gives, and longer than any single step. */
const SESSION_SECONDS = 900;
/** A session is renewed this many milliseconds before it ends, so that no call is made with the last of it. */
const RENEWAL_MARGIN = 120_000;

/** A place to work in: an account and a Region. */
export interface Member {
  accountId: string;
  region: string;
}

interface Session {
  credentials: NonNullable<ClientConfiguration['credentials']>;
  /** Milliseconds since the epoch. */
  renewAt: number;
  /** Clients that use these credentials, by Region and service. */
  clients: Map<string, object>;
}

/**
 * Sessions by role and session name. They outlive an invocation, so that the polls of one execution assume the
 * role once and not each time; another execution gets a session of its own, which is how CloudTrail tells them
 * apart.
 */
const sessions = new Map<string, Session>();

/** Role, session name and Region in which AWS has known nothing of the last session. */
const rejected = new Set<string>();

/**
 * A client that works in the member account, in the member's Region, as the connector role.
 *
 * @param by the function, to whose actions the session is limited.
 * @param execution the name of the execution, which becomes part of the session's name.
 * @param attempts where the workflow cannot try again because a call is one of many.
 * @throws MemberRoleNotAssumable when AWS does not let the hub assume the role. So does a call where the account cannot use
 *   the Region: AWS knows nothing of two sessions in a row, or says so.
 * @throws AwsUnavailable when STS cannot be reached.
 */
export async function memberClient<C extends object>(
  Client: ClientClass<C>,
  by: MemberFunction,
  member: Member,
  executionName: ExecutionName | null | undefined,
  attempts = 1,
): Promise<C> {
  const { CONNECTOR_ROLE_NAME, EXTERNAL_ID } = readEnvironment(MemberEnvironment);
  const roleArn = `arn:${partitionOf(member.region)}:iam::${member.accountId}:role/${CONNECTOR_ROLE_NAME}`;
  const sessionName = sessionNameOf(by, executionName);
  const key = `${roleArn} ${sessionName}`;

  let session = sessions.get(key);
  if (!session || session.renewAt <= Date.now()) {
    session = await assumeRole(
      {
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        ExternalId: EXTERNAL_ID,
        DurationSeconds: SESSION_SECONDS,
        Policy: sessionPolicy(by),
      },
      member,
    );
    dropEnded();
    sessions.set(key, session);
  }

  const place = `${key} ${member.region}`;
  const clientKey = `${member.region} ${Client.name}`;
  const known = session.clients.get(clientKey);
  if (known) return known as C;
  const client = createClient(Client, {
    region: member.region,
    caller: roleArn,
    credentials: session.credentials,
    attempts,
    onAnswer: () => rejected.delete(place),
    onError: (error) => {
      // The next attempt assumes the role again.
      if (isExpired(error)) sessions.delete(key);
      if (isShutOut(error) || (isRejected(error) && rejected.has(place))) {
        throw notUsable(roleArn, member, error as Error);
      }
      if (isRejected(error)) rejected.add(place);
    },
  });
  session.clients.set(clientKey, client);
  return client;
}

function notUsable(roleArn: string, { accountId, region }: Member, cause: Error): MemberRoleNotAssumable {
  return new MemberRoleNotAssumable(
    `The role ${roleArn} of account ${accountId} cannot be used in ${region}. Check that the account is active and Region ` +
      `${region} is enabled in it. AWS says: ${cause.message} (${cause.name})`,
    { cause },
  );
}

/** STS allows 64 characters; an execution's name can have 80. */
function sessionNameOf(by: MemberFunction, executionName: ExecutionName | null | undefined): string {
  const prefix = SESSION_PREFIXES[onlyLooks(by) ? 'looking' : 'changing'];
  return (executionName ? `${prefix}-${executionName}` : prefix).slice(0, 64);
}

function dropEnded(): void {
  for (const [key, session] of sessions) if (session.renewAt <= Date.now()) sessions.delete(key);
}

let stsClient: STSClient | undefined;

/**
 * STS in the hub's own Region. Sessions of a regional endpoint are valid in all Regions ("Managing AWS STS in an AWS
 * Region"), and the hub need not have enabled the member's Region.
 */
function sts(): STSClient {
  const { AWS_REGION: region } = readEnvironment(OwnRegion);
  stsClient ??= createClient(STSClient, { region, caller: "the function's own role" });
  return stsClient;
}

async function assumeRole(request: AssumeRoleCommandInput, { accountId, region }: Member): Promise<Session> {
  const { RoleArn: roleArn } = request;
  try {
    const { Credentials } = await sts().send(new AssumeRoleCommand(request));
    if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken) {
      throw new AwsUnavailable(`sts:AssumeRole of ${roleArn} answered without credentials.`);
    }
    return {
      credentials: {
        accessKeyId: Credentials.AccessKeyId,
        secretAccessKey: Credentials.SecretAccessKey,
        sessionToken: Credentials.SessionToken,
      },
      renewAt: (Credentials.Expiration?.getTime() ?? 0) - RENEWAL_MARGIN,
      clients: new Map(),
    };
  } catch (error) {
    if (!(error instanceof AccessDenied) && codeOf(error) !== 'RegionDisabledException') throw error;
    const { message } = (error as Error & { cause?: Error }).cause ?? (error as Error);
    throw new MemberRoleNotAssumable(
      `The role ${roleArn} of account ${accountId} cannot be assumed. Deploy the member stack to that account, ` +
        'check that its external id and its trusted hub account are those of this deployment, and that the ' +
        `account is active and Region ${region} is enabled in it. AWS says: ${message}`,
    );
  }
}
