import { describe, expect, test } from '@jest/globals';
import { chooseSubnets, type SubnetRequest } from '../../../../lambdas/aws/resources/subnets.ts';
import { errorOf } from '../stub.ts';

const request: SubnetRequest = {
  vpc: 'VPC vpc-1',
  contract: 'resource-share',
  subnets: { minimumZones: 1, tag: null, waitMinutes: 60 },
  offered: null,
};
const service = (ids: string[], names: string[] = []): SubnetRequest => ({
  ...request,
  contract: 'endpoint-service',
  offered: { ids, names },
});
const subnet = (SubnetId: string, zone: number | string, free = 100, more = {}) => ({
  SubnetId,
  AvailabilityZoneId: typeof zone === 'number' ? `use1-az${zone}` : zone,
  AvailableIpAddressCount: free,
  ...more,
});
const failure = (...args: Parameters<typeof chooseSubnets>) =>
  errorOf((async () => chooseSubnets(...args))());

describe('the choice of subnets', () => {
  test('takes one subnet a zone: most free addresses, then the lower id', () => {
    const subnets = [
      subnet('subnet-5', 2, 50),
      subnet('subnet-4', 1, 20),
      subnet('subnet-3', 1, 200),
      subnet('subnet-2', 4, 70),
      subnet('subnet-1', 4, 70),
    ];
    expect(chooseSubnets(subnets, request)).toEqual(['subnet-1', 'subnet-3', 'subnet-5']);
  });

  test.each([
    'use1-az3',
    'usw1-az2',
    'apne1-az3',
    'apne2-az2',
    'euc1-az2',
    'euw1-az4',
    'cac1-az3',
    'ilc1-az2',
  ])('never takes %s for a resource endpoint', (zone) => {
    expect(chooseSubnets([subnet('a', zone), subnet('b', 'use1-az1')], request)).toEqual(['b']);
  });

  test('takes such a zone for an interface endpoint if the service offers it', () => {
    expect(chooseSubnets([subnet('a', 3)], service(['use1-az3']))).toEqual(['a']);
  });

  test('16 free addresses are enough for a resource endpoint, 15 are not', async () => {
    expect(chooseSubnets([subnet('a', 1, 15), subnet('b', 2, 16)], request)).toEqual(['b']);
    const error = await failure([subnet('a', 1, 15)], request);
    expect(error.message).toContain('a has 15 free addresses of the 16 needed');
  });

  test('one free address is enough for an interface endpoint', () => {
    expect(chooseSubnets([subnet('a', 1, 1), subnet('b', 2, 0)], service(['use1-az1', 'use1-az2']))).toEqual([
      'a',
    ]);
  });

  test('knows the zones that a service offers by name as well', () => {
    const subnets = [
      subnet('a', 1, 9, { AvailabilityZone: 'us-east-1c' }),
      subnet('b', 2, 9, { AvailabilityZone: 'us-east-1d' }),
    ];
    expect(chooseSubnets(subnets, service([], ['us-east-1d']))).toEqual(['b']);
  });

  test('takes only subnets with the tag that the connection asks for', () => {
    const tagged = (value: string) => ({ Tags: [{ Key: 'tier', Value: value }] });
    const subnets = [
      subnet('a', 1, 90, tagged('public')),
      subnet('b', 1, 20, tagged('private')),
      subnet('c', 2),
    ];
    const tag = { key: 'tier', value: 'private' };
    expect(
      chooseSubnets(subnets, { ...request, subnets: { minimumZones: 1, tag, waitMinutes: 60 } }),
    ).toEqual(['b']);
  });

  test('leaves out zones that the connection excludes, and says so', async () => {
    const subnets = { ...request.subnets, excludedZones: ['use1-az1'] };
    expect(chooseSubnets([subnet('a', 1), subnet('b', 2)], { ...request, subnets })).toEqual(['b']);
    expect((await failure([subnet('a', 1)], { ...request, subnets })).message).toContain(
      'a is in zone use1-az1, which the connection excludes',
    );
  });

  test('no subnet at all is not ready yet', async () => {
    expect((await failure([], request)).name).toBe('SubnetsNotReady');
  });

  test('too few zones are not ready yet', async () => {
    const error = await failure([subnet('a', 1), subnet('b', 1)], {
      ...request,
      subnets: { minimumZones: 2, tag: null, waitMinutes: 60 },
    });
    expect(error.name).toBe('SubnetsNotReady');
    expect(error.message).toContain('in 1 of the 2 zones');
  });

  test('says for each subnet why it is not suitable', async () => {
    const tag = { key: 'tier', value: 'private' };
    const own = { Tags: [{ Key: 'tier', Value: 'private' }] };
    const error = await failure(
      [
        subnet('a', 1),
        subnet('b', 3, 100, own),
        subnet('c', 2, 3, own),
        subnet('d', 'use1-bos1-az1', 100, own),
        subnet('e', 1, 100, { ...own, OutpostArn: 'arn:aws:outposts:us-east-1:1:outpost/op-1' }),
      ],
      { ...request, subnets: { minimumZones: 1, tag, waitMinutes: 60 } },
    );
    expect(error.name).toBe('SubnetsNotReady');
    expect(error.message).toContain(
      'a has no tag tier=private; b is in zone use1-az3, where AWS has no resource endpoints; ' +
        'c has 3 free addresses of the 16 needed; d is in use1-bos1-az1, which is not an Availability Zone; ' +
        'e is on an Outpost',
    );
  });

  test('says that the service does not offer the zone', async () => {
    const error = await failure([subnet('a', 1)], service(['use1-az2']));
    expect(error.message).toContain('a is in zone use1-az1, which the endpoint service does not offer');
  });

  const both = { Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlockState: { State: 'associated' } }] };
  const four = { Ipv6CidrBlockAssociationSet: [] };
  const six = { ...both, Ipv6Native: true };

  test.each<[SubnetRequest['ipAddressType'], string[]]>([
    [undefined, ['both', 'four', 'said-nothing']],
    ['ipv4', ['both', 'four', 'said-nothing']],
    ['dualstack', ['both', 'said-nothing']],
    ['ipv6', ['six']],
  ])('takes those that have the addresses of an endpoint with %s', (ipAddressType, expected) => {
    const subnets = [
      subnet('both', 1, 100, both),
      subnet('four', 2, 100, four),
      subnet('six', 4, 0, six),
      // AWS does not say what it has.
      subnet('said-nothing', 5),
    ];
    expect(chooseSubnets(subnets, { ...request, ipAddressType })).toEqual(expected);
  });

  test('takes others for IPv6 only where there are none for it, whatever they have of IPv4', async () => {
    const subnets = [subnet('both', 1, 0, both), subnet('four', 2, 100, four)];
    expect(chooseSubnets(subnets, { ...request, ipAddressType: 'ipv6' })).toEqual(['both']);
    const error = await failure([subnet('four', 2, 100, four)], { ...request, ipAddressType: 'ipv6' });
    expect(error.message).toContain('four has no IPv6 block, which endpoint.ipAddressType ipv6');
  });
});
