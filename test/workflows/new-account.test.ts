import { describe, expect, test } from '@jest/globals';
import { long } from '../long.ts';
import { type Lab, laboratory, MINUTE, UNIT, VPC } from './harness.ts';

const inLab = laboratory();

/** An account that is created now, with a VPC of its own before the member stack comes. */
async function comes(lab: Lab, accountId: string, tags: Record<string, string>): Promise<void> {
  const { accounts } = lab.cloud;
  if (!accounts.hasUnit(UNIT)) accounts.addUnit(UNIT, { id: UNIT });
  await accounts.add(accountId, UNIT, {});
  await lab.vpc(accountId, VPC, { tags });
}

describe('a new account with a VPC that was there before anybody could hear of it', () => {
  test('has it connected without a reconciliation', () =>
    inLab(async (lab) => {
      const accountId = '444455570001';
      await comes(lab, accountId, { 'redis-privatelink': 'orders' });
      await lab.sleep(20 * MINUTE);
      expect(lab.executions('reconcile')).toEqual([]);
      expect(await lab.endpoints(accountId)).toMatchObject([{ VpcId: VPC, State: 'available' }]);
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      expect(await lab.deadLetters()).toEqual([]);
    }));

  long('has it connected by the next reconciliation where the event of the stack is missed', () =>
    inLab(async (lab) => {
      lab.cloud.behave({ stackSets: { event: 'missed' } });
      const accountId = '444455570004';
      await comes(lab, accountId, { 'redis-privatelink': 'orders' });
      await lab.sleep(20 * MINUTE);
      expect(await lab.endpoints(accountId)).toEqual([]);
      await lab.run('reconcile', {});
      await lab.settled();
      expect(await lab.endpoints(accountId)).toMatchObject([{ VpcId: VPC, State: 'available' }]);
      lab.cloud.behave({ stackSets: { event: 'heard' } });
    }),
  );

  long('is told of nothing where the VPC asks for nothing', () =>
    inLab(async (lab) => {
      const accountId = '444455570002';
      await comes(lab, accountId, {});
      await lab.sleep(20 * MINUTE);
      expect(await lab.endpoints(accountId)).toEqual([]);
      expect(lab.executions('dispatch').filter(({ name }) => name.startsWith('vpc-'))).toEqual([]);
    }),
  );

  long('keeps it disconnected where a person has done that', () =>
    inLab(async (lab) => {
      const accountId = '444455570003';
      await comes(lab, accountId, { 'redis-privatelink': 'orders' });
      await lab.sleep(20 * MINUTE);
      await lab.run('offboard', { connection: 'orders', accountId, vpcId: VPC });
      // It leaves the unit, which takes the stack away, and comes back.
      await lab.cloud.accounts.move(accountId, 'r-ab12', {});
      await lab.sleep(40 * MINUTE);
      await lab.cloud.accounts.move(accountId, UNIT, {});
      await lab.sleep(20 * MINUTE);
      const found = lab.executions('dispatch').filter(({ name }) => name.startsWith('vpc-'));
      expect(found).toHaveLength(2);
      expect(found[1]!.output).toContain('disconnected by hand');
      expect((await lab.endpoints(accountId)).filter(({ State }) => State !== 'deleted')).toEqual([]);
    }),
  );
});
