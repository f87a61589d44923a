import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { hasEnded, succeed } from '../../shared/coordination/executions.ts';
import { conditional, dynamodb, type Key, table, withAwsErrors } from '../../shared/coordination/table.ts';
import { AwsUnavailable } from '../../shared/errors.ts';
import type { ExecutionArn, ExecutionName } from '../../shared/runtime/inputs.ts';

// Approvals: what a person has said, or is asked, about connecting an account or a VPC of it. The table holds
//
//   pk `account#<id>`, sk `approval#<connection>` or `approval#<connection>#<vpc>`: state, execution, at, and
//   `token` while somebody is asked, `by` afterwards
//
// The workflow writes the answer; offboarding forgets it.

/** What is to be connected: a VPC, or without one the account. */
export interface ApprovalSubject {
  connection: string;
  accountId: string;
  vpcId: string | null;
}

/** What somebody is asked about. */
export interface OpenQuestion extends Omit<ApprovalSubject, 'accountId'> {
  /** ARN of the execution that asks. */
  execution: ExecutionArn;
}

export interface Approval {
  state: 'asked' | 'approved' | 'refused';
  /** ARN of the execution that asked. */
  execution: ExecutionArn;
  /** Who has answered. */
  by: string | undefined;
}

/** What the waiting step is told when nobody has to be asked. */
export type ApprovalOutcome = { answer: 'approved' | 'refused' | 'asked' | 'withdrawn'; by: string };

export async function readApproval(approvalSubject: ApprovalSubject): Promise<Approval | undefined> {
  const item = await getItem(approvalSubject, `approval#${suffix(approvalSubject)}`);
  return (
    item && {
      state: item.state!.S as Approval['state'],
      execution: item.execution!.S! as ExecutionArn,
      by: item.by?.S,
    }
  );
}

/** Whether this system has connected it before: then it was good enough for somebody. */
export async function wasConnected(approvalSubject: ApprovalSubject): Promise<boolean> {
  const item = await getItem(approvalSubject, `connection#${suffix(approvalSubject)}`);
  // A VPC is noted before it is connected; an account only when it is about to be admitted.
  return item !== undefined && (approvalSubject.vpcId === null || item.vpcEndpointId !== undefined);
}

/**
 * Notes that somebody is asked.
 * @param before what was noted until now
 * @throws AwsUnavailable if another execution has noted something meanwhile: look again.
 */
export async function noteQuestion(
  approvalSubject: ApprovalSubject,
  { execution, token }: { execution: ExecutionArn; token: string },
  before: Approval | undefined,
): Promise<void> {
  const isNoted = await conditional(() =>
    dynamodb().send(
      new PutItemCommand({
        ...table(),
        Item: {
          ...key(approvalSubject, `approval#${suffix(approvalSubject)}`),
          state: { S: 'asked' },
          execution: { S: execution },
          token: { S: token },
          at: { S: new Date().toISOString() },
        },
        ...(before
          ? {
              ConditionExpression: '#state = :state AND execution = :execution',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: {
                ':state': { S: before.state },
                ':execution': { S: before.execution },
              },
            }
          : { ConditionExpression: 'attribute_not_exists(pk)' }),
      }),
    ),
  );
  if (!isNoted)
    throw new AwsUnavailable('Another execution has asked for this approval just now. Look again.');
}

/**
 * Takes back every question about the approvalSubject, and forgets what was answered. Without a VPC the approvalSubject is the
 * account with all its VPCs.
 * @param by name of the execution on whose account it happens
 * @param refusalHours how long a refusal is remembered in any case
 */
export async function withdraw(
  { connection, accountId, vpcId }: ApprovalSubject,
  by: ExecutionName,
  refusalHours = 0,
): Promise<void> {
  const { Items = [] } = await dynamodb().send(
    new QueryCommand({
      ...table(),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :approval)',
      ExpressionAttributeValues: {
        ':pk': { S: `account#${accountId}` },
        ':approval': { S: `approval#${connection}` },
      },
      ConsistentRead: true,
    }),
  );
  for (const { pk, sk, token, state, at } of Items) {
    const [, name, vpc] = sk!.S!.split('#');
    if (name !== connection || (vpcId !== null && vpc !== vpcId)) continue;
    const age = Date.now() - Date.parse(at?.S ?? '');
    if (state?.S === 'refused' && age < refusalHours * 3_600_000) continue;
    if (token) await completeTask(token.S!, { answer: 'withdrawn', by });
    await dynamodb().send(new DeleteItemCommand({ ...table(), Key: { pk: pk!, sk: sk! } }));
  }
}

/** What somebody is asked about in the account. @throws AwsUnavailable when DynamoDB does not answer. */
export async function openQuestions(accountId: string): Promise<OpenQuestion[]> {
  const query = {
    ...table(),
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :approval)',
    ExpressionAttributeValues: { ':pk': { S: `account#${accountId}` }, ':approval': { S: 'approval#' } },
    ConsistentRead: true,
  };
  return withApprovalErrors(async () => {
    const open: OpenQuestion[] = [];
    for await (const { Items = [] } of paginateQuery({ client: dynamodb() }, query)) {
      for (const { sk, state, execution } of Items) {
        const [, connection = '', vpcId = null] = sk?.S?.split('#') ?? [];
        if (state?.S !== 'asked') continue;
        open.push({ connection, vpcId, execution: (execution?.S ?? '') as ExecutionArn });
      }
    }
    return open;
  });
}

/** Questions about one account that people are asked at once. The next reconciliation comes back to the others. */
export const MAX_OPEN = 10;

/** Whether people are asked about so much else of the account that this has to wait. */
export async function areTooManyAsked({ connection, accountId, vpcId }: ApprovalSubject): Promise<boolean> {
  const others = (await openQuestions(accountId)).filter(
    (one) => one.connection !== connection || one.vpcId !== vpcId,
  );
  if (others.length < MAX_OPEN) return false;
  let asked = 0;
  for (const { execution } of others) {
    // What nobody waits for any more is no question.
    if (await isRunning(execution)) asked += 1;
    if (asked >= MAX_OPEN) return true;
  }
  return false;
}

/** Answers a waiting step. A step that waits no longer needs no answer. */
export async function completeTask(taskToken: string, output: ApprovalOutcome): Promise<void> {
  await succeed(taskToken, output);
}

/** Whether the execution that has asked may still be answered. */
export async function isRunning(executionArn: ExecutionArn): Promise<boolean> {
  return !(await hasEnded(executionArn));
}

/** Runs what deals in approvals. @throws AccessDenied, AwsUnavailable as {@link withAwsErrors} */
export function withApprovalErrors<T>(work: () => Promise<T>): Promise<T> {
  return withAwsErrors('The approval could not be dealt with', work);
}

async function getItem(approvalSubject: ApprovalSubject, sk: string) {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(approvalSubject, sk), ConsistentRead: true }),
  );
  return Item;
}

function key({ accountId }: ApprovalSubject, sk: string): Key {
  return { pk: { S: `account#${accountId}` }, sk: { S: sk } };
}

function suffix({ connection, vpcId }: ApprovalSubject): string {
  return vpcId === null ? connection : `${connection}#${vpcId}`;
}
