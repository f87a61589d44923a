import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/aws/describe-vpc-endpoint.ts';
import { expectedEndpointSeconds } from '../../../lambdas/aws/resources/endpoint-durations.ts';
import { ACCOUNT, aws, awsError, connection, ENDPOINT, errorOf } from './stub.ts';

const payload = { accountId: ACCOUNT, connection: connection(), vpcEndpointId: ENDPOINT };
const endpoint = (more: object) => ({
  DescribeVpcEndpoints: {
    VpcEndpoints: [{ VpcEndpointId: ENDPOINT, VpcEndpointType: 'Resource', State: 'available', ...more }],
  },
});
const association = (privateName?: string, name?: string, more = {}) => ({
  VpcEndpointId: ENDPOINT,
  ...(privateName && { PrivateDnsEntry: { DnsName: privateName } }),
  ...(name && { DnsEntry: { DnsName: name } }),
  ...more,
});
const DATABASE = 'redis-12345.c1.us-east-1-1.ec2.cloud.redislabs.com';
const METRICS = 'internal.c1.us-east-1-1.ec2.cloud.redislabs.com';

describe('describing the VPC endpoint', () => {
  test('gives the names and ports of a resource endpoint, over all pages', async () => {
    const { calls } = aws({
      ...endpoint({}),
      DescribeVpcEndpointAssociations: [
        {
          VpcEndpointAssociations: [association(DATABASE, 'vpce-1.rcfg-1.on.aws'), association(METRICS)],
          NextToken: 'p2',
        },
        { VpcEndpointAssociations: [association(undefined, 'vpce-1.rcfg-2.on.aws')] },
      ],
    });
    expect(await handler(payload)).toEqual({
      vpcEndpointId: ENDPOINT,
      state: 'available',
      endpoints: [
        { dnsName: METRICS, awsDnsName: null, port: 8070, type: 'metrics', databaseId: null },
        {
          dnsName: DATABASE,
          awsDnsName: 'vpce-1.rcfg-1.on.aws',
          port: 12345,
          type: 'database',
          databaseId: null,
        },
        {
          dnsName: 'vpce-1.rcfg-2.on.aws',
          awsDnsName: 'vpce-1.rcfg-2.on.aws',
          port: null,
          type: 'other',
          databaseId: null,
        },
      ],
      missing: [],
    });
    expect(calls.slice(1).map(({ input }) => input)).toEqual([
      { VpcEndpointIds: [ENDPOINT] },
      { VpcEndpointIds: [ENDPOINT], NextToken: undefined },
      { VpcEndpointIds: [ENDPOINT], NextToken: 'p2' },
    ]);
  });

  test.each(['redis-1234.c1.x', 'redis-20000.c1.x', 'redis-123456.c1.x', 'xredis-12345.c1.x', 'redis-12345'])(
    'does not guess a port from %s',
    async (name) => {
      aws({
        ...endpoint({}),
        DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [association(name)] },
      });
      expect(await handler(payload)).toMatchObject({
        endpoints: [{ dnsName: name, port: null, type: 'other' }],
      });
    },
  );

  test('gives the names of an interface endpoint', async () => {
    const { actions } = aws(
      endpoint({
        VpcEndpointType: 'Interface',
        DnsEntries: [{ DnsName: 'vpce-1.vpce-svc-1.amazonaws.com' }, { DnsName: 'redis.example.com' }],
      }),
    );
    expect(await handler(payload)).toMatchObject({
      endpoints: [
        { dnsName: 'vpce-1.vpce-svc-1.amazonaws.com', port: null, type: 'service' },
        { dnsName: 'redis.example.com', port: null, type: 'service' },
      ],
    });
    expect(actions()).toEqual(['DescribeVpcEndpoints']);
  });

  test.each([
    ['pending', 'EndpointPending'],
    ['Pending', 'EndpointPending'],
    ['pendingAcceptance', 'EndpointPending'],
    ['aStateOfTheFuture', 'EndpointPending'],
    ['rejected', 'EndpointFailed'],
    ['failed', 'EndpointFailed'],
    ['Expired', 'EndpointFailed'],
    ['deleting', 'EndpointNotFound'],
    ['Deleted', 'EndpointNotFound'],
  ])('an endpoint that is %s is %s', async (State, expected) => {
    aws(endpoint({ State }));
    const error = await errorOf(handler(payload));
    expect(error.name).toBe(expected);
    expect(error.message).toContain(`VPC endpoint ${ENDPOINT} of account ${ACCOUNT} in us-east-1 is`);
  });

  test('quotes the last error of an endpoint that failed', async () => {
    aws(endpoint({ State: 'failed', LastError: { Code: 'NoAccess', Message: 'The share is gone.' } }));
    expect((await errorOf(handler(payload))).message).toContain('is failed: The share is gone. (NoAccess)');
  });

  test.each([
    ['AWS says so', awsError('InvalidVpcEndpointId.NotFound')],
    ['the answer is empty', { VpcEndpoints: [] }],
  ])('an endpoint that is not there, because %s, is EndpointNotFound', async (_, DescribeVpcEndpoints) => {
    aws({ DescribeVpcEndpoints });
    expect((await errorOf(handler(payload))).name).toBe('EndpointNotFound');
  });

  test.each([
    ['no association yet', []],
    ['an association without a name yet', [association(DATABASE), association()]],
    ['fewer associations than databases', [association(DATABASE)]],
  ])('a resource endpoint with %s is pending', async (_, associations) => {
    aws({ ...endpoint({}), DescribeVpcEndpointAssociations: { VpcEndpointAssociations: associations } });
    const databases = [{ databaseId: 51, port: 12345, rlEndpoint: null }];
    expect((await errorOf(handler({ ...payload, databases, waitingSince: Date.now() }))).name).toBe(
      'EndpointPending',
    );
  });

  test('after ten minutes, what is there is enough, and what is missing is said', async () => {
    aws({
      ...endpoint({ State: 'Partial', LastError: { Code: 'X', Message: 'No capacity.' } }),
      DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [association(DATABASE), association()] },
    });
    const tenMinutesAgo = { ...payload, waitingSince: Date.now() - 600_000 };
    expect(await handler(tenMinutesAgo)).toMatchObject({
      endpoints: [{ dnsName: DATABASE }],
      missing: ['association without an id has no DNS name', 'it is partial: No capacity. (X)'],
    });
    aws({ ...endpoint({}), DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [] } });
    expect((await errorOf(handler(tenMinutesAgo))).message).toContain('it has no associations');
  });

  test('a partial endpoint is given the time to become available', async () => {
    aws({
      ...endpoint({ State: 'partial' }),
      DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [association(DATABASE)] },
    });
    const error = await errorOf(handler({ ...payload, waitingSince: Date.now() }));
    expect([error.name, error.message]).toEqual([
      'EndpointPending',
      expect.stringContaining('it is partial'),
    ]);
  });

  test('an association that failed does not hold up the others', async () => {
    const failed = association(undefined, undefined, { FailureCode: 'X', FailureReason: 'No capacity.' });
    aws({
      ...endpoint({}),
      DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [failed, association(DATABASE)] },
    });
    expect(await handler({ ...payload, waitingSince: Date.now() })).toMatchObject({
      endpoints: [{ dnsName: DATABASE }],
      missing: ['association without an id has failed: No capacity. (X)'],
    });
  });

  test('says why when all associations failed', async () => {
    const failed = association(undefined, undefined, { FailureCode: 'X', FailureReason: 'No capacity.' });
    aws({ ...endpoint({}), DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [failed] } });
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('EndpointPending');
    expect(error.message).toContain('No capacity. (X)');
  });

  test('an interface endpoint without names is pending', async () => {
    aws(endpoint({ VpcEndpointType: 'Interface' }));
    expect((await errorOf(handler(payload))).name).toBe('EndpointPending');
  });
});

