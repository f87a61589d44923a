import { DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { hasEnded, succeed } from '../../shared/coordination/executions.ts';
import { conditional, dynamodb, type Key, table, whileAwsAnswers } from '../../shared/coordination/table.ts';
import { AwsUnavailable } from '../../shared/errors.ts';
import type { ExecutionArn, ExecutionName } from '../../shared/runtime/inputs.ts';

// Approvals: what a person has said, or is asked, about connecting an account or a VPC of it. The table holds
//
//   pk `account#<id>`, sk `approval#<connection>` or `approval#<connection>#<vpc>`: state, execution, at, and
//   `token` while somebody is asked, `by` afterwards
//
// The workflow writes the answer; offboarding forgets it.

/** What is to be connected: a VPC, or without one the account. */
export interface Thing {
  connection: string;
  accountId: string;
  vpcId: string | null;
}

export interface Approval {
  state: 'asked' | 'approved' | 'refused';
  /** ARN of the execution that asked. */
  execution: ExecutionArn;
  /** Who has answered. */
  by: string | undefined;
}

/** What the waiting step is told when nobody has to be asked. */
export type Answer = { answer: 'approved' | 'refused' | 'asked' | 'withdrawn'; by: string };

export async function readApproval(thing: Thing): Promise<Approval | undefined> {
  const item = await getItem(thing, `approval#${suffix(thing)}`);
  return (
    item && {
      state: item.state!.S as Approval['state'],
      execution: item.execution!.S! as ExecutionArn,
      by: item.by?.S,
    }
  );
}

/** Whether this system has connected it before: then it was good enough for somebody. */
export async function wasConnected(thing: Thing): Promise<boolean> {
  const item = await getItem(thing, `connection#${suffix(thing)}`);
  // A VPC is noted before it is connected; an account only when it is about to be admitted.
  return item !== undefined && (thing.vpcId === null || item.vpcEndpointId !== undefined);
}

/**
 * Notes that somebody is asked.
 * @param before what was noted until now
 * @throws AwsUnavailable if another execution has noted something meanwhile: look again.
 */
export async function noteQuestion(
  thing: Thing,
  { execution, token }: { execution: ExecutionArn; token: string },
  before: Approval | undefined,
): Promise<void> {
  const isNoted = await conditional(() =>
    dynamodb().send(
      new PutItemCommand({
        ...table(),
        Item: {
          ...key(thing, `approval#${suffix(thing)}`),
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
 * Takes back every question about the thing, and forgets what was answered. Without a VPC the thing is the
 * account with all its VPCs.
 * @param by name of the execution on whose account it happens
 */
export async function withdraw({ connection, accountId, vpcId }: Thing, by: ExecutionName): Promise<void> {
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
  for (const { pk, sk, token } of Items) {
    const [, name, vpc] = sk!.S!.split('#');
    if (name !== connection || (vpcId !== null && vpc !== vpcId)) continue;
    if (token) await answer(token.S!, { answer: 'withdrawn', by });
    await dynamodb().send(new DeleteItemCommand({ ...table(), Key: { pk: pk!, sk: sk! } }));
  }
}

/** Answers a waiting step. A step that waits no longer needs no answer. */
export async function answer(taskToken: string, output: Answer): Promise<void> {
  await succeed(taskToken, output);
}

/** Whether the execution that has asked may still be answered. */
export async function isRunning(executionArn: ExecutionArn): Promise<boolean> {
  return !(await hasEnded(executionArn));
}

/** Runs what deals in approvals. @throws AccessDenied, AwsUnavailable as {@link whileAwsAnswers} */
export function whileApprovalsAnswer<T>(work: () => Promise<T>): Promise<T> {
  return whileAwsAnswers('The approval could not be dealt with', work);
}

async function getItem(thing: Thing, sk: string) {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(thing, sk), ConsistentRead: true }),
  );
  return Item;
}

function key({ accountId }: Thing, sk: string): Key {
  return { pk: { S: `account#${accountId}` }, sk: { S: sk } };
}

function suffix({ connection, vpcId }: Thing): string {
  return vpcId === null ? connection : `${connection}#${vpcId}`;
}
