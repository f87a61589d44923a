import { describe, expect, test } from '@jest/globals';
import { decided, endpoint, GONE, OTHER, VPC, WHOLE } from './situation.ts';

describe('which endpoint is deleted', () => {
  const doomed = { action: 'delete-endpoint', vpcEndpointId: 'vpce-a', vpcId: VPC };
  test.each(['available', 'pending', 'pendingAcceptance', 'rejected', 'failed', 'expired', 'partial'])(
    'one that is %s',
    (state) => {
      expect(decided({ endpoints: [endpoint({ state })] })).toMatchObject(doomed);
    },
  );

  test('one after the other, where the account goes', () => {
    const endpoints = [endpoint(), OTHER];
    expect(decided({ vpcId: WHOLE, endpoints })).toMatchObject(doomed);
    const asked = { endpoints: ['vpce-a'] };
    expect(decided({ vpcId: WHOLE, endpoints, asked, polls: 1 })).toMatchObject({ vpcEndpointId: 'vpce-b' });
  });

  test('also where there is no PrivateLink any more', () => {
    expect(decided({ endpoints: [endpoint()], privateLink: { status: 'none', ...GONE } })).toMatchObject(
      doomed,
    );
  });

  test.each([
    ['is being deleted', { endpoints: [endpoint({ state: 'deleting' })] }],
    ['was asked for', { endpoints: [endpoint()], asked: { endpoints: ['vpce-a'] } }],
  ])('none that %s: it is waited for', (_, changes) => {
    expect(decided({ polls: 1, ...changes })).toMatchObject({
      action: 'wait',
      reason: expect.stringContaining('vpce-a'),
    });
  });

  test('none of so many that one execution would not come to its end', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        endpoint({ vpcEndpointId: `vpce-${index}`, vpcId: `vpc-${index}` }),
      );
    expect(decided({ vpcId: WHOLE, endpoints: many(250) })).toMatchObject({ action: 'delete-endpoint' });
    expect(() => decided({ vpcId: WHOLE, endpoints: many(251) })).toThrow(
      /^Account 444455556666 has 251 VPC endpoints of connection orders, .* then redrive this execution\.$/,
    );
    expect(decided({ endpoints: [endpoint(), ...many(251)] })).toMatchObject({ vpcEndpointId: 'vpce-a' });
    // AWS shows deleted ones for a while.
    const dead = many(251).map((one) => ({ ...one, state: 'deleted' }));
    expect(decided({ vpcId: WHOLE, endpoints: [...dead, endpoint()] })).toMatchObject({
      vpcEndpointId: 'vpce-a',
    });
  });

  test('again each minute, one that was asked for and does not go', () => {
    const asked = { endpoints: ['vpce-a'] };
    const steps = (state: string) =>
      [1, 2, 3, 4, 5, 8].map((polls) => decided({ polls, asked, endpoints: [endpoint({ state })] }).action);
    expect(steps('available')).toEqual([
      'wait',
      'wait',
      'wait',
      'delete-endpoint',
      'wait',
      'delete-endpoint',
    ]);
    expect(new Set(steps('deleting'))).toEqual(new Set(['wait']));
    // Others that have not been asked yet come first.
    expect(decided({ vpcId: WHOLE, polls: 4, asked, endpoints: [endpoint(), OTHER] })).toMatchObject({
      vpcEndpointId: 'vpce-b',
    });
  });

  test.each([
    ['is deleted', { endpoints: [endpoint({ state: 'deleted' })] }],
    ['is of another connection', { endpoints: [endpoint({ connection: 'caches' })] }],
  ])('none that %s', (_, changes) => {
    expect(decided(changes)).toMatchObject({ action: 'remove-principal' });
  });

  test('none of another VPC', () => {
    expect(decided({ endpoints: [OTHER] })).toMatchObject({ action: 'done' });
  });
});
