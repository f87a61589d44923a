import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/aws/create-security-group.ts';
import {
  ACCOUNT,
  aws,
  awsError,
  connection,
  EXECUTION,
  errorOf,
  GROUP,
  made,
  OWN_TAGS,
  SEEN_GROUP,
  VPC,
} from './stub.ts';

const payload = {
  accountId: ACCOUNT,
  connection: connection(),
  vpcId: VPC,
  cidrBlocks: ['10.0.0.0/16', '10.1.0.0/16'],
  executionName: EXECUTION,
};
const databases = { IpProtocol: 'tcp', FromPort: 10000, ToPort: 19999 };
const metrics = { IpProtocol: 'tcp', FromPort: 8070, ToPort: 8070 };
const from = (CidrIp: string, of: string) => ({ CidrIp, Description: `Redis Cloud ${of}` });
const existing = (Tags: object[]) => ({
  SecurityGroups: [{ ...SEEN_GROUP, Tags }],
});

const none = { DescribeSecurityGroups: { SecurityGroups: [] } };

describe('creating the security group', () => {
  test('creates it with tags and lets in the ports of Redis Cloud from the VPC', async () => {
    const { calls, items } = aws(
      { ...none, CreateSecurityGroup: { GroupId: GROUP }, AuthorizeSecurityGroupIngress: {} },
      [],
    );
    expect(await handler(payload)).toEqual({ securityGroupId: GROUP });
    expect([...items.values()]).toMatchObject([made(GROUP)]);
    expect(calls.slice(2).map(({ input }) => input)).toEqual([
      {
        GroupName: 'redis-privatelink-orders',
        Description: 'Redis Cloud over PrivateLink, connection orders',
        VpcId: VPC,
        TagSpecifications: [
          {
            ResourceType: 'security-group',
            Tags: [
              { Key: 'Name', Value: 'redis-privatelink-orders' },
              { Key: 'redis-privatelink:connection', Value: 'orders' },
              { Key: 'redis-privatelink:execution', Value: EXECUTION },
              { Key: 'redis-privatelink:managed-by', Value: 'redis-privatelink' },
              { Key: 'cost-center', Value: '4711' },
            ],
          },
        ],
      },
      {
        GroupId: GROUP,
        IpPermissions: [
          { ...databases, IpRanges: [from('10.0.0.0/16', 'databases'), from('10.1.0.0/16', 'databases')] },
          { ...metrics, IpRanges: [from('10.0.0.0/16', 'metrics'), from('10.1.0.0/16', 'metrics')] },
        ],
      },
    ]);
  });

  const LIST = 'pl-0123456789abcdef0';
  const allowing = (...allowFrom: string[]) => ({ ...payload, connection: connection({}, { allowFrom }) });

  test('lets in from where the connection allows, each source once', async () => {
    const { calls } = aws({
      ...none,
      CreateSecurityGroup: { GroupId: GROUP },
      AuthorizeSecurityGroupIngress: {},
    });
    await handler(allowing('10.1.0.0/16', '10.64.0.0/12', LIST));
    expect(calls.at(-1)!.input.IpPermissions[0]).toEqual({
      ...databases,
      IpRanges: ['10.0.0.0/16', '10.1.0.0/16', '10.64.0.0/12'].map((block) => from(block, 'databases')),
      PrefixListIds: [{ PrefixListId: LIST, Description: 'Redis Cloud databases' }],
    });
  });

  test('completes a group to which a prefix list is added', async () => {
    const { calls } = aws({
      CreateSecurityGroup: awsError('InvalidGroup.Duplicate'),
      DescribeSecurityGroups: existing(OWN_TAGS),
      AuthorizeSecurityGroupIngress: [awsError('InvalidPermission.Duplicate'), {}],
    });
    await handler({ ...allowing(LIST), cidrBlocks: ['10.0.0.0/16'] });
    const single = calls.filter(({ action }) => action === 'AuthorizeSecurityGroupIngress').slice(1);
    const list = (of: string) => ({ PrefixListId: LIST, Description: `Redis Cloud ${of}` });
    expect(single.map(({ input }) => input.IpPermissions)).toEqual([
      [{ ...databases, IpRanges: [from('10.0.0.0/16', 'databases')] }],
      [{ ...databases, PrefixListIds: [list('databases')] }],
      [{ ...metrics, IpRanges: [from('10.0.0.0/16', 'metrics')] }],
      [{ ...metrics, PrefixListIds: [list('metrics')] }],
    ]);
  });

  test.each([
    [
      'InvalidPrefixListID.NotFound',
      'PreconditionFailed',
      'endpoint.allowFrom of connection orders in us-east-1',
    ],
    ['InvalidPrefixListId.NotFound', 'PreconditionFailed', 'Share it with the organization'],
    ['RulesPerSecurityGroupLimitExceeded', 'QuotaExceeded', 'Ask for a higher one'],
  ])('says what to do about %s', async (code, name, said) => {
    aws({
      ...none,
      CreateSecurityGroup: { GroupId: GROUP },
      AuthorizeSecurityGroupIngress: awsError(code),
    });
    const error = await errorOf(handler(allowing(LIST)));
    expect(error.name).toBe(name);
    expect(error.message).toContain(said);
  });

  test('completes a group that it has created before', async () => {
    const { calls } = aws({
      CreateSecurityGroup: awsError('InvalidGroup.Duplicate'),
      DescribeSecurityGroups: existing(OWN_TAGS),
      AuthorizeSecurityGroupIngress: [
        awsError('InvalidPermission.Duplicate'),
        awsError('InvalidPermission.Duplicate'),
        {},
      ],
    });
    expect(await handler(payload)).toEqual({ securityGroupId: GROUP });
    const single = calls.filter(({ action }) => action === 'AuthorizeSecurityGroupIngress').slice(1);
    expect(single.map(({ input }) => input.IpPermissions)).toEqual([
      [{ ...databases, IpRanges: [from('10.0.0.0/16', 'databases')] }],
      [{ ...databases, IpRanges: [from('10.1.0.0/16', 'databases')] }],
      [{ ...metrics, IpRanges: [from('10.0.0.0/16', 'metrics')] }],
      [{ ...metrics, IpRanges: [from('10.1.0.0/16', 'metrics')] }],
    ]);
  });

  test.each([
    ['no tags', []],
    ['the tags of another connection', [{ ...OWN_TAGS[0], Value: 'sessions' }, OWN_TAGS[1]]],
    ['the tag of the connection alone', [OWN_TAGS[0]]],
  ])('leaves a group with %s alone', async (_, tags) => {
    const { actions } = aws({ DescribeSecurityGroups: existing(tags as object[]) });
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('PreconditionFailed');
    expect(error.message).toContain(GROUP);
    expect(actions()).not.toContain('AuthorizeSecurityGroupIngress');
  });

  test('leaves a group alone that has name and tags, and that the hub has not made', async () => {
    const { actions } = aws({ DescribeSecurityGroups: existing(OWN_TAGS) }, []);
    const error = await errorOf(handler(payload));
    expect([error.name, error.message]).toEqual([
      'PreconditionFailed',
      expect.stringContaining('has no record of having made it'),
    ]);
    expect(actions()).toEqual(['DescribeSecurityGroups']);
  });

  test('finds what it has made again when the answer was lost', async () => {
    const script = {
      DescribeSecurityGroups: [{ SecurityGroups: [] }, existing(OWN_TAGS)],
      CreateSecurityGroup: [awsError('InternalError'), awsError('InvalidGroup.Duplicate')],
      AuthorizeSecurityGroupIngress: {},
    };
    const { items } = aws(script, []);
    expect((await errorOf(handler(payload))).name).toBe('AwsUnavailable');
    expect(await handler(payload)).toEqual({ securityGroupId: GROUP });
    expect([...items.values()]).toMatchObject([made(GROUP)]);
  });

  test('a duplicate that AWS does not show yet is tried again', async () => {
    aws({
      CreateSecurityGroup: awsError('InvalidGroup.Duplicate'),
      ...none,
    });
    expect((await errorOf(handler(payload))).name).toBe('AwsUnavailable');
  });

  test('a group that AWS does not know yet is tried again', async () => {
    aws({
      ...none,
      CreateSecurityGroup: { GroupId: GROUP },
      AuthorizeSecurityGroupIngress: awsError('InvalidGroup.NotFound'),
    });
    expect((await errorOf(handler(payload))).name).toBe('AwsUnavailable');
  });

  test.each([
    ['InvalidVpcID.NotFound', 'VpcNotFound'],
    ['SecurityGroupLimitExceeded', 'QuotaExceeded'],
    ['UnauthorizedOperation', 'AccessDenied'],
  ])('%s is %s', async (code, expected) => {
    aws({ ...none, CreateSecurityGroup: awsError(code) });
    expect((await errorOf(handler(payload))).name).toBe(expected);
  });

  test.each([{ cidrBlocks: [] }, { cidrBlocks: ['0.0.0.0'] }, { executionName: undefined }])(
    'refuses %j',
    async (change) => {
      const { calls } = aws({});
      expect((await errorOf(handler({ ...payload, ...change }))).name).toBe('InvalidRequest');
      expect(calls).toEqual([]);
    },
  );
});
