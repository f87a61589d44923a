import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/offboard/decide-offboarding.ts';
import { cut, endpoint, given, ONE, withoutMemory } from './deciding/situation.ts';

describe('the function', () => {
  const input = given({ endpoints: [endpoint()], privateLink: { connections: [ONE] } });

  test('hands back connections as they were shown', async () => {
    expect(withoutMemory(await handler(input))).toEqual({ ...cut([ONE]), notes: [] });
  });

  test.each([
    ['an account id', { ...input, accountId: '4' }],
    ['a VPC id', { ...input, vpcId: 'vpc-1' }],
    ['a look', { ...input, privateLink: null }],
  ])('refuses what is not %s', async (_, wrong) => {
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    await expect(handler(wrong)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});
