// Long: the workflows in one world of docs/assumptions.md after another. The others always play in the
// unkindest one, and test/proof/assumptions/plays.test.ts one more.

import { expect, test } from '@jest/globals';
import { REGISTER, type World } from '../../assumptions/register.ts';
import { awsIn, redisCloudIn } from '../../local/assumed.ts';
import type { Ways } from '../../local/redis-cloud/ways.ts';
import { oneGroup } from '../long.ts';
import { LEAVING_UNIT, outcome, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

const inScene = theatre();

/** Worlds that together hold every alternative once at least. */
const most = Math.max(...REGISTER.map(({ alternatives }) => alternatives.length));
const choices = Array.from({ length: most }, (_, index) =>
  worldOf(({ alternatives }) => alternatives[index % alternatives.length]!.value),
);

/** Worlds that are drawn by lot: the same ones each time, or as many new ones as `WORLDS` says, from the seed `SEED` on. */
const seed = Number(process.env.SEED ?? (process.env.WORLDS ? Date.now() % 1_000_000 : 1));
const draws = Array.from({ length: Number(process.env.WORLDS ?? 3) }, (_, index) => {
  const draw = lot(seed + index);
  return worldOf(({ alternatives }) => alternatives[draw(alternatives.length)]!.value);
});

function worldOf(choose: (assumption: (typeof REGISTER)[number]) => string): World {
  return Object.fromEntries(REGISTER.map((one) => [one.name, choose(one)]));
}

/** Numbers below `limit`, by Park and Miller. */
function lot(seed: number): (limit: number) => number {
  let state = seed % 2_147_483_647;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

/** An account comes, another one comes and goes and comes back, and the first one leaves. */
async function live(scene: Scene, connection: string, subscription: number, ways: Ways): Promise<void> {
  const { lab } = scene;
  const one = await lab.account();
  const two = await lab.account();
  await lab.vpc(one);
  const first = await scene.succeed<{ vpcEndpointId: string }>('onboard', {
    connection,
    accountId: one,
    vpcId: VPC,
  });
  await scene.succeed('onboard', { connection, accountId: two });
  expect(lab.admitted(subscription)).toEqual([one, two]);
  expect(await scene.live(one)).toEqual([VPC]);

  expect(await scene.succeed('offboard', { connection, accountId: two })).toMatchObject({
    principalRemoved: true,
  });
  expect(lab.admitted(subscription)).toEqual([one]);
  expect(await lab.records(two)).toEqual([]);
  await scene.succeed('onboard', { connection, accountId: two });
  expect(lab.admitted(subscription)).toEqual([one, two]);

  const isForeign = connection === 'orders' && ways['service-networks'] !== 'not-listed';
  const gone = await scene.succeed('offboard', { connection, accountId: one, vpcId: VPC });
  expect(gone).toMatchObject({
    removed: [{ vpcEndpointId: first.vpcEndpointId }],
    principalRemoved: !isForeign,
  });
  expect(await scene.live(one)).toEqual([]);
  expect(lab.admitted(subscription)).toEqual(isForeign ? [one, two] : [two]);
  for (const { body } of scene.requests) expect(JSON.stringify(body)).not.toMatch(/snra-/);
}

/** The last account leaves, and the PrivateLink with it; unless Redis Cloud does not let it go. */
async function end(scene: Scene, ways: Ways): Promise<void> {
  const { lab } = scene;
  const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
  const execution = await lab.run('offboard', { connection: 'archive', accountId });
  expect(lab.admitted(67890)).toEqual([]);
  expect(await scene.live(accountId)).toEqual([]);
  // An endpoint went whose connection could not be cut before.
  if (ways['disassociation-principal'] === 'other' && ways['deleted-endpoint'] === 'blocks') {
    const isNotified = ways['write-answer'] === 'task';
    expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED', message: '' });
    expect(JSON.parse(execution.output!).notes.at(-1)).toMatch(
      isNotified ? /^the PrivateLink stays: .*GENERAL_ERROR/ : /^the PrivateLink stays: the PrivateLink is/,
    );
    expect(await lab.records(accountId)).toEqual([]);
    return;
  }
  expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED', message: '' });
  expect(lab.redisCloud.privateLink(67890)).toBeUndefined();
}

const worlds: [string, World][] = [
  ...choices.map((world, index): [string, World] => [`with choice ${index + 1} of ${most}`, world]),
  ...draws.map((world, index): [string, World] => [`of seed ${seed + index}`, world]),
];

oneGroup.each(worlds.map(([name, world], index) => [name, world, index] as const))(
  'a world %s',
  (_, world, index) => {
    const { ways = {} as Ways } = redisCloudIn(world) as { ways: Ways };
    const options = { ways, ec2: awsIn(world).ec2?.ways ?? {} };
    test('lets accounts come and go', () => {
      const [connection, subscription] =
        index % 3 < 2 ? (['orders', 12345] as const) : (['ledger', 23456] as const);
      return inScene((scene) => live(scene, connection, subscription, ways), options);
    });

    if (index === 0 || index % 2 === 1) {
      test('lets a PrivateLink go with its last account', () =>
        inScene((scene) => end(scene, ways), options));
    }
  },
);
