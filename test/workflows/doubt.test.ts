// Long: every answer of Redis Cloud that denies what is there. test/lambdas/offboard/deciding/evidence.test.ts
// always weighs them.

import { describe, expect } from '@jest/globals';
import { long, one } from '../long.ts';
import { type Lab, LEAVING_UNIT, MINUTE, outcome, VPC } from './harness.ts';
import { theatre } from './leaving.ts';

const inScene = theatre();

/** One reading, or several in a row, says that there is no PrivateLink, although there is. */
type Lie = 'HTTP 404' | 'HTTP 204' | 'a task that fails' | 'an empty resource' | 'null';
const LIES: Lie[] = ['HTTP 404', 'HTTP 204', 'a task that fails', 'an empty resource', 'null'];

function lieAt(lab: Lab, lie: Lie, isFalse: (reading: number) => boolean): void {
  let readings = 0;
  const before = lab.intercept;
  lab.intercept = (request) => {
    const { operation } = request;
    if (operation !== 'getPrivateLink') return before(request);
    readings += 1;
    if (!isFalse(readings)) return before(request);
    if (lie === 'HTTP 404') return { status: 404 };
    if (lie === 'HTTP 204') return 'empty-answer';
    if (lie === 'a task that fails') {
      lab.redisCloud.faults.failTasks({ operation, code: 'PRIVATE_LINK_NOT_FOUND' });
    } else {
      const resource = lie === 'null' ? null : { links: [] };
      lab.redisCloud.faults.answerReadings({ operation, resource });
    }
    return before(request);
  };
}

const READINGS: [Lie, number[]][] = [
  ...LIES.flatMap((lie): [Lie, number[]][] => [
    [lie, [1, 2]],
    [lie, [3]],
  ]),
  ...[[1], [2], [2, 3], [1, 3, 5]].map((numbers): [Lie, number[]] => ['an empty resource', numbers]),
];

describe('a reading that says that there is no PrivateLink', () => {
  one.each(READINGS)(
    'by %s, although there is one (of the readings %j) ends no offboarding of an account',
    (lie, numbers) =>
      inScene(async (scene) => {
        const { lab } = scene;
        const { accountId, vpcEndpointId } = await scene.connect('orders');
        scene.restart();
        lieAt(lab, lie, (reading) => numbers.includes(reading));
        const output = await scene.succeed<{ notes: string[] }>('offboard', {
          connection: 'orders',
          accountId,
        });
        expect(output).toMatchObject({ principalRemoved: true, removed: [{ vpcEndpointId }] });
        expect(output.notes).toEqual([expect.stringMatching(/^it stays disconnected/)]);
        expect(lab.principals()).toEqual({});
        expect(await lab.records(accountId)).toEqual([]);
        // Nothing else came before the connection was cut.
        expect(scene.log[0]).toContain('disassociate');
      }),
  );
});

one.each(LIES)('two minutes of %s end no offboarding of an account that is closed', (lie) =>
  inScene(async (scene) => {
    const { lab } = scene;
    const { accountId } = await scene.connect('orders');
    await lab.lockOut(accountId);
    const until = lab.cloud.clock.now() + 2 * MINUTE;
    lieAt(lab, lie, () => lab.cloud.clock.now() < until);
    const output = await scene.succeed('offboard', { connection: 'orders', accountId, onlyOurs: true });
    expect(output).toMatchObject({ principalRemoved: true });
    expect(await lab.records(accountId)).toEqual([]);
    await lab.sleep(MINUTE);
    expect(lab.principals()).toEqual({});
  }),
);

long(
  'an account that may be admitted by somebody else is not removed for readings that deny the PrivateLink',
  () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await scene.connect('orders');
      const accountId = await lab.account();
      await scene.byHand('POST', '/subscriptions/12345/private-link/principals', {
        principal: accountId,
        type: 'aws_account',
      });
      await lab.sleep(MINUTE);
      lieAt(lab, 'an empty resource', () => true);
      const input = { connection: 'orders', accountId, vpcId: VPC };
      expect(await scene.succeed('offboard', input)).toMatchObject({
        principalRemoved: false,
        notes: ['Redis Cloud shows no PrivateLink'],
      });
      expect(lab.principals()).toHaveProperty(accountId);
    }),
);

long.each<[Lie, number]>([
  ['HTTP 404', 1],
  ['HTTP 204', 2],
  ['an empty resource', 2],
  ['null', 1],
])('%s to the members of a whole connection, %d times, is not its end', (lie, times) =>
  inScene(async (scene) => {
    const { lab } = scene;
    const { accountId } = await scene.connect('orders');
    lieAt(lab, lie, (reading) => reading <= times);
    const output = await scene.succeed('offboard', { connection: 'orders', all: true, confirm: 'orders' });
    expect(output).toMatchObject({ accounts: [{ accountId, principalRemoved: true }] });
    expect(lab.principals()).toEqual({});
  }),
);

long('an account leaves while the PrivateLink is being initialised', () =>
  inScene(
    async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account();
      const coming = await lab.start('onboard', { connection: 'orders', accountId });
      await lab.reached(coming, 'Await change');
      await lab.call('states', 'StopExecution', { executionArn: coming.arn });
      expect(await scene.succeed('offboard', { connection: 'orders', accountId })).toMatchObject({
        principalRemoved: true,
      });
      await lab.sleep(10 * MINUTE);
      expect(lab.principals()).toEqual({});
    },
    { timings: { provisionUnseen: 100_000, provision: 150_000 } },
  ),
);

long('a PrivateLink that lists nobody for a moment is not deleted with everybody in it', () =>
  inScene(
    async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
      const { accountId: other } = await scene.connect('archive', { unit: LEAVING_UNIT });
      let readings = 0;
      scene.fault = (operation) => {
        if (operation !== 'getPrivateLink') return undefined;
        readings += 1;
        // The account's own principal has just been removed.
        if (lab.principals(67890)[accountId] === undefined && readings > 3) {
          const link = lab.redisCloud.privateLink(67890)!;
          lab.redisCloud.faults.answerReadings({
            operation,
            resource: { ...link, principals: [], connections: [] },
            times: readings % 2,
          });
        }
        return undefined;
      };
      const execution = await lab.run('offboard', { connection: 'archive', accountId });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED', message: '' });
      expect(lab.principals(67890)).toEqual({ [other]: 'associated' });
      expect(await scene.live(other)).toEqual([VPC]);
    },
    { ways: { 'delete-with-principals': 'takes-all' } },
  ),
);
