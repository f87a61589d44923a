import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/aws/create-vpc-endpoint.ts';
import {
  ACCOUNT,
  aws,
  awsError,
  CONFIGURATION,
  connection,
  ENDPOINT,
  EXECUTION,
  errorOf,
  GROUP,
  INTERFACE,
  made,
  RESOURCE,
  SERVICE,
  VPC,
} from './stub.ts';

const SUBNETS = ['subnet-00000001', 'subnet-00000002'];
const payload = {
  accountId: ACCOUNT,
  connection: connection(),
  vpcId: VPC,
  subnetIds: SUBNETS,
  securityGroupId: GROUP,
  target: RESOURCE,
  retiredEndpointIds: [] as string[],
  executionName: EXECUTION,
};
const created = { CreateVpcEndpoint: { VpcEndpoint: { VpcEndpointId: ENDPOINT, State: 'pending' } } };

async function requestFor(change: object, script: object = {}) {
  const { calls } = aws({ ...created, ...script });
  expect(await handler({ ...payload, ...change })).toMatchObject({ vpcEndpointId: ENDPOINT, leftOut: [] });
  return calls.at(-1)?.input;
}

describe('creating the VPC endpoint', () => {
  test('requests a resource endpoint with private DNS, tags and a client token', async () => {
    expect(await requestFor({})).toEqual({
      VpcEndpointType: 'Resource',
      ResourceConfigurationArn: CONFIGURATION,
      VpcId: VPC,
      SubnetIds: SUBNETS,
      SecurityGroupIds: [GROUP],
      PrivateDnsEnabled: true,
      DnsOptions: { PrivateDnsPreference: 'VERIFIED_DOMAINS_ONLY' },
      ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      TagSpecifications: [
        {
          ResourceType: 'vpc-endpoint',
          Tags: [
            { Key: 'Name', Value: 'redis-privatelink-orders' },
            { Key: 'redis-privatelink:connection', Value: 'orders' },
            { Key: 'redis-privatelink:execution', Value: EXECUTION },
            { Key: 'redis-privatelink:managed-by', Value: 'redis-privatelink' },
            { Key: 'cost-center', Value: '4711' },
          ],
        },
      ],
    });
  });

  const asking = (ipAddressType: string) => ({
    connection: connection({ endpoint: { ...connection().endpoint, ipAddressType } }),
  });

  test.each(['dualstack', 'ipv6'])(
    'asks for %s addresses and records of them, where these are wanted',
    async (type) => {
      const before = await requestFor({});
      const wanted = await requestFor(asking(type));
      expect(wanted).toMatchObject({
        IpAddressType: type,
        DnsOptions: { PrivateDnsPreference: 'VERIFIED_DOMAINS_ONLY', DnsRecordIpType: type },
      });
      expect(wanted?.ClientToken).not.toBe(before?.ClientToken);
      const service = {
        ServiceName: SERVICE,
        PrivateDnsName: 'x',
        PrivateDnsNameVerificationState: 'verified',
      };
      const described = { DescribeVpcEndpointServices: { ServiceDetails: [service] } };
      const { connection: wants } = asking(type);
      const interfaceRequest = await requestFor(
        { connection: { ...wants, contract: 'endpoint-service' }, target: INTERFACE },
        described,
      );
      expect(interfaceRequest).toMatchObject({ IpAddressType: type, DnsOptions: { DnsRecordIpType: type } });
    },
  );

  test('asks as before for endpoints with IPv4 addresses', async () => {
    expect(await requestFor(asking('ipv4'))).toEqual(await requestFor({}));
  });

  test('asks without the type of records where AWS takes none, under another token', async () => {
    const refusal = awsError(
      'InvalidParameter',
      'DnsRecordIpType is not applicable to Resource VPC Endpoints',
    );
    const { calls } = aws({
      CreateVpcEndpoint: ({ DnsOptions }: { DnsOptions: { DnsRecordIpType?: string } }) => {
        if (DnsOptions.DnsRecordIpType) throw refusal;
        return created.CreateVpcEndpoint;
      },
    });
    await handler({ ...payload, ...asking('dualstack') });
    const [first, second, third] = calls.filter(({ action }) => action === 'CreateVpcEndpoint');
    expect(third).toBeUndefined();
    expect(second?.input).toMatchObject({
      IpAddressType: 'dualstack',
      DnsOptions: { PrivateDnsPreference: 'VERIFIED_DOMAINS_ONLY' },
    });
    expect(second?.input.ClientToken).not.toBe(first?.input.ClientToken);
  });

  test.each([
    'The resource configuration rcfg-1 does not support the IP address type dualstack.',
    'The subnet does not support IpAddressType dualstack',
  ])('takes a refusal of the addresses for what it is: %s', async (message) => {
    aws({ CreateVpcEndpoint: awsError('InvalidParameter', message) });
    const error = await errorOf(handler({ ...payload, ...asking('dualstack') }));
    expect(error.name).toBe('PreconditionFailed');
    expect(error.message).toMatch(
      /cannot have addresses of the type dualstack.*change endpoint\.ipAddressType/,
    );
  });

  test('records what it has made', async () => {
    const { items } = aws(created, []);
    await handler(payload);
    expect([...items.values()]).toMatchObject([made(ENDPOINT)]);
  });

  test('makes the request again as it was noted, whoever asks, where the answer was lost', async () => {
    const { calls, items } = aws(
      { CreateVpcEndpoint: [awsError('InternalError'), created.CreateVpcEndpoint] },
      [],
    );
    expect((await errorOf(handler(payload))).name).toBe('AwsUnavailable');
    expect([...items.keys()]).toEqual([expect.stringMatching(`^making#orders#${VPC}#`)]);
    const another = { executionName: 'onboard-2', subnetIds: SUBNETS.slice(0, 1) };
    expect(await handler({ ...payload, ...another })).toEqual({
      vpcEndpointId: ENDPOINT,
      subnetIds: SUBNETS,
      leftOut: [],
      // Nothing is known yet of how long they take.
      requested: { vpcEndpointId: ENDPOINT, at: expect.any(String), expectedSeconds: 40 },
    });
    const [first, second] = calls.filter(({ action }) => action === 'CreateVpcEndpoint');
    expect(second?.input).toEqual(first?.input);
    expect([...items.values()]).toMatchObject([made(ENDPOINT)]);
  });

  test('forgets what AWS has refused', async () => {
    const { items } = aws({ CreateVpcEndpoint: awsError('InvalidParameter', 'No.') }, []);
    await errorOf(handler(payload));
    expect(items.size).toBe(0);
  });

  test('asks for no private DNS where the connection has none', async () => {
    const request = await requestFor({ connection: connection({}, { privateDns: false }) });
    expect(request).toMatchObject({ PrivateDnsEnabled: false });
    expect(request).not.toHaveProperty('DnsOptions');
  });

  test.each([
    ['verified', { PrivateDnsName: 'redis.example.com', PrivateDnsNameVerificationState: 'verified' }, true],
    [
      'not verified',
      { PrivateDnsName: 'redis.example.com', PrivateDnsNameVerificationState: 'failed' },
      false,
    ],
    ['missing', {}, false],
  ])('requests an interface endpoint to a service whose private name is %s', async (_, service, expected) => {
    const change = { connection: connection({ contract: 'endpoint-service' }), target: INTERFACE };
    const request = await requestFor(change, { DescribeVpcEndpointServices: { ServiceDetails: [service] } });
    expect(request).toMatchObject({
      VpcEndpointType: 'Interface',
      ServiceName: SERVICE,
      PrivateDnsEnabled: expected,
      SubnetIds: SUBNETS,
    });
    expect(request).not.toHaveProperty('ResourceConfigurationArn');
    expect(request).not.toHaveProperty('DnsOptions');
  });

  test('asks nothing about the service when the connection wants no private DNS', async () => {
    const request = await requestFor({
      connection: connection({ contract: 'endpoint-service' }, { privateDns: false }),
      target: INTERFACE,
    });
    expect(request).toMatchObject({ PrivateDnsEnabled: false });
  });

  test('a service that is not visible yet when its private name is asked for', async () => {
    aws({ ...created, DescribeVpcEndpointServices: awsError('InvalidServiceName') });
    const change = { connection: connection({ contract: 'endpoint-service' }), target: INTERFACE };
    expect((await errorOf(handler({ ...payload, ...change }))).name).toBe('TargetNotVisible');
  });

  test.each([
    [{ target: INTERFACE }, 'no resourceConfigurationArn'],
    [{ connection: connection({ contract: 'endpoint-service' }) }, 'no serviceName'],
  ])('refuses a target of the other contract: %#', async (change, text) => {
    aws(created);
    const error = await errorOf(handler({ ...payload, ...change }));
    expect(error.name).toBe('InvalidRequest');
    expect(error.message).toContain(text);
  });

  test.each([
    ['IdempotentParameterMismatch', 'EndpointAlreadyRequested'],
    ['InvalidServiceName', 'TargetNotVisible'],
    ['InvalidResourceConfigurationArn.NotFound', 'TargetNotVisible'],
    ['VpcEndpointLimitExceeded', 'QuotaExceeded'],
    ['InvalidSubnetID.NotFound', 'PreconditionFailed'],
    ['InsufficientFreeAddressesInSubnet', 'PreconditionFailed'],
    ['DuplicateSubnetsInSameZone', 'PreconditionFailed'],
    ['InvalidParameter', 'PreconditionFailed'],
    ['UnsupportedOperation', 'PreconditionFailed'],
    ['InvalidVpcID.NotFound', 'VpcNotFound'],
    ['InvalidVpcId.NotFound', 'VpcNotFound'],
    ['InvalidGroup.NotFound', 'AwsUnavailable'],
    ['RequestLimitExceeded', 'AwsUnavailable'],
    ['UnauthorizedOperation', 'AccessDenied'],
    ['SomethingNew', 'SomethingNew'],
  ])('%s is %s, with what AWS says', async (code, expected) => {
    aws({ CreateVpcEndpoint: awsError(code, 'The zone is full.') });
    const error = await errorOf(handler(payload));
    expect(error.name).toBe(expected);
    expect(error.message).toContain('The zone is full.');
  });
});

