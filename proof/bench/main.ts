import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readWorld } from '../../assumptions/register.ts';
import type { Contract } from '../../lambdas/shared/workflows/configuration.ts';
import { UsageError } from '../../local/arguments.ts';
import { synthesize } from '../../local/synthesize.ts';
import { Parts } from './apart.ts';
import { type Figures, PARTS, type PartName } from './figures.ts';
import { functionFigures } from './functions.ts';
import { exampleOf } from './ground.ts';
import { documented, printed, printedRows, printedWaitings, printedWave } from './report.ts';
import { ROWS, type RowFigures, rowFigures } from './rows.ts';
import { synthesisFigures } from './synthesis.ts';
import { waitings } from './waiting.ts';
import type { WaveOptions } from './wave.ts';

const USAGE = `npm run bench -- [options]

  --large                a wave of 10,000 accounts, too
  --wave ACCOUNTS        only a wave of so many accounts, printed and not kept
    --contract NAME      of that wave: resource-share (unless told) or endpoint-service
    --admission SECONDS  that Redis Cloud takes to process an admission in that wave; 8 unless told
  --locks EXECUTIONS     only ways to wait for a lock, with so many that want it; printed and not kept
  --only PART            only this part, kept beside the others: onboardings, waves, functions or synthesis
  --row NAME             only this row, as often as it is given; printed and not kept. "all" for all, "list" to list
    --keep               keeps the rows, beside the others
    --assume NAME=VALUE  an alternative of docs/assumptions.md in which the rows are to happen, as often as given
  --json                 the figures as one JSON object on standard output
  --help                 this text

Measures everything in the local cloud and writes the tables to docs/performance.md.`;

const CONTRACTS: Contract[] = ['resource-share', 'endpoint-service'];
const PAGE = join(import.meta.dirname, '../../docs/performance.md');

const tell = (text: string) => process.stderr.write(`${text}\n`);

/** Makes a folder of a name for this run. */
type Place = (name: string) => string;

async function withPlace<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-bench-'));
  const place = (name: string) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  try {
    return await work(place);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function synthesized(contract: Contract, place: Place, connections = 1): Promise<string> {
  const folder = place(`${contract}-${connections}`);
  await synthesize(exampleOf(contract, connections), folder);
  return folder;
}

/** @throws UsageError */
async function measureRows(given: string[], assumed: string[]): Promise<RowFigures[]> {
  const chosen = given.includes('all') ? Object.keys(ROWS) : given;
  const unknown = chosen.find((name) => !Object.hasOwn(ROWS, name));
  if (unknown) throw new UsageError(`--row cannot be ${unknown}. There are:\n${listOfRows()}`);
  const ways = readWorld(assumed);
  return withPlace(async (place) => {
    const assemblies = new Map<number, string>();
    const figures: RowFigures[] = [];
    for (const name of chosen) {
      const { connections = 1, configuration } = ROWS[name]!;
      const own = configuration ? place(name) : undefined;
      if (configuration && own) await synthesize(configuration(), own);
      const assembly =
        own ?? assemblies.get(connections) ?? (await synthesized('resource-share', place, connections));
      if (!own) assemblies.set(connections, assembly);
      figures.push({ ...(await rowFigures(name, ROWS[name]!, assembly, ways)), ways: assumed.join(' ') });
    }
    return figures;
  });
}

function listOfRows(): string {
  return Object.entries(ROWS)
    .map(([name, { what }]) => `  ${name}: ${what}`)
    .join('\n');
}

function machine(): Pick<Figures, 'date' | 'machine'> {
  return {
    date: new Date().toISOString(),
    machine: {
      node: process.versions.node,
      cores: cpus().length,
      gibibytes: Math.round(totalmem() / 2 ** 30),
    },
  };
}

function measureParts(wanted: readonly PartName[], large: boolean): Promise<Figures> {
  const begun = performance.now();
  return withPlace(async (place) => {
    const parts = new Parts();
    const shared = await synthesized('resource-share', place);
    const wave = (accounts: number) => {
      tell(`A wave of ${accounts} accounts`);
      return parts.wave(shared, { contract: 'resource-share', accounts });
    };
    const onboardings = async () => {
      tell('Onboardings');
      const served = await synthesized('endpoint-service', place);
      return [
        ...(await parts.onboardings('resource-share', shared)),
        ...(await parts.onboardings('endpoint-service', served)),
      ];
    };
    const measured: Figures = machine();
    const small = async () => {
      if (wanted.includes('onboardings')) measured.onboardings = await onboardings();
      return wanted.includes('waves') ? [await wave(10), await wave(100)] : [];
    };
    const big = async () =>
      wanted.includes('waves') ? [await wave(1_000), ...(large ? [await wave(10_000)] : [])] : [];
    // What they count is simulated, so they may share the machine.
    const waves = (await Promise.all([small(), big()])).flat();
    if (waves.length > 0) measured.waves = waves;
    if (wanted.includes('functions')) {
      tell('Functions');
      measured.functions = functionFigures(place('defaults'));
    }
    if (wanted.includes('synthesis')) {
      tell('Synthesis');
      measured.synthesis = synthesisFigures(place('copy'));
    }
    if (wanted.length === PARTS.length) {
      measured.run = { seconds: (performance.now() - begun) / 1000, peakMebibytes: parts.peakMebibytes };
    }
    return measured;
  });
}

/** @throws UsageError */
function partsOf(only: string | undefined): readonly PartName[] {
  if (only === undefined) return PARTS;
  const part = PARTS.find((name) => name === only);
  if (!part) throw new UsageError(`--only cannot be ${only}: ${PARTS.join(', ')}`);
  return [part];
}

function keep(figures: Figures): void {
  writeFileSync(PAGE, documented(figures, readFileSync(PAGE, 'utf8')));
}

/** @throws UsageError */
function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new UsageError(`${option} cannot be ${text}: a whole number is needed`);
}

