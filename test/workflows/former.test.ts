// Long: whatever can be done to a connection that is configured otherwise, or no more.
// test/lambdas/shared/known-connections.test.ts always decides it.

import { describe, expect, test } from '@jest/globals';
import { long } from '../long.ts';
import { type Lab, outcome, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

// What a former configuration has connected. A deployment never changes its configuration here; but what the names were
// used for is noted in the table, and a note of something else is all that a changed configuration leaves.

const inScene = theatre();

const WAS = {
  subscriptionId: '999',
  activeActiveRegionId: '-',
  region: 'us-west-2',
  contract: 'resource-share',
};

async function inTable(
  lab: Lab,
  action: string,
  input: object,
): Promise<{ Item?: Record<string, { S: string }> }> {
  const { TableNames } = await lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
  return lab.call('dynamodb', action, { TableName: TableNames[0], ...input });
}
const keyOf = (name: string) => ({ pk: { S: 'connections' }, sk: { S: name } });
const note = (lab: Lab, name: string, was: Record<string, string>) =>
  inTable(lab, 'PutItem', {
    Item: { ...keyOf(name), ...Object.fromEntries(Object.entries(was).map(([key, S]) => [key, { S }])) },
  });
const forget = (lab: Lab, name: string) => inTable(lab, 'DeleteItem', { Key: keyOf(name) });
const noted = async (lab: Lab, name: string) => (await inTable(lab, 'GetItem', { Key: keyOf(name) })).Item;

/** Something is connected to orders, which was something else before the latest deployment. */
async function changed(work: (scene: Scene, accountId: string) => Promise<void>): Promise<void> {
  await inScene(async (scene) => {
    const { accountId } = await scene.connect('orders');
    await note(scene.lab, 'orders', WAS);
    scene.restart();
    try {
      await work(scene, accountId);
      expect(scene.log).toEqual([]);
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(scene.lab.principals()).toMatchObject({ [accountId]: 'associated' });
    } finally {
      await forget(scene.lab, 'orders');
    }
  });
}

describe('a connection that is configured for something else than what it has connected', () => {
  const REFUSED = {
    status: 'FAILED',
    error: 'InvalidRequest',
    message: expect.stringMatching(
      /^Connection orders is configured for subscription 12345 in us-east-1 \(resource-share\), and what it has connected is of subscription 999 in us-west-2 \(resource-share\)\..*another name beside it/,
    ),
  };

  test('lets nobody go, by hand or by itself', () =>
    changed(async ({ lab }, accountId) => {
      for (const input of [
        { accountId, vpcId: VPC },
        { accountId },
        { accountId, onlyOurs: true, because: 'reconciliation' },
        { all: true, confirm: 'orders' },
      ]) {
        expect(outcome(await lab.run('offboard', { connection: 'orders', ...input }))).toMatchObject(REFUSED);
      }
    }));

  long('connects nobody', () =>
    changed(async ({ lab }, accountId) => {
      const again = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(again)).toMatchObject(REFUSED);
    }),
  );

  long('is left alone by reconciliations, which report it', () =>
    changed(async (scene, accountId) => {
      await scene.unseen(() => scene.tag(accountId, VPC, null));
      for (const _ of [1, 2]) {
        const { started, text } = await scene.reconcile();
        expect(started.filter((line) => line.includes(accountId))).toEqual([]);
        expect(text.reported).toContainEqual({
          kind: 'unreadable connection',
          connection: 'orders',
          what: expect.stringContaining('what it has connected is of subscription 999'),
        });
      }
    }),
  );

  long('is free when nothing is recorded of it', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await note(lab, 'archive', WAS);
      await scene.reconcile({ dryRun: true });
      expect(await noted(lab, 'archive')).toMatchObject({ subscriptionId: { S: '999' } });
      await scene.reconcile();
      expect(await noted(lab, 'archive')).toMatchObject({ subscriptionId: { S: '67890' } });
    }),
  );
});

