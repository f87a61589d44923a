import Table from 'cli-table3';
import type { Figures } from './figures.ts';
import { ROWS, type RowFigures } from './rows.ts';
import { functionTargets, onboardingTargets, runTargets, type Target, waveTargets } from './targets.ts';
import type { Waiting } from './waiting.ts';
import type { Wave } from './wave.ts';

interface Section {
  title: string;
  head: string[];
  rows: string[][];
  /** How it is computed. */
  notes: string;
  targets?: Target[];
}

/** The figures as tables, each with the way it is computed. */
export function sectionsOf(figures: Figures): Section[] {
  const { onboardings, waves, rows, functions, synthesis, run } = figures;
  return [
    onboardings && onboardingSection(onboardings),
    waves && waveSection(waves),
    rows && rowSection(rows, figures.date),
    functions && functionSection(functions),
    synthesis && synthesisSection(synthesis),
    run && {
      title: 'The run',
      head: ['seconds', 'MiB'],
      rows: [[run.seconds.toFixed(0), run.peakMebibytes.toFixed(0)]],
      notes:
        'Wall time of everything that `npm run bench` measures, and the most memory that was resident at once in all processes of it that ran side by side.',
      targets: runTargets(run),
    },
  ].filter((section) => section !== undefined);
}

function onboardingSection(onboardings: NonNullable<Figures['onboardings']>): Section {
  return {
    title: 'One onboarding',
    head: [
      'contract',
      'of',
      'transitions',
      'invocations',
      'calls',
      'beyond polls',
      'seconds',
      'path',
      'ratio',
    ],
    rows: onboardings.map((one) => [
      one.contract,
      one.situation,
      `${one.transitions}`,
      `${one.invocations}`,
      `${one.calls}`,
      `${one.callsBeyondPolls}`,
      one.seconds.toFixed(1),
      one.criticalPathSeconds.toFixed(1),
      one.timeToConnect.toFixed(2),
    ]),
    notes:
      'Of the `onboard` execution of a VPC with subnets. Transitions as AWS bills them: states entered and retries. Invocations: Lambda, failed attempts included. Calls: requests that reached Redis Cloud; beyond polls: without those that found a task unfinished or not known yet. Seconds are simulated. Path: what Redis Cloud and AWS need themselves, one after the other: a read, the change, its verification (or the invitation, if that takes longer), the target, the minute for which the subnets of a VPC have to stay the same before an endpoint is made that stays in its zones, the endpoint, its names; for a new subscription the creation and the provisioning instead of the first read. Ratio: seconds to path.',
    targets: onboardingTargets(onboardings),
  };
}

function functionSection(functions: NonNullable<Figures['functions']>): Section {
  return {
    title: 'Functions',
    head: ['function', 'KiB', 'gzip KiB', 'MiB', 'load ms', 'by the defaults: KiB', 'load ms', 'ratio'],
    rows: functions.map(({ name, bytes, gzipBytes, peakMebibytes, load }) => [
      name,
      kibibytes(bytes),
      kibibytes(gzipBytes),
      peakMebibytes.toFixed(0),
      load ? load.milliseconds.toFixed(0) : '',
      load ? kibibytes(load.defaultBytes) : '',
      load ? load.defaultMilliseconds.toFixed(0) : '',
      load ? load.ratio.toFixed(2) : '',
    ]),
    notes:
      "MiB: the most memory that was resident in a process that has loaded it, Node.js included. Load: the median of importing the bundle in a process of its own, ours and the other in turn. By the defaults: the same handler as CDK's NodejsFunction bundles it where nothing is said (CommonJS, not minified, `main` before `module`), but with the AWS SDK in the bundle, as in ours.",
    targets: functionTargets(functions),
  };
}

function synthesisSection(synthesis: NonNullable<Figures['synthesis']>): Section {
  return {
    title: 'Synthesis',
    head: ['from nothing s', 'once more s', 'a bundler for each function s', 'ratio', 'ratio once more'],
    rows: [
      [synthesis.fresh, synthesis.again, synthesis.bundlerForEach, synthesis.ratio, synthesis.againRatio].map(
        (value, index) => value.toFixed(index < 3 ? 1 : 2),
      ),
    ],
    notes:
      'Wall time of synthesizing the stacks with the functions: from nothing; once more with nothing changed; and the latter with one call of the bundler for each function instead.',
  };
}

