import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { BUNDLES, handlerFiles } from '../../lib/build-functions.ts';
import { median } from './counting.ts';

const ROUNDS = 9;

/** The functions whose loading is measured: one that asks Redis Cloud, one that asks EC2. */
const LOADED = ['get-task', 'describe-vpc'];

export interface FunctionFigures {
  name: string;
  /** Of the bundle and what it loads from beside it, without source maps. */
  bytes: number;
  gzipBytes: number;
  /** Resident at most in a process that has loaded it, Node.js included. */
  peakMebibytes: number;
  load?: {
    milliseconds: number;
    /** Of the same handler, bundled by the defaults. */
    defaultMilliseconds: number;
    defaultBytes: number;
    ratio: number;
  };
}

/** @param folder a place for bundles made by the defaults */
export function functionFigures(folder: string): FunctionFigures[] {
  const files = handlerFiles();
  const loads = loadTimes(
    LOADED.map((name) => ({ name, file: bundleByDefaults(name, files.get(name)!, folder) })),
  );
  return [...files.keys()].sort().map((name) => {
    const content = Buffer.concat(
      readdirSync(join(BUNDLES, name))
        .filter((file) => file.endsWith('.mjs'))
        .map((file) => readFileSync(join(BUNDLES, name, file))),
    );
    const load = loads.get(name);
    const peakMebibytes = loadOnce(bundleOf(name)).kilobytes / 1024;
    const bytes = content.length;
    return { name, bytes, gzipBytes: gzipSync(content).length, peakMebibytes, ...(load && { load }) };
  });
}

function bundleOf(name: string): string {
  return join(BUNDLES, name, 'index.mjs');
}

/**
 * As CDK's NodejsFunction bundles where nothing is said ("aws-lambda-nodejs", CDK API reference): CommonJS, not
 * minified, `main` before `module`. It leaves the AWS SDK to the runtime; here both sides bundle it, so that both
 * load the same code.
 */
function bundleByDefaults(name: string, file: string, folder: string): string {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'package.json'), '{}');
  const outfile = join(target, 'index.js');
  buildSync({
    entryPoints: [file],
    bundle: true,
    target: 'node24',
    platform: 'node',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** Medians of cold loads, ours and the other in turn, so that whatever else the machine does meets both. */
function loadTimes(defaults: { name: string; file: string }[]): Map<string, FunctionFigures['load']> {
  const measured = defaults.map((one) => ({ ...one, ours: [] as number[], others: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, file, ours, others } of measured) {
      ours.push(loadOnce(bundleOf(name)).milliseconds);
      others.push(loadOnce(file).milliseconds);
    }
  }
  return new Map(
    measured.map(({ name, file, ours, others }) => {
      const milliseconds = median(ours);
      const defaultMilliseconds = median(others);
      const defaultBytes = statSync(file).size;
      return [
        name,
        { milliseconds, defaultMilliseconds, defaultBytes, ratio: milliseconds / defaultMilliseconds },
      ];
    }),
  );
}

function loadOnce(file: string): { milliseconds: number; kilobytes: number } {
  return JSON.parse(
    execFileSync(process.execPath, [join(import.meta.dirname, 'load.ts'), file], {
      encoding: 'utf8',
      // As Lambda sets it; some functions read it when they are loaded.
      env: { ...process.env, AWS_REGION: 'us-east-1' },
    }),
  );
}