describe('a connection that is not configured any more', () => {
  test('is reported as long as something of it is recorded', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      await note(lab, 'former', WAS);
      const Item = { pk: { S: 'account#444455556666' }, sk: { S: 'connection#former#vpc-0123' } };
      await inTable(lab, 'PutItem', { Item });
      const { text } = await scene.reconcile();
      expect(text.reported).toContainEqual({
        kind: 'connection not configured',
        connection: 'former',
        what: expect.stringMatching(
          /^it is configured no more, and 1 VPCs of 1 accounts \(444455556666\) stay connected by it to subscription 999 in us-west-2/,
        ),
      });
      await inTable(lab, 'DeleteItem', { Key: Item });
      expect((await scene.reconcile()).text.reported).not.toContainEqual(
        expect.objectContaining({ connection: 'former' }),
      );
      expect(await noted(lab, 'former')).toBeUndefined();
    }));

  long('does not connect a second time under another name', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      scene.restart();
      await forget(lab, 'orders');
      await note(lab, 'old-orders', { ...WAS, subscriptionId: '12345', region: 'us-east-1' });
      try {
        const again = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
        expect(outcome(again)).toMatchObject({
          error: 'InvalidRequest',
          message: expect.stringMatching(/has the name old-orders.* configure was: old-orders\.$/),
        });
      } finally {
        await forget(lab, 'old-orders');
      }
    }),
  );
});

describe('what a connection has left that is configured no more', () => {
  const connectionOf = ({ reported }: { reported: { connection?: string; what: string }[] }) =>
    reported.filter(({ connection }) => connection === 'old-orders').map(({ what }) => what);

  test('can be left by command, and is known as long as it is there', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const Key = { pk: { S: 'account#444455559999' }, sk: { S: `connection#old-orders#${VPC}` } };
      await note(lab, 'old-orders', WAS);
      await inTable(lab, 'PutItem', { Item: { ...Key, vpcEndpointId: { S: 'vpce-0a71e831cb5152c43' } } });
      try {
        const before = connectionOf((await scene.reconcile()).text);
        expect(before).toEqual([expect.stringContaining('{"connection":"old-orders","leave":"all"}')]);
        const answer = await scene.succeed('offboard', { connection: 'old-orders', leave: 'all' });
        expect(answer).toEqual({ connection: 'old-orders', action: 'leave', answered: ['old-orders'] });
        const after = connectionOf((await scene.reconcile()).text);
        expect(after).toEqual([
          expect.stringMatching(/444455559999.*A person has said at .* that they may$/),
        ]);
        await inTable(lab, 'DeleteItem', { Key });
        expect(connectionOf((await scene.reconcile()).text)).toEqual([]);
        expect(await noted(lab, 'old-orders')).toBeUndefined();
      } finally {
        await inTable(lab, 'DeleteItem', { Key });
        await forget(lab, 'old-orders');
      }
    }));

  long.each([
    ['is not known at all', { connection: 'never-was', leave: 'all' }, /"never-was" is not configured/],
    ['is to be released', { connection: 'old-orders', release: 'all' }, /"old-orders" is not configured/],
    [
      'is to be left and refused',
      { connection: 'old-orders', leave: 'all', refuse: 'all' },
      /can only be left/,
    ],
    ['is to be offboarded', { connection: 'old-orders', accountId: '444455559999' }, /is not configured/],
    [
      'has nothing left there',
      { connection: 'old-orders', leave: ['444455559999'] },
      /Nothing is left of connection old-orders/,
    ],
  ])('is refused where it %s', (_, request, message) =>
    inScene(async ({ lab }) => {
      await note(lab, 'old-orders', WAS);
      try {
        const execution = await lab.run('offboard', request);
        expect(outcome(execution)).toMatchObject({
          error: 'InvalidRequest',
          message: expect.stringMatching(message),
        });
      } finally {
        await forget(lab, 'old-orders');
      }
    }),
  );
});

test('what a name is used for is noted when something is connected under it', () =>
  inScene(async (scene) => {
    await forget(scene.lab, 'orders');
    await scene.connect('orders');
    expect(await noted(scene.lab, 'orders')).toMatchObject({
      subscriptionId: { S: '12345' },
      activeActiveRegionId: { S: '-' },
      region: { S: 'us-east-1' },
      contract: { S: 'resource-share' },
    });
  }));
