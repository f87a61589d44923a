import type { PatternVerdicts } from './patterns.ts';
import { TIERS, type Tier, type Verdict } from './tiers.ts';

/** What came of one recording. */
export interface Judged {
  readonly id: string;
  readonly verdict: Verdict;
}

const MEANINGS: Record<Tier, string> = {
  outcome: 'status, output, error and cause of the execution',
  states: 'the states entered, in order',
  events: 'the types of events in order, with their details',
  causes: 'the texts of causes',
};

interface Count {
  readonly same: number;
  readonly different: readonly { readonly id: string; readonly difference: string }[];
}

export function countOf(judged: readonly Judged[], tier: Tier): Count {
  const different: { id: string; difference: string }[] = [];
  let same = 0;
  for (const { id, verdict } of judged) {
    if ('refused' in verdict) continue;
    const difference = verdict[tier];
    if (difference === undefined) same += 1;
    else different.push({ id, difference });
  }
  return { same, different };
}

export function refusedOf(judged: readonly Judged[]): { id: string; reason: string }[] {
  return judged.flatMap(({ id, verdict }) => ('refused' in verdict ? [{ id, reason: verdict.refused }] : []));
}

/** The counts, as a table in Markdown. */
export function table(judged: readonly Judged[]): string {
  const refused = refusedOf(judged).length;
  return [
    '| compared | same | different | refused |',
    '| --- | ---: | ---: | ---: |',
    ...TIERS.map((tier) => {
      const { same, different } = countOf(judged, tier);
      return `| ${MEANINGS[tier]} | ${same} | ${different.length} | ${refused} |`;
    }),
  ].join('\n');
}

/** The names of what differs or is refused, with the first difference of each. */
export function differences(judged: readonly Judged[]): string {
  const lines = TIERS.flatMap((tier) =>
    countOf(judged, tier).different.map(({ id, difference }) => `${tier}: ${nameOf(id)}\n    ${difference}`),
  );
  const refused = refusedOf(judged).map(({ id, reason }) => `refused: ${nameOf(id)}\n    ${reason}`);
  return [...lines, ...refused].join('\n');
}

/** What is written to the page. */
export interface Findings {
  readonly executions: readonly Judged[];
  readonly patterns: PatternVerdicts | undefined;
  readonly control: Control;
}

/** The negative control: recordings that AWS did not make. */
export interface Control {
  readonly falsified: number;
  /** Those that were taken for true, with the way in which they were falsified. */
  readonly unnoticed: readonly string[];
}

/** The findings, in Markdown. */
export function written({ executions, patterns, control }: Findings): string {
  const refused = refusedOf(executions).map(({ id, reason }) => `- refused: \`${nameOf(id)}\`: ${reason}`);
  const { falsified, unnoticed } = control;
  return [
    `${executions.length} executions of Step Functions:`,
    '',
    table(executions),
    ...(refused.length > 0 ? ['', ...refused] : []),
    ...(patterns
      ? [
          '',
          `${patterns.same + patterns.different.length + patterns.refused.length} patterns of EventBridge, each with an event:`,
          '',
          '| compared | same | different | refused |',
          '| --- | ---: | ---: | ---: |',
          `| whether they match, or why the pattern is refused | ${patterns.same} | ${patterns.different.length} | ${patterns.refused.length} |`,
        ]
      : []),
    '',
    `Negative control: ${falsified} falsified recordings, of which ${falsified - unnoticed.length} were noticed.`,
  ].join('\n');
}

/**
 * The page with a text between the two comments that mark its place.
 *
 * @throws Error where the page has no such place.
 */
export function documented(page: string, place: 'recordings' | 'inventory', text: string): string {
  const between = new RegExp(`(<!-- ${place} -->\\n)[\\s\\S]*?(<!-- /${place} -->)`);
  if (!between.test(page)) throw new Error(`The page has no place <!-- ${place} -->.`);
  return page.replace(between, (_, start: string, end: string) => `${start}\n${text}\n\n${end}`);
}

function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
