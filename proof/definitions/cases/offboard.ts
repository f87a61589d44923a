import { type Case, choices, counts, failures, refusedPauses, values } from './case.ts';

const decision = (action: string, more: object = {}) => ({ decision: { action, ...more } });

const endpoint = (state: string, more: object = {}) => ({
  vpcEndpointId: 'vpce-1',
  vpcId: 'vpc-1',
  connection: 'orders',
  state,
  ...more,
});

const leaving = choices(
  'offboard / Are endpoints on their way out?',
  {
    connection: { name: 'orders' },
    vpcId: 'vpc-1',
    looks: 120,
    asked: { connections: ['rsa-1'], endpoints: ['vpce-1'] },
    endpoints: [endpoint('deleting')],
  },
  [{}, 'Wait for VPC endpoint'],
  [{ vpcId: null }, 'Wait for VPC endpoint'],
  [{ looks: 121 }, 'Take turn'],
  [{ asked: { connections: [], endpoints: ['vpce-1'] } }, 'Take turn'],
  [{ asked: { connections: ['rsa-1'], endpoints: [] } }, 'Take turn'],
  [{ endpoints: [] }, 'Take turn'],
  [{ endpoints: [endpoint('deleted')] }, 'Take turn'],
  [{ endpoints: [endpoint('available')] }, 'Take turn'],
  [{ endpoints: [endpoint('deleting'), endpoint('available')] }, 'Take turn'],
  [{ endpoints: [endpoint('deleting'), endpoint('deleted')] }, 'Wait for VPC endpoint'],
  [{ endpoints: [endpoint('deleting'), endpoint('available', { vpcId: 'vpc-2' })] }, 'Wait for VPC endpoint'],
  [
    { endpoints: [endpoint('deleting'), endpoint('available', { connection: 'caches' })] },
    'Wait for VPC endpoint',
  ],
  [
    {
      vpcId: null,
      endpoints: [endpoint('deleting'), endpoint('available', { connection: 'caches', vpcId: 'vpc-2' })],
    },
    'Wait for VPC endpoint',
  ],
  [
    { vpcId: null, endpoints: [endpoint('deleting'), endpoint('available', { vpcId: 'vpc-2' })] },
    'Take turn',
  ],
  [{ endpoints: [endpoint('deleting', { connection: 'caches' })] }, 'Take turn'],
);

const record = (sk: string) => ({ sk, at: 'T' });
const RECORDS = ['connection#orders', 'connection#orders#vpc-1', 'connection#orders#vpc-2'].map(record);

const group = (connection: string, vpcId: string) => ({ connection, vpcId });
const GROUPS = [group('orders', 'vpc-1'), group('orders', 'vpc-2'), group('caches', 'vpc-1')];

