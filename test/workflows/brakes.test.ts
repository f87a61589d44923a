import { describe, expect, test } from '@jest/globals';
import type { ExecutionRecord } from 'local-cloud';
import { long } from '../long.ts';
import { HOUR, type Lab, MINUTE, outcome, UNIT, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

const inScene = theatre();

const notesOf = ({ output }: ExecutionRecord) => (JSON.parse(output ?? '{}') as { notes: string[] }).notes;

/** A unit to which nothing is offered, and to whose accounts no member stack comes. */
function elsewhere({ cloud: { accounts } }: Lab): string {
  const id = 'ou-ab12-e1sewher';
  if (!accounts.hasUnit(id)) accounts.addUnit('elsewhere', { id });
  return id;
}

/** What was asked of Redis Cloud or in the account to remove something. */
function nothingRemoved(scene: Scene): void {
  expect(scene.log).toEqual([]);
  expect(scene.lab.changes).toEqual([]);
}

describe('what comes back in time costs nothing', () => {
  test('a tag that is taken away and set again within one second', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      scene.restart();
      await scene.tag(accountId, VPC, null);
      await scene.tag(accountId, VPC, 'orders');
      await scene.lab.settled();
      nothingRemoved(scene);
      expect(await scene.live(accountId)).toEqual([VPC]);
    }));

  long('a tag that is back after some minutes, of which no event has told', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      scene.restart();
      await scene.tag(accountId, VPC, null);
      await scene.lab.sleep(6 * MINUTE);
      await scene.unseen(() => scene.tag(accountId, VPC, 'orders'));
      await scene.lab.settled();
      nothingRemoved(scene);
      const offboardings = scene.started('offboard');
      expect(offboardings.map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }]);
      expect(notesOf(offboardings[0]!)).toEqual(['left connected: the VPC asks for the connection']);
    }),
  );

  long('a tag that flaps: the last removal counts, and what is away too long goes', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      scene.restart();
      for (const value of [null, 'orders', null]) {
        await scene.tag(accountId, VPC, value);
        await scene.lab.sleep(4 * MINUTE);
      }
      // Twelve minutes after the first removal, and four after the last.
      expect(await scene.live(accountId)).toEqual([VPC]);
      nothingRemoved(scene);
      await scene.lab.settled();
      expect(await scene.live(accountId)).toEqual([]);
      expect(scene.started('offboard')).toHaveLength(1);
    }),
  );

  long('an account that is moved out and back', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      scene.restart();
      await lab.cloud.accounts.move(accountId, elsewhere(lab));
      await lab.sleep(5 * MINUTE);
      await lab.cloud.accounts.move(accountId, UNIT);
      await lab.settled();
      expect(scene.log.filter((line) => /^D|disassociate/.test(line))).toEqual([]);
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      expect(scene.started('offboard')).toEqual([]);
    }),
  );
});

describe('a VPC that somebody tries to delete', () => {
  const deleteVpc = (scene: Scene, accountId: string) =>
    scene.ec2('DeleteVpc', { VpcId: VPC }, accountId).then(
      () => 'deleted',
      ({ code }) => code as string,
    );

  test('stays connected while it is in use', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      const [endpoint] = await scene.lab.endpoints(accountId);
      await scene.ec2('CreateNetworkInterface', { SubnetId: endpoint!.SubnetIds[0] }, accountId);
      scene.restart();
      expect(await deleteVpc(scene, accountId)).toBe('DependencyViolation');
      await scene.lab.settled();
      nothingRemoved(scene);
      expect(notesOf(scene.started('offboard')[0]!)).toEqual([
        expect.stringMatching(/^left connected: the VPC could not be deleted anyway, because of eni-/),
      ]);
    }));

  long('is left alone by reconciliations for a day, and connected again after it', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await scene.leaveOthersBehind();
      const { accountId } = await scene.connect('orders');
      await lab.world.tearDown(accountId, 'us-east-1', VPC);
      await lab.settled();
      expect(await scene.live(accountId)).toEqual([]);
      const { started: early, text: held } = await scene.reconcile();
      expect(early).toEqual([]);
      expect(held.differences).toMatchObject([{ outcome: 'held', workflow: 'onboard' }]);
      await lab.sleep(25 * 60 * MINUTE);
      const { started, text } = await scene.reconcile();
      expect(started).toContain(`onboard orders ${accountId} ${VPC}`);
      expect(text.reported).toContainEqual(expect.objectContaining({ kind: 'VPC not deleted', accountId }));
      expect(await scene.live(accountId)).toEqual([VPC]);
      const told = lab.published().filter(({ subject }) => subject?.includes('were not deleted'));
      expect(told).toHaveLength(1);
      expect(told[0]!.message).toContain(`${accountId}/${VPC}, orders: it was disconnected at`);
    }),
  );
});

