import { addAccount, addVpc, onGround } from '../bench/ground.ts';
import { type Usage, usageOf } from './usage.ts';

/** Organizations answers so many requests a second that a thousand accounts at once are throttled, and fail. */
const APART_MS = 5_000;

/** What was counted in an organization of this many accounts, each with one connected VPC. */
export interface Counted {
  accounts: number;
  /** All of them, one after the other, on a subscription that has no PrivateLink yet. */
  connectAll: Usage;
  /** A reconciliation that finds nothing to do. */
  reconcile: Usage;
  /** One more account, and its VPC. */
  join: Usage;
  /** An account that is closed with its VPC in it. */
  leave: Usage;
}

/** @param assembly the synthesized example, with the contract `resource-share` */
export function countedAt(accounts: number, assembly: string): Promise<Counted> {
  return onGround({ contract: 'resource-share', assembly }, async (ground) => {
    const { cloud, activity } = ground;
    const ids: string[] = [];
    const connectAll = await usageOf(ground, async () => {
      for (let index = 0; index < accounts; index++) {
        const accountId = await addAccount(ground, index);
        ids.push(accountId);
        await addVpc(ground, accountId);
        await activity.sleep(APART_MS);
      }
    });
    const reconcile = await usageOf(ground, () => cloud.start('reconcile', {}));
    const join = await usageOf(ground, async () => {
      const accountId = String(500_000_000_000 + accounts);
      await cloud.accounts.add(accountId, cloud.configuration.organization.organizationalUnits[0]!, {
        silent: false,
      });
      await cloud.settled(activity);
      await addVpc(ground, accountId);
    });
    const leave = await usageOf(ground, async () => cloud.accounts.close(ids[0]!));
    return { accounts, connectAll, reconcile, join, leave };
  });
}
