import { describe, expect, jest, test } from '@jest/globals';
import { digestOf, parameterTree } from '../../../lambdas/aws/resources/parameter-tree.ts';
import {
  ACCOUNT,
  aws,
  CONFIGURATION,
  ENDPOINT,
  errorOf,
  made,
  OWN_TAGS,
  SEEN_ENDPOINT,
  SERVICE,
  VPC,
} from './stub.ts';

const connection = {
  name: 'orders',
  contract: 'resource-share',
  endpoint: { subnets: { minimumZones: 1, tag: null, waitMinutes: 60 } },
};
jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections: [connection] }),
}));
const { handler: listVpcEndpoints } = await import('../../../lambdas/aws/list-vpc-endpoints.ts');

const payload = { accountId: ACCOUNT, region: 'us-east-1' };

const INTERFACE_MADE = { type: 'Interface', target: SERVICE };

describe('listing VPC endpoints', () => {
  test('tells what the parameters of each must be, by one listing of all names', async () => {
    const name = (id: string, DnsName: string) => ({ VpcEndpointId: id, DnsEntry: { DnsName } });
    const own = (VpcEndpointId: string, VpcEndpointType: string, more: object = {}) => ({
      VpcEndpointId,
      VpcEndpointType,
      VpcId: VPC,
      State: 'available',
      Tags: OWN_TAGS,
      ...(VpcEndpointType === 'Resource'
        ? { ResourceConfigurationArn: CONFIGURATION }
        : { ServiceName: SERVICE }),
      ...more,
    });
    const { actions } = aws(
      {
        DescribeVpcEndpoints: {
          VpcEndpoints: [
            own('vpce-a', 'Resource'),
            own('vpce-b', 'Resource'),
            own('vpce-c', 'Interface', { DnsEntries: [{ DnsName: 'vpce-c-1.x.amazonaws.com' }] }),
            own('vpce-d', 'Resource', { State: 'pending' }),
          ],
        },
        DescribeVpcEndpointAssociations: {
          VpcEndpointAssociations: [
            name('vpce-a', 'redis-12345.c1.com'),
            name('vpce-d', 'redis-12345.c1.com'),
          ],
        },
        DescribeSubnets: { Subnets: [] },
        DescribeVpcEndpointServices: { ServiceDetails: [] },
      },
      ['a', 'b', 'c', 'd'].map((one) => made(`vpce-${one}`, one === 'c' ? INTERFACE_MADE : {})),
    );
    const { endpoints } = await listVpcEndpoints(payload);
    const tree = (id: string, dnsName: string, type: 'database' | 'service', port: number | null) => {
      const awsDnsName = type === 'service' ? null : dnsName;
      return digestOf(parameterTree('orders', VPC, id, [{ dnsName, awsDnsName, port, type }]));
    };
    expect(endpoints.map(({ parameters }) => parameters)).toEqual([
      tree('vpce-a', 'redis-12345.c1.com', 'database', 12345),
      // Its names are not known yet.
      null,
      tree('vpce-c', 'vpce-c-1.x.amazonaws.com', 'service', null),
      null,
    ]);
    expect(actions()).toEqual([
      'DescribeVpcEndpoints',
      'DescribeVpcEndpointAssociations',
      'DescribeSubnets',
      'DescribeVpcEndpointServices',
    ]);
  });

  describe('tells in which zones an endpoint could be, too', () => {
    const subnet = (SubnetId: string, zone: number, VpcId = VPC) => ({
      SubnetId,
      VpcId,
      AvailabilityZone: `us-west-2${'abcdef'[zone - 1]}`,
      AvailabilityZoneId: `usw2-az${zone}`,
      AvailableIpAddressCount: 100,
    });
    const Subnets = [
      subnet('subnet-1', 1),
      subnet('subnet-2', 2),
      subnet('subnet-3', 3),
      subnet('subnet-9', 4, 'vpc-other'),
    ];
    const found = async (endpoint: object, contract: string, service: unknown) => {
      connection.contract = contract;
      const own = { VpcEndpointId: 'vpce-a', VpcId: VPC, State: 'available', Tags: OWN_TAGS };
      const isShare = contract === 'resource-share';
      const target = isShare ? { ResourceConfigurationArn: CONFIGURATION } : { ServiceName: SERVICE };
      aws(
        {
          DescribeVpcEndpoints: {
            VpcEndpoints: [{ ...own, ...target, SubnetIds: ['subnet-1'], ...endpoint }],
          },
          DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [] },
          DescribeSubnets: { Subnets },
          DescribeVpcEndpointServices: service as object,
        },
        [made('vpce-a', isShare ? {} : INTERFACE_MADE)],
      );
      const { endpoints } = await listVpcEndpoints(payload);
      return endpoints[0]!.otherZones.map(({ zone, subnetId }) => `${zone} ${subnetId}`);
    };
    const service = { ServiceDetails: [{ AvailabilityZoneIds: ['usw2-az1', 'usw2-az3'] }] };

    test.each<[string, object, string, unknown, string[]]>([
      [
        'by its VPC alone, of a resource endpoint',
        { VpcEndpointType: 'Resource' },
        'resource-share',
        {},
        ['usw2-az2 subnet-2', 'usw2-az3 subnet-3'],
      ],
      [
        'where its service is offered, of an interface endpoint',
        { VpcEndpointType: 'Interface' },
        'endpoint-service',
        service,
        ['usw2-az3 subnet-3'],
      ],
      [
        'not where AWS does not show the service',
        { VpcEndpointType: 'Interface' },
        'endpoint-service',
        { ServiceDetails: [] },
        [],
      ],
      [
        'not where one of its subnets is not seen',
        { VpcEndpointType: 'Resource', SubnetIds: ['subnet-1', 'subnet-8'] },
        'resource-share',
        {},
        [],
      ],
      [
        'not while it is pending',
        { VpcEndpointType: 'Resource', State: 'pending' },
        'resource-share',
        {},
        [],
      ],
    ])('%s', async (_, endpoint, contract, offered, expected) => {
      expect(await found(endpoint, contract, offered)).toEqual(expected);
    });
  });

  test("gives this system's endpoints, over all pages", async () => {
    const endpoint = (VpcEndpointId: string, State: string, more: object = {}) => ({
      ...SEEN_ENDPOINT,
      VpcEndpointId,
      VpcId: 'vpc-a',
      State,
      ...more,
    });
    const details = {
      CreationTimestamp: new Date('2026-11-20T10:00:00Z'),
      SubnetIds: ['subnet-b', 'subnet-a'],
      Groups: [{ GroupId: 'sg-b' }, { GroupId: 'sg-a' }],
    };
    const { calls } = aws(
      {
        DescribeVpcEndpoints: [
          { VpcEndpoints: [endpoint('vpce-b', 'Deleting')], NextToken: 'p2' },
          { VpcEndpoints: [endpoint('vpce-a', 'available', details)] },
        ],
        DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [] },
        DescribeSubnets: { Subnets: [] },
      },
      [made('vpce-a', { vpcId: 'vpc-a' }), made('vpce-b', { vpcId: 'vpc-a' })],
    );
    expect(await listVpcEndpoints(payload)).toEqual({
      endpoints: [
        {
          vpcEndpointId: 'vpce-a',
          vpcId: 'vpc-a',
          connection: 'orders',
          state: 'available',
          createdAt: '2026-11-20T10:00:00.000Z',
          subnetIds: ['subnet-a', 'subnet-b'],
          securityGroupIds: ['sg-a', 'sg-b'],
          parameters: null,
          reached: 0,
          failed: [],
          otherZones: [],
        },
        {
          vpcEndpointId: 'vpce-b',
          vpcId: 'vpc-a',
          connection: 'orders',
          state: 'deleting',
          createdAt: null,
          subnetIds: [],
          securityGroupIds: [],
          parameters: null,
          reached: null,
          failed: [],
          otherZones: [],
        },
      ],
      strays: [],
    });
    expect(calls[1]?.input).toEqual({
      Filters: [{ Name: 'tag:redis-privatelink:managed-by', Values: ['redis-privatelink'] }],
      MaxResults: 500,
      NextToken: undefined,
    });
  });
});

