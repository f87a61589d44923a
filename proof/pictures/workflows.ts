import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');

/** A picture of each workflow (SVG), made from its definition, by the name of the workflow. */
export async function workflowPictures(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'page', 'diagram', 'picture.tsx')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64');
  const { picture } = (await import(`data:text/javascript;base64,${code}`)) as {
    picture(name: string, definition: unknown): string;
  };
  const folder = join(ROOT, 'statemachines');
  const files = readdirSync(folder).filter((file) => file.endsWith('.asl.json'));
  return new Map(
    files.map((file) => {
      const name = file.replace('.asl.json', '');
      return [name, picture(name, JSON.parse(readFileSync(join(folder, file), 'utf8')))];
    }),
  );
}
