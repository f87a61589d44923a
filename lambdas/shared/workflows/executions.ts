import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type ExecutionListItem,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { allPages, createClient } from '../aws/client.ts';
import { codeOf } from '../aws/errors.ts';
import { readEnvironment } from '../runtime/environment.ts';

/** What the stack tells the functions that look for executions of the other workflow. */
export const executionsEnvironment = z.object({
  /** ARN of the state machine: `onboard` for an offboarding, `offboard` for an onboarding. */
  STATE_MACHINE_ARN: z.string(),
});

/** What an execution connects, or disconnects. */
export interface Target {
  connection: string;
  accountId: string;
  /** Null: it is about the account as such. */
  vpcId: string | null;
}

const inputSchema = z.object({
  connection: z.string(),
  accountId: z.string(),
  vpcId: z.nullish(z.string()),
});

/** As `dispatch` names executions: connection, account, VPC if any, and what tells two requests apart. */
const NAME = /^(.+)-(\d{12})(?:-(vpc-[0-9a-f]{8,17}))?-[0-9a-f]{12}$/;

/** Inputs never change, so an execution is described once, however often somebody looks. */
const described = new Map<string, Target | null>();
const MAX_REMEMBERED = 10_000;

/**
 * The running executions, latest first. Step Functions lists them with a delay of moments
 * ("ListExecutions" of its API reference: eventually consistent).
 */
export async function runningExecutions(): Promise<ExecutionListItem[]> {
  const { stateMachineArn, client } = machine();
  const listed = await allPages(async (nextToken) => {
    const answer = await client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000, nextToken }),
    );
    return { items: answer.executions, nextToken: answer.nextToken };
  });
  // One that starts between two pages moves the others on, so that one of them is listed twice.
  return [...new Map(listed.map((execution) => [execution.executionArn, execution])).values()];
}

/** What an execution is about, as far as its name or an earlier look tells; undefined if it must be described. */
export function knownTarget({ name, executionArn }: ExecutionListItem): Target | null | undefined {
  const [, connection, accountId, vpcId = null] = NAME.exec(name ?? '') ?? [];
  if (connection !== undefined && accountId !== undefined) return { connection, accountId, vpcId };
  return described.get(executionArn ?? '');
}

/** What an execution is about, by its input; null if it is about no single account, or its input is refused. */
export async function describedTarget({ executionArn }: ExecutionListItem): Promise<Target | null> {
  const execution = await describe(executionArn ?? '');
  const target = targetOf(execution?.input);
  if (described.size >= MAX_REMEMBERED) described.clear();
  described.set(executionArn ?? '', target);
  return target;
}

/** When the execution with this name was requested; undefined if there is none, or no longer. */
export async function requestTimeOf(name: string): Promise<number | undefined> {
  const execution = await describe(arnOf(name));
  return execution && requestedAt(execution);
}

/** The execution with this name; undefined if there is none, or no longer. */
export function executionNamed(name: string): Promise<DescribeExecutionOutput | undefined> {
  return describe(arnOf(name));
}

function arnOf(name: string): string {
  return `${machine().stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** A redrive is a request of its own, by a person. In milliseconds since the epoch. */
export function requestedAt({
  startDate,
  redriveDate,
}: Pick<ExecutionListItem, 'startDate' | 'redriveDate'>) {
  return (redriveDate ?? startDate ?? new Date(0)).getTime();
}

async function describe(executionArn: string): Promise<DescribeExecutionOutput | undefined> {
  try {
    return await machine().client.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (codeOf(error) === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
}

function targetOf(input = ''): Target | null {
  try {
    const { connection, accountId, vpcId } = z.parse(inputSchema, JSON.parse(input));
    return { connection, accountId, vpcId: vpcId ?? null };
  } catch {
    // The workflow refuses it as its first step, or it is a whole connection's: each account has its own.
    return null;
  }
}

let client: SFNClient | undefined;

function machine(): { stateMachineArn: string; client: SFNClient } {
  const { STATE_MACHINE_ARN: stateMachineArn } = readEnvironment(executionsEnvironment);
  client ??= createClient(SFNClient, {
    region: stateMachineArn.split(':')[3] ?? '',
    caller: "the function's own role",
  });
  return { stateMachineArn, client };
}
