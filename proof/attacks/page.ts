import type { Attack } from './attacks.ts';

/** The page that has the table, between two comments. */
export const PAGE = 'docs/security.md';
const [BEGIN, END] = ['<!-- npm run attacks writes this -->', '<!-- to here -->'];

/** Attacker × what he tries × what he gets × what stops him, as Markdown. */
export function tableOf(attacks: readonly Attack[]): string {
  return [
    '| who | tries | gets | what stops him | played by |',
    '|---|---|---|---|---|',
    ...attacks.map(({ attacker, tries, gets, stops, file }, index) => {
      const who = attacks[index - 1]?.attacker === attacker ? 'the same' : attacker;
      return `| ${who} | ${tries} | ${gets} | ${stops} | [${file.split('/').at(-1)}](../${file}) |`;
    }),
  ].join('\n');
}

/**
 * The page with the table in it.
 *
 * @throws Error if the page has no place for it
 */
export function pageWith(page: string, table: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for the table.`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${table}\n\n${page.slice(to)}`;
}
