import Table from 'cli-table3';
import { table } from '../assumptions/page.ts';
import { ENDS, type End } from '../assumptions/play.ts';
import { MEANINGS } from '../assumptions/report.ts';
import { KINDS } from './distortions.ts';
import type { Result } from './trial.ts';

const INTRODUCTION = `A VPC is connected, disconnected and reconciled while Redis Cloud and AWS answer in other ways than
they should. Each member of each answer is absent, null, empty, in other case, unknown, a text in place of a number, the
first of a list only, a list with a null in it, or a list of one as that one: in the first answer that has it, or in each.
Then answers are as they should be again. An operator redrives what has failed, and a reconciliation runs if something is
left. In the end all must be as the story wants it. A reconciliation must not delete what is connected.

Ids, names and times become no other ones: another id is another thing. What is this system's own is left out: its table,
its queues and its workflows. A VPC that is shown without tags each time has lost its tag, and is disconnected.`;

export function countsOf(results: readonly Result[]): Record<End, number> {
  const counts = Object.fromEntries(ENDS.map((end) => [end, 0])) as Record<End, number>;
  for (const { end } of results) counts[end] += 1;
  return counts;
}

/** A row for each way in which answers were otherwise, once and always. */
function rowsOf(results: readonly Result[]): (string | number)[][] {
  const row = (name: string, own: readonly Result[]) => {
    const counts = countsOf(own);
    return [name, own.length, ...ENDS.map((end) => counts[end] || '')];
  };
  const rows = KINDS.flatMap((kind) =>
    (['once', 'always'] as const).map((times) => {
      const own = results.filter(({ case: one }) => one.kind === kind && one.times === times);
      return row(`${kind}, ${times}`, own);
    }),
  );
  return [...rows.filter(([, count]) => count !== 0), row('all', results)];
}

/** The table and the defects, as text. */
export function printed(results: readonly Result[]): string {
  const grid = new Table({ head: ['', 'cases', ...ENDS], style: { head: [], border: [], compact: true } });
  for (const row of rowsOf(results)) grid.push(row);
  const defects = results.filter(({ end }) => end === 'defect');
  return [
    grid.toString(),
    ...defects.map(
      ({ case: one, failure, problems }) =>
        `defect: ${one.name}\n    ${[failure ?? 'no failure', ...problems].join('\n    ')}`,
    ),
  ].join('\n');
}

interface Run {
  /** ISO date. */
  date: string;
  cores: number;
  seconds: number;
  /** How many there are. */
  cases: number;
  /** One in so many was tried. */
  sample: number;
}

/** The page of a run. */
export function page(results: readonly Result[], { date, cores, seconds, cases, sample }: Run): string {
  const part =
    sample === 1
      ? `All ${cases} cases`
      : `${results.length} of ${cases} cases, one in ${sample} by a hash of the name`;
  return `${[
    '# Answers that are otherwise',
    `\`npm run answers\` writes this page. Run on ${date.slice(0, 10)} with Node.js ${process.versions.node} on ${cores} cores in ${Math.round(seconds)} s. ${part}.`,
    INTRODUCTION,
    table(['', 'cases', ...ENDS], rowsOf(results)),
    ENDS.map((end) => `- **${end}**: ${MEANINGS[end]}`).join('\n'),
  ].join('\n\n')}\n`;
}
