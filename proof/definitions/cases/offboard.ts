import type { Decision } from '../../../lambdas/offboard/deciding/offboarding.ts';
import { type Case, choices, counts, failures, refusedPauses, values } from './case.ts';
import { WHOLE_CONNECTION } from './whole-connection.ts';

const decision = (action: string, more: object = {}) => ({ decision: { action, ...more } });

/** Where each decision leads: a new one has a way, or the compiler says so. */
const BEFORE_RELEASE = {
  disassociate: 'Disassociate connections',
  'remove-principal': 'Remove principal',
  'delete-private-link': 'Delete PrivateLink',
  'give-up': 'Release lock and fail',
  wait: 'Release lock',
};
const AFTER_RELEASE = { 'delete-endpoint': 'Delete VPC endpoint', done: 'List security groups' };
const WAYS = { ...BEFORE_RELEASE, ...AFTER_RELEASE } satisfies Record<Decision['action'], string>;

const leaving = [
  ...choices(
    'offboard / Are all endpoints being deleted?',
    { polls: 1, vpcId: 'vpc-1', asked: { removed: false } },
    [{ areGoing: true }, 'Wait for VPC endpoint'],
    [{ areGoing: true, vpcId: null }, 'Wait for VPC endpoint'],
    [{ areGoing: false }, 'Acquire lock'],
    [{ areGoing: false, vpcId: null }, 'Look at PrivateLink'],
    [{ areGoing: false, asked: { removed: true } }, 'Look at PrivateLink'],
  ),
  ...choices(
    'offboard / What comes next?',
    {},
    [decision('disassociate'), 'Acquire lock'],
    [decision('remove-principal'), 'Acquire lock'],
    [decision('delete-private-link'), 'Acquire lock'],
    [decision('give-up'), 'Release lock and fail'],
    [decision('delete-endpoint'), 'Route after release'],
    [decision('wait'), 'Route after release'],
    [decision('done'), 'Route after release'],
  ),
];

/** A look at an account that goes as a whole, so many milliseconds ago, before so many redrives. */
const looked = (ago: number, redrives = 0) => ({
  vpcId: null,
  looked: { at: '2026-11-23T12:00:00.000Z', redrives: 1 - redrives },
  states: {
    context: {
      Execution: { RedriveCount: 1 },
      State: { EnteredTime: new Date(Date.parse('2026-11-23T12:00:00.000Z') + ago).toISOString() },
    },
  },
});

const record = (sk: string) => ({ sk, at: 'T' });
const RECORDS = ['connection#orders', 'connection#orders#vpc-1', 'connection#orders#vpc-2'].map(record);

const group = (connection: string, vpcId: string) => ({ connection, vpcId });
const STRAYS = [
  { id: 'sg-1', vpcId: 'vpc-1', connection: 'orders', why: 'x' },
  { id: 'sg-2', vpcId: 'vpc-2', connection: 'orders', why: 'y' },
  { id: 'sg-3', vpcId: 'vpc-1', connection: 'sessions', why: 'z' },
];
const GROUPS = [group('orders', 'vpc-1'), group('orders', 'vpc-2'), group('caches', 'vpc-1')];

const GROUP_LEFT = { vpcId: 'vpc-1', groupId: 'sg-1', why: 'no role' };

