import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod/mini';
import { ConnectionName } from '../aws/call/payload.ts';
import { tableEnvironment, withAwsErrors } from '../shared/coordination/table.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn } from '../shared/runtime/inputs.ts';
import { type Hold, markTold, nameOf, readHolds } from '../shared/workflows/holds.ts';
import { inRunbook, partsOf, startCommand, subject } from '../shared/workflows/message.ts';

/** What the stack tells this function. */
export const tellHoldsEnvironment = z.extend(tableEnvironment, {
  TOPIC_ARN: z.string(),
  RUNBOOK: z.string(),
});

const inputSchema = z.object({
  connection: z.object({ name: ConnectionName }),
  /** ARN of the execution that tells. */
  executionArn: ExecutionArn,
});

/** A message has a few thousand characters at most: SNS takes 256 KiB, and a person reads less. */
const MOST_LISTED = 100;

const topic = new SNSClient({ maxAttempts: 1 });

/**
 * Tells operators, in one message, of all removals of the connection that are held and of which no message has told.
 *
 * @throws AwsUnavailable when DynamoDB or SNS do not answer.
 */
export const handler = defineHandler(inputSchema, async ({ connection, executionArn }) => {
  const holds = await readHolds(connection.name);
  const news = holds.filter(({ isTold }) => !isTold);
  if (news.length === 0) return { told: 0 };
  const { TOPIC_ARN, RUNBOOK } = readEnvironment(tellHoldsEnvironment);
  const { subject: Subject, message: Message } = describeHolds(connection.name, holds, executionArn, RUNBOOK);
  const MessageAttributes = {
    kind: { DataType: 'String', StringValue: 'hold' },
    connection: { DataType: 'String', StringValue: connection.name },
  };
  await withAwsErrors('What is held could not be told', () =>
    topic.send(new PublishCommand({ TopicArn: TOPIC_ARN, Subject, Message, MessageAttributes })),
  );
  for (const hold of news) await markTold(hold);
  return { told: news.length };
});

/** The message, with the commands that answer it. */
export function describeHolds(
  connection: string,
  holds: readonly Hold[],
  executionArn: ExecutionArn,
  runbook: string,
): { subject: string; message: string } {
  const { partition, region, accountId, stateMachine } = partsOf(executionArn);
  const machine = `arn:${partition}:states:${region}:${accountId}:stateMachine:${stateMachine}`;
  const command = (answer: object) => `  ${startCommand(region, machine, { connection, ...answer })}`;
  const some = holds.slice(0, 1).map(nameOf);
  const more = holds.length - MOST_LISTED;
  const [first] = holds.map(({ until }) => until).sort();
  return {
    subject: subject(`${holds.length} removals of ${connection} are held`),
    message: [
      `${holds.length} VPCs or accounts would lose their connection to ${connection}. That is more than may go within an hour, so these are held, and stay connected:`,
      '',
      ...holds.slice(0, MOST_LISTED).map((hold) => `  ${nameOf(hold)}: ${hold.reason}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      '',
      `If nobody answers, nothing is removed. The first hold lapses at ${first}; what is still due then is found due anew.`,
      `Runbook: ${inRunbook(runbook, 'Removals are held')}`,
      '',
      'To remove all of them, or some:',
      '',
      command({ release: 'all' }),
      command({ release: some }),
      '',
      'To keep all of them connected, or some:',
      '',
      command({ refuse: 'all' }),
      command({ refuse: some }),
    ].join('\n'),
  };
}
