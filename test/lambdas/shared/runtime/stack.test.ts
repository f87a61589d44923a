import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { inSources } from '../../../../lambdas/shared/runtime/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'stack-'));
const bundle = pathToFileURL(join(folder, 'index.mjs')).href;

beforeAll(() => {
  writeFileSync(
    join(folder, 'source.ts'),
    'interface Unused {}\n\nexport function fails(): never {\n  null!.gone;\n}\n',
  );
  buildSync({
    entryPoints: [join(folder, 'source.ts')],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    format: 'esm',
    minify: true,
    sourcemap: 'linked',
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a stack of a bundle is told in places of the sources', async () => {
  // Jest would tell the places in the source by itself.
  const { stderr: stack } = spawnSync(
    process.execPath,
    ['-e', `import('${bundle}').then((m) => m.fails())`],
    {
      encoding: 'utf8',
    },
  );

  expect(stack).toMatch(/index\.mjs:1:/);
  expect(await inSources(stack, bundle)).toMatch(/ \(?source\.ts:4:\d+/);
});

test('a place in another file stays as it is', async () => {
  const stack = 'Error: no\n  at file:///logger.mjs:1:1';
  expect(await inSources(stack, bundle)).toBe(stack);
});

test('a stack stays as it is where the map cannot be read', async () => {
  const broken = pathToFileURL(join(folder, 'broken.mjs')).href;
  writeFileSync(join(folder, 'broken.mjs.map'), 'no map');
  expect(await inSources(`Error: no\n  at ${broken}:1:1`, broken)).toBe(`Error: no\n  at ${broken}:1:1`);
});

test('a stack stays as it is where there is no map', async () => {
  expect(await inSources('Error: no\n  at file:///x.mjs:1:1')).toBe('Error: no\n  at file:///x.mjs:1:1');
});
