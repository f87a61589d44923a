import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod/mini';
import { AwsUnavailable } from '../shared/errors.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { SYSTEM } from '../shared/runtime/system.ts';
import { notificationOf } from './forming/notification.ts';

/** What the stack tells this function. */
export const tellChatEnvironment = z.object({ CHAT_TOPIC_ARN: z.string() });

/** What SNS invokes a function with: one record ("Invoking Lambda functions with Amazon SNS notifications"). */
const inputSchema = z.object({
  Records: z
    .array(
      z.object({
        Sns: z.object({
          MessageId: z.string().check(z.regex(/^[\w-]{1,100}$/)),
          Subject: z.nullish(z.string()),
          Message: z.string(),
          MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })),
        }),
      }),
    )
    .check(z.maxLength(1)),
});

const topic = new SNSClient({ maxAttempts: 1 });

/**
 * Publishes a message to operators once more, in the form that chats show. Alarms have no attributes; they reach the
 * chat's topic by themselves, in a form that chats know.
 *
 * @throws AwsUnavailable when SNS does not take it: Lambda tries again, and then keeps it in the dead-letter queue.
 */
export const handler = defineHandler(inputSchema, async ({ Records: [record] }) => {
  if (!record?.Sns.MessageAttributes.kind) return { told: 0 };
  const { MessageId: messageId, Subject, Message: message, MessageAttributes } = record.Sns;
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value]),
  );
  const notification = notificationOf({
    messageId,
    subject: Subject ?? SYSTEM,
    message,
    attributes,
  });
  const { CHAT_TOPIC_ARN: TopicArn } = readEnvironment(tellChatEnvironment);
  try {
    await topic.send(new PublishCommand({ TopicArn, Message: JSON.stringify(notification) }));
  } catch (error) {
    const { name, message: why } = error as Error;
    throw new AwsUnavailable(`The chat could not be told: ${name}: ${why}`);
  }
  return { told: 1 };
});
