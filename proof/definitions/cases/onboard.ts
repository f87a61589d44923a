import { type Case, choices, counts, failures, refusedPauses, values } from './case.ts';

const SHARE = {
  status: 'active',
  principal: { status: 'associated' },
  shareArn: 'share',
  resourceConfigurationArn: 'configuration',
  serviceName: null,
  errorMessage: null,
};
const SERVICE = { ...SHARE, shareArn: null, resourceConfigurationArn: null, serviceName: 'service' };
const principal = (status: string | null) => ({ ...SHARE, principal: status === null ? null : { status } });

const missing = choices(
  'onboard / What is missing?',
  {
    connection: { name: 'orders', contract: 'resource-share', approval: 'none', subscriptionId: 1 },
    accountId: '444455556666',
    vpcId: 'vpc-1',
    privateLink: SHARE,
    approved: false,
    polls: 1,
    creationRequested: false,
    removalRequested: false,
    admissionRequested: false,
    principalDenied: false,
  },
  // An account alone.
  [{ vpcId: null }, 'Accept invitation'],
  [{ vpcId: null, privateLink: SERVICE }, 'Announce admission'],
  [{ vpcId: null, privateLink: principal('associating') }, 'Accept invitation'],
  [{ vpcId: null, privateLink: principal(null) }, 'Acquire lock to admit'],
  [{ vpcId: null, privateLink: { ...SERVICE, principal: null } }, 'Acquire lock to admit'],
  [{ vpcId: null, privateLink: { ...SERVICE, status: 'initializing' } }, 'Wait for Redis Cloud'],
  [{ vpcId: null, privateLink: { ...SHARE, status: 'initializing' } }, 'Wait for Redis Cloud'],
  ...['disassociating', 'disassociated', 'failed'].flatMap((status) =>
    [principal(status), { ...SERVICE, principal: { status } }].map(
      (privateLink) =>
        [
          { vpcId: null, privateLink },
          status === 'disassociating' ? 'Wait for Redis Cloud' : 'Acquire lock to remove principal',
        ] as const,
    ),
  ),
  // An approval.
  [{ connection: { contract: 'resource-share', approval: 'required' } }, 'Ask for approval'],
  [{ connection: { contract: 'resource-share', approval: 'required' }, approved: true }, 'Describe VPC'],
  // A VPC.
  [{}, 'Describe VPC'],
  [{ privateLink: { ...SHARE, status: 'initializing' } }, 'Wait for Redis Cloud'],
  [{ privateLink: principal('associating') }, 'Accept resource share'],
  [{ privateLink: { ...principal('associating'), status: 'initializing' } }, 'Wait for Redis Cloud'],
  [{ privateLink: { ...principal('associating'), resourceConfigurationArn: null } }, 'Wait for Redis Cloud'],
  [{ privateLink: { ...SHARE, resourceConfigurationArn: null } }, 'Wait for Redis Cloud'],
  [{ privateLink: principal('disassociating') }, 'Wait for Redis Cloud'],
  [{ connection: { contract: 'endpoint-service' }, privateLink: SERVICE }, 'Describe VPC'],
  [
    { connection: { contract: 'endpoint-service' }, privateLink: { ...SERVICE, principal: {} } },
    'Describe VPC',
  ],
  [
    { connection: { contract: 'endpoint-service' }, privateLink: { ...SERVICE, serviceName: null } },
    'Wait for Redis Cloud',
  ],
  [
    {
      connection: { contract: 'endpoint-service' },
      privateLink: { ...SHARE, serviceName: null },
    },
    'Wait for Redis Cloud',
  ],
  [
    { connection: { contract: 'endpoint-service' }, privateLink: { ...SERVICE, principal: null } },
    'Acquire lock to admit',
  ],
  [
    {
      connection: { contract: 'endpoint-service' },
      privateLink: { ...SERVICE, principal: { status: 'disassociating' } },
    },
    'Wait for Redis Cloud',
  ],
  // The bound.
  [{ polls: 120, privateLink: { ...SHARE, status: 'initializing' } }, 'Wait for Redis Cloud'],
  [{ polls: 121, privateLink: { ...SHARE, status: 'initializing' } }, 'Release lock and fail'],
  // What is to be changed.
  [{ privateLink: { status: 'busy', principal: null } }, 'Get subscription status'],
  [{ privateLink: { status: 'none', principal: null } }, 'Acquire lock to create'],
  [{ privateLink: { status: 'none', principal: null }, creationRequested: true }, 'Wait for Redis Cloud'],
  [{ privateLink: principal('failed') }, 'Acquire lock to remove principal'],
  [{ privateLink: principal('failed'), removalRequested: true }, 'Wait for Redis Cloud'],
  [{ privateLink: { ...principal('failed'), status: 'deleting' } }, 'Wait for Redis Cloud'],
  [{ privateLink: principal('failed'), principalDenied: true }, 'Acquire lock to admit'],
  [
    { privateLink: principal('failed'), principalDenied: true, admissionRequested: true },
    'Wait for Redis Cloud',
  ],
  [{ privateLink: principal('disassociated'), removalRequested: true }, 'Acquire lock to admit'],
  [{ privateLink: principal('disassociating'), removalRequested: true }, 'Wait for Redis Cloud'],
  [{ privateLink: principal('disassociating'), principalDenied: true }, 'Wait for Redis Cloud'],
  [{ privateLink: principal(null) }, 'Acquire lock to admit'],
  [{ privateLink: principal(null), admissionRequested: true }, 'Wait for Redis Cloud'],
  [{ privateLink: { ...principal(null), status: 'deleting' } }, 'Wait for Redis Cloud'],
);

