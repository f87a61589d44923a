// Long: one day after another, with every mishap there is. brakes.test.ts and reconcile.test.ts always play what a
// mishap meets.

import { writeFileSync } from 'node:fs';
import { expect, jest } from '@jest/globals';
import type { Figures } from '../../proof/month/page.ts';
import { long } from '../long.ts';
import { HOUR, type Lab, MINUTE, OTHER_VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';
import { MISHAPS } from './month/mishaps.ts';

// `npm run month` lets thirty days happen, and keeps what they have cost in docs/security.md. `npm run test:all` lets
// each mishap happen once.
const { DAYS, FIGURES } = process.env;
const days = Number(DAYS ?? MISHAPS.length);

const inScene = theatre();
jest.setTimeout(DAYS === undefined ? 300_000 : 3_600_000);

const ACCOUNTS = 6;

/** Somebody looks so often, in minutes. */
const EVERY = DAYS === undefined ? 10 : 1;

/** Counts the minutes in which an endpoint of a VPC is not connected that was there at first. */
class Watch {
  readonly #lab: Lab;
  readonly #endpointIds: readonly string[];
  watched = 0;
  lost = 0;

  constructor(lab: Lab, endpointIds: readonly string[]) {
    this.#lab = lab;
    this.#endpointIds = endpointIds;
  }

  /** Lets an hour go by. */
  async hour(): Promise<void> {
    for (let minute = 0; minute < 60; minute += EVERY) {
      await this.#lab.sleep(EVERY * MINUTE);
      const usable = new Set(
        this.#lab.provider
          .allConnections()
          .flatMap(({ vpcEndpointId, state }) => (state === 'available' ? [vpcEndpointId] : [])),
      );
      for (const id of this.#endpointIds) {
        this.watched += EVERY;
        if (!usable.has(id)) this.lost += EVERY;
      }
    }
  }
}

/** What this system has made and nothing in its table tells of. */
async function unseen(scene: Scene, accounts: readonly string[]): Promise<string[]> {
  const { lab } = scene;
  const known = [...(await lab.items('account#')), ...(await lab.items('leftover '))];
  const found: string[] = [];
  for (const accountId of accounts) {
    const place = (vpcId: string) =>
      known.some((key) => key.includes(accountId) && key.includes(`#${vpcId}`) && !/ (own|plan)#/.test(key));
    for (const { VpcEndpointId, VpcId, State } of await lab.endpoints(accountId)) {
      if (!/^delet/.test(State) && !place(VpcId)) found.push(`${VpcEndpointId} in ${accountId}`);
    }
    const { SecurityGroups } = await scene.ec2<{
      SecurityGroups: { GroupId: string; VpcId: string; GroupName: string }[];
    }>('DescribeSecurityGroups', {}, accountId);
    for (const { GroupId, VpcId, GroupName } of SecurityGroups) {
      if (GroupName.startsWith('redis-privatelink') && !place(VpcId))
        found.push(`${GroupId} in ${accountId}`);
    }
  }
  return found;
}

long('in days of mishaps no VPC is without its endpoint that is to have it, and nothing is left unseen', () =>
  inScene(async (scene) => {
    const { lab } = scene;
    await scene.leaveOthersBehind();
    const accounts: string[] = [];
    const endpointIds: string[] = [];
    for (let count = 0; count < ACCOUNTS; count += 1) {
      const { accountId, vpcEndpointId } = await scene.connect('orders');
      accounts.push(accountId);
      endpointIds.push(vpcEndpointId);
    }
    let spares = 0;
    const spare = async () => {
      spares += 1;
      const accountId = accounts[spares % ACCOUNTS]!;
      return scene.connect('orders', { accountId, vpcId: OTHER_VPC.replace('0b71', `0b${10 + spares}`) });
    };
    const watch = new Watch(lab, endpointIds);
    const costly: string[] = [];
    for (let day = 0; day < days; day += 1) {
      const [name, mishap] = MISHAPS[day % MISHAPS.length]!;
      const lostBefore = watch.lost;
      const end = await mishap({ scene, accounts, spare });
      for (let run = 0; run < 2; run += 1) {
        await lab.start('reconcile', {});
        await watch.hour();
      }
      await end();
      await watch.hour();
      await lab.start('reconcile', {});
      await watch.hour();
      await lab.sleep(12 * HOUR);
      if (watch.lost > lostBefore) costly.push(name);
    }
    await lab.stopAll();
    const left = await unseen(scene, accounts);
    const figures: Figures = {
      days,
      vpcs: accounts.length,
      watched: watch.watched,
      lost: watch.lost,
      unseen: left.length,
      mishaps: MISHAPS.map(([name]) => name),
    };
    expect({ costly, left, lost: watch.lost }).toEqual({ costly: [], left: [], lost: 0 });
    if (FIGURES !== undefined) writeFileSync(FIGURES, JSON.stringify(figures));
  }),
);
