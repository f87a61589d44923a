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

const SECTION = '## Step Functions';

/**
 * The page with the counts in its section on Step Functions, between the two comments that mark their place.
 *
 * @throws Error where the page has no such place.
 */
export function documented(page: string, judged: readonly Judged[]): string {
  const place = /(<!-- recordings -->\n)[\s\S]*?(\n<!-- \/recordings -->)/;
  if (!page.includes(SECTION) || !place.test(page)) {
    throw new Error(`The page has no place for recordings in a section "${SECTION}".`);
  }
  const refused = refusedOf(judged).map(({ id, reason }) => `- refused: \`${nameOf(id)}\`: ${reason}`);
  const counts = `${judged.length} recordings.\n\n${[table(judged), ...refused].join('\n')}`;
  return page.replace(place, (_, start: string, end: string) => `${start}${counts}${end}`);
}

function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
