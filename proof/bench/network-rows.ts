import { type Configuration, loadConfiguration } from '../../lib/configuration.ts';
import { NetworkOwner } from '../../local/stories/network-owner.ts';
import { addAccount, addVpc, type Ground, onboardings } from './ground.ts';
import type { Row } from './row.ts';

/** The configuration of the story of the service network. */
function throughNetwork(): Configuration {
  return loadConfiguration('config/service-network.yaml');
}

/** Connects new accounts, each with a VPC, all at once. @returns simulated seconds from the first start to the last end */
async function wave(ground: Ground, from: number, count: number): Promise<number> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await addAccount(ground, from + index));
  const executions = await onboardings(ground, async () => {
    for (const accountId of ids) await addVpc(ground, accountId);
  });
  const start = Math.min(...executions.map(({ startDate }) => startDate));
  return (Math.max(...executions.map(({ stopDate }) => stopDate!)) - start) / 1000;
}

/** New accounts, each with a VPC, through a service network whose owner is admitted: what one of them takes is needed. */
export function throughServiceNetwork(count: number): Row {
  let alone = 0;
  return {
    what: `wave of ${count.toLocaleString('en')} accounts, each with a VPC, through a service network`,
    configuration: throughNetwork,
    // Redis Cloud is not asked, however many there are.
    atMost: { requests: 0, ratio: 3 },
    before: async (ground) => {
      await new NetworkOwner(ground.cloud).share();
      // The first one has the owner admitted and the network associated.
      await wave(ground, 0, 1);
      alone = await wave(ground, 1, 1);
    },
    work: async (ground) => ({ seconds: await wave(ground, 2, count), needed: alone, each: count }),
  };
}
