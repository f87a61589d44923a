import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PacedClock, ProviderSide } from 'local-cloud';
import { Deployment } from '../../local/deployment.ts';
import { startBackEnd } from '../../local/redis-cloud/back-end.ts';
import { synthesize } from '../../local/synthesize.ts';
import { clientsOf } from './clients.ts';
import { CONNECTION, callingAt, configurationFor, type Ground, REGION, SUBSCRIPTION } from './ground.ts';
import { play, type Step } from './scenario.ts';

const GROUND: Ground = {
  organizationId: 'o-a1b2c3d4e5',
  rootId: 'r-ab12',
  managementAccountId: '111111111111',
  hubAccountId: '222222222222',
  memberAccountId: '444455556666',
};

/** Plays the scenario in the local cloud, by the same requests. */
export async function playAtHome(): Promise<Step[]> {
  const { hubAccountId, memberAccountId, rootId } = GROUND;
  const clock = new PacedClock({ start: Date.now(), speed: 1000 });
  const provider = new ProviderSide({ clock });
  const configuration = configurationFor(GROUND);
  const backEnd = await startBackEnd({ configuration, clock, provider, address: undefined });
  const assembly = mkdtempSync(join(tmpdir(), 'foreign-'));
  try {
    const local = callingAt(configuration, backEnd.url);
    await synthesize(local, assembly);
    const cloud = await Deployment.start({
      configuration: local,
      assembly,
      clock,
      provider,
      keys: backEnd.keys,
    });
    try {
      await cloud.accounts.add(memberAccountId, rootId, { silent: true });
      const clients = (accountId: string) =>
        clientsOf(cloud.url, REGION, { accessKeyId: accountId, secretAccessKey: 'local' });
      return await play({
        ...{ hub: clients(hubAccountId), hubAccountId, member: clients(memberAccountId), memberAccountId },
        connection: CONNECTION,
        principal: () => backEnd.local?.overview(SUBSCRIPTION).principals.get(memberAccountId),
      });
    } finally {
      clock.end();
      await cloud.close();
    }
  } finally {
    rmSync(assembly, { recursive: true, force: true });
    await backEnd.close();
  }
}
