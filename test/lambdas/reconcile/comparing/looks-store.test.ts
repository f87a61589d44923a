import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Found } from '../../../../lambdas/reconcile/comparing/findings.ts';
import { aws } from '../../aws/stub.ts';

const { readFindings, writeFindings } = await import(
  '../../../../lambdas/reconcile/comparing/looks-store.ts'
);

/** As AWS makes ids: nothing in them repeats itself. */
const id = (prefix: string, of: string) =>
  `${prefix}-0${createHash('sha256').update(`${prefix} ${of}`).digest('hex').slice(0, 16)}`;

/** An account with so many connected VPCs, with all that there can be. */
function crowded(accountId: string, count: number): Found {
  const vpcIds = Array.from({ length: count }, (_, index) => id('vpc', `${accountId} ${index}`));
  return {
    accountId,
    region: 'us-east-1',
    vpcs: vpcIds.map((vpcId) => ({ vpcId, tags: 'orders', isDefault: null })),
    endpoints: vpcIds.map((vpcId) => ({
      vpcEndpointId: id('vpce', vpcId),
      vpcId,
      connection: 'orders',
      state: 'available',
      securityGroupIds: [id('sg', vpcId)],
      parameters: id('', vpcId).slice(2),
      reached: 3,
      failed: [],
      otherZones: [{ zone: 'use1-az2', subnetId: id('subnet', vpcId), isRefused: false }],
    })),
    associations: [{ connection: 'orders', state: 'available' }],
    groups: vpcIds.map((vpcId) => ({
      groupId: id('sg', vpcId),
      vpcId,
      connection: 'orders',
      complete: true,
    })),
    strays: [],
    parameters: vpcIds.map((vpcId) => ({ connection: 'orders', vpcId, digest: id('', vpcId).slice(2) })),
  };
}

test('a thousand connected VPCs of one account are kept whole', async () => {
  const { items } = aws({}, []);
  const finding = crowded('111122223333', 1_000);
  await writeFindings('run-1', 0, [finding]);
  expect(await readFindings('run-1')).toEqual([finding]);
  expect(items.size).toBe(1);
});

test('ten accounts with a thousand each are kept in as many items as it takes', async () => {
  const { items } = aws({}, []);
  const findings = Array.from({ length: 10 }, (_, index) => crowded(`11112222333${index}`, 1_000));
  await writeFindings('run-1', 0, findings);
  expect(await readFindings('run-1', 0)).toEqual(findings);
  for (const { body } of items.values()) expect(body!.S!.length).toBeLessThan(400_000);
});

test('an account with more than can be kept is told of, and hides no other', async () => {
  aws({}, []);
  const other = crowded('111122223333', 1);
  await writeFindings('run-1', 7, [crowded('444455556666', 10_000), other]);
  const findings = await readFindings('run-1');
  expect(findings).toHaveLength(2);
  expect(findings).toContainEqual(other);
  expect(findings).toContainEqual({
    accountId: '444455556666',
    region: 'us-east-1',
    error: expect.stringMatching(
      /^PreconditionFailed: what is in it takes \d+ KiB, and at most 371 can be kept/,
    ),
  });
});

test('of two attempts, what was found counts, whichever is read first', async () => {
  const { items } = aws({}, []);
  const finding = crowded('111122223333', 1);
  await writeFindings('run-1', 0, [finding]);
  const found = items.get('found#0#0')!;
  const { accountId, region } = finding;
  await writeFindings('run-1', 0, [{ accountId, region, error: 'AwsUnavailable: now' }]);
  items.set('found#0#1', found);
  expect((await readFindings('run-1', 0)).at(-1)).toEqual(finding);
});
