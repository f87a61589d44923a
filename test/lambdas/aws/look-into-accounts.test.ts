import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Finding, Found } from '../../../lambdas/reconcile/comparing/findings.ts';
import { connection } from '../../connection.ts';
import {
  ACCOUNT,
  aws,
  awsError,
  ENDPOINT,
  errorOf,
  GROUP,
  made,
  SEEN_ENDPOINT,
  SEEN_GROUP,
  VPC,
} from './stub.ts';

const OTHER = '444455556666';
let connections = [connection({ name: 'orders' })];
jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections }),
}));
const { handler } = await import('../../../lambdas/aws/look-into-accounts.ts');
const { readFindings } = await import('../../../lambdas/reconcile/comparing/looks-store.ts');

beforeEach(() => {
  connections = [connection({ name: 'orders', region: 'us-east-1' })];
});
afterEach(() => {
  jest.useRealTimers();
});

const vpc = (VpcId: string, tags: Record<string, string> = {}, OwnerId = ACCOUNT) => ({
  VpcId,
  OwnerId,
  CidrBlock: '10.0.0.0/16',
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});
const NOTHING = {
  DescribeVpcs: { Vpcs: [] },
  DescribeVpcEndpoints: { VpcEndpoints: [] },
  DescribeSecurityGroups: { SecurityGroups: [] },
  GetParametersByPath: { Parameters: [] },
};
/** The batch as an earlier step has kept it. */
const batch = (...accounts: string[]) => ({
  pk: { S: 'run#run-1' },
  sk: { S: 'offered#0' },
  body: { S: JSON.stringify(accounts) },
});
const input = (changes: object = {}) => ({
  run: 'run-1',
  batch: 0,
  connections: connections.map(({ name }) => name),
  executionName: 'reconcile-run-1',
  ...changes,
});
const found = async (): Promise<Finding[]> =>
  (await readFindings('run-1')).sort((a, b) => a.accountId.localeCompare(b.accountId));

describe('looking into accounts', () => {
  test('keeps what should be and what is there', async () => {
    aws(
      {
        DescribeVpcs: [
          { Vpcs: [vpc('vpc-b', { 'redis-privatelink': 'orders sessions' })], NextToken: 'p2' },
          { Vpcs: [vpc(VPC)], NextToken: 'p3' },
          { Vpcs: [vpc('vpc-c', {}, '999900001111'), { ...vpc('vpc-a', { team: 'red' }), IsDefault: true }] },
        ],
        DescribeVpcEndpoints: {
          VpcEndpoints: [SEEN_ENDPOINT, { ...SEEN_ENDPOINT, VpcEndpointId: 'vpce-9' }],
        },
        DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [] },
        DescribeSubnets: { Subnets: [] },
        DescribeSecurityGroups: { SecurityGroups: [SEEN_GROUP, { ...SEEN_GROUP, GroupId: 'sg-9' }] },
        GetParametersByPath: {
          Parameters: [{ Name: `/redis-privatelink/orders/${VPC}/endpoint-id`, Value: ENDPOINT }],
        },
      },
      [made(ENDPOINT), made(GROUP), batch(`${ACCOUNT} 0`)],
    );
    expect(await handler(input())).toEqual({ places: 1, unseen: 0 });
    const [one] = (await found()) as [Found];
    expect(one).toMatchObject({
      accountId: ACCOUNT,
      region: 'us-east-1',
      vpcs: [
        { vpcId: VPC, tags: null },
        { vpcId: 'vpc-a', tags: null, isDefault: true },
        { vpcId: 'vpc-b', tags: 'orders sessions' },
      ],
      endpoints: [{ vpcEndpointId: ENDPOINT, connection: 'orders', state: 'available', otherZones: [] }],
      groups: [{ groupId: GROUP, connection: 'orders', complete: false }],
      strays: [{ id: 'vpce-9' }, { id: 'sg-9' }],
      parameters: [{ connection: 'orders', vpcId: VPC }],
    });
  });

  test('keeps in which other zones an endpoint could be', async () => {
    const subnet = (SubnetId: string, AvailabilityZoneId: string) => ({
      SubnetId,
      AvailabilityZoneId,
      VpcId: VPC,
      AvailableIpAddressCount: 200,
    });
    aws(
      {
        ...NOTHING,
        DescribeVpcEndpoints: { VpcEndpoints: [{ ...SEEN_ENDPOINT, SubnetIds: ['subnet-1'] }] },
        DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [] },
        DescribeSubnets: { Subnets: [subnet('subnet-1', 'usw2-az1'), subnet('subnet-2', 'usw2-az2')] },
      },
      [made(ENDPOINT), batch(`${ACCOUNT} 0`)],
    );
    await handler(input());
    const [one] = (await found()) as [Found];
    expect(one.endpoints[0]!.otherZones).toEqual([
      { zone: 'usw2-az2', subnetId: 'subnet-2', isRefused: false },
    ]);
  });

  test('keeps the zones of more endpoints than a filter takes VPCs', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => index.toString(16).padStart(8, '0'));
    const target = (id: string) => ({
      VpcEndpointId: `vpce-${id}`,
      VpcId: `vpc-${id}`,
      SubnetIds: [`subnet-${id}`],
    });
    const { calls } = aws(
      {
        ...NOTHING,
        DescribeVpcEndpoints: { VpcEndpoints: ids.map((id) => ({ ...SEEN_ENDPOINT, ...target(id) })) },
        DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [] },
        DescribeSubnets: ({ Filters: [{ Values }] }: { Filters: [{ Values: string[] }] }) => ({
          Subnets: Values.flatMap((VpcId) =>
            ['', 'b'].map((zone) => ({
              SubnetId: `${VpcId.replace('vpc', 'subnet')}${zone}`,
              AvailabilityZoneId: `usw2-az${zone ? 2 : 1}`,
              VpcId,
              AvailableIpAddressCount: 200,
            })),
          ),
        }),
      },
      [...ids.map((id) => made(`vpce-${id}`, { vpcId: `vpc-${id}` })), batch(`${ACCOUNT} 0`)],
    );
    await handler(input());
    const [one] = (await found()) as [Found];
    expect(one.endpoints.filter(({ otherZones }) => otherZones?.length === 1)).toHaveLength(450);
    const asked = calls.filter(({ action }) => action === 'DescribeSubnets');
    expect(asked.map(({ input: { Filters } }) => Filters[0].Values.length)).toEqual([200, 200, 50]);
  });

  test('looks into every Region in which something is offered, for what is offered there', async () => {
    connections = ['us-east-1', 'eu-west-1', 'us-east-1'].map((region, index) =>
      connection({ name: `c${index}`, region }),
    );
    const { calls } = aws(NOTHING, [batch(`${ACCOUNT} 0,1,2`, `${OTHER} 1`)]);
    expect(await handler(input())).toEqual({ places: 3, unseen: 0 });
    expect((await found()).map(({ accountId, region }) => `${accountId} ${region}`).sort()).toEqual([
      `${ACCOUNT} eu-west-1`,
      `${ACCOUNT} us-east-1`,
      `${OTHER} eu-west-1`,
    ]);
    const paths = calls.filter(({ action }) => action === 'GetParametersByPath');
    expect(paths.map(({ region, input: { Path } }) => `${region} ${Path}`).sort()).toEqual([
      'eu-west-1 /redis-privatelink/c1',
      'eu-west-1 /redis-privatelink/c1',
      'us-east-1 /redis-privatelink/c0',
      'us-east-1 /redis-privatelink/c2',
    ]);
  });

  test('compares without its parameters an account that does not let them be read', async () => {
    aws({ ...NOTHING, GetParametersByPath: awsError('AccessDeniedException') }, [batch(`${ACCOUNT} 0`)]);
    expect(await handler(input())).toEqual({ places: 1, unseen: 0 });
    expect(await found()).toMatchObject([{ vpcs: [], parameters: null }]);
  });
});

