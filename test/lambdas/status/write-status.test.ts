import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { connection } from '../../connection.ts';
import { ACCOUNT, aws, awsError, type Call, errorOf, VPC } from '../aws/stub.ts';

const orders = connection();
let failed: object[];

beforeEach(() => {
  failed = [];
});

jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections: [orders], removals: {} }),
}));
jest.unstable_mockModule('../../../lambdas/status/telling/records.ts', () => ({
  recordsOf: async () => ({
    of: () => ({
      recorded: [{ connection: 'orders', at: '', vpcEndpointId: 'vpce-1' }],
      failed,
      approved: [],
      planned: [],
    }),
  }),
}));
jest.unstable_mockModule('../../../lambdas/shared/workflows/standing.ts', () => ({
  readNoted: async () => new Map(),
}));
const { handler } = await import('../../../lambdas/status/write-status.ts');

const STATUS = 'redis-privatelink:status';
const vpc = (tags: Record<string, string> = { 'redis-privatelink': 'orders' }, more: object = {}) => ({
  Vpcs: [
    {
      VpcId: VPC,
      OwnerId: ACCOUNT,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      ...more,
    },
  ],
});
const account = { Account: { Id: ACCOUNT, State: 'ACTIVE', Paths: [] } };
const answers = {
  DescribeVpcs: vpc(),
  DescribeSubnets: { Subnets: [] },
  DescribeAccount: account,
  CreateTags: {},
  DeleteTags: {},
  PutParameter: {},
  DeleteParameters: {},
};
const announced = (detail: object = {}) => ({
  source: 'redis-privatelink',
  'detail-type': 'VPC Connected',
  detail: { connection: 'orders', accountId: ACCOUNT, vpcId: VPC, ...detail },
});
const retagged = (value: string, at = Date.now()) => ({
  source: 'aws.tag',
  'detail-type': 'Tag Change on Resource',
  account: ACCOUNT,
  region: 'us-east-1',
  time: new Date(at).toISOString(),
  resources: [`arn:aws:ec2:us-east-1:${ACCOUNT}:vpc/${VPC}`],
  detail: {
    'changed-tag-keys': ['redis-privatelink'],
    service: 'ec2',
    'resource-type': 'vpc',
    tags: { 'redis-privatelink': value },
  },
});

describe('after an announcement', () => {
  test('the tag is written in the Region of the connection', async () => {
    const { calls } = aws(answers);
    expect(await handler(announced())).toEqual({ written: [VPC] });
    expect(calls.at(-1)).toMatchObject({
      action: 'CreateTags',
      region: 'us-east-1',
      input: { Resources: [VPC], Tags: [{ Key: STATUS, Value: 'connected vpce-1' }] },
    });
  });

  test('nothing is written that is there', async () => {
    const tags = { 'redis-privatelink': 'orders', [STATUS]: 'connected vpce-1' };
    const { actions } = aws({ ...answers, DescribeVpcs: vpc(tags) });
    expect(await handler(announced())).toEqual({ written: [] });
    expect(actions()).not.toContain('CreateTags');
  });

  test('of an account, each VPC is looked at that has a status', async () => {
    const { Vpcs } = vpc({ [STATUS]: 'x' });
    const other = { ...Vpcs[0], VpcId: 'vpc-00000001', Tags: [] };
    const { calls } = aws({ ...answers, DescribeVpcs: { Vpcs: [...Vpcs, other] } });
    expect(await handler(announced({ vpcId: null }))).toEqual({ written: [VPC] });
    expect(calls.filter(({ action }) => action === 'CreateTags')).toHaveLength(1);
  });

  test.each([
    ['a VPC that is gone', { DescribeVpcs: awsError('InvalidVpcID.NotFound') }],
    ['a VPC that another account shares', { DescribeVpcs: vpc(undefined, { OwnerId: '999900001111' }) }],
  ])('nothing is written to %s', async (_, more) => {
    aws({ ...answers, ...more });
    expect(await handler(announced())).toEqual({ written: [] });
  });

  test.each([
    ['lets nobody in', { AssumeRole: awsError('AccessDenied') }],
    ['forbids the tag', { CreateTags: awsError('UnauthorizedOperation') }],
    ['has as many tags as it may', { CreateTags: awsError('TagLimitExceeded') }],
  ])('an account that %s is left alone, and nobody is woken', async (_, more) => {
    aws({ ...answers, ...more });
    expect(await handler(announced())).toEqual({ written: [], because: expect.stringContaining('AWS') });
  });

  test('Lambda tries again where AWS does not answer', async () => {
    aws({ ...answers, CreateTags: awsError('RequestLimitExceeded', 'slow down', 503) });
    expect((await errorOf(handler(announced()))).name).toBe('AwsUnavailable');
  });

  test.each([
    ['of a connection that is not configured any more', announced({ connection: 'former' })],
    ['of nothing', {}],
    ['that cannot be read', retagged('x'.repeat(300))],
    ['about a reconciliation', announced({ connection: null })],
  ])('nothing is done about one %s', async (_, event) => {
    const { calls } = aws({});
    expect(await handler(event)).toEqual({ written: [] });
    expect(calls).toEqual([]);
  });
});

