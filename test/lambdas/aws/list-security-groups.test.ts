import { describe, expect, jest, test } from '@jest/globals';
import { ACCOUNT, aws, made, SEEN_GROUP, VPC } from './stub.ts';

const allowFrom: string[] = [];
const connection = {
  name: 'orders',
  contract: 'resource-share',
  endpoint: { allowFrom, subnets: { minimumZones: 1, tag: null, waitMinutes: 60 } },
};
jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections: [connection] }),
}));
const { handler: listSecurityGroups } = await import('../../../lambdas/aws/list-security-groups.ts');

const payload = { accountId: ACCOUNT, region: 'us-east-1' };

describe('listing security groups', () => {
  const rules = (...blocks: string[]) =>
    [
      [10_000, 19_999],
      [8_070, 8_070],
    ].map(([FromPort, ToPort]) => ({
      IpProtocol: 'tcp',
      FromPort,
      ToPort,
      IpRanges: blocks.map((CidrIp) => ({ CidrIp })),
    }));
  const group = (GroupId: string, VpcId: string, IpPermissions: object[]) => ({
    ...SEEN_GROUP,
    GroupId,
    VpcId,
    IpPermissions,
  });
  const vpc = (VpcId: string, ...blocks: string[]) => ({
    VpcId,
    CidrBlock: blocks[0],
    CidrBlockAssociationSet: blocks.map((CidrBlock) => ({
      CidrBlock,
      CidrBlockState: { State: 'associated' },
    })),
  });

  test("gives this system's groups, over all pages, and whether they let in all of their VPC", async () => {
    const { calls } = aws(
      {
        DescribeSecurityGroups: [
          {
            SecurityGroups: [
              group('sg-d', 'vpc-b', rules('10.1.0.0/16')),
              group('sg-a', 'vpc-a', rules('10.0.0.0/16')),
            ],
            NextToken: 'p2',
          },
          {
            SecurityGroups: [
              group('sg-c', 'vpc-b', rules('10.1.0.0/16', '10.2.0.0/16')),
              group('sg-b', 'vpc-a', rules('10.0.0.0/16').slice(0, 1)),
            ],
          },
        ],
        DescribeVpcs: [
          { Vpcs: [vpc('vpc-a', '10.0.0.0/16')], NextToken: 'p2' },
          { Vpcs: [vpc('vpc-b', '10.1.0.0/16', '10.2.0.0/16')] },
        ],
      },
      ['a', 'b', 'c', 'd'].map((one) => made(`sg-${one}`, { vpcId: one < 'c' ? 'vpc-a' : 'vpc-b' })),
    );
    expect(await listSecurityGroups(payload)).toEqual({
      groups: [
        { groupId: 'sg-a', vpcId: 'vpc-a', connection: 'orders', complete: true },
        { groupId: 'sg-b', vpcId: 'vpc-a', connection: 'orders', complete: false },
        { groupId: 'sg-c', vpcId: 'vpc-b', connection: 'orders', complete: true },
        { groupId: 'sg-d', vpcId: 'vpc-b', connection: 'orders', complete: false },
      ],
      strays: [],
    });
    expect(calls[1]?.input.Filters).toEqual([
      { Name: 'tag:redis-privatelink:managed-by', Values: ['redis-privatelink'] },
    ]);
  });

  test.each<[string[], boolean]>([
    [['10.0.0.0/16', '10.64.0.0/12'], true],
    [['10.0.0.0/16'], false],
  ])('and whether they let in from where the connection allows (%j)', async (blocks, complete) => {
    allowFrom.push('10.64.0.0/12');
    aws(
      {
        DescribeSecurityGroups: { SecurityGroups: [group('sg-a', 'vpc-a', rules(...blocks))] },
        DescribeVpcs: { Vpcs: [vpc('vpc-a', '10.0.0.0/16')] },
      },
      [made('sg-a', { vpcId: 'vpc-a' })],
    );
    const { groups } = await listSecurityGroups(payload);
    allowFrom.length = 0;
    expect(groups).toMatchObject([{ groupId: 'sg-a', complete }]);
  });

  test('does not ask for VPCs where there is no group', async () => {
    const { actions } = aws({ DescribeSecurityGroups: {} }, []);
    expect(await listSecurityGroups(payload)).toEqual({ groups: [], strays: [] });
    expect(actions()).toEqual(['DescribeSecurityGroups']);
  });

  test('tells apart what only its tags call its own', async () => {
    const payments = { ...group('sg-p', VPC, []), GroupName: 'payments' };
    aws({ DescribeSecurityGroups: { SecurityGroups: [payments] } }, []);
    expect(await listSecurityGroups(payload)).toEqual({
      groups: [],
      strays: [
        { id: 'sg-p', vpcId: VPC, connection: 'orders', why: expect.stringContaining('has no record') },
      ],
    });
  });

  test('tells of those that this system has made and that somebody has taken the tags from', async () => {
    const { calls } = aws(
      { DescribeSecurityGroups: [{}, { SecurityGroups: [{ ...group('sg-a', VPC, []), Tags: [] }] }] },
      [made('sg-a', { vpcId: VPC }), made('sg-gone', { vpcId: VPC })],
    );
    expect(await listSecurityGroups(payload)).toEqual({
      groups: [],
      strays: [{ id: 'sg-a', vpcId: VPC, connection: 'orders', why: expect.stringContaining('its tag') }],
    });
    expect(calls.at(-1)?.input.Filters).toEqual([{ Name: 'group-id', Values: ['sg-a', 'sg-gone'] }]);
  });
});
