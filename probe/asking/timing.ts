import { CreateTagsCommand, DeleteTagsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Inquiry } from '../inquiry.ts';

const TAG = 'redis-privatelink:probe';
const CHANGES = 5;
const EVENTS = 'a rule of EventBridge and a queue that hears it';
const MINUTE = 60_000;
/** Longer than AWS says that an event may take. */
const LONGEST_MS = 6 * MINUTE;
/** An event that takes longer comes by minutes. */
const SECONDS_MS = 15_000;

/** Changes a tag of the VPC some times, and asks when EC2 shows that and when EventBridge tells it. */
export async function askTiming(inquiry: Inquiry): Promise<void> {
  const { vpcId, aws, sleep, now, events } = inquiry.options;
  const heard = events ? await listen(inquiry) : undefined;
  const undo = async () => {
    await aws.ec2.send(new DeleteTagsCommand({ Resources: [vpcId], Tags: [{ Key: TAG }] }));
  };
  const what = `the tag ${TAG} of the VPC`;
  inquiry.making(what, undo);
  const changedAt = new Map<string, number>();
  let late = 0;
  for (let change = 1; change <= CHANGES; change += 1) {
    const Value = String(change);
    await aws.ec2.send(new CreateTagsCommand({ Resources: [vpcId], Tags: [{ Key: TAG, Value }] }));
    changedAt.set(Value, now());
    if (!(await isShown(inquiry, Value))) {
      late += 1;
      await inquiry.until(async () => ((await isShown(inquiry, Value)) ? true : undefined), MINUTE, 1_000);
    }
    await sleep(3_000);
  }
  inquiry.found(
    'described-changes',
    late > 0 ? 'lag' : 'at-once',
    `the first look did not show ${late} of ${CHANGES} changes of a tag`,
  );
  if (heard) await heard(changedAt);
  await undo();
  inquiry.unmade(what);
}

async function isShown({ options }: Inquiry, value: string): Promise<boolean> {
  const { Vpcs } = await options.aws.ec2.send(new DescribeVpcsCommand({ VpcIds: [options.vpcId] }));
  return Vpcs?.[0]?.Tags?.some(({ Key, Value }) => Key === TAG && Value === value) === true;
}

/** @returns what waits for the events of changes, by the value and the time of each, and removes what was made */
async function listen(inquiry: Inquiry): Promise<(changedAt: ReadonlyMap<string, number>) => Promise<void>> {
  const { vpcId, now, sleep, aws } = inquiry.options;
  const { sqs, events } = aws;
  const Name = `redis-privatelink-probe-${vpcId}`;
  let QueueUrl: string | undefined;
  let hasRule = false;
  const undo = async () => {
    if (hasRule) {
      await events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['queue'] }));
      await events.send(new DeleteRuleCommand({ Name }));
    }
    if (QueueUrl !== undefined) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  };
  inquiry.making(EVENTS, undo);
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: Name })));
  const asked = { QueueUrl, AttributeNames: ['QueueArn' as const] };
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand(asked));
  const { RuleArn } = await events.send(
    new PutRuleCommand({
      Name,
      EventPattern: JSON.stringify({
        source: ['aws.tag'],
        'detail-type': ['Tag Change on Resource'],
        detail: { 'changed-tag-keys': [TAG], service: ['ec2'], 'resource-type': ['vpc'] },
      }),
    }),
  );
  hasRule = true;
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: Attributes.QueueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
      },
    ],
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const Targets = [{ Id: 'queue', Arn: Attributes.QueueArn }];
  await events.send(new PutTargetsCommand({ Rule: Name, Targets }));
  // A new rule takes a moment until it hears (EventBridge User Guide).
  await sleep(MINUTE);
  return async (changedAt) => {
    const took = new Map<string, number>();
    await inquiry.until(
      async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            MessageSystemAttributeNames: ['SentTimestamp'],
          }),
        );
        for (const { Body = '{}', ReceiptHandle, Attributes } of Messages) {
          const value = String(JSON.parse(Body).detail?.tags?.[TAG]);
          const at = changedAt.get(value);
          const came = Number(Attributes?.SentTimestamp ?? now());
          if (at !== undefined && !took.has(value)) took.set(value, came - at);
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
        return took.size === changedAt.size ? true : undefined;
      },
      LONGEST_MS,
      5_000,
    );
    const slowest = Math.max(0, ...took.values());
    inquiry.found(
      'event-delay',
      took.size < changedAt.size ? null : slowest > SECONDS_MS ? 'minutes' : 'seconds',
      `${took.size} of ${changedAt.size} events came, the slowest after ${Math.round(slowest / 1000)} seconds`,
    );
    await undo();
    inquiry.unmade(EVENTS);
  };
}
