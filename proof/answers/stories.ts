import type { Story } from '../assumptions/happenings.ts';
import { STORIES } from '../assumptions/stories.ts';
import { type Stage, VPC } from '../faults/stage.ts';

/** The endpoints of the VPC, by id. */
async function endpointsOf(stage: Stage): Promise<string[]> {
  const network = stage.ground.cloud
    .networks()
    .find(({ accountId, vpcId }) => accountId === stage.accountId && vpcId === VPC);
  return (network?.endpoints ?? []).map(({ id }) => id).sort();
}

/** A connected VPC is looked at twice: a removal needs two reconciliations that find it due. */
function keep(): Story {
  let before: string[] = [];
  return {
    name: 'reconcile',
    grounds: ['resource-share', 'endpoint-service'],
    goal: 'connected',
    begins: 'connected',
    async prepare(stage) {
      before = await endpointsOf(stage);
    },
    async act(stage) {
      for (let run = 0; run < 2; run += 1) {
        await stage.start('reconcile', {});
        await stage.settled();
      }
      return new Set();
    },
    async harm(stage) {
      const after = await endpointsOf(stage);
      return before
        .filter((id) => !after.includes(id))
        .map((id) => `${id} was deleted, which nobody has asked for`);
    },
  };
}

/** The stories in whose answers members are other than they should be. */
export function stories(): Story[] {
  return [...STORIES.filter(({ name }) => name === 'connect' || name === 'leave'), keep()];
}
