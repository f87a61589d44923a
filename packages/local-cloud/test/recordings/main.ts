import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readRecordings } from './recording.ts';
import { differences, documented, type Judged, refusedOf, table } from './report.ts';
import { judge, TIERS } from './tiers.ts';

const USAGE = `npm run recordings -- --folder PATH [options]

  --folder PATH  where the recordings are: files executions-*.json
  --keep         write the counts to the section "Step Functions" of docs/fidelity.md
  --json         one JSON object for each recording
  --help         this text

Runs the executions that AWS recorded again, in the local cloud, and prints what is the same, what differs and what is
refused. The exit code is 0 only if nothing differs.`;

const PAGE = join(import.meta.dirname, '../../../../docs/fidelity.md');

async function main(folder: string, options: { keep: boolean; json: boolean }): Promise<boolean> {
  const judged: Judged[] = [];
  for (const recording of readRecordings(folder)) {
    judged.push({ id: recording.id, verdict: await judge(recording) });
  }
  if (options.json) for (const one of judged) console.log(JSON.stringify(one));
  else console.log([table(judged), differences(judged)].join('\n\n').trim());
  if (options.keep) writeFileSync(PAGE, documented(readFileSync(PAGE, 'utf8'), judged));
  const hasDifference = ({ verdict }: Judged) =>
    !('refused' in verdict) && TIERS.some((tier) => verdict[tier] !== undefined);
  process.stderr.write(`${judged.length} recordings, ${refusedOf(judged).length} refused\n`);
  return !judged.some(hasDifference);
}

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else if (values.folder === undefined) {
  console.error('--folder says where the recordings are.');
  process.exitCode = 2;
} else if (!(await main(values.folder, values))) process.exitCode = 1;
