import { DynamoDBClient, type QueryCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, jest, test } from '@jest/globals';
import { recordsOf } from '../../../../lambdas/status/telling/records.ts';

const ACCOUNT = '111122223333';
const VPC = 'vpc-0123456789abcdef0';

Object.assign(process.env, { TABLE_NAME: 'table', AWS_REGION: 'us-east-1' });

/** The connections that are planned, where the table has this plan and nothing else. */
async function planned(plan: string, noted = Date.now()): Promise<string[]> {
  const item = { sk: { S: `plan#${VPC}` }, plan: { S: plan }, noted: { N: String(noted) } };
  const answer = async ({ input }: QueryCommand) => ({
    Items: [item].filter(({ sk }) => sk.S.startsWith(input.ExpressionAttributeValues![':kind']!.S!)),
  });
  const send = jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(answer as never);
  try {
    return (await recordsOf(ACCOUNT)).of(VPC).planned;
  } finally {
    send.mockRestore();
  }
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