describe('a status for which the tag has no room', () => {
  const PARAMETER = `/redis-privatelink/status/${VPC}`;
  const long = `${'It is "refused" {{here}}. '.repeat(20)}The end.`;
  const cut = (calls: Call[]) =>
    calls.filter(({ action }) => ['PutParameter', 'DeleteParameters', 'CreateTags'].includes(action));

  test('is whole in a parameter of the account, which the tag names', async () => {
    failed = [{ connection: 'orders', at: '1', status: 'FAILED', error: 'Refused', cause: long }];
    const { calls } = aws(answers);
    await handler(announced());
    const [put, tagged] = cut(calls);
    expect(put).toMatchObject({
      action: 'PutParameter',
      region: 'us-east-1',
      input: {
        Name: PARAMETER,
        Value: `connected vpce-1 - failed Refused: ${long}`.replaceAll('{{', '{ {'),
        Tags: [
          { Key: 'redis-privatelink:managed-by', Value: 'redis-privatelink' },
          { Key: 'cost-center', Value: '4711' },
        ],
      },
    });
    const [{ Value }] = tagged!.input.Tags as [{ Value: string }];
    expect(Value).toMatch(
      new RegExp(`^connected vpce-1 - failed Refused: It is refused .*\\.\\.\\. ${PARAMETER}$`),
    );
    expect(Value).toHaveLength(256);
  });

  test('is written anew where the tag says the same', async () => {
    failed = [{ connection: 'orders', at: '1', status: 'FAILED', error: 'Refused', cause: long }];
    const first = aws(answers);
    await handler(announced());
    const [{ Value }] = cut(first.calls)[1]!.input.Tags as [{ Value: string }];
    failed = [
      { connection: 'orders', at: '1', status: 'FAILED', error: 'Refused', cause: `${long} Or not.` },
    ];
    const { calls } = aws({
      ...answers,
      DescribeVpcs: vpc({ 'redis-privatelink': 'orders', [STATUS]: Value }),
    });
    await handler(announced());
    expect(cut(calls)).toMatchObject([
      { action: 'PutParameter', input: { Value: expect.stringContaining('Or not.'), Overwrite: true } },
    ]);
  });

  test('goes with its parameter when it has room again', async () => {
    const tags = { 'redis-privatelink': 'orders', [STATUS]: `failed... ${PARAMETER}` };
    const { calls } = aws({ ...answers, DescribeVpcs: vpc(tags) });
    await handler(announced());
    expect(cut(calls)).toMatchObject([
      { action: 'DeleteParameters', input: { Names: [PARAMETER] } },
      { action: 'CreateTags', input: { Tags: [{ Value: 'connected vpce-1' }] } },
    ]);
  });

  test('goes with its parameter where EC2 does not show yet that it was cut', async () => {
    const { calls } = aws(answers);
    await handler(announced());
    expect(cut(calls).map(({ action }) => action)).toEqual(['DeleteParameters', 'CreateTags']);
  });

  test('goes with the parameters of all VPCs of an account at once, and no other ones', async () => {
    const Vpcs = ['a former status', 'another', 'connected vpce-1'].map((status, index) => ({
      ...vpc({ 'redis-privatelink': 'orders', [STATUS]: status }).Vpcs[0],
      VpcId: `vpc-${index}`,
    }));
    const { calls } = aws({ ...answers, DescribeVpcs: { Vpcs } });
    await handler(announced({ vpcId: null }));
    expect(
      calls.filter(({ action }) => action === 'DeleteParameters').map(({ input }) => input.Names),
    ).toEqual([['/redis-privatelink/status/vpc-0', '/redis-privatelink/status/vpc-1']]);
  });

  test('has no parameter where the account does not allow one, and the tag is written', async () => {
    aws({ ...answers, DeleteParameters: awsError('AccessDeniedException') });
    expect(await handler(announced())).toEqual({ written: [VPC] });
  });

  test('goes with the VPC', async () => {
    const { calls } = aws({ ...answers, DescribeVpcs: awsError('InvalidVpcID.NotFound') });
    await handler(announced());
    expect(cut(calls)).toMatchObject([{ action: 'DeleteParameters', input: { Names: [PARAMETER] } }]);
  });

  test('is only cut where the account takes no parameter', async () => {
    failed = [{ connection: 'orders', at: '1', status: 'FAILED', error: 'Refused', cause: long }];
    const { calls } = aws({ ...answers, PutParameter: awsError('ParameterLimitExceeded') });
    expect(await handler(announced())).toEqual({ written: [VPC] });
    const [{ Value }] = cut(calls)[1]!.input.Tags as [{ Value: string }];
    expect(Value).toMatch(/^connected vpce-1 - failed Refused: .*[^.]\.\.\.$/);
  });
});

describe('after an event of the VPC', () => {
  test('a change that EC2 does not show yet is waited for', async () => {
    aws(answers);
    expect((await errorOf(handler(retagged('ordres')))).message).toContain('does not show yet');
    expect(await handler(retagged('ordres', Date.now() - 61_000))).toEqual({ written: [VPC] });
    expect(await handler(retagged('Orders'))).toEqual({ written: [VPC] });
  });
});
