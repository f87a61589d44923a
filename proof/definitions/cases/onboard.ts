import type { EndpointDecision } from '../../../lambdas/onboard/deciding/endpoint.ts';
import type { OnboardingDecision } from '../../../lambdas/onboard/deciding/onboarding.ts';
import { type Case, choices, counts, failures, refusedPauses, values } from './case.ts';

// The types ask for each action: a new one has a way, or the compiler says so.
const missing = choices(
  'onboard / What is missing?',
  { approved: false },
  ...Object.entries({
    'announce-admission': 'Announce admission',
    'accept-invitation': 'Accept invitation',
    'describe-vpc': 'Describe VPC',
    'accept-resource-share': 'Accept resource share',
    'give-up': 'Release lock and fail',
    'get-subscription-status': 'Get subscription status',
    'create-private-link': 'Acquire lock to create',
    'remove-principal': 'Acquire lock to remove principal',
    admit: 'Acquire lock to admit',
    wait: 'Wait for Redis Cloud',
  } satisfies Record<OnboardingDecision['action'], string>).map(
    ([action, next]) =>
      [
        { decision: { action, needsApproval: false, reason: '' }, connection: {}, accountId: '1', polls: 1 },
        next,
      ] as const,
  ),
  [{ decision: { action: 'admit', needsApproval: true } }, 'Ask for approval'],
  [{ decision: { action: 'admit', needsApproval: true }, approved: true }, 'Acquire lock to admit'],
  // Answered by a function from before it was decided there.
  [{ decision: null }, 'Wait for Redis Cloud'],
);

function refused(what: string, why: string): string {
  return `It was refused to connect ${what} to connection orders: ${why}. Redrive this execution to ask again.`;
}

const REFUSING = {
  vpcId: 'vpc-1',
  accountId: '1',
  connection: { name: 'orders' },
  states: { context: { Execution: { RedriveCount: 0 } } },
};

