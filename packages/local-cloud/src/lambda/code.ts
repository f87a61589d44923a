import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A function's code: the folder that the CDK would upload, or the text of `index.js`. */
export interface FunctionCode {
  Directory?: string;
  Source?: string;
}

/**
 * The folders from which functions run. Most run where the CDK has put them. Code that stands in the template, and code
 * that another project's `package.json` above it would turn into ES modules, gets a folder of its own until the end.
 */
export class CodeFolders {
  readonly #own: string[] = [];

  /** @returns undefined if there is no code */
  folderOf({ Directory, Source }: FunctionCode, handler: string): string | undefined {
    if (Source !== undefined) {
      const folder = this.#make();
      writeFileSync(join(folder, 'index.js'), Source);
      return folder;
    }
    if (Directory === undefined || !existsSync(Directory)) return undefined;
    const isScript = existsSync(join(Directory, `${handler.replace(/\.[^.]*$/, '')}.js`));
    if (!isScript || !isInsideModules(Directory)) return Directory;
    const folder = this.#make();
    cpSync(Directory, folder, { recursive: true });
    return folder;
  }

  close(): void {
    for (const folder of this.#own.splice(0)) rmSync(folder, { recursive: true, force: true });
  }

  #make(): string {
    const folder = mkdtempSync(join(tmpdir(), 'local-cloud-'));
    this.#own.push(folder);
    return folder;
  }
}

/** Whether the nearest `package.json` is above the folder, and says that scripts are ES modules. */
function isInsideModules(folder: string): boolean {
  if (existsSync(join(folder, 'package.json'))) return false;
  for (let above = dirname(folder); ; above = dirname(above)) {
    const file = join(above, 'package.json');
    if (existsSync(file))
      return (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }).type === 'module';
    if (above === dirname(above)) return false;
  }
}
