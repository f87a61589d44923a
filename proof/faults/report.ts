import Table from 'cli-table3';
import { nameOf } from './calls.ts';
import type { Case } from './cases.ts';
import type { End, Result } from './trial.ts';

/** Letter of the cell, and what it means. */
const LETTERS: Record<End, [string, string]> = {
  converged: ['.', 'converged by itself'],
  redriven: ['r', 'failed clearly; converged when it was redriven'],
  again: ['n', 'was stopped; converged when it was started again'],
  reconciled: ['c', 'failed clearly; converged by a reconciliation'],
  'put off': ['p', 'ended well, said what was left, and a reconciliation did it'],
  defect: ['X', 'a defect: unclear, not repaired, or something leaked'],
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
    ...reasonLines(cases, results),
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

/** What has failed by a fault. */
interface Reason {
  kind: string;
  fault: string;
  count: number;
  /** The names of the failures. */
  names: string[];
  why: string;
}

/** One for each fault by which something has failed: how often, under which names, and why it must be so. */
function reasonsOf(cases: readonly Case[], results: ReadonlyMap<string, Result>): Reason[] {
  const reasons = new Map<string, Reason>();
  for (const { name, call, fault } of cases) {
    const { failure, because } = results.get(name) ?? {};
    if (!failure) continue;
    const why = because ?? 'there is no good reason: see the defects';
    const key = `${call.kind} ${fault.name} ${why}`;
    const reason = reasons.get(key) ?? {
      kind: call.kind,
      fault: fault.name,
      count: 0,
      names: [],
      why,
    };
    reason.count += 1;
    const failed = /^\S+ \S+ ([^:]*):/.exec(failure)?.[1] || 'stopped';
    if (!reason.names.includes(failed)) reason.names.push(failed);
    reasons.set(key, reason);
  }
  return [...reasons.values()];
}

function reasonLines(cases: readonly Case[], results: ReadonlyMap<string, Result>): string[] {
  return reasonsOf(cases, results).map(
    ({ kind, fault, count, names, why }) =>
      `  ${kind}, ${fault}: ${count} × ${names.sort().join(', ')}; ${why}`,
  );
}

/** Where and when a run was made. */
export interface Run {
  /** ISO date. */
  date: string;
  node: string;
  cores: number;
  seconds: number;
}

/** For `docs/reliability.md`: the counts, and why each failure must be one. */
export function documented(
  cases: readonly Case[],
  results: ReadonlyMap<string, Result>,
  { date, node, cores, seconds }: Run,
): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const ends = Object.keys(LETTERS) as End[];
  const counts = KINDS.map(([kind, title]) => {
    const ofKind = cases.filter(({ call }) => call.kind === kind).map(({ name }) => results.get(name)!);
    const perEnd = countsOf(ofKind);
    return row([title, ofKind.length, ...ends.map((end) => perEnd[end])]);
  });
  return [
    '# Reliability',
    '',
    `\`npm run faults\` writes this page. Run on ${date.slice(0, 10)} with Node.js ${node} on ${cores} cores in ${Math.round(seconds)} s.`,
    '',
    'Every story is played with every fault that each of its calls can have, one at a time. After that the fault is',
    'lifted, and what has failed is redriven or started again, as an operator would; then a reconciliation runs if',
    'something is left. In the end all must be as the story wants it, nobody may run, hold a lock or wait for one, and',
    'no endpoint, security group, principal, parameter or record may be left over. The command prints the whole matrix.',
    '',
    'The reason for a failure is derived from what the step retries that the fault has met. A fault that passes by itself',
    'and that the step does not retry for longer than it lasts is a defect.',
    '',
    'What a function does with a fault does not depend on the state that invokes it. Where a function makes the same call',
    'in several states, the first is tried with every fault, and the others with one of those by which it fails in the same',
    'way.',
    '',
    '## Cases',
    '',
    row(['', 'cases', ...ends]),
    row(['---', ...ends.map(() => '---:'), '---:']),
    ...counts,
    '',
    ...Object.entries(LETTERS).map(([end, [, meaning]]) => `- **${end}**: ${meaning}.`),
    '',
    '## Why a failure must be one',
    '',
    row(['kind of call', 'fault', 'times', 'as', 'because']),
    row(['---', '---', '---:', '---', '---']),
    ...reasonsOf(cases, results).map(({ kind, fault, count, names, why }) =>
      row([kind, fault, count, names.sort().join(', '), why]),
    ),
    '',
  ].join('\n');
}