export const OFFBOARD: readonly Case[] = [
  ...leaving,
  ...choices(
    'offboard / How much of it?',
    { all: false, because: null, connection: { approval: 'none' } },
    [{ all: true }, 'Read all members'],
    [{ because: 'the tag' }, 'Look again'],
    [{ connection: { approval: 'required' } }, 'Withdraw approval'],
    [{}, 'Look up records'],
  ),
  ...choices(
    'offboard / Is it still to go?',
    { removal: { goes: true }, connection: { approval: 'none' }, waited: false },
    [{}, 'Look up records'],
    [{ removal: { goes: false } }, 'Left connected'],
    [{ connection: { approval: 'required' } }, 'Withdraw approval'],
    [{ connection: { approval: 'required' }, waited: true }, 'Look up records'],
  ),
  ...choices(
    'offboard / Are there more members?',
    {},
    [{ from: 500 }, 'Await members'],
    [{ from: null }, 'Are they too many?'],
  ),
  ...choices(
    'offboard / Are they too many?',
    {},
    [{ members: Array(2500).fill('a') }, 'Offboard accounts'],
    [{ members: Array(2501).fill('a') }, 'Too many accounts'],
  ),
  ...choices(
    'offboard / Is the PrivateLink gone?',
    {},
    [{ absences: 1 }, 'Wait to look again'],
    [{ absences: 2 }, 'Look at idle subscription'],
    [{ absences: 3 }, 'Whole connection gone'],
  ),
  ...choices(
    'offboard / Does that last?',
    {},
    [{ looks: 120 }, 'Wait to look again'],
    [{ looks: 121 }, 'Fail and read anew'],
  ),
  ...values('offboard / Wait to look again', 'Seconds', [{ absences: 1 }, 15], [{ absences: 2 }, 60]),
  ...choices(
    'offboard / Has a later request come?',
    { later: { superseded: false }, waited: false, unpublished: true, because: null },
    [{ later: { superseded: true }, waited: true }, 'Superseded'],
    [{ waited: true, because: 'the tag' }, 'Look again'],
    [{ because: 'the tag' }, 'Look for endpoints'],
    [{ waited: true, unpublished: false }, 'Look up records'],
    [{ unpublished: false }, 'Delete parameters'],
    [{}, 'Look for endpoints'],
  ),
  ...choices(
    'offboard / What is left?',
    {},
    [decision('disassociate'), 'Disassociate connections'],
    [decision('remove-principal'), 'Remove principal'],
    [decision('delete-private-link'), 'Delete PrivateLink'],
    [decision('give-up'), 'Pass turn and fail'],
    [decision('wait'), 'Pass turn'],
  ),
  ...choices(
    'offboard / May it be done all the same?',
    {},
    [decision('disassociate'), 'Pass turn and fail'],
    [decision('remove-principal'), 'Pass turn and wait'],
  ),
  ...choices(
    'offboard / May it be so already?',
    { refused: {}, failure: { Error: 'InvalidRequest' }, asked: {} },
    [{ ...decision('disassociate'), failures: 1 }, 'Pass turn and wait'],
    [{ ...decision('disassociate'), failures: 2 }, 'Pass turn and wait'],
    [{ ...decision('remove-principal'), failures: 1 }, 'Pass turn and fail'],
  ),
  ...choices(
    'offboard / May the PrivateLink stay?',
    { refused: {}, asked: {}, failure: { Error: 'PreconditionFailed' } },
    [decision('delete-private-link'), 'Pass turn and wait'],
    [decision('remove-principal'), 'Pass turn and fail'],
  ),
  ...choices(
    'offboard / May it be tried again?',
    { refusals: 30, failures: 6, isBusy: false },
    [{}, 'Wait for Redis Cloud'],
    [{ isBusy: true }, 'Look at subscription'],
    [{ refusals: 31 }, 'Pass turn and fail'],
    [{ failures: 7 }, 'Pass turn and fail'],
  ),
  ...choices(
    'offboard / What does not need the turn?',
    {},
    [decision('delete-endpoint'), 'Delete VPC endpoint'],
    [decision('done', { unreached: null }), 'Look for security groups'],
    [decision('done', { unreached: 'no role' }), 'Forget records'],
    [decision('wait'), 'Wait for Redis Cloud'],
    [decision('wait', { unreached: null }), 'Wait for Redis Cloud'],
    [decision('remove-principal'), 'Look up records'],
  ),
  ...values('offboard / Look up records', 'Assign/records', [
    {
      connection: { name: 'orders' },
      states: {
        result: {
          Items: ['connection#orders', 'connection#orders-2', 'connection#orders#vpc-1'].map((sk) => ({
            sk: { S: sk },
            at: { S: 'T' },
            execution: { S: 'one' },
          })),
        },
      },
    },
    ['connection#orders', 'connection#orders#vpc-1'].map((sk) => ({ sk, at: 'T', execution: 'one' })),
  ]),
  ...values(
    'offboard / Let onboarding finish',
    'Assign/waited',
    [{ states: { context: { State: { RetryCount: 0 } } } }, false],
    [{ states: { context: { State: { RetryCount: 1 } } } }, true],
  ),
  ...values(
    'offboard / Decide what is left',
    'Arguments/Payload/endpoints',
    [{ shutOut: null, endpoints: [1] }, [1]],
    [{ shutOut: 'no role', endpoints: [1] }, []],
  ),
  ...values(
    'offboard / Decide what is left',
    'Arguments/Payload/unreachable',
    [{ shutOut: null, unreachable: null }, null],
    [{ shutOut: 'no role', unreachable: null }, 'no role'],
  ),
  ...values(
    'offboard / Await change',
    'Catch/0/Assign/denied',
    [{ denied: false, ...decision('remove-principal') }, true],
    [{ denied: false, ...decision('disassociate') }, false],
    [{ denied: true, ...decision('disassociate') }, true],
  ),
  ...counts('offboard / Await change'),
  ...values(
    'offboard / Await change',
    'Assign/asked',
    ...(
      [
        [false, 'remove-principal', 'processing-completed', true],
        [false, 'remove-principal', 'none', false],
        [false, 'disassociate', 'processing-completed', false],
        [true, 'disassociate', 'none', true],
      ] as const
    ).map(
      ([removed, action, status, expected]) =>
        [
          { asked: { removed }, ...decision(action), states: { result: { Payload: { status } } } },
          { removed: expected },
        ] as const,
    ),
  ),
  ...values(
    'offboard / Look for security groups',
    'Assign/groups',
    ...(
      [
        [null, [GROUPS[0], GROUPS[1]]],
        ['vpc-1', [GROUPS[0]]],
      ] as const
    ).map(
      ([vpcId, expected]) =>
        [
          { connection: { name: 'orders' }, vpcId, states: { result: { Payload: { groups: GROUPS } } } },
          expected,
        ] as const,
    ),
  ),
  ...values('offboard / Delete security groups', 'Assign/decision', [
    { decision: { notes: ['before'] }, states: { result: [null, 'it is in use', null] } },
    { notes: ['before', 'it is in use'] },
  ]),
  ...values(
    'offboard / Forget records',
    'Items',
    ...(
      [
        [true, 'vpc-1', RECORDS],
        [false, 'vpc-1', [RECORDS[1]]],
        [false, null, [RECORDS[1], RECORDS[2]]],
      ] as const
    ).map(
      ([isNotAdmitted, vpcId, expected]) =>
        [
          { decision: { isNotAdmitted }, connection: { name: 'orders' }, vpcId, records: RECORDS },
          expected,
        ] as const,
    ),
  ),
  ...values(
    'offboard / Announce removal',
    'Arguments/Entries/0/DetailType',
    [{ vpcId: null }, 'Account Disconnected'],
    [{ vpcId: 'vpc-1' }, 'VPC Disconnected'],
  ),
  ...['Fail and read anew', 'Pass turn and fail'].flatMap((name) => failures(`offboard / ${name}`)),
  ...refusedPauses('offboard / Wait for Redis Cloud'),
];
