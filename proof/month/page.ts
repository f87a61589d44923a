/** What a month of mishaps has cost. */
export interface Figures {
  days: number;
  /** VPCs that were to be connected all along. */
  vpcs: number;
  /** VPC-minutes in which somebody looked. */
  watched: number;
  /** Those of them in which the VPC had no endpoint that was connected. */
  lost: number;
  /** Things of this system that nothing in its table tells of, at the end. */
  unseen: number;
  mishaps: string[];
}

/** The page that has the figures, between two comments. */
export const PAGE = 'docs/security.md';
export const [BEGIN, END] = ['<!-- npm run month writes this -->', '<!-- to here, of the month -->'];

/** The figures, as Markdown. */
export function paragraphOf({ days, vpcs, watched, lost, unseen, mishaps }: Figures): string {
  const number = (value: number) => value.toLocaleString('en-US');
  return [
    '| in a month of such days | |',
    '|---|---:|',
    `| days, with one mishap each | ${number(days)} |`,
    `| VPCs that are to be connected all along | ${number(vpcs)} |`,
    `| VPC-minutes in which somebody looked | ${number(watched)} |`,
    `| **VPC-minutes of lost connection** | **${number(lost)}** |`,
    `| **things left behind unseen** | **${number(unseen)}** |`,
    '',
    'The mishaps, in turn:',
    '',
    ...mishaps.map((name) => `- ${name}`),
  ].join('\n');
}

/**
 * The page with the figures in it.
 *
 * @throws Error if the page has no place for them
 */
export function pageWith(page: string, text: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for the figures.`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${text}\n\n${page.slice(to)}`;
}
