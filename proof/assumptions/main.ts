import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { REGISTER } from '../../assumptions/register.ts';
import { GROUNDS } from '../faults/ground.ts';
import { page, playedIn, playedPart } from './page.ts';
import type { Outcome } from './play.ts';
import { type Play, playsOf, type Selection } from './plays.ts';
import { shared, withAssemblies } from './pool.ts';
import { countsOf, documented, printed, untold } from './report.ts';
import { STORIES } from './stories.ts';
import { cloudOf, type Setting } from './troupe.ts';

const USAGE = `npm run assumptions -- [options]

  --only TEXT    only plays whose name contains this
  --draws N      how many worlds are drawn by lot (default 250)
  --seed N       of the first of them (default: by the clock)
  --page         writes docs/assumptions.md anew from assumptions/, without playing
  --json         one JSON object a line: each play, and the counts at the end
  --help         this text

Lets every story happen under every alternative of assumptions/, one at a time, and then in worlds that are drawn by lot.
A play's name is “<what is otherwise> | <story> | <ground>”. A run of all plays writes its figures to
docs/assumptions.md. The exit code is 0 only if every play converges or fails clearly and is mended, and every
alternative can be told from what is assumed.`;

const PAGE = join(import.meta.dirname, '../../docs/assumptions.md');

interface Options extends Selection {
  asJson: boolean;
}

async function main({ asJson, ...selection }: Options): Promise<boolean> {
  const begun = performance.now();
  const plays = playsOf(REGISTER, STORIES, selection);
  if (!asJson) console.log(`${plays.length} plays, the worlds by lot from seed ${selection.seed} on`);
  const outcomes = await performed(plays, (outcome, count) => {
    if (asJson) console.log(JSON.stringify({ ...outcome, heard: undefined }));
    if (count % 50 === 0) process.stderr.write(`${count} of ${plays.length} plays\n`);
  });
  const counts = countsOf(outcomes);
  const isWhole = selection.only === '';
  const unseen = isWhole ? untold(REGISTER, outcomes) : [];
  console.log(
    asJson ? JSON.stringify({ plays: plays.length, counts, untold: unseen }) : printed(outcomes, unseen),
  );
  if (isWhole) {
    const seconds = (performance.now() - begun) / 1000;
    const run = { date: new Date().toISOString(), cores: availableParallelism(), seconds, ...selection };
    writeFileSync(PAGE, page(REGISTER, playedPart(documented(REGISTER, outcomes, run))));
  }
  return counts.defect + unseen.length === 0;
}

async function performed(plays: readonly Play[], note: (outcome: Outcome, count: number) => void) {
  // Plays that can share a cloud follow one another.
  const queue = [...plays].sort((a, b) => (cloudOf(a) < cloudOf(b) ? -1 : cloudOf(a) > cloudOf(b) ? 1 : 0));
  return withAssemblies(GROUNDS, (assemblies) =>
    shared(join(import.meta.dirname, 'worker.ts'), { assemblies } satisfies Setting, queue, note),
  );
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} is a whole number, not ${text}`);
  return Number(text);
}

/** The command line is not understood. */
class UsageError extends Error {}

function read() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: '' },
        draws: { type: 'string', default: '250' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        page: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return { ...values, draws: wholeNumber('draws', values.draws), seed: wholeNumber('seed', values.seed) };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

try {
  const { help, page: isPage, json, ...selection } = read();
  if (help) console.log(USAGE);
  else if (isPage) writeFileSync(PAGE, page(REGISTER, playedIn(readFileSync(PAGE, 'utf8'))));
  else if (!(await main({ ...selection, asJson: json }))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
