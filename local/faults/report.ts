import Table from 'cli-table3';
import { nameOf } from './calls.ts';
import type { Case } from './cases.ts';
import type { End, Result } from './trial.ts';

/** Letter of the cell, and what it means. */
const LETTERS: Record<End, [string, string]> = {
  converged: ['.', 'converged by itself'],
  redriven: ['r', 'failed clearly; converged when it was redriven'],
  anew: ['n', 'was stopped; converged when it was started anew'],
  reconciled: ['c', 'failed clearly; converged by a reconciliation'],
  'put off': ['p', 'ended well, said what was left, and a reconciliation did it'],
  defect: ['X', 'a defect: unclear, not mended, or something leaked'],
  untried: ['?', 'not tried: the call was not made'],
};

const KINDS: [Case['call']['kind'], string][] = [
  ['redis-cloud', 'Requests to Redis Cloud'],
  ['aws', 'Calls of functions to AWS'],
  ['function', 'Functions, as the states meet them'],
  ['integration', 'Calls of states themselves'],
];

export type Counts = Record<End, number>;

export function countsOf(results: readonly Result[]): Counts {
  const counts = Object.fromEntries(Object.keys(LETTERS).map((end) => [end, 0])) as Counts;
  for (const { end } of results) counts[end] += 1;
  return counts;
}

/** The matrix, the counts, and why each failure must be one, as text. */
export function printed(cases: readonly Case[], results: ReadonlyMap<string, Result>): string {
  const tried = [...results.values()];
  const legend = Object.values(LETTERS).map(([letter, meaning]) => `  ${letter}  ${meaning}`);
  const counts = Object.entries(countsOf(tried)).map(
    ([end, count]) => `  ${String(count).padStart(5)}  ${end}`,
  );
  return [
    ...KINDS.flatMap(([kind, title]) => {
      const ofKind = cases.filter(({ call, name }) => call.kind === kind && results.has(name));
      return ofKind.length > 0 ? [title, table(ofKind, results), ''] : [];
    }),
    'Legend',
    ...legend,
    '',
    'Why a failure must be one',
    ...reasons(cases, results),
    '',
    `${tried.length} cases`,
    ...counts,
    ...tried
      .filter(({ end }) => end === 'defect' || end === 'untried')
      .map(
        ({ name, end, failure, problems }) =>
          `${end}: ${name}\n    ${[failure ?? 'no failure', ...problems].join('\n    ')}`,
      ),
  ].join('\n');
}

function table(cases: readonly Case[], results: ReadonlyMap<string, Result>): string {
  const faults = [...new Set(cases.map(({ fault }) => fault.name))];
  const rows = new Map<string, Map<string, string>>();
  for (const { name, call, ground, fault } of cases) {
    const row = call.kind === 'redis-cloud' ? `${nameOf(call)} (${ground})` : nameOf(call);
    const cells = rows.get(row) ?? new Map();
    rows.set(row, cells.set(fault.name, LETTERS[results.get(name)!.end][0]));
  }
  const grid = new Table({
    head: ['', ...faults.map((_, index) => String(index + 1))],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const [row, cells] of rows) grid.push([row, ...faults.map((fault) => cells.get(fault) ?? '')]);
  return [grid.toString(), ...faults.map((fault, index) => `  ${index + 1}  ${fault}`)].join('\n');
}

/** One line for each fault by which something has failed: how often, under which names, and why. */
function reasons(cases: readonly Case[], results: ReadonlyMap<string, Result>): string[] {
  const failures = new Map<string, { count: number; names: Set<string>; why: string }>();
  for (const { name, call, fault } of cases) {
    const failure = results.get(name)?.failure;
    if (!failure) continue;
    const key = `${call.kind}, ${fault.name}`;
    const known = failures.get(key) ?? { count: 0, names: new Set(), why: fault.why };
    known.count += 1;
    known.names.add(/^\S+ \S+ ([^:]*):/.exec(failure)?.[1] || 'stopped');
    failures.set(key, known);
  }
  return [...failures].map(
    ([key, { count, names, why }]) => `  ${key}: ${count} × ${[...names].sort().join(', ')}; ${why}`,
  );
}
