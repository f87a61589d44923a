import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../../local/synthesize.ts';
import { configurationOf, GROUNDS, Ground, type GroundName } from './ground.ts';
import { allCases, jobsOf, type Noted, type Selection, type Setting, selected } from './jobs.ts';
import { record } from './recording.ts';
import { countsOf, documented, printed } from './report.ts';
import type { Result } from './trial.ts';

const USAGE = `npm run faults -- [options]

  --only TEXT   only cases whose name contains this
  --sample N    one case in N, chosen by a hash of its name
  --json        one JSON object a line: each case, and the counts at the end
  --help        this text

Plays every story with every fault that each of its calls can have, in the local cloud. A case's name is
“<workflow> / <state>: <call> | <fault> | <ground>”. A run of all cases writes its figures to docs/reliability.md. The
exit code is 0 only if no case is a defect.`;

const PAGE = join(import.meta.dirname, '../../docs/reliability.md');

/** More than there are cores, because each waits now and then; each needs a cloud's memory, a gigabyte in the end. */
const MAX_WORKERS = Math.min(4, availableParallelism() + 2);

/** Megabytes for young objects: nearly all die young, and with Node's own 16 a twelfth of the time goes to moving them. */
const YOUNG_MEGABYTES = 64;

async function main(selection: Selection, asJson: boolean): Promise<boolean> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-faults-'));
  try {
    const assemblies = {} as Record<GroundName, string>;
    for (const name of GROUNDS) {
      assemblies[name] = join(folder, name);
      await synthesize(configurationOf(name), assemblies[name]);
    }
    const recording = async (name: GroundName): Promise<Noted[]> => {
      process.stderr.write(`Recording the calls of ${name}\n`);
      const ground = await Ground.open(name, assemblies[name]);
      const calls = await record(ground);
      await ground.close();
      return calls.map(({ call, scenario }) => ({ ground: name, call, scenario: scenario.name }));
    };
    const noted = (await Promise.all(GROUNDS.map(recording))).flat();
    const cases = selected(allCases(noted), selection);
    const results = new Map<string, Result>();
    const jobs = jobsOf(cases);
    const workers = Array.from({ length: Math.min(MAX_WORKERS, jobs.length) }, async () => {
      const worker = fork(join(import.meta.dirname, 'worker.ts'), {
        execArgv: [`--max-semi-space-size=${YOUNG_MEGABYTES}`],
      });
      const note = (result: Result) => {
        results.set(result.name, result);
        if (asJson) console.log(JSON.stringify(result));
        if (results.size % 50 === 0) process.stderr.write(`${results.size} of ${cases.length} cases\n`);
      };
      worker.on('message', (message: Result | 'ready') => {
        if (message !== 'ready') return note(message);
        const job = jobs.shift();
        if (job) worker.send(job);
        else worker.disconnect();
      });
      const setting: Setting = { noted, assemblies };
      worker.send(setting);
      const [code] = await once(worker, 'exit');
      if (code !== 0) throw new Error(`A worker ended with code ${code}.`);
    });
    await Promise.all(workers);
    const all = [...results.values()];
    const counts = countsOf(all);
    console.log(asJson ? JSON.stringify({ cases: all.length, counts }) : printed(cases, results));
    if (selection.only === '' && selection.sample === 1) {
      const seconds = (performance.now() - begun) / 1000;
      const run = {
        date: new Date().toISOString(),
        node: process.versions.node,
        cores: availableParallelism(),
        seconds,
      };
      writeFileSync(PAGE, documented(cases, results, run));
    }
    return counts.defect + counts.untried === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    sample: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const sample = Number(values.sample);
if (values.help) console.log(USAGE);
else if (!Number.isInteger(sample) || sample < 1) {
  console.error(`--sample is a whole number, not ${values.sample}.`);
  process.exitCode = 2;
} else if (!(await main({ only: values.only, sample }, values.json))) process.exitCode = 1;
