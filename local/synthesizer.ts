import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { App } from 'aws-cdk-lib';
import { addStacks } from '../lib/app.ts';
import type { Order } from './synthesize.ts';

// The process that local/synthesize.ts starts.
const orders = JSON.parse(await text(process.stdin)) as Order[];
// The feature flags that the CDK command line takes from cdk.json.
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
for (const { configuration, beside = [], outdir } of orders) {
  const app = new App({ outdir, context, analyticsReporting: false });
  for (const one of [configuration, ...beside]) addStacks(app, one);
  app.synth();
}
