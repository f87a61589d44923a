import type { Permission } from './granted.ts';

/** A permission that no story uses, and why it is there all the same. Each one was looked at by a person. */
export interface Explanation {
  /** How the holder's logical id begins, or a service. */
  holder: string;
  actions: string[];
  reason: string;
}

const dealersInTurns = ['AwaitChange', 'LetGo', 'PassTurn', 'ReadPrivateLink', 'TakeTurn'];

export const explanations: readonly Explanation[] = [
  ...dealersInTurns.map((holder) => ({
    holder,
    actions: ['states:SendTaskFailure', 'states:SendTaskSuccess'],
    reason:
      'Which function answers whose step, and with what, depends on who ends first. All of them share one code.',
  })),
  ...dealersInTurns.map((holder) => ({
    holder,
    actions: ['states:DescribeExecution'],
    reason: 'Asked only about an execution that ended in line, or with the turn, and was not reported.',
  })),
  {
    holder: 'WatchTurns',
    actions: [
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'kms:Decrypt',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'states:DescribeExecution',
      'states:SendTaskFailure',
      'states:SendTaskSuccess',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ],
    reason: 'Runs by a rule with a schedule, which does not fire in the stories.',
  },
  {
    holder: 'events.amazonaws.com',
    actions: ['lambda:InvokeFunction', 'sqs:SendMessage'],
    reason: 'For the rules that measure: one has a schedule, the other only fails when its function is gone.',
  },
  {
    holder: 'cloudwatch.amazonaws.com',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'sns:Publish'],
    reason: 'Used when an alarm goes off.',
  },
];

export function explanationOf({ holder, action }: Permission): Explanation | undefined {
  return explanations.find(
    (explanation) => holder.startsWith(explanation.holder) && explanation.actions.includes(action),
  );
}
