import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');

/** Folders that are not part of the repository: what is installed, built or synthesized. */
const SKIPPED = new Set(['.git', 'node_modules', 'dist', 'cdk.out', 'coverage']);

/**
 * Programs that somebody has written. Data is not meant: Step Functions accepts a workflow only as one document, so
 * `statemachines/*.asl.json` cannot be split. Commands write snapshots, the lockfile, `config/privatelink.schema.json`
 * and `test/lib/upgrade/record.json`.
 */
const PROGRAM = /\.[cm]?[jt]sx?$/;

/** Paths of the programs, relative to the root. */
function programs(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : programs(path);
    return entry.isFile() && PROGRAM.test(entry.name) ? [relative(ROOT, path)] : [];
  });
}

const linesOf = (path: string) => readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n').length;

describe('the repository', () => {
  test('has no program of more than 400 lines: a longer one has more than one idea', () => {
    const files = programs();
    expect(files).toContain('test/repository.test.ts');
    const tooLong = files.filter((path) => linesOf(path) > 400);
    expect(tooLong.map((path) => `${path}: ${linesOf(path)} lines`)).toEqual([]);
  });
});
