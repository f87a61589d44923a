import { describe, expect, test } from '@jest/globals';
import { AwsError } from 'local-cloud';
import { long } from '../long.ts';
import { HOUR, outcome, UNIT, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

const inScene = theatre();

function alone(work: (scene: Scene) => Promise<void>) {
  return inScene(async (scene) => {
    await scene.leaveOthersBehind();
    await work(scene);
  });
}

describe('an account that is admitted without a VPC', () => {
  test('accepts its invitation at once, so that a VPC of the next day is connected without renewing', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account();
      const output = await scene.succeed('onboard', { connection: 'orders', accountId });
      expect(output).toMatchObject({ vpcId: null, invitation: 'accepted' });
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      await lab.sleep(24 * HOUR);
      lab.changes.length = 0;
      await lab.vpc(accountId);
      await scene.succeed('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(lab.changes).toEqual([]);
    }));

  long('is admitted to an endpoint service without an invitation', () =>
    alone(async (scene) => {
      const accountId = await scene.lab.account();
      const output = await scene.succeed('onboard', { connection: 'ledger', accountId });
      expect(output).toMatchObject({ vpcId: null, invitation: null });
    }),
  );

  long('and without its role ends well, and the next reconciliation accepts for it', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account();
      const letIn = await lab.lockOut(accountId);
      const output = await scene.succeed('onboard', { connection: 'orders', accountId });
      expect(output).toMatchObject({ invitation: 'pending' });
      expect(scene.announced).toContainEqual({
        type: 'Account Admitted',
        detail: expect.objectContaining({ accountId, invitation: 'pending' }),
      });

      await lab.sleep(HOUR);
      const first = await scene.reconcile();
      expect(first).toMatchObject({ started: [], counts: { invitationsNearExpiry: 0 } });

      await letIn();
      const second = await scene.reconcile();
      expect(second.started).toEqual([`onboard orders ${accountId} whole`]);
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      expect((await scene.reconcile()).started).toEqual([]);
    }),
  );

  long('whose role stays away is counted while there is time to act', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account();
      await lab.lockOut(accountId);
      await scene.succeed('onboard', { connection: 'orders', accountId });
      await lab.sleep(11 * HOUR);
      scene.restart();
      const run = await scene.reconcile();
      expect(run.counts.invitationsNearExpiry).toBe(1);
      expect(scene.announced).toContainEqual({
        type: 'Reconciliation Finished',
        detail: expect.objectContaining({ invitationsNearExpiry: 1 }),
      });
      expect(run.text.reported).toContainEqual(
        expect.objectContaining({ kind: 'invitation near expiry', accountId, connection: 'orders' }),
      );
    }),
  );

  long('and whose new role has no permissions yet is tried again, and then fails by name', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account(UNIT);
      let refusals = 3;
      const wellAgain = lab.cloud.interceptCalls(async ({ action }, proceed) => {
        if (action !== 'GetResourceShareInvitations') return proceed();
        refusals -= 1;
        if (refusals < 0) return proceed();
        throw new AwsError('AccessDeniedException', 'Not allowed.');
      });
      try {
        expect(await scene.succeed('onboard', { connection: 'orders', accountId })).toMatchObject({
          invitation: 'accepted',
        });
        refusals = Number.POSITIVE_INFINITY;
        const execution = await lab.run('onboard', { connection: 'orders', accountId });
        expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
      } finally {
        wellAgain();
      }
    }),
  );
});