describe('what cannot be told is no reason to remove anything', () => {
  test('an answer of Organizations without its optional members', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      const end = lab.cloud.interceptCalls(async ({ service, action }, proceed) => {
        const answer = (await proceed()) as Record<string, unknown>;
        if (service !== 'organizations') return answer;
        const strip = (account: unknown) => ({ ...(account as object), Paths: undefined });
        if (action === 'DescribeAccount') return { Account: strip(answer.Account) };
        if (action !== 'ListAccounts') return answer;
        return { ...answer, Accounts: (answer.Accounts as unknown[]).map(strip) };
      });
      try {
        scene.restart();
        await lab.cloud.accounts.move(accountId, elsewhere(lab));
        await lab.settled();
        for (const _ of [1, 2]) {
          const { incomplete, started } = await scene.reconcile();
          expect(started).toEqual([]);
          expect(incomplete).toContainEqual(expect.stringMatching(/^what is offered to \d+ accounts$/));
        }
      } finally {
        end();
      }
      nothingRemoved(scene);
    }));

  long('an account that cannot be entered, whose VPC is said to have lost its tag', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      const letIn = await lab.lockOut(accountId);
      scene.restart();
      await scene.tag(accountId, VPC, null);
      await lab.settled();
      nothingRemoved(scene);
      const [offboarding] = scene.started('offboard');
      expect(notesOf(offboarding!)).toEqual([expect.stringMatching(/^left connected: .* cannot be told/)]);
      await letIn();
    }),
  );
});

describe('removals beyond the budget', () => {
  const NUMBER = 5;

  /** Others have taken the rest of the hour's removals. */
  async function leaveInBudget({ lab }: Scene, left: number): Promise<void> {
    const { TableNames } = await lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
    const { atOnce } = lab.cloud.configuration.removals;
    const at = lab.cloud.clock.now();
    const taken = Array.from({ length: Number(atOnce) - left }, (_, index) => ({ key: `${index}`, at }));
    await lab.call('dynamodb', 'PutItem', {
      TableName: TableNames[0],
      Item: {
        pk: { S: 'removals' },
        sk: { S: 'orders' },
        taken: { S: JSON.stringify(taken) },
        version: { N: '1' },
      },
    });
  }

  test('are held, told in one message, released and refused', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const ids = Array.from({ length: NUMBER }, (_, index) => `vpc-0000000000000000${index + 1}`);
      const { accountId } = await scene.connect('orders', { vpcId: ids[0]! });
      for (const vpcId of ids.slice(1)) await scene.connect('orders', { accountId, vpcId });
      await leaveInBudget(scene, 3);
      for (const vpcId of ids) await scene.tag(accountId, vpcId, null);
      await lab.settled();
      const left = await scene.live(accountId);
      expect(left).toHaveLength(2);
      const messages = lab.published().filter(({ subject }) => subject?.includes('are held'));
      expect(messages).toHaveLength(1);
      for (const vpcId of left) expect(messages[0]!.message).toContain(`${accountId}/${vpcId}`);
      await lab.watchLocks();
      expect(lab.measured('RemovalsHeld').at(-1)).toBe(2);

      const [first, second] = left;
      const refused = await scene.succeed('offboard', {
        connection: 'orders',
        refuse: [`${accountId}/${first}`],
      });
      expect(refused).toMatchObject({ action: 'refuse', answered: [`${accountId}/${first}`] });
      await scene.succeed('offboard', { connection: 'orders', release: 'all' });
      await lab.settled();
      expect(await scene.live(accountId)).toEqual([first]);
      const again = await lab.run('offboard', { connection: 'orders', release: [`${accountId}/${second}`] });
      expect(outcome(again)).toMatchObject({ error: 'InvalidRequest' });
    }));
});

