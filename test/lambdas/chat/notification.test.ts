import { describe, expect, test } from '@jest/globals';
import { describeQuestion } from '../../../lambdas/approval/ask-for-approval.ts';
import { notificationOf, type Told } from '../../../lambdas/chat/forming/notification.ts';
import { describeHolds } from '../../../lambdas/offboard/tell-holds.ts';
import type { ExecutionArn } from '../../../lambdas/shared/runtime/inputs.ts';
import type { Hold } from '../../../lambdas/shared/workflows/holds.ts';
import { connection } from '../../connection.ts';

const ARN = 'arn:aws:states:us-east-1:222222222222:execution:redis-privatelink-onboard:one' as ExecutionArn;

function told(rest: Partial<Told> = {}): Told {
  return {
    messageId: 'id-1',
    subject: 'redis-privatelink: onboard QuotaExceeded (orders)',
    message: [
      'onboard: an execution has failed.',
      '',
      'Why:         QuotaExceeded: No endpoint is left.',
      'Execution:   one, ended now',
      '             https://console.example/one',
      '',
      'When the cause is gone:',
      '',
      "  aws stepfunctions redrive-execution --execution-arn 'arn:one'",
      '',
      'There is no second message.',
    ].join('\n'),
    attributes: {
      kind: 'failure',
      workflow: 'onboard',
      error: 'QuotaExceeded',
      connection: 'orders',
      account: '444455556666',
    },
    ...rest,
  };
}

describe('a message in the form of a chat', () => {
  test('has the documented fields, the commands as next steps, and a thread for each account', () => {
    expect(notificationOf(told())).toEqual({
      version: '1.0',
      source: 'custom',
      id: 'id-1',
      content: {
        textType: 'client-markdown',
        title: 'redis-privatelink: onboard QuotaExceeded (orders)',
        description: [
          'onboard: an execution has failed.',
          '',
          '*Why:* QuotaExceeded: No endpoint is left.',
          '*Execution:* one, ended now',
          'https://console.example/one',
          '',
          'There is no second message.',
        ].join('\n'),
        nextSteps: [
          "When the cause is gone: `aws stepfunctions redrive-execution --execution-arn 'arn:one'`",
        ],
        keywords: ['failure', 'onboard', 'QuotaExceeded', 'orders'],
      },
      metadata: {
        threadId: 'orders/444455556666',
        summary: 'redis-privatelink: onboard QuotaExceeded (orders)',
        eventType: 'failure',
        additionalContext: told().attributes,
      },
    });
  });

  test('of an approval has both answers', () => {
    const question = {
      connection: connection(),
      accountId: '444455556666',
      vpcId: null,
      executionArn: ARN,
      token: 'AAAA+/=',
    };
    const { subject, message } = describeQuestion(question as never, 'docs/operations.md', 0);
    const { content } = notificationOf(told({ subject, message, attributes: { kind: 'approval' } }));
    expect(content.nextSteps).toEqual([
      expect.stringMatching(/^To approve: `aws stepfunctions send-task-success .*`$/),
      expect.stringMatching(/^To refuse: `aws stepfunctions send-task-failure .*`$/),
    ]);
    expect(content.description).toContain('Approvals');
    expect(content.description).not.toContain('aws stepfunctions');
  });

  test('of holds has a step for each command, however long the list is', () => {
    const hold = (index: number) =>
      ({
        connection: 'orders',
        accountId: '444455556666',
        vpcId: `vpc-${index}`,
        reason: 'its tag is gone',
        until: 'tomorrow',
      }) as unknown as Hold;
    const holds = Array.from({ length: 300 }, (_, index) => hold(index));
    const { subject, message } = describeHolds('orders', holds, ARN, 'docs/operations.md');
    const { content, metadata } = notificationOf(
      told({ subject, message, attributes: { kind: 'hold', connection: 'orders' } }),
    );
    expect(content.nextSteps).toHaveLength(4);
    expect(content.description.length).toBeLessThan(3_100);
    expect(content.description).toMatch(/The mail has the rest\.$/);
    expect(metadata.threadId).toBe('orders');
  });

  test('calls nobody and links nowhere by what others wrote', () => {
    const message = 'Why: <!channel> <https://evil.example|your bank>\u202e';
    const { content } = notificationOf(told({ message, subject: '<!here>' }));
    expect(JSON.stringify(content)).not.toMatch(/[<>\u202e]/);
  });

  test('says where a command is that is too long for a chat', () => {
    const message = `To say that it may stay:\n\n  aws stepfunctions start-execution --input '${'x'.repeat(5_000)}'`;
    const [step] = notificationOf(told({ message })).content.nextSteps;
    expect(step).toMatch(/^To say that it may stay: The command is too long for a chat/);
  });
});
