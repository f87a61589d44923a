import { describe, expect, test } from '@jest/globals';
import type { Interception } from '../../local/redis-cloud/faults.ts';
import { long, one } from '../long.ts';
import {
  GLOBAL_UNIT,
  HOUR,
  type Lab,
  laboratory,
  MINUTE,
  type Options,
  OTHER_VPC,
  outcome,
  UNIT,
  VPC,
} from './harness.ts';

const inLab = laboratory();

/** Admits a new account. */
async function onboard(lab: Lab, connection = 'orders') {
  const unit = connection.startsWith('sessions') ? GLOBAL_UNIT : UNIT;
  return lab.run('onboard', { connection, accountId: await lab.account(unit) });
}

describe('what Redis Cloud may do while an account is onboarded', () => {
  one.each<[string, Options]>([
    ['answers changes without a body', { ways: { 'write-answer': 'no-content' } }],
    ['takes its time', { timings: { taskUnknown: 3_000, createPrivateLink: 600_000, provision: 900_000 } }],
  ])('it %s', (_, options) =>
    inLab(async (lab) => {
      for (const connection of ['orders', 'ledger']) {
        expect(outcome(await onboard(lab, connection))).toMatchObject({ status: 'SUCCEEDED' });
      }
      expect(lab.changes).toEqual([
        'createPrivateLink 12345',
        'createPrivateLink 23456',
        'addPrincipal 23456',
      ]);
    }, options),
  );

  long.each<[string, Options]>([
    ['by HTTP 409', { ways: { 'busy-answer': 'http-409' } }],
    ['by failed tasks', { ways: { 'busy-answer': 'task' } }],
  ])('it refuses changes %s while another change is under way', (_, options) =>
    inLab(async (lab) => {
      const executions = [];
      // Each second one changes the subscription just after the one before it, and while it settles.
      for (let count = 0; count < 3; count += 1) {
        const accountId = await lab.account();
        executions.push(await lab.start('onboard', { connection: 'orders', accountId }));
        await lab.sleep(15_000);
      }
      await lab.settled();
      expect(executions.map(outcome)).toMatchObject(Array(3).fill({ status: 'SUCCEEDED' }));
    }, options),
  );

  long.each<[string, Interception]>([
    ['answers 429', { status: 429 }],
    ['answers 500', { status: 500 }],
    ['answers 503', { status: 503 }],
    ['answers 408', { status: 408 }],
    ['answers with nonsense', { status: 200, body: ['nonsense'] }],
    ['breaks the connection', 'drop'],
    ['loses its answers', 'lose-answer'],
  ])('it %s for five minutes', (_, interception) =>
    inLab(async (lab) => {
      const until = lab.cloud.clock.now() + 5 * MINUTE;
      lab.intercept = () => (lab.cloud.clock.now() < until ? interception : undefined);
      expect(outcome(await onboard(lab))).toMatchObject({ status: 'SUCCEEDED', message: '' });
    }),
  );

  long('it is out of order whenever something is changed', () =>
    inLab(async (lab) => {
      let count = 0;
      lab.intercept = ({ operation }) => {
        if (operation !== 'createPrivateLink' && operation !== 'addPrincipal') return undefined;
        count += 1;
        return count % 3 === 0 ? undefined : { status: 500 };
      };
      expect(outcome(await onboard(lab, 'ledger'))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('it loses the answer to the creation, which is done anyway', () =>
    inLab(async (lab) => {
      let lost = false;
      lab.intercept = ({ operation }) => {
        if (operation !== 'createPrivateLink' || lost) return undefined;
        lost = true;
        return 'lose-answer';
      };
      expect(outcome(await onboard(lab))).toMatchObject({ status: 'SUCCEEDED' });
      // Asked again because nobody can know; Redis Cloud refuses it while it is at work on the first.
      expect(new Set(lab.collisions.splice(0))).toEqual(new Set(['createPrivateLink']));
    }),
  );

  long('its keys are replaced', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const execution = await lab.start('onboard', { connection: 'orders', accountId });
      await lab.reached(execution, 'Await change');
      const keys = { apiKey: 'another-account-key', secretKey: 'another-user-key' };
      lab.replaceKeys(keys);
      await lab.setSecret(JSON.stringify(keys));
      await lab.ended(execution);
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );
});

describe('a change that fails with an error that may pass', () => {
  one.each(['PRIVATE_LINK_SERVICE_ERROR', 'GENERAL_ERROR'])('(%s) is asked for again', (code) =>
    inLab(async (lab) => {
      lab.redisCloud.faults.failTasks({ operation: 'createPrivateLink', code, times: 3 });
      expect(outcome(await onboard(lab))).toMatchObject({ status: 'SUCCEEDED' });
      expect(lab.changes).toEqual(Array(4).fill('createPrivateLink 12345'));
    }),
  );
});

describe('what Redis Cloud says that a person must act upon', () => {
  one.each<[string, string, RegExp]>([
    ['PRIVATE_LINK_IS_NOT_SUPPORTED', 'NotSupported', /Take the connection out/],
    ['PRIVATE_LINK_CLOUD_PROVIDER_NOT_SUPPORTED', 'NotSupported', /needs a subscription on AWS/],
    ['PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE', 'InvalidRequest', /Check that the AWS account exists/],
    ['PRIVATE_LINK_PRINCIPAL_CANNOT_BE_OWNER_ACCOUNT', 'InvalidRequest', /Exclude/],
    ['PRIVATE_LINK_SUBSCRIPTION_REACHED_MAX_DATABASES_COUNT', 'PreconditionFailed', /more databases/],
    ['PRIVATE_LINK_SERVICE_ERROR', 'TaskWithoutResult', /Redis Cloud console/],
    ['GENERAL_ERROR', 'TaskWithoutResult', /task id/],
    ['SOMETHING_NEW', 'TaskFailed', /SOMETHING_NEW/],
  ])('a change that fails with %s ends in %s, and can be redriven', (code, error, remedy) =>
    inLab(async (lab) => {
      lab.redisCloud.faults.failTasks({ operation: 'createPrivateLink', code, times: 20 });
      const execution = await onboard(lab);
      lab.redisCloud.faults.forgive();
      expect(outcome(execution)).toEqual({ status: 'FAILED', error, message: expect.stringMatching(remedy) });
      expect(outcome(execution).message).toContain('subscription 12345');
      expect(await lab.items('turn#')).toEqual([]);
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('wrong keys end in AccessDenied, and in success after a redrive with the right ones', () =>
    inLab(async (lab) => {
      lab.replaceKeys({ apiKey: 'another-account-key', secretKey: 'another-user-key' });
      const execution = await onboard(lab);
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'AccessDenied',
        message: expect.stringMatching(/HTTP 401.*check the secret/),
      });
      expect(JSON.stringify(execution.history)).not.toMatch(/(account|user)-key-of-the-tests/);
      await lab.setSecret(JSON.stringify({ apiKey: 'another-account-key', secretKey: 'another-user-key' }));
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long.each([
    ['is not JSON', 'not JSON at all, s3cr3t'],
    ['lacks a key', '{"apiKey":"s3cr3t"}'],
    ['is an array', '["s3cr3t"]'],
  ])('a secret that %s ends in SecretInvalid, without showing it', (_, text) =>
    inLab(async (lab) => {
      await lab.setSecret(text);
      await lab.coldStart();
      const execution = await onboard(lab);
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'SecretInvalid',
        message: expect.stringMatching(/put-secret-value/),
      });
      expect(JSON.stringify(execution.history)).not.toContain('s3cr3t');
      expect(lab.redisCloud.calls.total).toBe(0);
    }),
  );

  long('a secret that was deleted ends in SecretInvalid', () =>
    inLab(async (lab) => {
      const { secretName } = lab.cloud.configuration.redisCloud.accounts[0]!;
      await lab.call('secretsmanager', 'DeleteSecret', { SecretId: secretName, RecoveryWindowInDays: 7 });
      await lab.coldStart();
      const execution = await onboard(lab);
      expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'SecretInvalid' });
      await lab.call('secretsmanager', 'RestoreSecret', { SecretId: secretName });
    }),
  );

  long.each(['orders', 'ledger', 'sessions-us'])(
    'a subscription that it does not know ends in SubscriptionNotFound (%s)',
    (connection) =>
      inLab(
        async (lab) => {
          const execution = await onboard(lab, connection);
          expect(outcome(execution)).toEqual({
            status: 'FAILED',
            error: 'SubscriptionNotFound',
            message: expect.stringContaining('Check "subscriptionId"'),
          });
        },
        { unknown: [12345, 23456, 34567] },
      ),
  );

  long.each([
    ['orders', 12345, 'endpoint-service'],
    ['ledger', 23456, 'resource-share'],
  ])('a contract that is not that of %s ends in ContractMismatch', (connection, subscription, contract) =>
    inLab(
      async (lab) => {
        const execution = await onboard(lab, connection);
        expect(outcome(execution)).toEqual({
          status: 'FAILED',
          error: expect.stringMatching(/^(ContractMismatch|InvalidRequest)$/),
          message: expect.stringContaining(`set "contract" to "${contract}"`),
        });
        expect(lab.redisCloud.privateLink(subscription)).toBeUndefined();
      },
      { otherContract: [subscription] },
    ),
  );

  long('an outage that lasts ends in RedisCloudUnavailable, and a redrive goes on', () =>
    inLab(async (lab) => {
      lab.intercept = () => ({ status: 503 });
      const execution = await onboard(lab);
      expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'RedisCloudUnavailable' });
      lab.intercept = () => undefined;
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('a PrivateLink that never comes up ends in PrivateLinkNotReady', () =>
    inLab(
      async (lab) => {
        const execution = await onboard(lab);
        expect(outcome(execution)).toEqual({
          status: 'FAILED',
          error: 'PrivateLinkNotReady',
          message: expect.stringMatching(/status initializing.*Redis Cloud console/),
        });
      },
      { timings: { provision: 100 * HOUR } },
    ),
  );
});

describe('an invitation to a resource share', () => {
  const told = { ways: { 'expired-invitation': 'disassociated', remnant: 'remove-first' } } as const;

  test('that expired before two VPCs came is renewed once', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const letIn = await lab.lockOut(accountId);
      await lab.run('onboard', { connection: 'orders', accountId });
      await lab.sleep(13 * HOUR);
      await letIn();
      expect(lab.principals()).toEqual({ [accountId]: 'disassociated' });
      await lab.vpc(accountId);
      await lab.vpc(accountId, OTHER_VPC);
      const both = [
        await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC }),
        await lab.start('onboard', { connection: 'orders', accountId, vpcId: OTHER_VPC }),
      ];
      await lab.settled();
      expect(both.map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
      expect((await lab.endpoints(accountId)).map(({ State }) => State)).toEqual(['available', 'available']);
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      // Adding it twice is harmless. Removing it twice would take the renewed one away.
      expect(lab.changes.filter((change) => change.startsWith('remove'))).toHaveLength(1);
    }, told));

  long.each([
    ['as disassociated', 'disassociated'],
    ['as if it were still open', 'associating'],
    ['as failed', 'failed'],
  ] as const)('that expired is renewed if Redis Cloud lists it %s, in whatever way', (_, expired) =>
    inLab(
      async (lab) => {
        for (const remnant of ['remove-first', 'add-again'] as const) {
          lab.redisCloud.ways.remnant = remnant;
          const accountId = await lab.account();
          const letIn = await lab.lockOut(accountId);
          await lab.run('onboard', { connection: 'orders', accountId });
          await lab.sleep(13 * HOUR);
          await letIn();
          await lab.vpc(accountId);
          const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
          expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
          expect(lab.principals()[accountId]).toBe('associated');
        }
      },
      { ways: { 'expired-invitation': expired } },
    ),
  );
});
