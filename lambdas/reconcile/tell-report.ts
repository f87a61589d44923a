import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod/mini';
import { ConnectionName } from '../aws/call/payload.ts';
import { tableEnvironment, withAwsErrors } from '../shared/coordination/table.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn } from '../shared/runtime/inputs.ts';
import { SYSTEM } from '../shared/runtime/system.ts';
import { plain } from '../shared/runtime/text.ts';
import { nameOf } from '../shared/workflows/holds.ts';
import { type Leftover, markLeftover, readLeftovers, thingsInWords } from '../shared/workflows/leftovers.ts';
import { inRunbook, partsOf, startCommand, subject } from '../shared/workflows/message.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { markStandingTold } from '../shared/workflows/standing.ts';
import { markTold, unownedKey } from '../shared/workflows/told.ts';

/** What the stack tells this function. */
export const tellReportEnvironment = z.extend(tableEnvironment, {
  TOPIC_ARN: z.string(),
  RUNBOOK: z.string(),
});

const inputSchema = z.object({
  /** VPCs that were disconnected because somebody tried to delete them, and that are connected again. */
  notDeleted: z.array(
    z.object({ connection: ConnectionName, accountId: AccountId, vpcId: VpcId, what: z.string() }),
  ),
  /** Endpoints that are connected and that no account has. Left out by a definition from before they were told. */
  unowned: z.nullish(
    z.array(z.object({ connection: ConnectionName, vpcEndpointId: z.string(), what: z.string() })),
  ),
  /** ARN of the execution that tells. */
  executionArn: ExecutionArn,
});
type Unowned = NonNullable<z.output<typeof inputSchema>['unowned']>;
type NotDeleted = z.output<typeof inputSchema>['notDeleted'];

/** SNS takes 256 KiB, and a person reads less. */
const MOST_LISTED = 100;

const topic = new SNSClient({ maxAttempts: 1 });

/**
 * Tells operators, in one message, of what is left in accounts and of VPCs that nobody has deleted after all, as far as
 * no message has told of it.
 *
 * @throws AwsUnavailable when DynamoDB or SNS do not answer.
 */
export const handler = defineHandler(inputSchema, async ({ notDeleted, executionArn, ...input }) => {
  const unowned = input.unowned ?? [];
  const left = (await readLeftovers()).filter(({ isTold, staysSince }) => !isTold && staysSince === null);
  const count = left.length + notDeleted.length + unowned.length;
  if (count === 0) return { told: 0 };
  const { TOPIC_ARN, RUNBOOK } = readEnvironment(tellReportEnvironment);
  const { subject: Subject, message: Message } = describeReport(
    left,
    { notDeleted, unowned },
    executionArn,
    RUNBOOK,
  );
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'report' } };
  await withAwsErrors('What is left could not be told', () =>
    topic.send(new PublishCommand({ TopicArn: TOPIC_ARN, Subject, Message, MessageAttributes })),
  );
  for (const one of left) await markLeftover(one, 'told');
  for (const one of notDeleted) await markStandingTold(one);
  for (const one of unowned) await markTold(unownedKey(one));
  return { told: count };
});

/** The message, with the commands that answer it. */
export function describeReport(
  left: readonly Leftover[],
  { notDeleted, unowned }: { notDeleted: NotDeleted; unowned: Unowned },
  executionArn: ExecutionArn,
  runbook: string,
): { subject: string; message: string } {
  const { partition, region, accountId } = partsOf(executionArn);
  const machine = `arn:${partition}:states:${region}:${accountId}:stateMachine:${SYSTEM}-offboard`;
  const connections = [...new Set(left.map(({ connection }) => connection))].sort();
  const about = [
    ...(left.length > 0 ? [`something is left in ${left.length} VPCs`] : []),
    ...(notDeleted.length > 0 ? [`${notDeleted.length} VPCs were not deleted`] : []),
    ...(unowned.length > 0 ? [`${unowned.length} endpoints are nobody's`] : []),
  ];
  const leftLines =
    left.length === 0
      ? []
      : [
          'This system has made the following, and cannot remove it: the account lets it in no more. It may cost something.',
          '',
          ...limited(
            left.map(
              (one) =>
                `  ${nameOf(one)} in ${one.region}, ${one.connection}: ${thingsInWords(one.things)}. ${one.why}`,
            ),
          ),
          '',
          `Each reconciliation tries again. Runbook: ${inRunbook(runbook, 'Something is left in an account')}`,
          '',
          'To say that it may stay, or that it is gone:',
          '',
          ...connections.map((connection) => {
            const things = left
              .filter((one) => one.connection === connection)
              .slice(0, MOST_LISTED)
              .map(nameOf);
            return `  ${startCommand(region, machine, { connection, leave: things })}`;
          }),
          '',
        ];
  const deletedLines =
    notDeleted.length === 0
      ? []
      : [
          'Somebody tried to delete these VPCs, so they were disconnected. A day later they are still there and ask for their connection, so they are connected again:',
          '',
          ...limited(notDeleted.map((one) => `  ${nameOf(one)}, ${one.connection}: ${plain(one.what, 500)}`)),
          '',
          'Take the tag away from a VPC before you delete it.',
          `Runbook: ${inRunbook(runbook, 'A VPC cannot be deleted')}`,
          '',
        ];
  const unownedLines =
    unowned.length === 0
      ? []
      : [
          'These endpoints are connected at Redis Cloud, and no account that was looked into has them from this system. An endpoint outlives the principal that has made it:',
          '',
          ...limited(unowned.map((one) => `  ${one.connection}: ${plain(one.what, 500)}`)),
          '',
          'Find out whose they are, in CloudTrail or with the owners of VPCs. Whoever is not to be connected is cut in the Redis Cloud console.',
          `Runbook: ${inRunbook(runbook, 'The reconciliation reports something')}`,
          '',
        ];
  return {
    subject: subject(about.join(', ')),
    message: [...leftLines, ...deletedLines, ...unownedLines].join('\n').trimEnd(),
  };
}

function limited(lines: string[]): string[] {
  if (lines.length <= MOST_LISTED) return lines;
  return [...lines.slice(0, MOST_LISTED), `  and ${lines.length - MOST_LISTED} more`];
}
