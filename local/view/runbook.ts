import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked } from 'marked';

const RUNBOOK = join(import.meta.dirname, '..', '..', 'docs', 'operations.md');
let lines: string[] | undefined;

/** A section of the runbook as HTML, by its anchor; undefined if there is none. */
export async function runbookSection(anchor: string): Promise<{ title: string; html: string } | undefined> {
  lines ??= readFileSync(RUNBOOK, 'utf8').split('\n');
  const start = lines.findIndex((line) => /^#{2,3} /.test(line) && anchorOf(line) === anchor);
  if (start < 0) return undefined;
  const end = lines.findIndex((line, index) => index > start && /^#{1,3} /.test(line));
  const text = lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
  // Links lead to other documents, which the page does not have.
  const html = (await marked.parse(text)).replace(/<\/?a\b[^>]*>/g, '');
  return { title: lines[start]!.replace(/^#+ /, ''), html };
}

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
