import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks } from '../../lib/app.ts';
import type { Configuration } from '../../lib/configuration.ts';

/**
 * A process of its own, because the CDK takes long to load inside Jest's module system: synthesizes each
 * configuration that it is given into its folder, and answers with what cdk-nag finds in each.
 */

/** What cdk-nag finds, and where. */
export interface Finding {
  rule: string;
  constructs: string[];
}

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
const orders = JSON.parse(await text(process.stdin)) as { configuration: Configuration; outdir: string }[];
const findings = orders.map(({ configuration, outdir }): Finding[] => {
  const app = new App({ outdir, context, analyticsReporting: false });
  addStacks(app, configuration);
  app.synth();
  return new AwsSolutionsChecks().validateScope(app).violations.map(({ ruleName, violatingResources }) => ({
    rule: ruleName,
    constructs: violatingResources.map(({ constructPath }) => constructPath ?? ''),
  }));
});
console.log(JSON.stringify(findings));