/** @throws UsageError */
function waveOptions(values: { wave: string; contract: string; admission: string | undefined }): WaveOptions {
  const contract = CONTRACTS.find((name) => name === values.contract);
  if (!contract) throw new UsageError(`--contract cannot be ${values.contract}: ${CONTRACTS.join(' or ')}`);
  const accounts = wholeNumber('--wave', values.wave);
  const admissionSeconds = values.admission === undefined ? undefined : Number(values.admission);
  if (admissionSeconds !== undefined && !(admissionSeconds > 0)) {
    throw new UsageError(`--admission cannot be ${values.admission}: a number of seconds is needed`);
  }
  return { contract, accounts, admissionSeconds };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      large: { type: 'boolean', default: false },
      wave: { type: 'string' },
      contract: { type: 'string', default: CONTRACTS[0]! },
      admission: { type: 'string' },
      locks: { type: 'string' },
      only: { type: 'string' },
      row: { type: 'string', multiple: true },
      keep: { type: 'boolean', default: false },
      assume: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (values.wave !== undefined) {
    const options = waveOptions({ ...values, wave: values.wave, admission: values.admission });
    const figures = await withPlace(async (place) =>
      new Parts().wave(await synthesized(options.contract, place), options),
    );
    return console.log(values.json ? JSON.stringify(figures) : printedWave(figures));
  }
  if (values.locks !== undefined) {
    const executions = wholeNumber('--locks', values.locks);
    const figures = await withPlace(async (place) =>
      waitings(await synthesized('resource-share', place), executions),
    );
    return console.log(values.json ? JSON.stringify(figures) : printedWaitings(figures));
  }
  if (values.row?.includes('list')) return console.log(listOfRows());
  if (values.row !== undefined) {
    const rows = await measureRows(values.row, values.assume);
    const figures = { ...machine(), rows };
    if (values.keep) keep(figures);
    return console.log(values.json ? JSON.stringify(rows) : printedRows(figures));
  }
  const figures = await measureParts(partsOf(values.only), values.large);
  keep(figures);
  console.log(values.json ? JSON.stringify(figures) : printed(figures));
}

try {
  await main();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  // What parseArgs throws is about the command line, too.
  if (!(error instanceof UsageError) && !code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(`${message}\n\n${USAGE}`);
  process.exitCode = 2;
}
