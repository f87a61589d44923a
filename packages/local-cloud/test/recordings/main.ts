import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { falsified } from './falsify.ts';
import { inventory } from './inventory.ts';
import { falsifiedPattern, judgePatterns, type PatternRecording } from './patterns.ts';
import { type Recording, readRecordings } from './recording.ts';
import { type Control, differences, documented, type Findings, type Judged, written } from './report.ts';
import { judge, TIERS } from './tiers.ts';

const USAGE = `npm run recordings -- [--folder PATH] [options]

  --folder PATH  where the recordings are: files executions-*.json, and event-patterns.json if there are some
  --keep         write the counts to docs/fidelity.md, with what the local cloud has
  --json         one JSON object for each execution, and the findings at the end
  --help         this text

Runs what AWS recorded again, in the local cloud, and prints what is the same, what differs and what is refused. Then it
falsifies each recording in every way that it has room for: all of these must be noticed. The exit code is 0 only if
nothing differs, nothing is refused and everything false is noticed. Without a folder --keep writes only what the local
cloud has.`;

const PAGE = join(import.meta.dirname, '../../../../docs/fidelity.md');

async function main(folder: string, isJson: boolean): Promise<Findings> {
  const recordings = readRecordings(folder);
  const executions: Judged[] = [];
  for (const recording of recordings) {
    const judged = { id: recording.id, verdict: await judge(recording) };
    executions.push(judged);
    if (isJson) console.log(JSON.stringify(judged));
  }
  const file = join(folder, 'event-patterns.json');
  const patterns: PatternRecording[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  return {
    executions,
    patterns: patterns.length > 0 ? judgePatterns(patterns) : undefined,
    control: await controlOf(recordings, patterns),
  };
}

/** Falsifies everything in every way. */
async function controlOf(
  recordings: readonly Recording[],
  patterns: readonly PatternRecording[],
): Promise<Control> {
  const unnoticed: string[] = [];
  let count = patterns.length;
  for (const recording of recordings) {
    for (const { how, tier, recording: other } of falsified(recording)) {
      count += 1;
      const verdict = await judge(other);
      if ('refused' in verdict || verdict[tier] === undefined) unnoticed.push(`${recording.id}: ${how}`);
    }
  }
  for (const pattern of patterns) {
    if (judgePatterns([falsifiedPattern(pattern)]).same > 0)
      unnoticed.push(`${pattern.label}: another answer`);
  }
  return { falsified: count, unnoticed };
}

function isFaithful({ executions, patterns, control }: Findings): boolean {
  return (
    control.unnoticed.length === 0 &&
    (patterns?.different.length ?? 0) + (patterns?.refused.length ?? 0) === 0 &&
    executions.every(
      ({ verdict }) => !('refused' in verdict) && TIERS.every((tier) => verdict[tier] === undefined),
    )
  );
}

function shown(findings: Findings): string {
  const { executions, patterns, control } = findings;
  return [
    written(findings),
    differences(executions),
    ...(patterns?.different ?? []).map((line) => `pattern differs: ${line}`),
    ...(patterns?.refused ?? []).map((line) => `pattern refused: ${line}`),
    ...control.unnoticed.map((line) => `taken for true: ${line}`),
  ]
    .filter((part) => part !== '')
    .join('\n');
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
else if (values.folder === undefined && !values.keep) {
  console.error('--folder says where the recordings are.');
  process.exitCode = 2;
} else {
  let page = documented(readFileSync(PAGE, 'utf8'), 'inventory', inventory());
  if (values.folder !== undefined) {
    try {
      const findings = await main(values.folder, values.json);
      console.log(values.json ? JSON.stringify(findings) : shown(findings));
      page = documented(page, 'recordings', written(findings));
      if (!isFaithful(findings)) process.exitCode = 1;
    } catch (error) {
      // A folder that is not there, or a recording that is malformed, which the message names.
      console.error((error as Error).message);
      process.exit(2);
    }
  }
  if (values.keep) writeFileSync(PAGE, page);
}
