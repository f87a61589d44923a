import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadConfiguration } from '../../../lib/configuration.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { damage, guarded, type Recording } from './guard.ts';
import { RECORD, STACKS, templateOf } from './stacks.ts';

// `npm run record`: adds new resources to the record. It refuses what would harm a deployment.
const folder = 'dist/record';
await synthesize(loadConfiguration('config/privatelink.yaml'), folder);
const before: Recording = existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : {};
const now: Recording = Object.fromEntries(STACKS.map((stack) => [stack, guarded(templateOf(folder, stack))]));
const problems = STACKS.flatMap((stack) => damage(stack, before[stack] ?? {}, now[stack]!));
if (problems.length > 0) {
  console.error(
    `${problems.join('\n')}\n\nNothing is recorded. If an existing deployment is to go through this, take these out of ${RECORD} first, and say in a decision and in the README what people have to do.`,
  );
  process.exitCode = 1;
} else {
  const sorted = Object.fromEntries(
    STACKS.map((stack) => [
      stack,
      Object.fromEntries(Object.entries(now[stack]!).sort(([one], [other]) => (one < other ? -1 : 1))),
    ]),
  );
  writeFileSync(RECORD, `${JSON.stringify(sorted, null, 2)}\n`);
}
