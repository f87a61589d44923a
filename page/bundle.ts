import { join } from 'node:path';
import { build } from 'esbuild';

/** What a browser loads. */
export interface Bundle {
  script: string;
  style: string;
}

/** Bundles the page, in memory. Nothing in it is loaded from elsewhere. */
export async function bundlePage(): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: ['main.tsx', 'page.css'].map((name) => join(import.meta.dirname, 'browser', name)),
    bundle: true,
    write: false,
    outdir: 'page',
    format: 'esm',
    target: 'es2022',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'inline',
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}
