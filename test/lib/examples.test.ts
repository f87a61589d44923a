import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { DEFAULT_NAMES } from '../../lib/names.ts';

const { HUB_STACK, ORGANIZATION_STACK } = DEFAULT_NAMES;

const outdir = mkdtempSync(join(tmpdir(), 'redis-privatelink-example-'));

beforeAll(() => {
  // As the CDK command line runs an app.
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: object };
  execFileSync(process.execPath, ['examples/pipeline/app.ts'], {
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}, 120_000);

/** Without the assets' hashes, and without the names that the CDK gives permissions of rules by the place of the stack. */
function template(file: string): unknown {
  const text = readFileSync(file, 'utf8').replaceAll(/[0-9a-f]{64}/g, 'hash-of-an-asset');
  return JSON.parse(text.replaceAll(/AllowEventRule\w+/g, 'AllowEventRule'));
}

test.each([
  ['Hub', HUB_STACK],
  ['Organization', `${ORGANIZATION_STACK}-us-east-1`],
])('the %s stage of the example pipeline deploys the stack %s as the command line does', (stage, stack) => {
  const folder = join(outdir, `assembly-${stage}`);
  const [file, ...others] = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  expect(others).toEqual([]);
  expect(template(join(folder, file!))).toEqual(template(`dist/test/${stack}.template.json`));
  const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; properties: { stackName?: string } }>;
  };
  const names = Object.values(artifacts).flatMap(({ properties }) => properties?.stackName ?? []);
  expect(names).toEqual([stack]);
});