/** Each wave, and how it is counted. */
function waveSection(waves: Wave[]): Section {
  return {
    title: 'Waves',
    head: [
      'contract',
      'accounts',
      'transitions',
      'invocations',
      'calls',
      'beyond polls',
      'makespan s',
      'over bound',
      'peak/min',
      '429s',
      'longest wait s',
      'overtakers',
      'wall s',
      'MiB',
    ],
    rows: waves.map((one) => [
      one.contract,
      `${one.accounts}`,
      one.transitions.toFixed(1),
      one.invocations.toFixed(1),
      one.calls.toFixed(1),
      one.callsBeyondPolls.toFixed(1),
      one.makespanSeconds.toFixed(0),
      one.makespanRatio.toFixed(2),
      `${one.peakCallsPerMinute}`,
      `${one.refused}`,
      one.longestWaitSeconds.toFixed(0),
      `${one.overtakers}`,
      one.wallSeconds.toFixed(0),
      one.peakMebibytes.toFixed(0),
    ]),
    notes:
      'New accounts, each with one VPC, all at once, on one subscription that has its PrivateLink already. Transitions, invocations and calls are means for each account. Makespan: simulated, from the first start to the last end; bound: the admissions, one at a time, each from its request until it is processed. Peak: requests in any 60 seconds, refused ones included. Overtakers: executions that got the lock before one that had waited in the queue longer. Wall: the whole run of the wave with the cloud around it, beside whatever else is measured; MiB: its process at its highest, functions included.',
    targets: waveTargets(waves),
  };
}