test('a target that cannot be a provider’s is refused before any call', async () => {
  const { calls } = aws({});
  const change = {
    connection: connection({ contract: 'endpoint-service' }),
    target: { ...INTERFACE, serviceName: 'com.amazonaws.us-east-1.kms' },
  };
  expect((await errorOf(handler({ ...payload, ...change }))).name).toBe('UntrustedTarget');
  expect(calls).toEqual([]);
});

describe('a refusal that names a part of the VPC', () => {
  const refusing = (message: string, named: string) => ({
    CreateVpcEndpoint: ({ SubnetIds }: { SubnetIds: string[] }) =>
      SubnetIds.includes(named) ? awsError('InvalidParameter', message) : created.CreateVpcEndpoint,
    DescribeSubnets: {
      Subnets: SUBNETS.map((SubnetId, index) => ({
        SubnetId,
        AvailabilityZone: `us-east-1${'ab'[index]}`,
        AvailabilityZoneId: `use1-az${index + 1}`,
      })),
    },
  });
  const [ONE = '', TWO = ''] = SUBNETS;

  test.each([
    ['a subnet', `The resource configuration does not support the zone of the subnet: ${TWO}.`],
    ['a zone by its id', 'use1-az2 is not supported for resource configurations.'],
    ['a zone by its name', 'The zone (us-east-1b) is not supported.'],
  ])('by %s leaves it out, and says so', async (_, message) => {
    const { calls } = aws(refusing(message, TWO));
    expect(await handler(payload)).toMatchObject({
      vpcEndpointId: ENDPOINT,
      subnetIds: [ONE],
      leftOut: [`AWS refuses ${TWO}: ${message}`],
    });
    const tokens = calls.flatMap(({ action, input }) =>
      action === 'CreateVpcEndpoint' ? [input.ClientToken] : [],
    );
    expect(new Set(tokens).size).toBe(2);
  });

  test.each([
    ['all subnets', `No: ${ONE}, ${TWO}.`, {}],
    ['more than the connection can do without', `No: ${TWO}.`, { minimumZones: 2 }],
    ['none of them', 'No: subnet-0fedcba9876543210.', {}],
    ['a zone in which there is none', 'No: use1-az6.', {}],
  ])('by %s is a refusal', async (_, message, subnets) => {
    aws(refusing(message, TWO));
    const change = { subnets: { minimumZones: 1, tag: null, waitMinutes: 60, ...subnets } };
    const error = await errorOf(handler({ ...payload, connection: connection({}, change) }));
    expect([error.name, error.message]).toEqual(['PreconditionFailed', expect.stringContaining(message)]);
  });

  test('by the resource configuration is none: it is not there yet', async () => {
    aws({
      CreateVpcEndpoint: awsError('InvalidParameterValue', `Invalid resource configuration ${CONFIGURATION}`),
    });
    expect((await errorOf(handler(payload))).name).toBe('TargetNotVisible');
  });
});

