import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { addUp, type Permitted } from './granted.ts';
import { Assemblies, perform } from './perform.ts';
import { plays } from './plays.ts';
import { isClear, tryWithout } from './removals.ts';

const USAGE = `npm run permissions -- [options]

  --json       one JSON object a line for each permission
  --removals   also take each permission away and tell a story that needs it; takes minutes
  --help       this text`;

/** Tells all stories and prints what each role may do, what it used, and last what nobody used. */
async function main(options: { json: boolean; removals: boolean }): Promise<boolean> {
  const assemblies = await Assemblies.make(plays.map((play) => play.configuration()));
  try {
    const runs = [];
    let refused = 0;
    for (const play of plays) {
      console.error(`Telling the story ${play.name}.`);
      const { permissions, denials } = await perform(play, assemblies.of(play.configuration()));
      for (const { message } of denials) console.error(pc.red(`Refused in ${play.name}: ${message}`));
      refused += denials.length;
      runs.push({ play: play.name, permissions });
    }
    const all = addUp(runs);
    for (const permission of ordered(all))
      console.log(options.json ? JSON.stringify(permission) : line(permission));
    const unused = all.filter(({ count }) => count === 0);
    const redundant = all.filter((one) => one.count > 0 && one.alone === 0);
    for (const one of redundant) console.error(pc.red(`Something else allows the same: ${line(one)}`));
    console.error(`${all.length} permissions: ${unused.length} never used, ${redundant.length} not needed.`);
    const unnoticed = options.removals ? await removals(all, assemblies) : 0;
    return unused.length + redundant.length + refused + unnoticed === 0;
  } finally {
    assemblies.remove();
  }
}

/** Takes each permission away, and returns how many were not missed. */
async function removals(all: Permitted[], assemblies: Assemblies): Promise<number> {
  let unnoticed = 0;
  await tryWithout(all, assemblies, (removal) => {
    const { permission, play, refusal, otherwise } = removal;
    const said = isClear(removal) ? refusal : pc.red(`not noticed: ${refusal ?? otherwise}`);
    console.log(`without ${line(permission)}\n  ${play}: ${said}`);
    if (!isClear(removal)) unnoticed += 1;
  });
  console.error(`${unnoticed} removals were not noticed.`);
  return unnoticed;
}

/** What was never used comes last. */
function ordered(all: Permitted[]): Permitted[] {
  return [...all].sort((a, b) => Number(a.count === 0) - Number(b.count === 0));
}

function line(permission: Permitted): string {
  const { stack, holder, action, resource, at, count } = permission;
  const use = count > 0 ? `${count} times` : 'NEVER USED';
  return `${stack}  ${holder}  ${action}  ${resource}  (${at.logicalId} ${at.statement})  ${use}`;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    removals: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else if (!(await main(values))) process.exitCode = 1;