function kibibytes(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

function headline({ date, machine }: Figures): string {
  return `Measured on ${date.slice(0, 10)} with Node.js ${machine.node} on ${machine.cores} cores and ${machine.gibibytes} GiB.`;
}

/** For the terminal. */
export function printed(figures: Figures): string {
  return [headline(figures), '', ...sectionsOf(figures).map(inTerminal)].join('\n');
}

/** One wave, for the terminal. */
export function printedWave(wave: Wave): string {
  return inTerminal(waveSection([wave]));
}

/** Rows of the bench, for the terminal. */
export function printedRows(figures: Figures & { rows: RowFigures[] }): string {
  return inTerminal(rowSection(figures.rows, figures.date));
}

const ROWS_TITLE = 'Rows';

function rowSection(rows: RowFigures[], date: string): Section {
  return {
    title: ROWS_TITLE,
    head: [
      'row',
      'ways',
      'seconds',
      'needed',
      'ratio',
      'requests',
      'each',
      'polls',
      '429s',
      'transitions',
      'at most',
      'reached',
      'on',
    ],
    rows: rows.map((one) => [
      one.row,
      one.ways,
      one.seconds.toFixed(1),
      one.needed.toFixed(1),
      one.ratio.toFixed(2),
      `${one.requests}`,
      one.requestsEach.toFixed(1),
      `${one.polls}`,
      `${one.refused}`,
      `${one.transitions}`,
      Object.entries(one.atMost)
        .map(([figure, most]) => `${figure} ${most}`)
        .join(', '),
      missed(one) ? 'no' : 'yes',
      date.slice(0, 10),
    ]),
    notes:
      'Seconds are simulated. Needed: what Redis Cloud and AWS take themselves, one after the other. Requests: to Redis Cloud, all of the row and for each account or subscription of it; polls: those that look at a task. Transitions: of all executions of the row. At most: what is to be reached, beside no answer 429 that the row does not give on purpose. On: the day of the measurement. `npm run bench -- --row NAME --keep` renews a row.',
  };
}

/** Whether the row does not reach what it should. */
function missed({ atMost, refused, refusesOnPurpose, ...figures }: RowFigures): boolean {
  const isOver = (Object.keys(atMost) as (keyof typeof atMost)[]).some(
    (figure) => Number(figures[figure].toFixed(2)) > atMost[figure]!,
  );
  return isOver || refused > refusesOnPurpose;
}

/** Ways to wait for a lock, for the terminal. */
export function printedWaitings(waitings: Waiting[]): string {
  return inTerminal({
    title: 'Waiting for a lock',
    head: ['way', 'executions', 'transitions', 'the most', 'makespan s', 'over bound', 'overtakers'],
    rows: waitings.map((one) => [
      one.way,
      `${one.executions}`,
      one.transitions.toFixed(1),
      `${one.mostTransitions}`,
      one.makespanSeconds.toFixed(0),
      one.makespanRatio.toFixed(2),
      `${one.overtakers}`,
    ]),
    notes:
      'Executions that want one lock at the same time, and hold it for eight seconds each: take, hold, give back. Transitions: mean of all executions, and of the one that took the most. Bound: the sum of the times for which the lock was held. Overtakers: executions that were done before one that had asked earlier.',
  });
}

function inTerminal({ title, head, rows, notes, targets = [] }: Section): string {
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  table.push(...rows);
  const due = new Table({ head: TARGET_HEAD, style: { head: [], border: [], compact: true } });
  due.push(...targetRows(targets));
  return `${title}\n${table}\n${notes.replaceAll('`', '')}\n${targets.length > 0 ? `${due}\n` : ''}`;
}

function headOf(cells: string[]): string {
  return [cells, cells.map((_, index) => (index === 0 ? '---' : '---:'))].map(line).join('\n');
}

function line(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/**
 * `docs/performance.md` with what was measured now in place of what was measured before. Sections that were not measured
 * stay, and so do rows.
 *
 * @param before the page as it is
 */
export function documented(figures: Figures, before: string): string {
  const [, ...parts] = `\n${before}`.split('\n## ');
  const sections = new Map(parts.map((part) => [part.split('\n')[0]!, `## ${part.trim()}\n`]));
  for (const section of sectionsOf(figures)) {
    const { title, head, notes, targets = [] } = section;
    const rows = section.rows.map(line);
    if (title === ROWS_TITLE) rows.push(...otherRows(sections.get(title) ?? '', section.rows));
    // Each row has a day of its own.
    const when = title === ROWS_TITLE ? [] : [headline(figures), ''];
    const text = [`## ${title}`, '', ...when, headOf(head), ...rows.sort(inOrder(title)), '', notes];
    if (targets.length > 0) text.push('', headOf(TARGET_HEAD), ...targetRows(targets).map(line));
    sections.set(title, `${text.join('\n')}\n`);
  }
  const intro =
    '# Performance\n\n`npm run bench` writes this page, or the parts of it that its options name. The last section is written by hand.\n';
  const isLast = (text: string) => Number(text.startsWith(`## ${BY_HAND}`));
  return [intro, ...[...sections.values()].sort((a, b) => isLast(a) - isLast(b))].join('\n');
}

/** The section of the page that nothing measures. */
const BY_HAND = 'What is not reached';

/** Rows of the page that were not measured again. */
function otherRows(section: string, measured: string[][]): string[] {
  const known = new Set(measured.map(([row, ways]) => `${row} ${ways}`));
  return section
    .split('\n')
    .filter((text) => text.startsWith('| ') && !/^\| (row|---) /.test(text))
    .filter((text) => {
      const [, row = '', ways = ''] = text.split('|').map((cell) => cell.trim());
      return !known.has(`${row} ${ways}`);
    });
}

/** Rows in the order of their list. */
function inOrder(title: string): (a: string, b: string) => number {
  if (title !== ROWS_TITLE) return () => 0;
  const names = Object.keys(ROWS);
  const place = (text: string) => names.indexOf(text.split('|')[1]!.trim());
  return (a, b) => place(a) - place(b) || a.localeCompare(b);
}

const TARGET_HEAD = ['figure', 'measured', 'at most', 'reached'];

function targetRows(targets: Target[]): string[][] {
  return targets.map(({ figure, measured, atMost, digits }) => [
    figure,
    measured.toFixed(digits),
    `${atMost}`,
    Number(measured.toFixed(digits)) <= atMost ? 'yes' : 'no',
  ]);
}
