import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface AssetsManifest {
  files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>;
}

/** The files that the CDK would upload, found by the key they would have in the bucket. */
export class Assets {
  readonly #paths = new Map<string, string>();

  constructor(directory?: string) {
    if (directory !== undefined) this.add(directory);
  }

  /** Reads the manifests (`*.assets.json`) of a synthesized cloud assembly, such as `cdk.out`, and of its stages. */
  add(directory: string): void {
    for (const file of readdirSync(directory)) {
      if (file.startsWith('assembly-')) this.add(join(directory, file));
      if (!file.endsWith('.assets.json')) continue;
      const manifest: AssetsManifest = JSON.parse(readFileSync(join(directory, file), 'utf8'));
      for (const { source, destinations } of Object.values(manifest.files ?? {})) {
        if (!source.path) continue;
        for (const { objectKey } of Object.values(destinations)) {
          this.#paths.set(objectKey, join(directory, source.path));
        }
      }
    }
  }

  /** The file or directory of an object's key; undefined if the assembly has none. */
  path(objectKey: string): string | undefined {
    return this.#paths.get(objectKey);
  }
}