describe('the client token', () => {
  const tokenFor = async (change: object) => (await requestFor(change)).ClientToken as string;

  test('is the same whatever the subnets, the group and the execution', async () => {
    const change = {
      subnetIds: [SUBNETS[1]],
      securityGroupId: 'sg-0fedcba9876543210',
      executionName: 'onboard-2',
    };
    expect(await tokenFor(change)).toBe(await tokenFor({}));
  });

  test('does not depend on the order of the retired endpoints', async () => {
    const one = await tokenFor({ retiredEndpointIds: ['vpce-a', 'vpce-b'] });
    expect(await tokenFor({ retiredEndpointIds: ['vpce-b', 'vpce-a'] })).toBe(one);
  });

  test.each([
    ['account', { accountId: '444455556666' }],
    [
      'Region',
      {
        connection: connection({ region: 'us-west-2' }),
        target: { ...RESOURCE, resourceConfigurationArn: CONFIGURATION.replace('us-east-1', 'us-west-2') },
      },
    ],
    ['VPC', { vpcId: 'vpc-0fedcba9876543210' }],
    ['connection', { connection: connection({ name: 'sessions' }) }],
    ['target', { target: { ...RESOURCE, resourceConfigurationArn: `${CONFIGURATION}1` } }],
    ['history', { retiredEndpointIds: [ENDPOINT] }],
  ])('is another one for another %s', async (_, change) => {
    expect(await tokenFor(change)).not.toBe(await tokenFor({}));
  });
});
