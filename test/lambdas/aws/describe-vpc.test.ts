import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/aws/describe-vpc.ts';
import {
  ACCOUNT,
  aws,
  awsError,
  CONFIGURATION,
  connection,
  ENDPOINT,
  errorOf,
  GROUP,
  INTERFACE,
  made,
  VPC,
} from './stub.ts';
import { CIDRS, dns, endpoint, group, payload, ready, rule } from './vpc.ts';

describe('describing a VPC', () => {
  test('says what creating the endpoint needs', async () => {
    const { calls } = aws(ready, []);
    expect(await handler(payload)).toEqual({
      vpcId: VPC,
      cidrBlocks: CIDRS,
      subnetIds: ['subnet-1', 'subnet-2'],
      securityGroupId: null,
      endpoint: null,
      isSettled: false,
      settling: {
        subnetIds: ['subnet-1', 'subnet-2'],
        since: expect.any(Number),
        waitingSince: payload.waitingSince,
      },
      addableSubnetIds: [],
      retiredEndpointIds: [],
      failedEndpointIds: [],
      action: 'wait-for-subnets',
      endpointRequests: 0,
    });
    const inVpc = { Name: 'vpc-id', Values: [VPC] };
    const own = [
      inVpc,
      { Name: 'tag:redis-privatelink:managed-by', Values: ['redis-privatelink'] },
      { Name: 'tag:redis-privatelink:connection', Values: ['orders'] },
    ];
    expect(calls.slice(1).map(({ action, input }) => [action, input])).toEqual([
      ['DescribeVpcs', { VpcIds: [VPC] }],
      ['DescribeVpcEndpoints', { Filters: [inVpc], MaxResults: 500 }],
      ['DescribeVpcAttribute', { VpcId: VPC, Attribute: 'enableDnsSupport' }],
      ['DescribeVpcAttribute', { VpcId: VPC, Attribute: 'enableDnsHostnames' }],
      ['DescribeSubnets', { Filters: [inVpc], MaxResults: 500 }],
      ['DescribeSecurityGroups', { Filters: own, MaxResults: 500 }],
    ]);
    expect(new Set(calls.slice(1).map(({ region }) => region))).toEqual(new Set(['us-east-1']));
  });

  const dualstack = connection({ endpoint: { ...connection().endpoint, ipAddressType: 'dualstack' } });
  const [ipv4Vpc] = ready.DescribeVpcs.Vpcs;
  const BLOCK = '2600:1f18:1abc:1d00::/56';
  const vpcWith = (State: string) => ({
    Vpcs: [
      {
        ...ipv4Vpc,
        Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: BLOCK, Ipv6CidrBlockState: { State } }],
      },
    ],
  });

  test.each(['associated', 'associating'])(
    'counts an IPv6 block that is %s where such addresses are wanted',
    async (state) => {
      aws({ ...ready, DescribeVpcs: vpcWith(state) }, []);
      expect(await handler({ ...payload, connection: dualstack })).toMatchObject({
        cidrBlocks: [...CIDRS, BLOCK],
      });
      aws({ ...ready, DescribeVpcs: vpcWith(state) }, []);
      expect(await handler(payload)).toMatchObject({ cidrBlocks: CIDRS });
    },
  );

  test('waits for an IPv6 block that is missing, and not for one of which AWS says nothing', async () => {
    aws({ ...ready, DescribeVpcs: vpcWith('disassociated') }, []);
    const error = await errorOf(handler({ ...payload, connection: dualstack }));
    expect(error.name).toBe('VpcNotReady');
    expect(error.message).toContain('--amazon-provided-ipv6-cidr-block');
    aws(ready, []);
    expect(await handler({ ...payload, connection: dualstack })).toMatchObject({ endpoint: null });
  });

  test('an endpoint that was made before stays, and only its group lets in more', async () => {
    const own = group([rule(10_000, 19_999), rule(8_070, 8_070)]);
    const script = {
      ...ready,
      DescribeVpcs: vpcWith('associated'),
      DescribeVpcEndpoints: { VpcEndpoints: [endpoint('available', ENDPOINT, { IpAddressType: 'ipv4' })] },
    };
    aws({ ...script, DescribeSecurityGroups: own });
    expect(await handler({ ...payload, connection: dualstack })).toMatchObject({
      endpoint: { vpcEndpointId: ENDPOINT },
      action: 'complete-security-group',
    });
    const six = (one: object) => ({ ...one, Ipv6Ranges: [{ CidrIpv6: BLOCK }] });
    aws({ ...script, DescribeSecurityGroups: group([six(rule(10_000, 19_999)), six(rule(8_070, 8_070))]) });
    expect(await handler({ ...payload, connection: dualstack })).toMatchObject({ action: 'await-endpoint' });
  });

  test('a VPC that another account shares is left to its owner, who is named with the command', async () => {
    const owner = '777788889999';
    const [vpc] = ready.DescribeVpcs.Vpcs;
    const calls = aws({ ...ready, DescribeVpcs: { Vpcs: [{ ...vpc, OwnerId: owner }] } }).calls;
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('PreconditionFailed');
    expect(error.message).toContain(`belongs to account ${owner}`);
    expect(error.message).toContain(`--resources ${VPC} --tags Key=redis-privatelink,Value=orders`);
    expect(calls.slice(1).map(({ action }) => action)).toEqual(['DescribeVpcs']);
  });

  test.each([
    ['AWS says so', awsError('InvalidVpcID.NotFound')],
    ['the answer is empty', { Vpcs: [] }],
  ])('a VPC that is not there, because %s, is VpcNotFound', async (_, DescribeVpcs) => {
    aws({ DescribeVpcs });
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('VpcNotFound');
    expect(error.message).toContain(`Account ${ACCOUNT} has no VPC ${VPC} in us-east-1`);
  });

  test.each(['available', 'Available', 'pending', 'pendingAcceptance', 'PendingAcceptance'])(
    'an endpoint that is %s, with its group, is enough: nothing else is asked or refused',
    async (state) => {
      const { actions } = aws({
        DescribeVpcs: ready.DescribeVpcs,
        DescribeVpcEndpoints: { VpcEndpoints: [endpoint(state)] },
        DescribeSecurityGroups: group([rule(8070, 8070), rule(10_000, 19_999)]),
      });
      expect(await handler(payload)).toEqual({
        vpcId: VPC,
        cidrBlocks: CIDRS,
        subnetIds: ['subnet-1', 'subnet-2'],
        securityGroupId: GROUP,
        endpoint: { vpcEndpointId: ENDPOINT, state: state.charAt(0).toLowerCase() + state.slice(1) },
        isSettled: true,
        settling: null,
        action: 'await-endpoint',
        endpointRequests: 1,
        addableSubnetIds: [],
        retiredEndpointIds: [],
        failedEndpointIds: [],
      });
      expect(actions()).toEqual(['DescribeVpcs', 'DescribeVpcEndpoints', 'DescribeSecurityGroups']);
    },
  );

  test('an endpoint whose own group lacks rules is told by the missing group', async () => {
    aws({
      ...ready,
      DescribeVpcEndpoints: { VpcEndpoints: [endpoint('available')] },
      DescribeSecurityGroups: group([rule(8070, 8070)]),
    });
    expect(await handler(payload)).toMatchObject({
      securityGroupId: null,
      endpoint: { vpcEndpointId: ENDPOINT },
    });
  });

  test('dead endpoints are retired, on every page', async () => {
    aws(
      {
        ...ready,
        DescribeVpcEndpoints: [
          { VpcEndpoints: [endpoint('failed', 'vpce-4'), endpoint('rejected', 'vpce-3')], NextToken: 'p2' },
          {
            VpcEndpoints: [
              endpoint('expired', 'vpce-2'),
              endpoint('deleted', 'vpce-1'),
              endpoint('Deleting', 'vpce-5'),
            ],
          },
        ],
      },
      [1, 2, 3, 4, 5].map((one) => made(`vpce-${one}`, { expires: '1' })),
    );
    expect(await handler(payload)).toMatchObject({
      endpoint: null,
      retiredEndpointIds: ['vpce-1', 'vpce-2', 'vpce-3', 'vpce-4', 'vpce-5'],
      failedEndpointIds: ['vpce-4', 'vpce-3', 'vpce-2'],
    });
  });

  test('of two live endpoints the older one counts', async () => {
    const at = (day: number) => ({ CreationTimestamp: new Date(Date.UTC(2026, 0, day)) });
    aws(
      {
        ...ready,
        DescribeVpcEndpoints: {
          VpcEndpoints: [endpoint('available', 'vpce-a', at(2)), endpoint('available', 'vpce-b', at(1))],
        },
      },
      [made('vpce-a'), made('vpce-b')],
    );
    expect(await handler(payload)).toMatchObject({ endpoint: { vpcEndpointId: 'vpce-b' } });
  });

  test('an endpoint to a PrivateLink that was created again needs a person', async () => {
    const old = CONFIGURATION.replace('rcfg-0', 'rcfg-f');
    aws(
      {
        ...ready,
        DescribeVpcEndpoints: {
          VpcEndpoints: [endpoint('available', ENDPOINT, { ResourceConfigurationArn: old })],
        },
      },
      [made(ENDPOINT, { target: old })],
    );
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('PreconditionFailed');
    expect(error.message).toContain(`VPC endpoint ${ENDPOINT} of connection orders leads to ${old}`);
    // Who answers as Redis Cloud may not have an operator delete it.
    expect(error.message).not.toContain('aws ec2');
  });

  test('a service that AWS says is its own is refused', async () => {
    aws({
      ...ready,
      DescribeVpcEndpointServices: { ServiceDetails: [{ Owner: 'amazon', AvailabilityZones: [] }] },
    });
    const error = await errorOf(
      handler({ ...payload, connection: connection({ contract: 'endpoint-service' }), target: INTERFACE }),
    );
    expect(error.name).toBe('UntrustedTarget');
  });

  test('names the commands that switch on the DNS attributes', async () => {
    aws({ ...ready, DescribeVpcAttribute: dns(true, false) });
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('VpcNotReady');
    expect(error.message).toContain('enableDnsHostnames off');
    expect(error.message).toMatch(
      new RegExp(
        `Switch on: aws ec2 modify-vpc-attribute --region us-east-1 --vpc-id ${VPC} --enable-dns-hostnames '{"Value":true}'$`,
      ),
    );
  });

  test('names both commands when both attributes are off', async () => {
    aws({ ...ready, DescribeVpcAttribute: dns(false, false) });
    const { message } = await errorOf(handler(payload));
    expect(message).toContain(`--enable-dns-support '{"Value":true}' && aws ec2 modify-vpc-attribute`);
  });

  test('a VPC without subnets is not ready yet', async () => {
    aws({ ...ready, DescribeSubnets: { Subnets: [] } });
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('SubnetsNotReady');
    expect(error.message).toContain(`VPC ${VPC} of account ${ACCOUNT} in us-east-1`);
  });

  test.each<[string, object, RegExp]>([
    ['without subnets', { DescribeSubnets: { Subnets: [] } }, /no subnet yet.*after 60 minutes.*redrive/],
    [
      'without suitable subnets',
      { DescribeSubnets: { Subnets: [{ SubnetId: 'subnet-1', AvailabilityZoneId: 'use1-az3' }] } },
      /None of the 1 subnets.*after 60 minutes/,
    ],
    [
      'without host names',
      { DescribeVpcAttribute: dns(true, false) },
      /enableDnsHostnames off.*after 60 minutes/,
    ],
  ])(
    'a VPC that has been %s for as long as the connection waits is not waited for',
    async (_, answers, message) => {
      aws({ ...ready, ...answers });
      const error = await errorOf(handler({ ...payload, waitingSince: Date.now() - 60 * 60_000 }));
      expect(error.name).toBe('PreconditionFailed');
      expect(error.message).toMatch(message);
    },
  );

  test.each<[string, string[], number, boolean]>([
    ['the same as a minute ago', ['subnet-1', 'subnet-2'], 60_000, true],
    ['the same as half a minute ago', ['subnet-1', 'subnet-2'], 30_000, false],
    ['more than a minute ago', ['subnet-1'], 60_000, false],
  ])('a VPC whose subnets are %s is settled: %s', async (_, subnetIds, ago, isSettled) => {
    aws(ready);
    const since = Date.now() - ago;
    const seen = { subnetIds, since, waitingSince: since };
    const found = await handler({ ...payload, waitingSince: since, seen });
    expect(found.isSettled).toBe(isSettled);
    expect(found.settling!.since === since).toBe(subnetIds.length === 2);
  });

  test('a VPC whose subnets never settle is taken as it is when the wait is over', async () => {
    aws(ready);
    expect(await handler({ ...payload, waitingSince: Date.now() - 60 * 60_000 })).toMatchObject({
      isSettled: true,
    });
  });

  test('reads all pages of subnets', async () => {
    const [first, second] = ready.DescribeSubnets.Subnets;
    aws({ ...ready, DescribeSubnets: [{ Subnets: [second], NextToken: 'p2' }, { Subnets: [first] }] });
    expect(await handler(payload)).toMatchObject({ subnetIds: ['subnet-1', 'subnet-2'] });
  });
});

