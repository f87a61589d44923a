// Long: accounts that are moved out together, at bad moments. offboard.test.ts always lets one leave, and
// test/lambdas/offboard what is left behind.

import { describe, expect, test } from '@jest/globals';
import type { ExecutionRecord } from 'local-cloud';
import { long } from '../long.ts';
import { type Lab, MINUTE, outcome, UNIT, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

const inScene = theatre();

const NUMBER = 8;

const BUSY = { status: 409, body: { error: { type: 'CONFLICT_ERROR', description: 'busy' } } };

const notesOf = ({ output }: ExecutionRecord) => (JSON.parse(output ?? '{}') as { notes: string[] }).notes;

/** A unit to which nothing is offered, and to whose accounts no member stack comes. */
function elsewhere({ cloud: { accounts } }: Lab): string {
  const id = 'ou-ab12-e1sewher';
  if (!accounts.hasUnit(id)) accounts.addUnit('elsewhere', { id });
  return id;
}

const messagesOf = ({ lab }: Scene) =>
  lab.published().filter(({ subject }) => /something is left in/.test(subject ?? ''));

const leftIn = async ({ lab }: Scene) =>
  (await lab.items('leftover ')).map((key) => key.split('#')[1]).sort();

describe('what this system has made in an account that lets it in no more', () => {
  long('eight accounts that are moved out together, while the StackSet takes their roles away', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await scene.leaveOthersBehind();
      const ids: string[] = [];
      for (let count = 0; count < NUMBER; count += 1) ids.push((await scene.connect('orders')).accountId);
      for (const id of ids) await lab.cloud.accounts.move(id, elsewhere(lab));
      await lab.settled();
      expect(lab.principals()).toEqual({});
      expect(lab.provider.allConnections().filter(({ state }) => state === 'available')).toEqual([]);
      // Whatever is there is known.
      const there: string[] = [];
      for (const id of ids) {
        const left = [...(await scene.live(id)), ...(await scene.groups(id))];
        if (left.length > 0) there.push(id);
      }
      expect(await leftIn(scene)).toEqual(there.sort());

      const { text, started, counts } = await scene.reconcile();
      const reported = text.reported.filter(({ kind }) => kind === 'leftover');
      expect(reported.map(({ accountId }) => accountId).sort()).toEqual(there);
      expect(reported[0]!.what).toMatch(
        /^endpoint vpce-\w+, perhaps its security group, .* could not be removed: /,
      );
      expect(started).toEqual(there.map((id) => `offboard orders ${id} ${VPC}`));
      expect(counts.leftovers).toBe(NUMBER);
      for (const retry of scene.started('offboard', { because: 'leftover' })) {
        expect(outcome(retry)).toMatchObject({ status: 'SUCCEEDED' });
        expect(notesOf(retry)).toEqual([expect.stringMatching(/^still left: .*cannot be assumed/)]);
      }
      await scene.reconcile();
      const [message, ...others] = messagesOf(scene);
      expect(others).toEqual([]);
      for (const id of ids) expect(message!.message).toContain(`${id}/${VPC}`);

      const [stays, back] = ids as [string, string];
      const answer = await scene.succeed('offboard', { connection: 'orders', leave: [`${stays}/${VPC}`] });
      expect(answer).toMatchObject({ action: 'leave', answered: [`${stays}/${VPC}`] });
      const again = await lab.run('offboard', { connection: 'orders', leave: [`${stays}/${VPC}`] });
      expect(outcome(again)).toMatchObject({ error: 'InvalidRequest' });

      // Its role comes back with the member stack, and its VPC does not ask for anything by then.
      await scene.unseen(() => scene.tag(back, VPC, null));
      await scene.unseen(() => lab.cloud.accounts.move(back, UNIT));
      await lab.sleep(30 * MINUTE);
      const last = await scene.reconcile();
      expect(last.text.reported.filter(({ kind }) => kind === 'leftover')).toHaveLength(NUMBER - 1);
      expect(await scene.live(back)).toEqual([]);
      expect(await scene.groups(back)).toEqual([]);
      expect(await leftIn(scene)).toEqual(there.filter((id) => id !== back));
    }),
  );

  test('an account that is moved while Redis Cloud is busy, and one whose VPC is connected again', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await scene.leaveOthersBehind();
      const { accountId } = await scene.connect('orders');
      scene.fault = (operation) => (operation === 'disassociateConnections' ? BUSY : undefined);
      await lab.cloud.accounts.move(accountId, elsewhere(lab));
      await lab.sleep(60 * MINUTE);
      scene.fault = () => undefined;
      await lab.settled();
      expect(lab.principals()).toEqual({});
      expect(await lab.endpoints(accountId)).toMatchObject([{ VpcId: VPC }]);
      expect(await leftIn(scene)).toEqual([accountId]);

      await lab.cloud.accounts.move(accountId, UNIT);
      await lab.sleep(30 * MINUTE);
      await scene.reconcile();
      expect(await scene.live(accountId)).toEqual([VPC]);
      await scene.reconcile();
      expect(await leftIn(scene)).toEqual([]);
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
    }));
});
