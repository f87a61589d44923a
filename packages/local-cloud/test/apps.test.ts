import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { LocalCloud, type LocalCloudOptions, VirtualClock } from '../index.ts';

// Apps of somebody who knows nothing of this repository: see README.md.
const APPS = join(import.meta.dirname, 'apps');
const HOUR = 3_600_000;
const START = Date.parse('2026-01-01T09:00:00Z');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-cloud-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
jest.setTimeout(60_000);

/** The folder into which the app is synthesized, once, by its own code. */
function synthesized(app: string): string {
  const outdir = join(folder, app.replaceAll('/', '-'));
  if (existsSync(outdir)) return outdir;
  execFileSync(process.execPath, [join(APPS, app), outdir]);
  return outdir;
}

async function inCloud(
  options: Omit<LocalCloudOptions, 'clock'>,
  work: (cloud: LocalCloud, clock: VirtualClock) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock(START);
  const cloud = await LocalCloud.start({ ...options, clock });
  try {
    await work(cloud, clock);
  } finally {
    await cloud.close();
  }
}

describe('an app with the defaults of the CDK', () => {
  const defaultPlace = { accountId: '222222222222', region: 'us-east-1' };

  test('runs its state machine with its function, and an hour passes at once', () =>
    inCloud({ assembly: synthesized('shop.mjs'), defaultPlace }, async (cloud, clock) => {
      const execution = await cloud.run('Orders', { item: 'tea' });
      expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"price":30,"cheap":true}' });
      expect(clock.now() - START).toBeGreaterThanOrEqual(HOUR);
      expect(
        cloud
          .logs(cloud.resource('Price').physicalId)
          .map(({ line }) => line)
          .join('\n'),
      ).toContain('pricing tea');
      expect(cloud.denials()).toEqual([]);
    }));

  test('takes another branch for another input, and publishes to its topic', () =>
    inCloud({ assembly: synthesized('shop.mjs'), defaultPlace }, async (cloud) => {
      const execution = await cloud.run('Orders', { item: 'champagne' });
      expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"price":90}' });
      expect(cloud.messages().map(({ message }) => message)).toEqual(['price is 90']);
    }));

  test('fails as it would on AWS, and says where', () =>
    inCloud({ assembly: synthesized('shop.mjs'), defaultPlace }, async (cloud) => {
      const { status, error, cause } = await cloud.run('Orders', {});
      expect(status).toBe('FAILED');
      expect(`${error}: ${cause}`).toMatch(/Ask price/);
    }));

  test('is refused without a place for its stacks', async () => {
    await expect(inCloud({ assembly: synthesized('shop.mjs') }, async () => {})).rejects.toThrow(
      /says where it goes. Give a defaultPlace/,
    );
  });
});

test('an app with an environment of its own reaches its table, bus and function by its own roles', () =>
  inCloud({ assembly: synthesized('store/app.mjs') }, async (cloud) => {
    const execution = await cloud.run('Machine', { ids: ['a', 'b'] });
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"first":"a"}' });
    expect(cloud.denials()).toEqual([]);
  }));

test('the README has the program that runs an app', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const face = JSON.stringify(join(import.meta.dirname, '../index.ts'));
  const assembly = JSON.stringify(synthesized('shop.mjs'));
  const output = execFileSync(process.execPath, ['--input-type=module-typescript', '-'], {
    input: program.replace("'local-cloud'", face).replace("'cdk.out'", assembly),
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  expect(output).toContain('SUCCEEDED {"price":30,"cheap":true} 2026-01-01T10:00:0');
});