describe('the security group of a VPC', () => {
  test("is this system's own, when it is complete", async () => {
    aws({ ...ready, DescribeSecurityGroups: group([rule(10000, 19999), rule(8070, 8070)]) });
    expect(await handler(payload)).toMatchObject({ securityGroupId: GROUP });
  });

  test.each([
    ['a rule is missing', [rule(10000, 19999)]],
    ['a block of the VPC is missing', [rule(10000, 19999, ['10.0.0.0/16']), rule(8070, 8070)]],
    ['the rules never went in', []],
  ])('is to be completed when %s', async (_, rules) => {
    aws({ ...ready, DescribeSecurityGroups: group(rules) });
    expect(await handler(payload)).toMatchObject({ securityGroupId: null });
  });

  const named = { ...payload, connection: connection({}, { securityGroup: { name: 'redis-*' } }) };

  test('is the one that the connection names, to the letter', async () => {
    const { calls } = aws({
      ...ready,
      DescribeSecurityGroups: {
        SecurityGroups: [
          { GroupId: 'sg-other', GroupName: 'redis-x', IpPermissions: [] },
          ...group([{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-app' }] }], 'redis-*')
            .SecurityGroups,
        ],
      },
    });
    expect(await handler(named)).toMatchObject({ securityGroupId: GROUP });
    expect(calls.at(-1)?.input.Filters).toEqual([
      { Name: 'vpc-id', Values: [VPC] },
      { Name: 'group-name', Values: ['redis-*'] },
    ]);
  });

  test('is missing although the connection names it', async () => {
    aws({ ...ready, DescribeSecurityGroups: group([], 'redis-x') });
    const error = await errorOf(handler(named));
    expect(error.name).toBe('VpcNotReady');
    expect(error.message).toContain('no security group named redis-*');
  });

  test.each([
    [[rule(10000, 19999)], '8070 (metrics)'],
    [[rule(8070, 8070)], '10000-19999 (databases)'],
    [[rule(10000, 14999), rule(15001, 19999), rule(8070, 8070)], '10000-19999 (databases)'],
    [[rule(10000, 19999, []), rule(8070, 8070, [])], '10000-19999 (databases) and 8070 (metrics)'],
    [[{ ...rule(8070, 19999), IpProtocol: 'udp' }], '10000-19999 (databases) and 8070 (metrics)'],
  ])('does not let in what it must: %j', async (rules, ports) => {
    aws({ ...ready, DescribeSecurityGroups: group(rules, 'redis-*') });
    const error = await errorOf(handler(named));
    expect(error.name).toBe('VpcNotReady');
    expect(error.message).toContain(`does not let in TCP ${ports}. Add`);
  });

  test('may let the ports in by several rules that meet', async () => {
    const rules = [rule(15000, 20000), rule(8000, 15001)];
    aws({ ...ready, DescribeSecurityGroups: group(rules, 'redis-*') });
    expect(await handler(named)).toMatchObject({ securityGroupId: GROUP });
  });
});
