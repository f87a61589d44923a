import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** Stands in a held version where the address of Redis Cloud is to be. */
export const NO_ADDRESS = 'http://redis-cloud.invalid';

/** The versions that are held, the earliest first. */
export function heldVersions(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.br'))
    .map((name) => name.slice(0, -'.br'.length))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

/** The file of a version: its templates, definitions and bundles, as they were deployed. */
export function fileOf(version: string): string {
  return join(import.meta.dirname, `${version}.br`);
}

/**
 * Keeps what was synthesized in one file. Source maps are left out: nothing behaves otherwise without them. The bundles
 * have most of their text in common, which a window as large as all of them leaves out.
 */
export function hold(folder: string, version: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith('.map') && !path.endsWith('tree.json'))
    .map((path): [string, string] => [relative(folder, path), readFileSync(path, 'utf8')])
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const text = Buffer.from(JSON.stringify(files));
  const params = {
    [constants.BROTLI_PARAM_LARGE_WINDOW]: 1,
    [constants.BROTLI_PARAM_LGWIN]: 26,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  };
  writeFileSync(fileOf(version), brotliCompressSync(text, { params }));
}

/** Puts a held version into a folder, to be deployed against the Redis Cloud of that address. */
export function unfold(version: string, folder: string, address: string): void {
  const params = { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 };
  const text = brotliDecompressSync(readFileSync(fileOf(version)), { params }).toString();
  for (const [name, content] of JSON.parse(text) as [string, string][]) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content.replaceAll(NO_ADDRESS, address));
  }
}
