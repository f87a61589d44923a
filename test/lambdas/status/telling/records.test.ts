import { describe, expect, test } from '@jest/globals';
import { recordsOf } from '../../../../lambdas/status/telling/records.ts';
import { ACCOUNT, aws, VPC } from '../../aws/stub.ts';

/** The connections that are planned, where the table has this plan. */
async function planned(plan: string, noted = Date.now()): Promise<string[]> {
  const Items = [{ sk: { S: `plan#${VPC}` }, plan: { S: plan }, noted: { N: String(noted) } }];
  // Connections, failures, approvals, plans.
  aws({ Query: [{}, {}, {}, { Items }] });
  return (await recordsOf(ACCOUNT)).of(VPC).planned;
}

describe('the plan of a VPC', () => {
  test('names the connections that it calls for, for two minutes', async () => {
    const plan = JSON.stringify([
      'onboard {"connection":"orders","vpcId":"x"}',
      'offboard {"connection":"ledger"}',
    ]);
    expect(await planned(plan)).toEqual(['orders']);
    expect(await planned(plan, Date.now() - 121_000)).toEqual([]);
  });

  test.each(['{}', '["onboard {"]', 'onboard', '[1]'])('that reads %s says nothing', async (plan) => {
    expect(await planned(plan)).toEqual([]);
  });
});
