import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNBOOK_ERRORS, titleOf } from '../lambdas/clean-up/messages/runbook.ts';
import type { Configuration } from './configuration.ts';

const ROOT = join(import.meta.dirname, '..');

/** The https address of the runbook, or the name of its file where none is configured: see `inRunbook`. */
export function runbookOf({ operations }: Configuration): string {
  return operations.runbookUrl ?? 'docs/operations.md';
}

/** What a section of docs/operations.md tells to do, in plain text. */
export interface Section {
  investigation: string;
  resolution: string;
}

/** The sections of docs/operations.md about alarms and errors, by their headings. */
export function runbookSections(): Map<string, Section> {
  const text = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const form =
    /^(?<title>.+)\n[\s\S]*?\*\*Investigation\.\*\*(?<investigation>[\s\S]*?)\n\n\*\*Resolution\.\*\*(?<resolution>[\s\S]*)$/;
  const sections = text
    .split(/^##+ /m)
    .map((section) => form.exec(section)?.groups)
    .filter((groups) => groups !== undefined);
  return new Map(
    sections.map(({ title, investigation, resolution }) => [
      title!,
      { investigation: inWords(investigation!), resolution: inWords(resolution!) },
    ]),
  );
}

/** Without links, which lead nowhere in a mail; a row of a table and a command have a line each. */
function inWords(markdown: string): string {
  return markdown
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/^\|.*\|\n\|[-|]+\|\n/gm, '')
    .replace(/^\| (.+?)\.? \| (.+) \|$/gm, '- $1: $2')
    .replace(/^```sh\n([\s\S]*?)^```$/gm, (_, commands: string) => commands.replace(/^/gm, '  ').trimEnd())
    .replace(/\n(?=[\w*`])/g, ' ')
    .replace(/\n\n+/g, '\n')
    .trim();
}

/** The part of the runbook that is in the messages, as a program. */
export function messagesSource(): string {
  const sections = runbookSections();
  const titles = [...new Set([...RUNBOOK_ERRORS, null, 'Any.Other'].map(titleOf))].sort();
  const entries = titles.map(
    (title) => `  ${JSON.stringify(title)}: ${JSON.stringify(sections.get(title))},\n`,
  );
  return `// Made from docs/operations.md by \`npm run runbook\`.

/** What to look at and what to do about a failure, by the heading of its section in the runbook. */
export const SECTIONS: Readonly<Record<string, { investigation: string; resolution: string }>> = {
${entries.join('')}};
`;
}

if (import.meta.main) writeFileSync(join(ROOT, 'lambdas/clean-up/messages/sections.ts'), messagesSource());
