import { join } from 'node:path';
import { build } from 'esbuild';
import type { MailedMap } from './protocol.ts';

/** What a browser loads. */
export interface Bundle {
  script: string;
  style: string;
}

/** The page's map as markup without scripts, and what it looks like. */
export interface MapForMail {
  markup(map: MailedMap): string;
  style: string;
}

/** What makes maps that can be mailed, of the page's own parts. */
export async function mapForMail(): Promise<MapForMail> {
  const { outputFiles } = await build({
    entryPoints: ['mailed.tsx', 'page.css'].map((name) => join(import.meta.dirname, 'browser', name)),
    bundle: true,
    write: false,
    outdir: 'page',
    format: 'esm',
    platform: 'node',
    minifySyntax: true,
    minifyWhitespace: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const code = Buffer.from(textOf('.js')).toString('base64');
  const { mailed } = (await import(`data:text/javascript;base64,${code}`)) as {
    mailed(map: MailedMap): string;
  };
  return { markup: mailed, style: textOf('.css') };
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