export const OFFBOARD: readonly Case[] = [
  ...leaving,
  ...WHOLE_CONNECTION,
  ...choices(
    'offboard / Which scope?',
    {
      all: false,
      answer: null,
      because: null,
      onlyOurs: true,
      accountId: 'a',
      connection: { approval: 'none' },
    },
    [{ all: true }, 'Read all members'],
    [{ answer: 'yes' }, 'Answer holds'],
    [{ because: 'the tag' }, 'Check removal'],
    [{ onlyOurs: false }, 'Check removal'],
    [{ connection: { approval: 'required' } }, 'Withdraw approval'],
    [{ accountId: null, connection: { approval: 'required' } }, 'Query records'],
    [{}, 'Query records'],
  ),
  ...choices(
    'offboard / Is it still to be removed?',
    { removal: { tells: false, held: false, goes: true }, connection: { approval: 'none' }, waited: false },
    [{}, 'Query records'],
    [{ removal: { tells: true, held: true } }, 'Gather what is held'],
    [{ removal: { held: true, goes: true } }, 'Held'],
    [{ removal: { goes: false } }, 'Stays connected'],
    [{ connection: { approval: 'required' } }, 'Withdraw approval'],
    [{ connection: { approval: 'required' }, waited: true }, 'Query records'],
  ),
  ...choices(
    'offboard / Polls left?',
    {},
    [{ polls: 120 }, 'Wait for next poll'],
    [{ polls: 121 }, 'Fail, then read again'],
  ),
  ...values('offboard / Wait for next poll', 'Seconds', [{ absences: 1 }, 15], [{ absences: 2 }, 60]),
  ...choices(
    'offboard / Is there a later request?',
    { later: { superseded: false }, waited: false, unpublished: true, because: null, accountId: 'a' },
    [{ later: { superseded: true }, waited: true }, 'Superseded'],
    [{ accountId: null, unpublished: false }, 'Acquire lock'],
    [{ waited: true, because: 'the tag' }, 'Check removal'],
    [{ because: 'the tag' }, 'List VPC endpoints'],
    [{ waited: true, unpublished: false }, 'Query records'],
    [{ unpublished: false }, 'Delete parameters'],
    [{}, 'List VPC endpoints'],
  ),
  ...choices(
    'offboard / What is left?',
    {},
    ...Object.keys(BEFORE_RELEASE).map(
      (action) => [decision(action), WAYS[action as keyof typeof BEFORE_RELEASE]] as const,
    ),
  ),
  ...choices(
    'offboard / Is the look still good?',
    looked(299_999),
    [decision('disassociate'), 'Disassociate connections'],
    [decision('remove-principal'), 'Remove principal'],
    [decision('delete-private-link'), 'Read PrivateLink'],
    ...['disassociate', 'remove-principal'].flatMap((action) =>
      [looked(300_000), looked(0, 1), { vpcId: 'vpc-1' }, { looked: null }].map(
        (more) => [{ ...decision(action), ...more }, 'Read PrivateLink'] as const,
      ),
    ),
  ),
  ...values('offboard / Delete parameters', 'Catch/0/Assign/decision/notes', [
    { decision: { notes: ['a'] }, states: { errorOutput: { Error: 'It is shut. Open it.', Cause: null } } },
    ['a', 'parameters may be left: It is shut'],
  ]),
  ...choices(
    'offboard / Continue after conflict?',
    {},
    [decision('disassociate'), 'Release lock and fail'],
    [decision('remove-principal'), 'Release lock and wait'],
  ),
  ...choices(
    'offboard / Already disassociated?',
    { refused: {}, failure: { Error: 'InvalidRequest' }, asked: {} },
    [{ ...decision('disassociate'), failures: 1 }, 'Release lock and wait'],
    [{ ...decision('disassociate'), failures: 2 }, 'Release lock and wait'],
    [{ ...decision('remove-principal'), failures: 1 }, 'Keep the PrivateLink?'],
  ),
  ...choices(
    'offboard / Keep the PrivateLink?',
    { refused: {}, asked: {}, failure: { Error: 'PreconditionFailed' }, accountId: 'a' },
    [decision('delete-private-link'), 'Release lock and wait'],
    [{ ...decision('delete-private-link'), accountId: null }, 'Release lock and fail'],
    [decision('remove-principal'), 'Release lock and fail'],
  ),
  ...values(
    'offboard / Keep the PrivateLink?',
    'Choices/0/Assign/refused',
    [
      { refused: {}, failure: { Error: 'E', Cause: '{"errorType":"E","errorMessage":"It is shut."}' } },
      { privateLink: 'It is shut.' },
    ],
    [
      { refused: {}, failure: { Error: 'Lambda.Unknown', Cause: 'no JSON' } },
      { privateLink: 'Lambda.Unknown' },
    ],
    [{ refused: {}, failure: {} }, { privateLink: 'an error without a name' }],
  ),
  ...choices(
    'offboard / Attempts left?',
    { refusals: 30, failures: 6, isBusy: false },
    [{}, 'Wait for Redis Cloud'],
    [{ isBusy: true }, 'Get subscription status'],
    [{ refusals: 31 }, 'Keep the PrivateLink?'],
    [{ failures: 7 }, 'Keep the PrivateLink?'],
  ),
  ...choices(
    'offboard / Route after release',
    { accountId: 'a' },
    [decision('delete-endpoint'), WAYS['delete-endpoint']],
    [decision('done', { accessError: null }), WAYS.done],
    [{ ...decision('done', { accessError: null }), accountId: null }, 'PrivateLink settled'],
    [{ ...decision('wait'), accountId: null }, 'Wait for Redis Cloud'],
    [decision('done', { accessError: 'no role' }), 'Settle leftovers'],
    [decision('done', { accessError: 'no role', staysConnected: false }), 'Settle leftovers'],
    [decision('done', { accessError: 'no role', staysConnected: true }), 'VPC may be connected still'],
    [decision('wait', { accessError: 'no role', staysConnected: true }), 'Wait for Redis Cloud'],
    [decision('wait'), 'Wait for Redis Cloud'],
    [decision('wait', { accessError: null }), 'Wait for Redis Cloud'],
    [decision('remove-principal'), 'Query records'],
  ),
  ...values('offboard / Query records', 'Assign/records', [
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
    'offboard / Await earlier onboarding',
    'Assign/waited',
    [{ states: { context: { State: { RetryCount: 0 } } } }, false],
    [{ states: { context: { State: { RetryCount: 1 } } } }, true],
  ),
  ...values(
    'offboard / Decide what is left',
    'Arguments/Payload/endpoints',
    [{ accessErrorOnDelete: null, endpoints: [1] }, [1]],
    [{ accessErrorOnDelete: 'no role', endpoints: [1] }, []],
  ),
  ...values(
    'offboard / Decide what is left',
    'Arguments/Payload/accessError',
    [{ accessErrorOnDelete: null, accessError: null }, null],
    [{ accessErrorOnDelete: 'no role', accessError: null }, 'no role'],
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
    'offboard / List security groups',
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
  ...values(
    'offboard / List security groups',
    'Assign/decision',
    ...(
      [
        [null, ['before', 'security group sg-1 is left alone: x', 'security group sg-2 is left alone: y']],
        ['vpc-1', ['before', 'security group sg-1 is left alone: x']],
      ] as const
    ).map(
      ([vpcId, notes]) =>
        [
          {
            connection: { name: 'orders' },
            vpcId,
            decision: { notes: ['before'] },
            states: { result: { Payload: { strays: STRAYS } } },
          },
          { notes },
        ] as const,
    ),
  ),
  ...values(
    'offboard / Withdraw approval',
    'Arguments/Payload/refusalHours',
    [{ because: null, connection: { approvalHours: 48 } }, null],
    [{ because: 'untagged', connection: { approvalHours: 48 } }, 48],
  ),
  ...values('offboard / Delete security groups', 'Assign/decision', [
    { decision: { notes: ['before'] }, states: { result: [null, 'it is in use', GROUP_LEFT] } },
    { notes: ['before', 'it is in use', 'no role'] },
  ]),
  ...values('offboard / Delete security groups', 'Assign/groupsLeft', [
    { states: { result: [null, 'it is in use', GROUP_LEFT] } },
    [GROUP_LEFT],
  ]),
  ...choices(
    'offboard / Is anything left over?',
    { because: 'account', parametersError: null, groupsLeft: [] },
    [{}, 'Delete records'],
    [{ because: null }, 'Delete records'],
    [{ because: 'leftover' }, 'Settle leftovers'],
    [{ parametersError: 'no' }, 'Settle leftovers'],
    [{ groupsLeft: [GROUP_LEFT] }, 'Settle leftovers'],
  ),
  ...values(
    'offboard / Stays connected',
    'Output/notes',
    [{ because: 'account', removal: { reason: 'x' } }, ['left connected: x']],
    [{ because: 'leftover', removal: { reason: 'x' } }, ['still left: x']],
  ),
  ...values(
    'offboard / Delete records',
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
  ...['Fail, then read again', 'Release lock and fail'].flatMap((name) => failures(`offboard / ${name}`)),
  ...refusedPauses('offboard / Wait for Redis Cloud'),
];
