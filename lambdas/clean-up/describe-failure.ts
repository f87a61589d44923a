import * as z from 'zod/mini';
import { ConnectionName, Region } from '../aws/call/payload.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, SubscriptionId } from '../shared/runtime/inputs.ts';
import { ofSystem, withoutSystem } from '../shared/runtime/system.ts';
import { plain } from '../shared/runtime/text.ts';
import { validate } from '../shared/runtime/validation.ts';
import { messageOf } from '../shared/workflows/cause.ts';
import { consoleLink, inRunbook, partsOf, quoted, subject } from '../shared/workflows/message.ts';
import { AccountId, field, VpcId } from '../shared/workflows/request.ts';
import { titleOf } from './messages/runbook.ts';
import { SECTIONS } from './messages/sections.ts';

/** The same failure of the same thing is not told twice within this time: reconciliations try again and again. */
export const QUIET_MS = 24 * 60 * 60 * 1000;

/** What the stack tells the functions that write to operators. */
export const messageEnvironment = z.object({ RUNBOOK: z.string() });

/** The last moment that a date can be, in milliseconds since the epoch. */
const LATEST = 8.64e15;

/** Errors about which nobody has to do anything: a person has seen to it, or it is over. */
const NOBODYS: ReadonlySet<string> = new Set(['ApprovalRefused', 'EventOver']);

const inputSchema = z.object({
  /** The detail of Step Functions' status change event. */
  ended: z.object({
    executionArn: ExecutionArn,
    stateMachineArn: z.string().check(z.regex(/^arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:[\w-]{1,80}$/)),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    stopDate: z.number().check(z.minimum(0), z.maximum(LATEST)),
    input: z.nullish(z.string()),
    error: z.nullish(z.string()),
    cause: z.nullish(z.string()),
  }),
  /** The connection that it was about; null if its input was never acceptable. */
  connection: z.nullish(z.object({ name: ConnectionName, subscriptionId: SubscriptionId, region: Region })),
  /** What was told about the same thing before. */
  last: z.nullish(z.object({ error: z.string(), toldAt: z.string() })),
});

export type Failure = z.output<typeof inputSchema>;

/** What an execution that ended otherwise than well means to people. */
export interface Description {
  workflow: string;
  connection: string | null;
  accountId: string | null;
  vpcId: string | null;
  /** Whether somebody has to act who does not know of it yet. */
  needsPerson: boolean;
  /** ISO time at which this failure was told last, now perhaps; `-` if it never was. */
  toldAt: string;
  subject: string;
  message: string;
  /** For subscriptions that choose: attributes of the message. */
  attributes: Record<string, { DataType: 'String'; StringValue: string }>;
}

/** @param runbook https address of docs/operations.md, or the name of that file */
export function describeFailure(failure: Failure, runbook: string): Description {
  const { ended, connection, last } = failure;
  const request = parse(ended.input);
  const [accountId, vpcId] = [
    checked(AccountId, field(request, 'accountId')),
    checked(VpcId, field(request, 'vpcId')),
  ];
  const { stateMachine, name } = partsOf(ended.executionArn);
  const workflow = withoutSystem(stateMachine);
  const error = ended.error ?? null;
  const at = new Date(ended.stopDate).toISOString();
  const needsPerson = isForAPerson(failure);
  const told = needsPerson && !wasToldLately(failure);
  const about = [connection?.name, accountId, vpcId].filter((part) => part != null);
  const what = error ? plain(error, 80) : ended.status.toLowerCase().replace('_', ' ');
  return {
    workflow,
    connection: connection?.name ?? null,
    accountId,
    vpcId,
    needsPerson: told,
    toldAt: told ? at : (last?.toldAt ?? '-'),
    subject: subject(`${workflow} ${what}${about.length > 0 ? ` (${about.join(', ')})` : ''}`),
    message: [
      `${workflow}: ${ended.status === 'TIMED_OUT' ? 'an execution has timed out' : 'an execution has failed'}.`,
      '',
      `Why:         ${what}${ended.cause ? `: ${plain(messageOf(ended.cause), 4_000)}` : ''}`,
      `Runbook:     ${inRunbook(runbook, titleOf(error))}`,
      '',
      ...advice(error),
      '',
      `Connection:  ${connection ? `${connection.name} (subscription ${connection.subscriptionId}, ${connection.region})` : '-'}`,
      `Account:     ${accountId ?? '-'}`,
      `VPC:         ${vpcId ?? '-'}`,
      `Execution:   ${plain(name, 80)}, ended ${at}`,
      `             ${consoleLink(ended.executionArn)}`,
      '',
      ...commands(failure, accountId, vpcId),
      '',
      'There is no second message about the same failure of the same thing within 24 hours.',
    ].join('\n'),
    attributes: {
      kind: attribute('failure'),
      workflow: attribute(workflow),
      ...(error && { error: attribute(plain(error, 80)) }),
      ...(connection && { connection: attribute(connection.name) }),
      ...(accountId && { account: attribute(accountId) }),
    },
  };
}

