import { loadConfiguration } from '../lib/configuration.ts';
import { synthesizeAll } from '../local/synthesize.ts';

/**
 * Jest's global set-up: the example, and the organization of the workflows' tests, are synthesized once, for
 * every test that reads the templates. Here, because the CDK takes long to load inside Jest's own module system.
 */
export default async function setUp(): Promise<void> {
  await synthesizeAll([
    { configuration: loadConfiguration('config/privatelink.yaml'), outdir: 'dist/test' },
    { configuration: loadConfiguration('test/workflows/organization.yaml'), outdir: 'dist/test-workflows' },
  ]);
}