describe('how long endpoints take', () => {
  const usable = {
    ...endpoint({}),
    DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [association(DATABASE)] },
  };
  /** Requested so many seconds ago, and to be looked at for the first time after `expectedSeconds`. */
  const requested = (seconds: number, expectedSeconds: number, vpcEndpointId = ENDPOINT) => ({
    ...payload,
    requested: { vpcEndpointId, at: new Date(Date.now() - seconds * 1_000).toISOString(), expectedSeconds },
  });
  const expected = () => expectedEndpointSeconds('us-east-1', 'Resource');

  test('is learned from the looks that saw one unfinished and usable', async () => {
    aws(usable);
    expect(await expected()).toBe(40);
    await handler({ ...requested(55, 40), hasLooked: true });
    // The pause before the last look was seven seconds.
    expect(await expected()).toBe(52);
    await handler({ ...requested(57, 52), hasLooked: true });
    expect(await expected()).toBe(55);
  });

  test('is learned again where the first look saw it usable: the next look comes earlier', async () => {
    aws(usable);
    await handler({ ...requested(57, 52), hasLooked: true });
    await handler(requested(55, 55));
    expect(await expected()).toBeLessThan(55);
  });

  test('keeps nobody waiting for more than two minutes', async () => {
    aws(usable);
    for (let count = 0; count < 2; count += 1) await handler({ ...requested(1_000, 40), hasLooked: true });
    expect(await expected()).toBe(120);
  });

  test.each([
    ['was requested by another execution', payload],
    ['took the place of the one that was requested', requested(10, 40, 'vpce-0fedcba9876543210')],
    ['was found hours later', requested(10_000, 40)],
  ])('is not learned from one that %s', async (_, input) => {
    aws(usable);
    await handler(input);
    expect(await expected()).toBe(40);
  });

  test('is not learned from one that lacks something', async () => {
    const failed = association(undefined, undefined, { FailureCode: 'X' });
    aws({
      ...endpoint({}),
      DescribeVpcEndpointAssociations: { VpcEndpointAssociations: [failed, association(DATABASE)] },
    });
    await handler(requested(10, 40));
    expect(await expected()).toBe(40);
  });
});