describe('an account that cannot be looked into', () => {
  const entering = (refused: (account: string) => Error | undefined) => ({
    ...NOTHING,
    AssumeRole: ({ RoleArn }: { RoleArn: string }) =>
      refused(RoleArn.split(':')[4]!) ?? {
        Credentials: { AccessKeyId: 'A', SecretAccessKey: 'S', SessionToken: 'T', Expiration: new Date(0) },
      },
  });

  test('is told of, and hides no other', async () => {
    const denied = awsError('AccessDenied', 'no', 403);
    aws(
      entering((account) => (account === OTHER ? denied : undefined)),
      [batch(`${OTHER} 0`, `${ACCOUNT} 0`)],
    );
    expect(await handler(input())).toEqual({ places: 2, unseen: 1 });
    expect(await found()).toMatchObject([
      { accountId: ACCOUNT, vpcs: [] },
      { accountId: OTHER, error: expect.stringMatching(/^MemberRoleNotAssumable: The role/) },
    ]);
  });

  test('because AWS has no answer now is tried again, and the others are not', async () => {
    let isBusy = true;
    const { calls } = aws(
      entering((account) => (account === OTHER && isBusy ? awsError('Throttling', 'slow', 400) : undefined)),
      [batch(`${OTHER} 0`, `${ACCOUNT} 0`)],
    );
    const error = await errorOf(handler(input()));
    expect(error.name).toBe('AwsUnavailable');
    expect(error.message).toMatch(/^1 of 2 could not be looked into now\. 444455556666 in us-east-1: /);
    expect(await found()).toMatchObject([{ vpcs: [] }, { error: expect.stringMatching(/^AwsUnavailable/) }]);

    isBusy = false;
    const before = calls.length;
    expect(await handler(input())).toEqual({ places: 2, unseen: 0 });
    expect(await found()).toMatchObject([{ vpcs: [] }, { vpcs: [] }]);
    const entered = calls.slice(before).filter(({ action }) => action === 'AssumeRole');
    expect(new Set(entered.map(({ input: { RoleArn } }) => RoleArn.split(':')[4]))).toEqual(new Set([OTHER]));
  });

  test('in a minute and a half is told of, and the others do not wait for it', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date'] });
    const slow = new Promise(() => {});
    aws(
      {
        ...NOTHING,
        DescribeVpcs: [slow, { Vpcs: [] }],
      },
      [batch(`${OTHER} 0`, `${ACCOUNT} 0`)],
    );
    const answer = handler(input());
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(90_000);
    expect(await answer).toEqual({ places: 2, unseen: 1 });
    const findings = await found();
    expect(findings.filter((one) => 'error' in one)).toMatchObject([
      { error: 'LookTooLong: It takes more than 90 s.' },
    ]);
  });
});

test.each<[string, Parameters<typeof aws>[1], object]>([
  ['a batch that is not there', [], {}],
  ['a batch that cannot be read', [batch('everybody')], {}],
  ['a configuration that has changed since', [batch(`${ACCOUNT} 0`)], { connections: ['new', 'orders'] }],
])('refuses %s', async (_, items, changes) => {
  const { calls } = aws(NOTHING, items);
  expect((await errorOf(handler(input(changes)))).name).toBe('PreconditionFailed');
  expect(calls).toEqual([]);
});