export const ONBOARD: readonly Case[] = [
  ...missing,
  ...values(
    'onboard / Read PrivateLink',
    'Assign/decision',
    [{ states: { result: { decision: { action: 'wait' } } } }, { action: 'wait' }],
    [{ states: { result: {} } }, null],
  ),
  ...choices(
    'onboard / Is it refused?',
    {},
    [{ failure: { Error: 'ApprovalRefused' } }, 'Record refusal'],
    [{ failure: { Error: 'ApprovalTimedOut' } }, 'Release lock and fail'],
  ),
  ...choices(
    'onboard / What is the answer?',
    {},
    [{ answer: { answer: 'approved' } }, 'What is missing?'],
    ...['refused', 'asked', 'withdrawn'].map(
      (answer) => [{ answer: { answer } }, 'Approval pending or refused'] as const,
    ),
    [{ answer: { approvedBy: 'somebody' } }, 'Record approval'],
    ...['yes', true, null, { approved: true }, { approvedBy: 'no' }, 'nobody'].map(
      (answer) => [{ ...REFUSING, answer }, 'Record approval'] as const,
    ),
    ...['no', ' No ', 'rejected', false, { approved: false }].map(
      (answer) => [{ ...REFUSING, answer }, 'Record refusal'] as const,
    ),
  ),
  ...values(
    'onboard / What is the answer?',
    'Choices/2/Assign/failure/Cause',
    ...(
      [
        [null, 'account 1'],
        ['vpc-1', 'vpc-1 of account 1'],
      ] as const
    ).map(
      ([vpcId, what]) =>
        [
          { vpcId, accountId: '1', connection: { name: 'orders' } },
          `It was refused to connect ${what} to connection orders. Redrive this execution to ask again.`,
        ] as const,
    ),
  ),
  ...choices(
    'onboard / Lock acquired without waiting?',
    {},
    [{ creationRequested: false }, 'Release lock and wait'],
    [{ creationRequested: true }, 'Create PrivateLink'],
  ),
  ...choices(
    'onboard / Principal not renewed meanwhile?',
    {},
    [{ removalRequested: false }, 'Release lock and wait'],
    [{ removalRequested: true }, 'Remove principal'],
  ),
  ...choices(
    'onboard / Attempts left?',
    { refusals: 30, failures: 6, isBusy: false },
    [{}, 'Wait for Redis Cloud'],
    [{ isBusy: true }, 'Get subscription status'],
    [{ refusals: 31 }, 'Release lock and fail'],
    [{ failures: 7 }, 'Release lock and fail'],
  ),
  ...choices(
    'onboard / Is the endpoint there?',
    { connection: {}, endpointRequests: 6 },
    ...Object.entries({
      'await-endpoint': 'Await VPC endpoint',
      'complete-security-group': 'Complete security group',
      'add-subnets': 'Add subnets',
      'wait-for-subnets': 'Wait for subnets to settle',
      'give-up': 'Release lock and fail',
      'delete-failed-endpoint': 'Delete failed endpoint',
      'create-endpoint': 'Create VPC endpoint',
      'create-security-group': 'Create security group',
    } satisfies Record<EndpointDecision['action'], string>).map(
      ([action, next]) => [{ vpc: { action, endpoint: {}, securityGroupId: 'sg-1' } }, next] as const,
    ),
  ),
  ...choices(
    'onboard / Is a script handed over?',
    {},
    [{ connection: { handOver: 'script' } }, 'Store script for owner'],
    [{ connection: { handOver: 'none' } }, 'Release lock and fail'],
  ),
  ...(
    [
      [{ Error: 'TaskPending', Cause: 'It waits.', Status: 'FAILED', Name: 'x' }, 'TaskPending', 'It waits.'],
      [
        { Status: 'ABORTED', Name: 'x' },
        'ScriptNotStored',
        'The script is not stored: execution x of endpoint-script has ended as ABORTED. Redrive this execution, which starts another one.',
      ],
    ] as const
  ).flatMap(([child, error, cause]) => {
    const states = { errorOutput: { Error: 'States.TaskFailed', Cause: JSON.stringify(child) } };
    const path = 'Catch/0/Assign/failure';
    return [
      ...values('onboard / Store script for owner', `${path}/Error`, [{ states }, error]),
      ...values('onboard / Store script for owner', `${path}/Cause`, [{ states }, cause]),
    ];
  }),
  ...['Record approval', 'Record refusal'].flatMap((name) =>
    values(
      `onboard / ${name}`,
      'Arguments/Item/sk/S',
      [{ connection: { name: 'orders' }, vpcId: null }, 'approval#orders'],
      [{ connection: { name: 'orders' }, vpcId: 'vpc-1' }, 'approval#orders#vpc-1'],
    ),
  ),
  ...(
    [
      ['Acquire lock to create', 'Assign/creationRequested'],
      ['Acquire lock to remove principal', 'Assign/removalRequested'],
    ] as const
  ).flatMap(([name, path]) =>
    values(
      `onboard / ${name}`,
      path,
      [{ states: { result: { waited: true } } }, false],
      [{ states: { result: { waited: false } } }, true],
    ),
  ),
  ...values(
    'onboard / Announce admission',
    'Arguments/Entries/0/Detail/created',
    [{ creationRequested: true, admissionRequested: false }, true],
    [{ creationRequested: false, admissionRequested: false }, false],
  ),
  ...values(
    'onboard / Ask for approval',
    'Catch/0/Assign/failure/Cause',
    ...(
      [
        [null, 'account 444455556666'],
        ['vpc-1', 'vpc-1 of account 444455556666'],
      ] as const
    ).map(
      ([vpcId, what]) =>
        [
          { connection: { name: 'orders', approvalHours: 48 }, accountId: '444455556666', vpcId },
          `Nobody has approved or refused within 48 hours to connect ${what} to connection orders. Redrive this execution to ask again.`,
        ] as const,
    ),
  ),
  ...values(
    'onboard / Ask for approval',
    'Catch/1/Assign/failure/Cause',
    ...(
      [
        [null, 'ApprovalRefused', 'no', refused('account 444455556666', 'no')],
        ['vpc-1', 'ApprovalRefused', null, refused('vpc-1 of account 444455556666', 'nobody said why')],
        ['vpc-1', null, 'x'.repeat(501), refused('vpc-1 of account 444455556666', 'x'.repeat(500))],
        [null, 'AccessDenied', 'the table', 'the table'],
        [null, 'AccessDenied', null, 'nobody said why'],
      ] as const
    ).map(
      ([vpcId, name, Cause, said]) =>
        [
          {
            connection: { name: 'orders' },
            accountId: '444455556666',
            vpcId,
            states: { errorOutput: { Error: name, Cause } },
          },
          said,
        ] as const,
    ),
  ),
  ...values(
    'onboard / Await change',
    'Catch/0/Assign/principalDenied',
    [{ principalDenied: false, change: { operation: 'removePrincipal' } }, true],
    [{ principalDenied: false, change: { operation: 'addPrincipal' } }, false],
    [{ principalDenied: true, change: { operation: 'addPrincipal' } }, true],
  ),
  ...counts('onboard / Await change'),
  ...failures('onboard / Release lock and fail'),
  ...refusedPauses('onboard / Wait for Redis Cloud'),
];
