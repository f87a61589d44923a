import Table from 'cli-table3';
import type { Assumption } from '../../assumptions/assumption.ts';
import { tells } from './hearing.ts';
import { table } from './page.ts';
import { ENDS, type End, type Outcome } from './play.ts';
import { AS_ASSUMED, playedOf } from './plays.ts';

export type Counts = Record<End, number>;

export function countsOf(outcomes: readonly Outcome[]): Counts {
  const counts = Object.fromEntries(ENDS.map((end) => [end, 0])) as Counts;
  for (const { end } of outcomes) counts[end] += 1;
  return counts;
}

/** Alternatives, as `NAME=VALUE`, in whose plays nothing was heard that is not heard as all is assumed. */
export function untold(register: readonly Assumption[], outcomes: readonly Outcome[]): string[] {
  return otherwiseOf(register).filter((otherwise) => storiesThatTell(otherwise, outcomes).length === 0);
}

function otherwiseOf(register: readonly Assumption[]): string[] {
  return playedOf(register).flatMap(({ name, assumed, alternatives }) =>
    alternatives.filter(({ value }) => value !== assumed).map(({ value }) => `${name}=${value}`),
  );
}

function storiesThatTell(otherwise: string, outcomes: readonly Outcome[]): string[] {
  const sceneOf = ({ play }: Outcome) => `${play.story} | ${play.ground}`;
  const usual = Map.groupBy(
    outcomes.filter(({ play }) => play.otherwise === AS_ASSUMED),
    sceneOf,
  );
  const telling = outcomes.filter(
    (one) =>
      one.play.otherwise === otherwise &&
      tells(
        one.heard,
        (usual.get(sceneOf(one)) ?? []).map(({ heard }) => heard),
      ),
  );
  return [...new Set(telling.map(({ play }) => play.story))];
}

/** A row for each world, or for all that were drawn. */
function groups(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  return Map.groupBy(outcomes, ({ play }) =>
    play.otherwise.startsWith('seed ') ? 'drawn by lot' : play.otherwise,
  );
}

/** The table, the defects, and what no play tells, as text. */
export function printed(outcomes: readonly Outcome[], unseen: readonly string[]): string {
  const grid = new Table({ head: ['', 'plays', ...ENDS], style: { head: [], border: [], compact: true } });
  for (const [otherwise, own] of groups(outcomes)) {
    const counts = countsOf(own);
    grid.push([otherwise, own.length, ...ENDS.map((end) => counts[end] || '')]);
  }
  const counts = countsOf(outcomes);
  const defects = outcomes.filter(({ end }) => end === 'defect');
  return [
    grid.toString(),
    ...defects.map(
      ({ play, failure, problems }) =>
        `defect: ${play.name}\n    ${[failure ?? 'no failure', ...problems].join('\n    ')}`,
    ),
    ...unseen.map((otherwise) => `defect: no play tells ${otherwise} from what is assumed`),
    `${outcomes.length} plays: ${ENDS.map((end) => `${counts[end]} ${end}`).join(', ')}`,
  ].join('\n');
}

/** When, where and how long, and from which seed on. */
interface Run {
  date: string;
  cores: number;
  seconds: number;
  draws: number;
  seed: number;
}

const RULE = `Every story happens, with every contract that it has, twice as all is assumed and once as the local cloud is by
default. Each alternative that is not the assumed one happens, while the others are as assumed, in the stories *connect*
and *leave*, in those that are about its question, and in each third of the others, the next alternative in the next
third. Then there are worlds drawn by lot, each with the next story. The stories are those of [reliability.md](reliability.md), and some that come by what
those do not: answers that nobody hears, people who are quicker, a name that is taken. An operator redrives what has
failed, a reconciliation runs if something is left, and where the failure asks for something at Redis Cloud, a person
does it. In the end all must be as the story wants it, and nobody may run, hold a turn or wait for one.`;

/** What the ends mean, for pages. */
export const MEANINGS: Record<End, string> = {
  converged: 'by itself.',
  'put off': 'ended well, said what was left, and a reconciliation did it.',
  redriven: 'failed with a name that the runbook has and a message; converged when it was redriven.',
  reconciled: 'the same, and a reconciliation was needed.',
  helped: 'the same, and a person had to do at Redis Cloud what the failure asks for.',
  defect: 'unclear, silent, or not mended.',
};

/** What the page says of a run of all plays. */
export function documented(
  register: readonly Assumption[],
  outcomes: readonly Outcome[],
  { date, cores, seconds, draws, seed }: Run,
): string[] {
  const rows = [...groups(outcomes)].map(([otherwise, own]) => {
    const counts = countsOf(own);
    const telling = storiesThatTell(otherwise, outcomes).length;
    const isAlternative = otherwiseOf(register).includes(otherwise);
    return [otherwise, own.length, ...ENDS.map((end) => counts[end] || ''), isAlternative ? telling : ''];
  });
  const total = countsOf(outcomes);
  const failures = Map.groupBy(
    outcomes.filter(({ end, failure }) => failure !== null && end !== 'converged'),
    ({ failure }) => failure!.split(':')[0]!,
  );
  return [
    `\`npm run assumptions\` writes this part. Run on ${date.slice(0, 10)} with Node.js ${process.versions.node} on ${cores} cores in ${Math.round(seconds)} s; ${draws} worlds by lot, from seed ${seed} on.`,
    RULE,
    table(
      ['otherwise', 'plays', ...ENDS, 'stories that tell'],
      [...rows, ['all', outcomes.length, ...ENDS.map((end) => total[end] || ''), '']],
    ),
    ENDS.map((end) => `- **${end}**: ${MEANINGS[end]}`).join('\n'),
    '*Stories that tell* have heard another answer than as all is assumed.',
    table(
      ['failure', 'plays', 'otherwise'],
      [...failures].map(([failure, own]) => [
        failure,
        own.length,
        [...new Set(own.map(({ play }) => play.otherwise.replace(/^seed .*/, 'by lot')))].join(', '),
      ]),
    ),
  ];
}
