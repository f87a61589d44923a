import { ConnectionLost } from 'local-cloud';
import type { Lab } from './lab.ts';

/** The first association is made, and the connection breaks. */
export function unheard(lab: Lab): void {
  const stop = lab.cloud.interceptCalls(async ({ action }, proceed) => {
    const answer = await proceed();
    if (action !== 'CreateServiceNetworkResourceAssociation') return answer;
    stop();
    throw new ConnectionLost();
  });
}