describe('what a person has done by hand', () => {
  test('a VPC that was offboarded stays so until its tag changes, and one that was onboarded stays', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await scene.leaveOthersBehind();
      const { accountId } = await scene.connect('orders');
      const output = await scene.succeed<{ notes: string[] }>('offboard', {
        connection: 'orders',
        accountId,
        vpcId: VPC,
      });
      expect(output.notes).toEqual([
        expect.stringMatching(/stays disconnected although its tag says orders/),
      ]);
      expect((await scene.reconcile()).started).toEqual([]);
      await scene.tag(accountId, VPC, 'orders ledger');
      await lab.settled();
      expect(await scene.live(accountId)).toEqual([VPC, VPC]);

      await scene.tag(accountId, VPC, null);
      await lab.settled();
      await scene.succeed('onboard', { connection: 'orders', accountId, vpcId: VPC });
      for (const _ of [1, 2]) expect((await scene.reconcile()).started).toEqual([]);
      expect(await scene.live(accountId)).toEqual([VPC]);
    }));

  test('an event that comes hours late connects nothing that its VPC has stopped asking for', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { clock } = lab.cloud;
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const end = lab.cloud.interceptEvents((_, deliver) => clock.after(3 * HOUR, deliver));
      await scene.tag(accountId, VPC, 'orders');
      await lab.sleep(MINUTE);
      end();
      await scene.tag(accountId, VPC, null);
      await lab.sleep(4 * HOUR);
      await lab.settled();
      const [late, ...more] = lab.executions('onboard').map(outcome);
      expect(late).toMatchObject({ status: 'FAILED', error: 'EventOver' });
      expect(late!.message).toContain('does not ask for orders any more. Nothing was changed.');
      expect(more).toEqual([]);
      expect(lab.changes).toEqual([]);
      expect(await lab.items(`account#${accountId} connection#`)).toEqual([]);
      // Nobody has to do anything about it.
      expect(lab.published()).toEqual([]);
    }));

  long('an event of before that comes late undoes nothing, and a later one does', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { clock } = lab.cloud;
      await scene.leaveOthersBehind();
      const { accountId } = await scene.connect('orders');
      const end = lab.cloud.interceptEvents((event, deliver) => {
        if (event.source === 'aws.states') deliver();
        else clock.after(20 * MINUTE, deliver);
      });
      await scene.tag(accountId, VPC, 'orders ledger');
      await lab.sleep(MINUTE);
      await scene.succeed('offboard', { connection: 'orders', accountId, vpcId: VPC });
      await lab.sleep(30 * MINUTE);
      end();
      await lab.settled();
      expect(scene.started('onboard', { connection: 'orders', because: 'event' })).toEqual([]);
      expect(lab.principals(12345)).toEqual({});
      expect(lab.principals(23456)).toEqual({ [accountId]: 'associated' });

      await scene.tag(accountId, VPC, 'orders');
      await lab.settled();
      expect(lab.principals(12345)).toEqual({ [accountId]: 'associated' });
    }),
  );

  long(
    'an account that was offboarded stays so, however it moves; a VPC of it whose tag changes does not',
    () =>
      inScene(async (scene) => {
        const { lab } = scene;
        await scene.leaveOthersBehind();
        const { accountId } = await scene.connect('orders');
        await scene.succeed('offboard', { connection: 'orders', accountId });
        await lab.cloud.accounts.move(accountId, elsewhere(lab));
        await lab.cloud.accounts.move(accountId, UNIT);
        await lab.settled();
        expect(scene.started('onboard', { connection: 'orders', because: 'event' })).toEqual([]);
        expect(lab.principals(12345)).toEqual({});
        await scene.tag(accountId, VPC, 'orders ledger');
        await lab.settled();
        expect(lab.principals(12345)).toEqual({ [accountId]: 'associated' });
        // And it is mended as others are.
        await lab.world.deleteEndpoints(accountId, 'us-east-1', VPC);
        const { started } = await scene.reconcile();
        expect(started).toContain(`onboard orders ${accountId} ${VPC}`);
      }),
  );

  long.each([VPC, null])('what was started later counts, however long either takes to begin (%s)', (vpcId) =>
    inScene(async (scene) => {
      const { lab } = scene;
      await scene.leaveOthersBehind();
      const { accountId } = await scene.connect('orders');
      const { clock } = lab.cloud;
      // Organizations keeps the first step of an onboarding waiting.
      const until = clock.now() + 2 * MINUTE;
      scene.beforeCall = ({ action }) => {
        if (action === 'DescribeAccount' && clock.now() < until) throw new Error('slow');
      };
      const input = { connection: 'orders', accountId, vpcId: VPC };
      const slow = await lab.start('onboard', input);
      await lab.sleep(1_000);
      await lab.run('offboard', { connection: 'orders', accountId, ...(vpcId && { vpcId }) });
      await lab.settled();
      expect(outcome(await lab.ended(slow))).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
      expect(await scene.live(accountId)).toEqual([]);
      expect(await lab.items(`standing ${accountId}#orders#${vpcId ?? 'account'}`)).toHaveLength(1);
      expect((await scene.reconcile()).started).toEqual([]);

      // A reconciliation has looked before somebody has disconnected it.
      const late = await lab.run('onboard', { ...input, because: 'reconciliation' });
      expect(outcome(late)).toMatchObject({ error: 'InvalidRequest' });
      expect(await scene.live(accountId)).toEqual([]);
    }),
  );
});
