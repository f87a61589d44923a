import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** Where each API call's bundle is: `dist/lambdas/<api-call>/index.mjs`. */
export const BUNDLES = join(ROOT, 'dist/lambdas');

/** The files that hold one handler each, by the name of their API call. */
export function handlerFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of ['redis-cloud', 'aws', 'automation']) {
    for (const entry of readdirSync(join(ROOT, 'lambdas', folder))) {
      const file = join(ROOT, 'lambdas', folder, entry);
      if (entry.endsWith('.ts') && /^export const handler\b/m.test(readFileSync(file, 'utf8'))) {
        files.set(basename(entry, '.ts'), file);
      }
    }
  }
  return files;
}

/** What the bundles were built from, and what came of it: beside them. */
const RECORD = join(BUNDLES, 'record.json');

/**
 * Builds all functions in one go, unless the bundles that are there are those that would come of it. Called
 * whenever the bundles are about to be used, so nothing runs on stale ones.
 */
export function buildFunctions(): void {
  const inputs = digest([
    ...filesBelow(join(ROOT, 'lambdas')),
    join(ROOT, 'package-lock.json'),
    import.meta.filename,
  ]);
  if (isBuiltFrom(inputs)) return;
  const outputs = build();
  writeFileSync(RECORD, JSON.stringify({ inputs, outputs, digest: digest(outputs) }));
}

function isBuiltFrom(inputs: string): boolean {
  try {
    const record = JSON.parse(readFileSync(RECORD, 'utf8')) as {
      inputs: string;
      outputs: string[];
      digest: string;
    };
    return record.inputs === inputs && record.digest === digest(record.outputs);
  } catch {
    return false;
  }
}

/** @returns the files it wrote */
function build(): string[] {
  const entries = handlerFiles();
  rmSync(BUNDLES, { recursive: true, force: true });
  const { metafile } = buildSync({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries([...entries].map(([name, file]) => [`${name}/index`, file])),
    outdir: BUNDLES,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    // ErrorEquals in the workflows matches names.
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // Packages that are CommonJS inside call require() for Node's own modules.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'error',
  });
  return Object.keys(metafile.outputs).map((path) => join(ROOT, path));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Of the files' names and contents. */
function digest(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

if (import.meta.main) buildFunctions();
