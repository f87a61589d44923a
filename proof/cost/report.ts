import { REASONS } from './assumptions.ts';
import type { Counted } from './measure.ts';
import type { Bill, Month } from './month.ts';
import { PRICES, PRICES_OF, type Price, type PriceName } from './prices.ts';
import type { Standing } from './standing.ts';
import { priced, times, type Usage } from './usage.ts';

/** All that one run counted and computed. */
export interface Figures {
  standing: Standing;
  counted: Counted[];
  months: Month[];
}

/** The page, in Markdown. */
export function documented({ standing, counted, months }: Figures): string {
  return [
    '# What a month costs',
    '',
    '`npm run cost` writes this page: it counts in the local cloud and multiplies by AWS’s list prices in us-east-1,',
    'without free tiers. What is assumed and not counted stands [below](#assumptions). Dollars.',
    '',
    '## The hub account, each month',
    '',
    ...bills(months, ({ hub }) => hub),
    '',
    `${dominance(months, ({ hub }) => hub)} ${rhythm(standing)}`,
    '',
    '## The hub account, once',
    '',
    'In addition, when all accounts are connected for the first time:',
    '',
    ...bills(months, ({ once }) => once),
    '',
    '## The member accounts, each month',
    '',
    'AWS bills the VPC endpoints to the accounts that have them. All accounts together:',
    '',
    ...table(
      ['contract', 'what', ...sizes(months)],
      (['resourceShare', 'endpointService'] as const).flatMap((contract) =>
        rows(months, ({ members }) => members[contract]).map((row) => [
          contract === 'resourceShare' ? '`resource-share`' : '`endpoint-service`',
          ...row,
        ]),
      ),
    ),
    '',
    dominance(months, ({ members }) => members.resourceShare),
    '',
    '## What was counted',
    '',
    ...table(
      ['accounts', 'what', ...COUNTED.map((name) => PRICES[name].unit)],
      counted.flatMap(({ accounts, connectAll, reconcile, join, leave }) =>
        (
          [
            ['connecting all, mean of an account', times(connectAll, 1 / accounts)],
            ['a reconciliation that finds nothing to do', reconcile],
            ['an account joins', join],
            ['an account is closed', leave],
          ] as [string, Usage][]
        ).map(([what, usage]) => [
          accounts.toLocaleString('en-US'),
          what,
          ...COUNTED.map((name) => digits(usage[name] ?? 0, 1)),
        ]),
      ),
    ),
    '',
    reconciling(counted),
    '',
    inventory(standing),
    '',
    '## Assumptions',
    '',
    ...table(['assumed', 'why'], REASONS),
    '',
    '## Prices',
    '',
    `Looked over on ${PRICES_OF}. *there*: read on AWS’s page. *elsewhere*: read on another page that quotes it. *not`,
    'verified*: remembered; compare it with the page before you rely on it.',
    '',
    ...table(
      ['dollars', 'for', 'page', 'read'],
      (Object.values(PRICES) as Price[]).map(({ dollars, per, unit, source, read }) => [
        `${dollars}`,
        `${per === 1 ? '' : `${per.toLocaleString('en-US')} `}${unit}`,
        source,
        read,
      ]),
    ),
    '',
  ].join('\n');
}

/** Those that the local cloud counts itself. */
const COUNTED: PriceName[] = [
  'transitions',
  'expressRequests',
  'invocations',
  'tableReads',
  'tableWrites',
  'events',
  'secretReads',
];

function bills(months: Month[], bill: (month: Month) => Bill): string[] {
  return table(['what', ...sizes(months)], rows(months, bill));
}

function rows(months: Month[], bill: (month: Month) => Bill): string[][] {
  const lines = Object.keys(bill(months[0]!).lines);
  return [
    ...lines.map((line) => [line, ...months.map((month) => digits(bill(month).lines[line]!, 2))]),
    ['**all**', ...months.map((month) => `**${digits(bill(month).total, 2)}**`)],
  ];
}

function sizes(months: Month[]): string[] {
  return months.map(({ accounts }) => `${accounts.toLocaleString('en-US')} accounts`);
}

/** Which line is the largest, at each size. */
function dominance(months: Month[], bill: (month: Month) => Bill): string {
  const largest = months.map((month) => {
    const { dominates, lines, total } = bill(month);
    return `${dominates} at ${month.accounts.toLocaleString('en-US')} (${((lines[dominates]! / total) * 100).toFixed(0)} %)`;
  });
  return `The largest part: ${largest.join(', ')}.`;
}

/** What watching costs. */
function reconciling(counted: Counted[]): string {
  const each = counted.map(({ accounts, reconcile }) => {
    const all = Object.values(priced(reconcile)).reduce((sum, one) => sum + one, 0);
    return `$${digits(all, 4)} with ${accounts.toLocaleString('en-US')} accounts`;
  });
  return `One reconciliation that finds nothing to do costs ${each.join(', ')}.`;
}

/** How often the hub reconciles. */
export function rhythm({ reconciliations }: Standing): string {
  return `The hub reconciles ${reconciliations.toFixed(0)} times a month, by the schedule in its template.`;
}

/** What stands in the hub. */
export function inventory({ usage }: Standing): string {
  return `The template of the hub has ${counts(usage)}.`;
}

function counts(usage: Usage): string {
  return (Object.entries(usage) as [PriceName, number][])
    .map(([name, count]) => `${PRICES[name].unit}: ${count}`)
    .join(', ');
}

function table(head: string[], body: string[][]): string[] {
  const rule = head.map((_, column) =>
    body.every((row) => /^[*\d,.]+$/.test(row[column] ?? '')) ? '---:' : '---',
  );
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`);
}

function digits(value: number, fraction: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: fraction, maximumFractionDigits: fraction });
}
