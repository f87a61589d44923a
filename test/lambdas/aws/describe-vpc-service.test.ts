import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/aws/describe-vpc.ts';
import { aws, awsError, connection, ENDPOINT, errorOf, INTERFACE, made, RESOURCE, SERVICE } from './stub.ts';
import { endpoint, group, payload, ready, rule } from './vpc.ts';

describe('describing a VPC for an endpoint service', () => {
  const service = {
    ...payload,
    connection: connection({ contract: 'endpoint-service' }),
    target: INTERFACE,
  };

  test('takes only zones that the service offers', async () => {
    const { calls } = aws({
      ...ready,
      DescribeVpcEndpointServices: { ServiceDetails: [{ AvailabilityZoneIds: ['use1-az2'] }] },
    });
    expect(await handler(service)).toMatchObject({ subnetIds: ['subnet-2'] });
    expect(calls.find(({ action }) => action === 'DescribeVpcEndpointServices')?.input).toEqual({
      ServiceNames: [SERVICE],
    });
  });

  test.each([
    ['AWS does not know it', awsError('InvalidServiceName')],
    ['the answer is empty', { ServiceDetails: [] }],
  ])('a service that the account does not see, because %s, is TargetNotVisible', async (_, answer) => {
    aws({ ...ready, DescribeVpcEndpointServices: answer });
    expect((await errorOf(handler(service))).name).toBe('TargetNotVisible');
  });

  const live = (more: object = {}) =>
    endpoint('available', ENDPOINT, {
      VpcEndpointType: 'Interface',
      ResourceConfigurationArn: undefined,
      ServiceName: SERVICE,
      ...more,
    });
  const recorded = made(ENDPOINT, { type: 'Interface', target: SERVICE });
  const offered = { ServiceDetails: [{ AvailabilityZoneIds: ['use1-az1', 'use1-az2'] }] };

  test('an endpoint of the service is found', async () => {
    aws(
      {
        ...ready,
        DescribeVpcEndpoints: { VpcEndpoints: [live()] },
        DescribeVpcEndpointServices: offered,
      },
      [recorded],
    );
    expect(await handler(service)).toMatchObject({
      endpoint: { vpcEndpointId: ENDPOINT },
      addableSubnetIds: [],
    });
  });

  const until = (days: number) => ({ N: String(Math.ceil(Date.now() / 1000) + days * 86_400) });
  const refused = { askedSubnets: { SS: ['subnet-2'] } };
  test.each<[string, object, object, object, string[]]>([
    ['in zones that came later', {}, {}, offered, ['subnet-2']],
    ['not in one that AWS has refused', {}, { ...refused, askedUntil: until(1) }, offered, []],
    [
      'again in one that it refused a month ago',
      {},
      { ...refused, askedUntil: until(-1) },
      offered,
      ['subnet-2'],
    ],
    [
      'not where the service is not offered',
      {},
      {},
      { ServiceDetails: [{ AvailabilityZoneIds: ['use1-az1'] }] },
      [],
    ],
    ['not where AWS does not show the service', {}, {}, { ServiceDetails: [] }, []],
    ['not while it is pending', { State: 'pending' }, {}, offered, []],
    ['not where one of its subnets is not seen', { SubnetIds: ['subnet-1', 'subnet-9'] }, {}, offered, []],
  ])(
    'subnets can be added to it: %s',
    async (_, more, noted, DescribeVpcEndpointServices, addableSubnetIds) => {
      aws(
        {
          ...ready,
          DescribeVpcEndpoints: { VpcEndpoints: [live({ SubnetIds: ['subnet-1'], ...more })] },
          DescribeSecurityGroups: group([rule(8070, 8070), rule(10_000, 19_999)]),
          DescribeVpcEndpointServices,
        },
        [{ ...recorded, ...noted }],
      );
      expect(await handler(service)).toMatchObject({ addableSubnetIds });
    },
  );

  test('a target without a service name is refused', async () => {
    aws(ready);
    expect((await errorOf(handler({ ...service, target: RESOURCE }))).name).toBe('InvalidRequest');
  });
});
