import { describe, expect, test } from '@jest/globals';
import { handler as deleteSecurityGroup } from '../../../lambdas/aws/delete-security-group.ts';
import { handler as deleteVpcEndpoint } from '../../../lambdas/aws/delete-vpc-endpoint.ts';
import {
  ACCOUNT,
  aws,
  awsError,
  CONFIGURATION,
  connection,
  ENDPOINT,
  errorOf,
  GROUP,
  made,
  OWN_TAGS,
  SEEN_ENDPOINT,
  SEEN_GROUP,
  VPC,
} from './stub.ts';

describe('deleting a VPC endpoint', () => {
  const payload = { accountId: ACCOUNT, connection: connection(), vpcEndpointId: ENDPOINT };
  const endpoint = (State: string, Tags: unknown = OWN_TAGS) => ({
    DescribeVpcEndpoints: { VpcEndpoints: [{ ...SEEN_ENDPOINT, State, Tags }] },
  });

  test.each(['available', 'failed', 'rejected', 'pendingAcceptance'])(
    'deletes its own that is %s',
    async (state) => {
      const { calls, items } = aws({ ...endpoint(state), DeleteVpcEndpoints: { Unsuccessful: [] } });
      expect(await deleteVpcEndpoint(payload)).toEqual({});
      // AWS shows it for some time.
      expect(items.get(`own#${ENDPOINT}`)).toMatchObject({ expires: { N: expect.any(String) } });
      expect(calls.at(-1)).toMatchObject({
        action: 'DeleteVpcEndpoints',
        input: { VpcEndpointIds: [ENDPOINT] },
      });
    },
  );

  test('lets a deletion that is under way go on', async () => {
    const { actions } = aws(endpoint('deleting'));
    expect(await deleteVpcEndpoint(payload)).toEqual({});
    expect(actions()).toEqual(['DescribeVpcEndpoints']);
  });

  test.each([
    ['AWS does not know it', { DescribeVpcEndpoints: awsError('InvalidVpcEndpointId.NotFound') }],
    ['it is deleted', endpoint('deleted')],
    [
      'it goes in between',
      {
        ...endpoint('available'),
        DeleteVpcEndpoints: { Unsuccessful: [{ Error: { Code: 'InvalidVpcEndpoint.NotFound' } }] },
      },
    ],
  ])('says EndpointNotFound when %s', async (_, script) => {
    aws(script);
    expect((await errorOf(deleteVpcEndpoint(payload))).name).toBe('EndpointNotFound');
  });

  test.each([
    ['no tags', undefined],
    ['the tags of another connection', [{ ...OWN_TAGS[0], Value: 'sessions' }, OWN_TAGS[1]]],
  ])('leaves an endpoint with %s alone', async (_, tags) => {
    const { actions } = aws(endpoint('available', tags ?? null));
    expect((await errorOf(deleteVpcEndpoint(payload))).name).toBe('PreconditionFailed');
    expect(actions()).toEqual(['DescribeVpcEndpoints']);
  });

  test.each<[string, object[], object]>([
    ['of which the hub has no record', [], {}],
    ['that the hub has made for another connection', [made(ENDPOINT, { connection: 'sessions' })], {}],
    ['that leads elsewhere', [made(ENDPOINT)], { ResourceConfigurationArn: `${CONFIGURATION}f` }],
    ['that leads nowhere', [made(ENDPOINT)], { ResourceConfigurationArn: undefined }],
    ['of another type', [made(ENDPOINT)], { VpcEndpointType: 'Interface' }],
    ['in another VPC', [made(ENDPOINT)], { VpcId: 'vpc-00000000' }],
  ])('leaves a tagged endpoint %s alone', async (_, recorded, more) => {
    const shown = { VpcEndpoints: [{ ...SEEN_ENDPOINT, ...more }] };
    const { actions } = aws({ DescribeVpcEndpoints: shown }, recorded as never);
    const error = await errorOf(deleteVpcEndpoint(payload));
    expect(error.name).toBe('PreconditionFailed');
    expect(error.message).toContain('left alone');
    expect(error.message).not.toContain('aws ec2');
    expect(actions()).toEqual(['DescribeVpcEndpoints']);
  });

  test('notices a refusal inside a successful answer', async () => {
    aws({
      ...endpoint('available'),
      DeleteVpcEndpoints: {
        Unsuccessful: [{ ResourceId: ENDPOINT, Error: { Code: 'DependencyViolation', Message: 'A route.' } }],
      },
    });
    const error = await errorOf(deleteVpcEndpoint(payload));
    expect(error.name).toBe('PreconditionFailed');
    expect(error.message).toContain('A route. (DependencyViolation)');
  });
});

describe('deleting the security group', () => {
  const payload = { accountId: ACCOUNT, connection: connection(), vpcId: VPC };
  const groups = { DescribeSecurityGroups: { SecurityGroups: [SEEN_GROUP] } };

  test('finds its own by tags and deletes it', async () => {
    const { calls } = aws({ ...groups, DeleteSecurityGroup: {} });
    expect(await deleteSecurityGroup(payload)).toEqual({ securityGroupId: GROUP });
    expect(calls.slice(1).map(({ input }) => input)).toEqual([
      {
        Filters: [
          { Name: 'vpc-id', Values: [VPC] },
          { Name: 'tag:redis-privatelink:managed-by', Values: ['redis-privatelink'] },
          { Name: 'tag:redis-privatelink:connection', Values: ['orders'] },
        ],
        MaxResults: 500,
      },
      { GroupId: GROUP },
    ]);
  });

  test('leaves a tagged group alone of which the hub has no record, beside its own', async () => {
    const payments = { ...SEEN_GROUP, GroupId: 'sg-payments', GroupName: 'payments', Description: 'Ours' };
    const { calls } = aws({
      DescribeSecurityGroups: { SecurityGroups: [payments, SEEN_GROUP] },
      DeleteSecurityGroup: {},
    });
    expect(await deleteSecurityGroup(payload)).toEqual({ securityGroupId: GROUP });
    expect(calls.at(-1)?.input).toEqual({ GroupId: GROUP });
    const { actions } = aws({ DescribeSecurityGroups: { SecurityGroups: [payments] } });
    expect(await deleteSecurityGroup(payload)).toEqual({ securityGroupId: null });
    expect(actions()).not.toContain('DeleteSecurityGroup');
  });

  test('has nothing to do when there is none', async () => {
    const { actions } = aws({ DescribeSecurityGroups: { SecurityGroups: [] } });
    expect(await deleteSecurityGroup(payload)).toEqual({ securityGroupId: null });
    expect(actions()).toEqual(['DescribeSecurityGroups']);
  });

  test('a group that goes in between is deleted', async () => {
    aws({ ...groups, DeleteSecurityGroup: awsError('InvalidGroup.NotFound') });
    expect(await deleteSecurityGroup(payload)).toEqual({ securityGroupId: GROUP });
  });

  test('a group that the endpoint still has is SecurityGroupInUse', async () => {
    aws({ ...groups, DeleteSecurityGroup: awsError('DependencyViolation', 'It has a dependent object.') });
    const error = await errorOf(deleteSecurityGroup(payload));
    expect(error.name).toBe('SecurityGroupInUse');
    expect(error.message).toContain('It has a dependent object.');
  });

  test('any other refusal is passed on', async () => {
    aws({ ...groups, DeleteSecurityGroup: awsError('UnauthorizedOperation') });
    expect((await errorOf(deleteSecurityGroup(payload))).name).toBe('AccessDenied');
  });
});
