import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod/mini';
import { ConnectionName, Region } from '../aws/call/payload.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, SubscriptionId, TaskToken } from '../shared/runtime/inputs.ts';
import { plain } from '../shared/runtime/text.ts';
import { consoleLink, inRunbook, partsOf, quoted, subject } from '../shared/workflows/message.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import {
  areTooManyAsked,
  completeTask,
  isRunning,
  MAX_OPEN,
  noteQuestion,
  readApproval,
  wasConnected,
  withApprovalErrors,
} from './asking/approval.ts';

/** What the stack tells the function that asks. */
export const askEnvironment = z.object({
  TABLE_NAME: z.string(),
  TOPIC_ARN: z.string(),
  RUNBOOK: z.string(),
});

const inputSchema = z.object({
  connection: z.object({
    name: ConnectionName,
    subscriptionId: SubscriptionId,
    region: Region,
    approvalHours: z.int().check(z.positive(), z.maximum(1_000)),
  }),
  accountId: AccountId,
  vpcId: z.nullable(VpcId),
  /** ARN of the execution that asks. */
  executionArn: ExecutionArn,
  /** The task token of the step that waits. */
  token: TaskToken,
});

type Question = z.output<typeof inputSchema>;

const topic = new SNSClient({ maxAttempts: 1 });

/**
 * The step that waits is answered through its token: at once, where nobody has to be asked; otherwise by a
 * person, whom a message tells how.
 */
export const handler = defineHandler(inputSchema, (question) => withApprovalErrors(() => ask(question)));

async function ask(question: Question): Promise<void> {
  const { connection, accountId, vpcId, executionArn, token } = question;
  const approvalSubject = { connection: connection.name, accountId, vpcId };
  const known = await readApproval(approvalSubject);
  if (known?.state === 'approved' || (await wasConnected(approvalSubject))) {
    return completeTask(token, { answer: 'approved', by: known?.by ?? 'an earlier connection' });
  }
  // Whoever redrives the execution that was refused wants to ask again.
  const others = known && known.execution !== executionArn ? known : undefined;
  if (others?.state === 'refused') return completeTask(token, { answer: 'refused', by: others.by ?? '-' });
  if (others?.state === 'asked' && (await isRunning(others.execution))) {
    return completeTask(token, { answer: 'asked', by: partsOf(others.execution).name });
  }
  if (await areTooManyAsked(approvalSubject)) {
    const by = `${MAX_OPEN} other executions for this account, which are the most at once`;
    return completeTask(token, { answer: 'asked', by });
  }
  await noteQuestion(approvalSubject, { execution: executionArn, token }, known);
  const { TOPIC_ARN, RUNBOOK } = readEnvironment(askEnvironment);
  const { subject: Subject, message: Message } = describeQuestion(question, RUNBOOK, Date.now());
  await topic.send(
    new PublishCommand({
      TopicArn: TOPIC_ARN,
      Subject,
      Message,
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'approval' },
        connection: { DataType: 'String', StringValue: connection.name },
        account: { DataType: 'String', StringValue: accountId },
      },
    }),
  );
}

/** The message, with the commands to answer it. @param now milliseconds since the epoch */
export function describeQuestion(question: Question, runbook: string, now: number) {
  const { connection, accountId, vpcId, executionArn, token } = question;
  const { region, name } = partsOf(executionArn);
  const until = new Date(now + connection.approvalHours * 3_600_000).toISOString();
  const command = (action: string, ...options: string[]) =>
    `  aws stepfunctions ${action} --region ${region} ${options.join(' ')} --task-token ${quoted(token)}`;
  return {
    subject: subject(`approve ${[connection.name, accountId, vpcId].filter(Boolean).join(', ')}?`),
    message: [
      `${vpcId ? `${vpcId} of account ${accountId}` : `Account ${accountId}`} is to be connected to ${connection.name}, and somebody has to approve it.`,
      '',
      `Connection:  ${connection.name} (subscription ${connection.subscriptionId}, ${connection.region})`,
      `Account:     ${accountId}`,
      `VPC:         ${vpcId ?? '-'}`,
      `Will do:     admit the account at Redis Cloud${vpcId ? ', and create a VPC endpoint in the VPC' : ''}`,
      `Waits until: ${until}`,
      `Execution:   ${plain(name, 80)}`,
      `             ${consoleLink(executionArn)}`,
      `Runbook:     ${inRunbook(runbook, 'Approvals')}`,
      '',
      'To approve:',
      '',
      command('send-task-success', '--task-output', quoted('{"approvedBy":"YOUR NAME"}')),
      '',
      'To refuse:',
      '',
      command('send-task-failure', '--error ApprovalRefused', '--cause', quoted('YOUR NAME: WHY')),
    ].join('\n'),
  };
}
