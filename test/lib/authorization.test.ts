import { describe, expect, test } from '@jest/globals';
import { type Problem, problemsOf } from './authorization/problems.ts';
import { type PolicyStatement, statementsIn } from './authorization/statements.ts';

/** What AWS's reference does not say, and is right. */
const exceptions: { action: RegExp; message: RegExp; reason: string }[] = [
  {
    action: /^states:SendTask(Success|Failure|Heartbeat)$/,
    message: /it is on no arn:aws:states:.*:stateMachine:/,
    reason:
      'The reference gives these actions no resource. AWS checks them on the state machine that waits for the token ' +
      '(Step Functions Developer Guide, "Creating granular permissions").',
  },
  {
    action: /^kms:DescribeKey$/,
    message: /no condition key kms:EncryptionContext:aws:logs:arn/,
    reason: 'The policy of the key is that of the CloudWatch Logs User Guide, "Encrypt log data".',
  },
];

function isException({ action, message }: Problem): boolean {
  return exceptions.some((exception) => exception.action.test(action) && exception.message.test(message));
}

async function problemsIn(folder: string): Promise<Problem[]> {
  const found = await Promise.all(statementsIn(folder).map(problemsOf));
  return found.flat();
}

function statement(given: Partial<PolicyStatement>): PolicyStatement {
  return { at: 'policy', ofResource: false, effect: 'Allow', actions: [], resources: [], keys: [], ...given };
}

describe.each(['dist/test', 'dist/test-workflows'])('the policies in %s', (folder) => {
  test('name actions, resources and conditions as AWS knows them', async () => {
    const problems = await problemsIn(folder);
    expect(problems.filter((problem) => !isException(problem))).toEqual([]);
  });

  test('need each exception', async () => {
    const problems = await problemsIn(folder);
    for (const { action, message } of exceptions) {
      expect(problems).toContainEqual({
        at: expect.any(String),
        action: expect.stringMatching(action),
        message: expect.stringMatching(message),
      });
    }
  });

  test('are many', () => {
    expect(statementsIn(folder).length).toBeGreaterThan(300);
  });
});

describe("AWS's reference objects to", () => {
  const table = 'arn:aws:dynamodb:us-east-1:111122223333:table/name';
  const vpc = 'arn:aws:ec2:*:111122223333:vpc/*';
  test.each<[string, Partial<PolicyStatement>, string]>([
    ['an unknown action', { actions: ['dynamodb:ReadItem'], resources: [table] }, 'AWS has no such action'],
    ['an unknown service', { actions: ['dynamo:GetItem'], resources: [table] }, 'AWS has no such action'],
    ['an unknown pattern', { actions: ['sqs:Pull*'], resources: ['*'] }, 'AWS has no such action'],
    [
      'a resource of another type',
      { actions: ['dynamodb:GetItem'], resources: ['arn:aws:sqs:us-east-1:111122223333:name'] },
      'it is on no arn:aws:sqs:us-east-1:111122223333:name',
    ],
    [
      'everything for an action on one thing',
      { actions: ['dynamodb:GetItem'], resources: ['*'] },
      'it is on a table, not on everything',
    ],
    [
      'a resource for an action that is on none',
      { actions: ['ec2:DescribeVpcs'], resources: [vpc] },
      `it is on no ${vpc}`,
    ],
    [
      'a key of another action',
      { actions: ['ec2:DescribeVpcs'], resources: ['*'], keys: ['ec2:CreateAction'] },
      'it has no condition key ec2:CreateAction',
    ],
    [
      'a key that no service has',
      { actions: ['ec2:DescribeVpcs'], resources: ['*'], keys: ['aws:Organization'] },
      'it has no condition key aws:Organization',
    ],
    [
      'tags of an action without tags',
      { actions: ['ec2:DescribeVpcs'], resources: ['*'], keys: ['aws:RequestTag/team'] },
      'it has no condition key aws:RequestTag/team',
    ],
  ])('%s', async (_name, given, message) => {
    const problems = await problemsOf(statement(given));
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });

  test('nothing that is right', async () => {
    const endpoint = 'arn:aws:ec2:*:111122223333:vpc-endpoint/*';
    const statements = [
      statement({ actions: ['dynamodb:GetItem'], resources: [table], keys: ['dynamodb:LeadingKeys'] }),
      statement({ actions: ['ec2:CreateVpcEndpoint'], resources: [vpc], keys: ['aws:RequestedRegion'] }),
      statement({ actions: ['ec2:CreateVpcEndpoint'], resources: [endpoint], keys: ['aws:RequestTag/team'] }),
      statement({ actions: ['sqs:*'], effect: 'Deny', resources: ['*'], keys: ['aws:SecureTransport'] }),
      statement({ actions: ['kms:Decrypt'], resources: ['*'], ofResource: true, keys: ['kms:ViaService'] }),
    ];
    expect((await Promise.all(statements.map(problemsOf))).flat()).toEqual([]);
  });
});
