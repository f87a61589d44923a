#!/usr/bin/env node
import { App } from 'aws-cdk-lib';
import { addStacks, ConfigurationError, loadConfiguration } from '../lib/index.ts';

/** The configuration is named with `-c config=FILE`; without it, it is the example. */
const app = new App();
try {
  addStacks(app, loadConfiguration(app.node.tryGetContext('config') ?? 'config/privatelink.yaml'));
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  // At once, so that nothing is synthesized.
  process.exit(1);
}
app.synth();
