import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { App } from 'aws-cdk-lib';
import { addStacks } from '../lib/app.ts';

// The process that local/synthesize.ts starts.
const { configuration, outdir } = JSON.parse(await text(process.stdin));
// The feature flags that the CDK command line takes from cdk.json.
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
const app = new App({ outdir, context, analyticsReporting: false });
addStacks(app, configuration);
app.synth();
