import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { handlerFiles } from '../../lib/build-functions.ts';
import { exampleOf } from './ground.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Seconds of wall time. */
export interface SynthesisFigures {
  /** From nothing: the functions are built and the stacks synthesized. */
  fresh: number;
  /** Once more: the functions are those that were built. */
  again: number;
  /** The stacks, and one bundler process for each function. */
  bundlerForEach: number;
  ratio: number;
  againRatio: number;
}

/**
 * Measured in a copy of the sources, so that nobody's bundles are touched.
 *
 * @param folder an empty place for the copy
 */
export function synthesisFigures(folder: string): SynthesisFigures {
  for (const name of [
    'lib',
    'local',
    'lambdas',
    'statemachines',
    'config',
    'package.json',
    'package-lock.json',
    'cdk.json',
  ]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const synthesize = () => {
    const input = JSON.stringify({
      configuration: exampleOf('resource-share'),
      outdir: join(folder, 'cdk.out'),
    });
    execFileSync(process.execPath, ['local/synthesizer.ts'], {
      cwd: folder,
      input,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
  };
  const fresh = secondsOf(synthesize);
  const again = secondsOf(synthesize);
  const bundlers = secondsOf(() => {
    for (const [name, file] of handlerFiles()) bundleAlone(file, join(folder, 'alone', name, 'index.js'));
  });
  rmSync(folder, { recursive: true });
  const bundlerForEach = again + bundlers;
  return { fresh, again, bundlerForEach, ratio: fresh / bundlerForEach, againRatio: again / bundlerForEach };
}

/** As CDK's NodejsFunction calls it, with the AWS SDK in the bundle. */
function bundleAlone(file: string, outfile: string): void {
  const options = [
    '--bundle',
    '--target=node24',
    '--platform=node',
    '--log-level=error',
    `--outfile=${outfile}`,
  ];
  execFileSync(join(ROOT, 'node_modules/.bin/esbuild'), [file, ...options]);
}

function secondsOf(work: () => void): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1000;
}