const NOT_READY = {
  polls: 121,
  connection: { name: 'orders', subscriptionId: 1 },
  accountId: '444455556666',
  refusal: null,
};
const notReady = values(
  'onboard / What is missing?',
  'Choices/5/Assign/failure/Cause',
  ...(
    [
      [
        {
          status: 'active',
          resourceConfigurationArn: null,
          serviceName: null,
          principal: { status: 'failed' },
        },
        'has the status active, it names neither a resource configuration nor a service, and the principal of account 444455556666 is failed.',
      ],
      [
        { status: 'initializing', resourceConfigurationArn: null, serviceName: null, principal: null },
        'has the status initializing and the principal of account 444455556666 is not there.',
      ],
      [
        { status: 'active', resourceConfigurationArn: 'a', serviceName: null, principal: { status: null } },
        'has the status active and the principal of account 444455556666 is there.',
      ],
      [
        { status: 'active', resourceConfigurationArn: null, serviceName: 's', principal: { status: null } },
        'has the status active and the principal of account 444455556666 is there.',
      ],
      [
        { status: 'deleting', resourceConfigurationArn: 'a', serviceName: 's', principal: { status: null } },
        'has the status deleting and the principal of account 444455556666 is there.',
      ],
    ] as const
  ).map(
    ([privateLink, said]) =>
      [
        { ...NOT_READY, privateLink },
        `After 121 readings the PrivateLink of connection orders (subscription 1) ${said} Look at the subscription in the Redis Cloud console, then redrive this execution.`,
      ] as const,
  ),
);

const VPC = { isSettled: true, endpoint: null, securityGroupId: null, failedEndpointIds: [] };

function refused(what: string, why: string): string {
  return `It was refused to connect ${what} to connection orders: ${why}. Redrive this execution to ask again.`;
}

export const ONBOARD: readonly Case[] = [
  ...missing,
  ...notReady,
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
    { endpointRequests: 5, connection: {}, vpc: VPC },
    [{ vpc: { ...VPC, endpoint: {}, securityGroupId: 'sg-1' }, endpointRequests: 6 }, 'Await VPC endpoint'],
    [{ vpc: { ...VPC, endpoint: {} }, endpointRequests: 6 }, 'Complete security group'],
    [{ vpc: { ...VPC, isSettled: false }, endpointRequests: 6 }, 'Wait for subnets to settle'],
    [{ endpointRequests: 6 }, 'Release lock and fail'],
    [{ vpc: { ...VPC, failedEndpointIds: ['vpce-1'] } }, 'Delete failed endpoint'],
    [{ vpc: { ...VPC, securityGroupId: 'sg-1' } }, 'Create VPC endpoint'],
    [{}, 'Create security group'],
  ),
  ...choices(
    'onboard / Is a script handed over?',
    {},
    [{ connection: { handOver: 'script' } }, 'Store script for owner'],
    [{ connection: { handOver: 'none' } }, 'Release lock and fail'],
  ),
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
