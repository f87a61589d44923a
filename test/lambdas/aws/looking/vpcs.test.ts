import { expect, test } from '@jest/globals';
import { ownVpcs } from '../../../../lambdas/aws/looking/vpcs.ts';

test.each([[{ Value: 'orders' }], [{ Key: 'redis-privatelink' }]])(
  'what a VPC asks for cannot be told where AWS shows the tag %j',
  (tag) => {
    const vpcs = [{ VpcId: 'vpc-a', OwnerId: '111122223333', Tags: [tag] }];
    expect(() => ownVpcs(vpcs, '111122223333')).toThrow(
      'AWS shows a tag of vpc-a without its key or its value.',
    );
  },
);
