import { beforeEach, expect, jest, test } from '@jest/globals';
import type { Leftover } from '../../../lambdas/shared/workflows/leftovers.ts';
import { connection } from '../../connection.ts';

let before: Partial<Leftover>[];
const noted: unknown[] = [];
const forgotten: unknown[] = [];
jest.unstable_mockModule('../../../lambdas/shared/workflows/leftovers.ts', () => ({
  readLeftovers: async () => before,
  noteLeftover: async (one: unknown) => noted.push(one),
  forgetLeftover: async (one: Leftover) => forgotten.push(one.vpcId),
}));
const { handler } = await import('../../../lambdas/offboard/settle-leftovers.ts');

const ACCOUNT = '444455556666';
const VPC = 'vpc-0a71e831cb5152c43';
const OTHER = 'vpc-0b00000000000000b';
const ERROR = 'The role cannot be assumed.';

const request = (changes: object = {}) => ({
  connection: connection({ parameters: true }),
  accountId: ACCOUNT,
  vpcId: null,
  because: 'account',
  accessError: ERROR,
  parametersError: null,
  records: [
    { sk: 'connection#orders', vpcEndpointId: null },
    { sk: `connection#orders#${VPC}`, vpcEndpointId: 'vpce-1' },
    { sk: `connection#orders#${OTHER}`, vpcEndpointId: null },
  ],
  endpoints: [],
  deletionsRequested: [],
  groups: [],
  ...changes,
});
const things = async (changes: object) => {
  await handler(request(changes));
  return noted.flatMap((one) => {
    const { vpcId, things } = one as Leftover;
    return things.map(({ kind, id }) => `${vpcId} ${kind} ${id}`);
  });
};

beforeEach(() => {
  before = [];
  noted.length = 0;
  forgotten.length = 0;
});

test('everything that was recorded is left where nobody can look', async () => {
  expect(await things({})).toEqual([
    `${VPC} endpoint vpce-1`,
    `${VPC} security group null`,
    `${OTHER} endpoint null`,
    `${OTHER} security group null`,
  ]);
  expect(noted[0]).toMatchObject({
    connection: 'orders',
    accountId: ACCOUNT,
    region: 'us-east-1',
    why: ERROR,
  });
});

test.each<[string, object, string[]]>([
  [
    'an endpoint whose deletion AWS has accepted goes by itself',
    { vpcId: VPC, deletionsRequested: [{ vpcEndpointId: 'vpce-1' }] },
    [`${VPC} security group null`],
  ],
  [
    'one that was seen and not recorded',
    {
      vpcId: OTHER,
      endpoints: [{ vpcEndpointId: 'vpce-2', vpcId: OTHER, connection: 'orders', state: 'available' }],
    },
    [`${OTHER} endpoint vpce-2`, `${OTHER} security group null`],
  ],
  [
    'with the VPC all is gone but its parameters',
    { vpcId: VPC, because: 'vpc-gone', parametersError: ERROR },
    [`${VPC} parameters null`],
  ],
  [
    'a security group of its own is not the connection’s',
    {
      vpcId: VPC,
      connection: connection({ endpoint: { ...connection().endpoint, securityGroup: { name: 'theirs' } } }),
    },
    [`${VPC} endpoint vpce-1`],
  ],
  [
    'what an owner makes with a script is not this system’s',
    { vpcId: OTHER, connection: connection({ handOver: 'script' }) },
    [],
  ],
  [
    'a group that could not be deleted any more',
    { accessError: null, groups: [{ vpcId: VPC, groupId: 'sg-1', why: ERROR }] },
    [`${VPC} security group sg-1`],
  ],
])('%s', async (_, changes, expected) => {
  expect(await things(changes)).toEqual(expected);
});

test('what an earlier offboarding has left is forgotten once it is seen to be gone', async () => {
  before = [{ vpcId: VPC }, { vpcId: OTHER }];
  await handler(request({ vpcId: VPC }));
  expect(forgotten).toEqual([]);
  await handler(request({ vpcId: VPC, accessError: null, parametersError: ERROR }));
  expect(forgotten).toEqual([]);
  await handler(request({ vpcId: VPC, accessError: null, records: [] }));
  expect(forgotten).toEqual([VPC]);
});
