import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ERROR_PATHS_FILE, errorPathsOf } from './checks.ts';
import { readDefinitions } from './definitions.ts';
import { survivorsOf } from './survivors.ts';

const USAGE = `npm run mutations -- [options]

  --only TEXT   only mutants whose name contains this
  --record      keeps where each step goes with each error in proof/definitions/error-paths.json, and changes nothing else
  --help        this text

Changes each number, comparison, entry of Catch and Retry, and Next of an error path or a choice in the definitions of
the workflows, one at a time, and looks whether the checks of the definitions find it. The exit code is 0 only if no
change survives, but for those that proof/definitions/survivors.ts lists with a reason.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else if (values.record) {
  const paths = [...readDefinitions()].map(([workflow, definition]) => errorPathsOf(workflow, definition));
  writeFileSync(ERROR_PATHS_FILE, JSON.stringify(Object.assign({}, ...paths), null, 2));
} else {
  const { tried, survived, excused } = await survivorsOf({ only: values.only });
  for (const name of survived) console.log(`survived: ${name}`);
  console.log(
    `${tried} mutants: ${survived.length} survived, ${excused} survived for a reason that is written down.`,
  );
  if (survived.length > 0) process.exitCode = 1;
}