describe('listing VPC endpoints that are not what they seem', () => {
  const shown = (...VpcEndpoints: object[]) => ({
    DescribeVpcEndpoints: { VpcEndpoints },
    DescribeSubnets: { Subnets: [] },
    DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [] },
  });
  const earlier = {
    pk: { S: `account#${ACCOUNT}` },
    sk: { S: `connection#orders#${VPC}` },
    vpcEndpointId: { S: ENDPOINT },
  };
  const kms = {
    ...SEEN_ENDPOINT,
    VpcEndpointType: 'Interface',
    ResourceConfigurationArn: undefined,
    ServiceName: 'com.amazonaws.us-east-1.kms',
  };

  test('one that has the tags and no record is told apart', async () => {
    aws(shown(SEEN_ENDPOINT), []);
    expect(await listVpcEndpoints(payload)).toEqual({
      endpoints: [],
      strays: [
        { id: ENDPOINT, vpcId: VPC, connection: 'orders', why: expect.stringContaining('has no record') },
      ],
    });
  });

  test('one that the hub has made and that lacks the tags is told apart', async () => {
    const { calls } = aws({
      DescribeVpcEndpoints: [{ VpcEndpoints: [] }, { VpcEndpoints: [{ ...SEEN_ENDPOINT, Tags: [] }] }],
    });
    expect(await listVpcEndpoints(payload)).toEqual({
      endpoints: [],
      strays: [
        { id: ENDPOINT, vpcId: VPC, connection: 'orders', why: expect.stringContaining('managed-by') },
      ],
    });
    expect(calls.at(-1)?.input.Filters).toEqual([{ Name: 'vpc-endpoint-id', Values: [ENDPOINT] }]);
  });

  test('one that an earlier version has recorded is recorded now', async () => {
    const { items } = aws(shown(SEEN_ENDPOINT), [earlier]);
    expect(await listVpcEndpoints(payload)).toMatchObject({
      endpoints: [{ vpcEndpointId: ENDPOINT }],
      strays: [],
    });
    expect(items.get(`own#${ENDPOINT}`)).toMatchObject(made(ENDPOINT));
  });

  test.each<[string, object, object]>([
    ['a service of AWS', kms, earlier],
    ['another endpoint than the recorded one', { ...SEEN_ENDPOINT, VpcEndpointId: 'vpce-other' }, earlier],
    ['one that leads nowhere', { ...SEEN_ENDPOINT, ResourceConfigurationArn: undefined }, earlier],
    ['what was recorded since, with its ids', SEEN_ENDPOINT, { ...earlier, idsRecorded: { BOOL: true } }],
  ])('no record of an earlier version makes %s its own', async (_, endpoint, record) => {
    aws(shown(endpoint), [record as never]);
    expect(await listVpcEndpoints(payload)).toMatchObject({ endpoints: [], strays: [{}] });
  });
});

test('refuses what is not a Region', async () => {
  const error = await errorOf(listVpcEndpoints({ ...payload, region: 'us-east-1.evil.example' }));
  expect(error.name).toBe('InvalidRequest');
});