/**
 * Not what a person has done and sees: stopped the execution, refused the approval, or started it with an input
 * that is not acceptable. Nor an event that came too late.
 */
function isForAPerson({ ended, connection }: Failure): boolean {
  if (ended.status === 'ABORTED' || NOBODYS.has(ended.error ?? '')) return false;
  // The onboarding that has asked for a script ends with the same, and tells it.
  if (field(parse(ended.input), 'because') === 'onboard') return false;
  return ended.error !== 'InvalidRequest' || connection != null;
}

function wasToldLately({ ended, last }: Failure): boolean {
  if (!last || last.error !== (ended.error ?? '-') || last.toldAt === '-') return false;
  return ended.stopDate - Date.parse(last.toldAt) < QUIET_MS;
}

/** Names of executions may hold an apostrophe; the input is rebuilt from what was checked. */
function commands({ ended, connection }: Failure, accountId: string | null, vpcId: string | null): string[] {
  const { region } = partsOf(ended.executionArn);
  const redrive = [
    'When the cause is gone, let it go on from the step that failed:',
    '',
    `  aws stepfunctions redrive-execution --region ${region} --execution-arn ${quoted(ended.executionArn)}`,
  ];
  if (!connection || !accountId) return redrive;
  const input = JSON.stringify({ connection: connection.name, accountId, ...(vpcId && { vpcId }) });
  return [
    ...redrive,
    '',
    'After a change of the configuration, start it again instead:',
    '',
    `  aws stepfunctions start-execution --region ${region} --state-machine-arn ${quoted(ended.stateMachineArn)} --input ${quoted(input)}`,
  ];
}

/** What the runbook says: whoever is woken by a mail may have nothing else at hand. */
function advice(error: string | null): string[] {
  const section = SECTIONS[titleOf(error)];
  if (!section) return [];
  const investigation = ofSystem(section.investigation);
  const resolution = ofSystem(section.resolution);
  const isList = resolution.startsWith('-');
  return [
    `Look at:     ${investigation}`,
    `What to do:${isList ? `\n${resolution.replace(/^/gm, '  ')}` : `  ${resolution}`}`,
  ];
}

function attribute(StringValue: string) {
  return { DataType: 'String' as const, StringValue };
}

function parse(input: string | null | undefined): unknown {
  try {
    return JSON.parse(input ?? 'null');
  } catch {
    return null;
  }
}

function checked(schema: z.ZodMiniType<string>, value: unknown): string | null {
  const result = validate(schema, value);
  return result.valid ? result.value : null;
}

/** Says who has to know of a failure, and in which words. */
export const handler = defineHandler(inputSchema, (failure) =>
  describeFailure(failure, readEnvironment(messageEnvironment).RUNBOOK),
);
