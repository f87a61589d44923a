import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../../lib/configuration.ts';
import { synthesize } from '../../local/synthesize.ts';
import manifest from '../../package.json' with { type: 'json' };
import { hold, NO_ADDRESS } from './held.ts';

// `npm run hold`: keeps the example, as this version deploys it, for the tests of later versions.
const { redisCloud, ...configuration } = loadConfiguration('config/privatelink.yaml');
const accounts = redisCloud.accounts.map((account) => ({ ...account, apiUrl: NO_ADDRESS }));
const folder = mkdtempSync(join(tmpdir(), 'hold-'));
try {
  await synthesize({ ...configuration, redisCloud: { accounts } }, folder);
  hold(folder, manifest.version);
} finally {
  rmSync(folder, { recursive: true });
}
