import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { App } from 'aws-cdk-lib';
import { addStacks } from '../../lib/app.ts';
import type { Configuration } from '../../lib/configuration.ts';

/**
 * A process of its own, because the CDK takes long to load inside Jest's module system: synthesizes each
 * configuration that it is given into its folder.
 */

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
const orders = JSON.parse(await text(process.stdin)) as { configuration: Configuration; outdir: string }[];
for (const { configuration, outdir } of orders) {
  const app = new App({ outdir, context, analyticsReporting: false });
  addStacks(app, configuration);
  app.synth();
}
