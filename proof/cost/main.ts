import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../../local/synthesize.ts';
import { exampleOf } from '../bench/ground.ts';
import { type Counted, countedAt } from './measure.ts';
import { monthOf } from './month.ts';
import { documented, type Figures } from './report.ts';
import { standingOf } from './standing.ts';

const USAGE = `npm run cost -- [options]

  --json    the figures as one JSON object on standard output
  --help    this text

Counts in the local cloud what connecting, leaving and reconciling use, in organizations of 10, 100 and 1,000
accounts, and writes what a month costs to docs/cost.md. Takes minutes.`;

const SIZES = [10, 100, 1_000];
const PAGE = join(import.meta.dirname, '../../docs/cost.md');

async function figures(): Promise<Figures> {
  const assembly = mkdtempSync(join(tmpdir(), 'redis-privatelink-cost-'));
  try {
    await synthesize(exampleOf('resource-share'), assembly);
    const standing = standingOf(assembly);
    const counted: Counted[] = [];
    for (const accounts of SIZES) {
      process.stderr.write(`An organization of ${accounts} accounts\n`);
      counted.push(await countedAt(accounts, assembly));
    }
    return { standing, counted, months: counted.map((one) => monthOf(one, standing)) };
  } finally {
    rmSync(assembly, { recursive: true });
  }
}

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
if (values.help) console.log(USAGE);
else {
  const found = await figures();
  const page = documented(found);
  writeFileSync(PAGE, page);
  console.log(values.json ? JSON.stringify(found) : page);
}
