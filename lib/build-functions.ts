import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** Where each API call's bundle is: `dist/lambdas/<api-call>/index.mjs`. */
export const BUNDLES = join(ROOT, 'dist/lambdas');

const LAMBDAS = join(ROOT, 'lambdas');

/** The one folder in `lambdas/` that holds no functions. */
const SHARED = 'shared';

/** The files that hold one handler each, by the name of their API call: those at the top of each other folder. */
export function handlerFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of readdirSync(LAMBDAS).filter((name) => name !== SHARED)) {
    for (const entry of readdirSync(join(LAMBDAS, folder), { withFileTypes: true })) {
      if (entry.isFile()) files.set(basename(entry.name, '.ts'), join(LAMBDAS, folder, entry.name));
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
  // In a process of its own: whoever synthesizes cannot wait, and plugins of esbuild have to be waited for.
  if (!isBuiltFrom(inputs())) execFileSync(process.execPath, [import.meta.filename], { stdio: 'inherit' });
}

/** Of everything that the bundles are made from. */
function inputs(): string {
  return digest([...filesBelow(LAMBDAS), join(ROOT, 'package-lock.json'), import.meta.filename]);
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

/**
 * The AWS SDK's schemas write `{ [_xN]: _i }` where `const _xN = "xmlName"`. A computed key may have a side effect,
 * for all that the bundler knows, so it keeps all schemas of a service, half a megabyte for EC2. Keys that are
 * written out mean the same, and what is not used goes.
 */
const writtenOutKeys: Plugin = {
  name: 'written-out-keys',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]dist-es[/\\]schemas[/\\]schemas_\d+\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const constants = text.matchAll(/^const (_\w+) = ("[^"]*");$/gm);
      const values = new Map([...constants].map(([, name, value]) => [name, value]));
      return { contents: text.replace(/\[(_\w+)\](?=:)/g, (key, name) => values.get(name) ?? key) };
    });
  },
};

/** Loaded at the end of an invocation only, so it is not in the bundle but beside it, in a file of this name. */
const LOGGER = 'logger';

/** All of a bundle is parsed when it is loaded: what no function needs in order to start is left out of it. */
const leftOut: Plugin = {
  name: 'left-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-lambda-powertools\/logger$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `./${LOGGER}.mjs`, external: true } : undefined,
    );
    // None of the calls made here streams.
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error('${path} was left out by lib/build-functions.ts.');`,
    }));
  },
};

/** @returns the files it wrote */
async function buildAll(): Promise<string[]> {
  const entries = handlerFiles();
  rmSync(BUNDLES, { recursive: true, force: true });
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: {
      ...Object.fromEntries([...entries].map(([name, file]) => [`${name}/index`, file])),
      [LOGGER]: '@aws-lambda-powertools/logger',
    },
    outdir: BUNDLES,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [writtenOutKeys, leftOut],
    // A function finds its credentials in its environment, and nowhere else.
    alias: { '@aws-sdk/credential-provider-node': './lambdas/shared/runtime/credentials.ts' },
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'error',
  });
  const outputs = Object.keys(metafile.outputs).map((path) => join(ROOT, path));
  const loggers = outputs.filter((path) => basename(path).startsWith(`${LOGGER}.`));
  const copies = loggers.flatMap((path) =>
    [...entries.keys()].map((name) => [path, join(BUNDLES, name, basename(path))] as const),
  );
  for (const [from, to] of copies) cpSync(from, to);
  return [...outputs, ...copies.map(([, to]) => to)];
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

if (import.meta.main) {
  const outputs = await buildAll();
  writeFileSync(RECORD, JSON.stringify({ inputs: inputs(), outputs, digest: digest(outputs) }));
}
