import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figures, PAGE, pageWith, paragraphOf } from './page.ts';

const USAGE = `Lets a month of mishaps happen, counts what it costs, and writes that into ${PAGE}.

npm run month`;

const DAYS = '30';

/** The test of `npm run test:all`, for more days. */
function play(): Figures | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'month-'));
  const FIGURES = join(folder, 'figures.json');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = ['node_modules/jest/bin/jest.js', 'test/workflows/month.test.ts', '--maxWorkers=1'];
  try {
    const env = { ...process.env, TESTS: 'all', DAYS, FIGURES };
    spawnSync(process.execPath, [...flags, ...jest], { stdio: ['ignore', 'ignore', 'inherit'], env });
    return existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as Figures) : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) console.log(USAGE);
else {
  const figures = play();
  if (!figures) process.exitCode = 1;
  else {
    console.log(paragraphOf(figures));
    writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), paragraphOf(figures)));
  }
}
