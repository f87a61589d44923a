import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shared, withAssemblies } from '../assumptions/pool.ts';
import { isInPart } from '../faults/cases.ts';
import { Ground, type GroundName } from '../faults/ground.ts';
import { countsOf, page, printed } from './report.ts';
import { type Case, casesOf, type Result, withoutTheSame } from './trial.ts';

const USAGE = `npm run answers -- [options]

  --only TEXT    only cases whose name contains this
  --sample N     one case in N, by a hash of its name
  --json         one JSON object a line: each case, and the counts at the end
  --help         this text

Lets VPCs be connected, disconnected and reconciled while Redis Cloud and AWS answer in other ways than they should: each
member of each answer absent, null, empty, in other case, unknown, as a text, the first of a list only, with a null among
them, or a list of one as that one; once, and always. A case's name is “<answer> <member> | <how> | <times> | <story> |
<ground>”. A run of all cases, or of one in N, writes its figures to docs/answers.md. The exit code is 0 only if every
case converges or fails clearly and is mended.`;

const PAGE = join(import.meta.dirname, '../../docs/answers.md');
const CONTRACTS: readonly GroundName[] = ['resource-share', 'endpoint-service'];

interface Options {
  only: string;
  sample: number;
  asJson: boolean;
}

async function main({ only, sample, asJson }: Options): Promise<boolean> {
  const begun = performance.now();
  const { known, results } = await withAssemblies(CONTRACTS, async (assemblies) => {
    const known = await allCases(assemblies);
    const chosen = known.filter(({ name }) => name.includes(only) && isInPart(name, 0, sample));
    if (!asJson) console.log(`${chosen.length} of ${known.length} cases`);
    const note = (result: Result, count: number) => {
      if (asJson) console.log(JSON.stringify(result));
      else if (result.end === 'defect') console.error(`defect: ${result.case.name}`);
      if (count % 50 === 0) process.stderr.write(`${count} of ${chosen.length} cases\n`);
    };
    const worker = join(import.meta.dirname, 'worker.ts');
    return { known, results: await shared<Case, Result>(worker, { assemblies }, chosen, note) };
  });
  const counts = countsOf(results);
  console.log(asJson ? JSON.stringify({ cases: results.length, counts }) : printed(results));
  if (only === '') {
    const run = {
      date: new Date().toISOString(),
      cores: availableParallelism(),
      seconds: (performance.now() - begun) / 1000,
      cases: known.length,
      sample,
    };
    writeFileSync(PAGE, page(results, run));
  }
  return counts.defect === 0;
}

async function allCases(assemblies: Record<GroundName, string>): Promise<Case[]> {
  let accounts = 610_000_000_000;
  const cases: Case[] = [];
  for (const name of CONTRACTS) {
    const ground = await Ground.open(name, assemblies[name]);
    const own = await casesOf(ground, () => String(accounts++));
    cases.push(...withoutTheSame(own, cases));
    await ground.close();
  }
  return cases;
}

/** The command line is not understood. */
class UsageError extends Error {}

function read() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: '' },
        sample: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (!/^[1-9]\d{0,4}$/.test(values.sample)) {
      throw new UsageError(`--sample is a whole number from 1 on, not ${values.sample}`);
    }
    return { ...values, sample: Number(values.sample) };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

try {
  const { help, json, ...options } = read();
  if (help) console.log(USAGE);
  else if (!(await main({ ...options, asJson: json }))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
