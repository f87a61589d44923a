import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Configuration } from './configuration.ts';
import { MemberStack } from './member-stack.ts';
import { namesOf } from './names.ts';
import { inline } from './template-size.ts';

/**
 * The member stack's template as text, for a StackSet: inline, so that no account needs a bucket for it. It is the
 * same for the same configuration, whatever else the synthesis is told.
 *
 * @param context the feature flags of cdk.json
 * @throws Error if it is too large to be handed over inline
 */
export function memberTemplate(configuration: Configuration, context: Record<string, unknown>): string {
  const { MEMBER_STACK } = namesOf(configuration.system);
  const outdir = mkdtempSync(join(tmpdir(), 'redis-privatelink-member-'));
  try {
    const app = new App({
      outdir,
      context,
      autoSynth: false,
      analyticsReporting: false,
      // The command line asks for it, and other ways to synthesize do not.
      postCliContext: { 'aws:cdk:enable-path-metadata': false, 'aws:cdk:enable-asset-metadata': false },
    });
    new MemberStack(app, MEMBER_STACK, { configuration });
    return inline(JSON.stringify(app.synth().getStackByName(MEMBER_STACK).template));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
