import { expect, test } from '@jest/globals';
import { laboratory, MINUTE, VPC } from './harness.ts';

const inLab = laboratory();

test('a chat hears of failures and alarms, each in a form that it shows', () =>
  inLab(async (lab) => {
    lab.watchAlarms();
    const before = lab.cloud.chatMessages().length;
    const accountId = await lab.account();
    await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
    await lab.settled();
    await lab.sleep(6 * MINUTE);
    const [mail] = lab.published().filter(({ attributes }) => attributes.kind);
    const heard = lab.cloud.chatMessages().slice(before);
    const [told, ...more] = heard
      .map(({ message }) => JSON.parse(message))
      .filter(({ source }) => source === 'custom');
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      version: '1.0',
      id: mail!.messageId,
      content: { textType: 'client-markdown', title: mail!.subject },
      metadata: { threadId: `orders/${accountId}`, eventType: 'failure' },
    });
    expect(told.content.nextSteps[0]).toMatch(/`aws stepfunctions redrive-execution .*`$/);
    // An alarm is in CloudWatch's own form, which chats know.
    expect(heard.map(({ message }) => JSON.parse(message).AlarmName)).toContain(
      'redis-privatelink-onboard-failed',
    );
  }));
