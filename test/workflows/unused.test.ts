// Long: every way in which a PrivateLink without accounts stays or goes.
// test/lambdas/reconcile/comparing/unused.test.ts always decides it.

import { describe, expect, test } from '@jest/globals';
import type { Interception } from '../../local/redis-cloud/faults.ts';
import { long, one } from '../long.ts';
import { LEAVING_UNIT, MINUTE, outcome, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

// A PrivateLink that is to go when nobody uses it any more: archive is configured so.

const inScene = theatre();

const link = ({ lab }: Scene) => lab.redisCloud.privateLink(67890);
const ALONE = { connection: 'archive', unused: true };

interface Output {
  principalRemoved: boolean;
  privateLinkDeleted?: boolean;
  notes: string[];
}

/** The last account has left, and the PrivateLink could not go with it. */
async function left(scene: Scene): Promise<void> {
  const { lab } = scene;
  await scene.leaveOthersBehind();
  // Nothing is due that a test before has left.
  await scene.reconcile();
  const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
  lab.redisCloud.faults.failTasks({ operation: 'deletePrivateLink', code: 'SOMETHING_NEW' });
  await scene.succeed('offboard', { connection: 'archive', accountId });
  expect(link(scene)).toMatchObject({ status: 'active' });
  await scene.unseen(() => lab.cloud.accounts.remove(accountId));
}

/** Somebody makes a PrivateLink by hand, and the account that he has admitted leaves. */
async function made(scene: Scene): Promise<void> {
  await scene.leaveOthersBehind();
  await scene.reconcile();
  const principal = { principal: '444455557777' };
  await scene.byHand('POST', '/subscriptions/67890/private-link', {
    shareName: 'redis-privatelink-archive',
    ...principal,
    type: 'aws_account',
    alias: 'a',
  });
  await scene.lab.sleep(5 * MINUTE);
  await scene.byHand('DELETE', '/subscriptions/67890/private-link/principals', principal);
  await scene.lab.sleep(5 * MINUTE);
}

describe('the last account leaves although Redis Cloud', () => {
  one.each<[string, Interception | { code: string; times: number }, RegExp]>([
    ['keeps answering 500', { status: 500 }, /500/],
    [
      'lets the task fail with GENERAL_ERROR each time',
      { code: 'GENERAL_ERROR', times: 20 },
      /GENERAL_ERROR/,
    ],
    ['refuses it with a code that nobody knows', { code: 'SOMETHING_NEW', times: 1 }, /SOMETHING_NEW/],
    ['does not support it any more', { code: 'PRIVATE_LINK_IS_NOT_SUPPORTED', times: 1 }, /NOT_SUPPORTED/],
    [
      'says that principals are left',
      { code: 'PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK', times: 1 },
      /ALL_PRINCIPALS/,
    ],
    ['is always being changed', { status: 409 }, /subscription 67890/],
  ])('%s when the PrivateLink is to be deleted', (_, trouble, said) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
      if (typeof trouble === 'object' && 'code' in trouble) {
        lab.redisCloud.faults.failTasks({ operation: 'deletePrivateLink', ...trouble });
      } else scene.fault = (asked) => (asked === 'deletePrivateLink' ? trouble : undefined);
      const output = await scene.succeed<Output>('offboard', { connection: 'archive', accountId });
      expect(output).toMatchObject({ principalRemoved: true });
      expect(output.notes.at(-1)).toMatch(/^the PrivateLink stays: /);
      expect(output.notes.at(-1)).toMatch(said);
      expect(await lab.records(accountId)).toEqual([]);
      expect(await lab.items('turn#')).toEqual([]);
      expect(link(scene)).toMatchObject({ status: 'active', principals: [] });
    }),
  );

  long('has an endpoint that somebody deleted by hand, and blocks for it', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId, vpcEndpointId } = await scene.connect('archive', { unit: LEAVING_UNIT });
      await scene.ec2('DeleteVpcEndpoints', { VpcEndpointIds: [vpcEndpointId] }, accountId);
      await lab.sleep(5 * MINUTE);
      await scene.succeed('offboard', { connection: 'archive', accountId });
      expect(await lab.records(accountId)).toEqual([]);
    }),
  );
});

