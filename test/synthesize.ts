import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '../lib/configuration.ts';
import { synthesizeAll } from '../local/synthesize.ts';

/** Everything of which the stacks are made. */
const SOURCES = [
  'cdk.json',
  'config',
  'lambdas',
  'lib',
  'local/synthesizer.ts',
  'package-lock.json',
  'statemachines',
  'test/workflows/organization.yaml',
];

/** A digest of the sources of what is there, written when it was whole. */
const MADE_FROM = 'dist/tests-made-from';

/**
 * Jest's global set-up: the example, and the organization of the workflows' tests, are synthesized once, for
 * every test that reads the templates. Here, because the CDK takes long to load inside Jest's own module system; and
 * only if something has changed since the last time.
 */
export default async function setUp(
  _: unknown,
  project: { testPathIgnorePatterns: string[] },
): Promise<void> {
  const { length } = project.testPathIgnorePatterns;
  if (length > 0) console.log(`\n${length} files of long tests are left out. npm run test:all plays them.`);
  const orders = [
    { configuration: loadConfiguration('config/privatelink.yaml'), outdir: 'dist/test' },
    { configuration: loadConfiguration('test/workflows/organization.yaml'), outdir: 'dist/test-workflows' },
  ];
  const digest = digestOf(SOURCES);
  const isThere = orders.every(({ outdir }) => existsSync(join(outdir, 'manifest.json')));
  if (isThere && existsSync(MADE_FROM) && readFileSync(MADE_FROM, 'utf8') === digest) return;
  // What is interrupted half way is made again.
  rmSync(MADE_FROM, { force: true });
  await synthesizeAll(orders);
  mkdirSync('dist', { recursive: true });
  writeFileSync(MADE_FROM, digest);
}

function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  const files = paths.flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
      : [path],
  );
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