describe('a PrivateLink that nobody uses any more', () => {
  test('is deleted by the second reconciliation that finds it so', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await left(scene);
      const first = await scene.reconcile();
      expect(first.started).toEqual([]);
      expect(first.text.reported).toContainEqual({
        kind: 'unused PrivateLink',
        connection: 'archive',
        what: expect.stringContaining('if the next run finds it unused, too'),
      });
      expect(link(scene)).toBeDefined();
      await lab.sleep(60 * MINUTE);
      await scene.reconcile();
      expect(link(scene)).toBeUndefined();
      const [deletion] = scene.started('offboard', { unused: true });
      expect(JSON.parse(deletion!.output!)).toMatchObject({ privateLinkDeleted: true, notes: [] });
      const third = await scene.reconcile();
      expect(third.text.reported.map(({ kind }) => kind)).not.toContain('unused PrivateLink');
    }));

  long('is deleted, too, if the configuration came later', () =>
    inScene(async (scene) => {
      await made(scene);
      await scene.reconcile();
      await scene.reconcile();
      expect(link(scene)).toBeUndefined();
    }),
  );

  long('stays as long as a VPC asks for it', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await made(scene);
      const accountId = await lab.account(LEAVING_UNIT);
      await lab.settled();
      await scene.reconcile();
      await scene.unseen(() => lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'archive' } }));
      await scene.reconcile();
      expect(scene.started('offboard', { unused: true })).toEqual([]);
      expect(link(scene)).toBeDefined();
    }),
  );

  long.each(['admitted', 'being onboarded'])('stays where somebody is %s by then', (how) =>
    inScene(async (scene) => {
      const { lab } = scene;
      await made(scene);
      if (how === 'admitted') {
        await scene.byHand('POST', '/subscriptions/67890/private-link/principals', {
          principal: '444455558888',
          type: 'aws_account',
        });
      }
      if (how === 'being onboarded') {
        const accountId = await lab.account(LEAVING_UNIT);
        await lab.vpc(accountId, VPC, { bare: true });
        const onboarding = await lab.start('onboard', { connection: 'archive', accountId, vpcId: VPC });
        await lab.reached(onboarding, 'Check request');
      }
      const output = await scene.succeed<Output>('offboard', ALONE);
      expect(output.privateLinkDeleted ?? false).toBe(false);
      expect(output.notes.join()).toMatch(/1 principals are admitted|superseded by/);
      expect(link(scene)).toBeDefined();
      expect(scene.log.filter((line) => line === 'DELETE private-link')).toEqual([]);
      await lab.stopAll();
    }),
  );

  long('one reading that shows nobody deletes nothing', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
      await scene.unseen(async () => undefined);
      let isFirst = true;
      scene.fault = (operation) => {
        if (operation !== 'getPrivateLink' || !isFirst) return undefined;
        isFirst = false;
        return 'empty-answer';
      };
      await scene.succeed('offboard', ALONE);
      expect(scene.log.filter((line) => line === 'DELETE private-link')).toEqual([]);
      expect(lab.principals(67890)).toHaveProperty(accountId);
    }),
  );

  long('and is refused alone fails clearly, and once is told to a person', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await made(scene);
      lab.redisCloud.faults.failTasks({ operation: 'deletePrivateLink', code: 'SOMETHING_NEW', times: 2 });
      const told = () => lab.published().filter(({ subject }) => subject?.includes('TaskFailed'));
      const execution = await lab.run('offboard', ALONE);
      expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'TaskFailed' });
      await lab.run('offboard', ALONE);
      await lab.settled();
      expect(told()).toHaveLength(1);
      expect(await lab.items('turn#')).toEqual([]);
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
      expect(link(scene)).toBeUndefined();
    }),
  );

  long('keeps nobody from the lock if its deletion is aborted', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await made(scene);
      const execution = await lab.start('offboard', ALONE);
      await lab.reached(execution, 'Decide what is left');
      await lab.call('states', 'StopExecution', { executionArn: execution.arn });
      await lab.settled();
      expect(await lab.items('turn#')).toEqual([]);
    }),
  );

  long('is kept where the configuration does not say that it goes', () =>
    inScene(async ({ lab }) => {
      const execution = await lab.run('offboard', { connection: 'orders', unused: true });
      expect(outcome(execution)).toMatchObject({
        error: 'InvalidRequest',
        message: expect.stringContaining('set deletePrivateLinkWhenUnused'),
      });
    }),
  );
});
