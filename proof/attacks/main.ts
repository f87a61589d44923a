import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { REGISTER, type World } from '../../assumptions/register.ts';
import { drawnWorld } from '../assumptions/plays.ts';
import { attacks } from './attacks.ts';
import { PAGE, pageWith, tableOf } from './page.ts';

const USAGE = `Plays every attack in worlds that are kind and unkind, and writes ${PAGE}.

npm run attacks -- [--draws N]
  --draws N  worlds by lot, beside the one that is assumed and the unkindest one; default: 1`;

interface Played {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
}

/** The tests of the attacks, as Jest has seen them in the world. They are those of `npm test`, which are not doubled. */
function play(world: World): { file: string; fullName: string; passed: boolean }[] {
  const folder = mkdtempSync(join(tmpdir(), 'attacks-'));
  const outputFile = join(folder, 'played.json');
  const files = [...new Set(attacks.map(({ file }) => file))];
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = ['node_modules/jest/bin/jest.js', ...files, '--json', '--outputFile', outputFile, '--silent'];
  try {
    spawnSync(process.execPath, [...flags, ...jest, '--maxWorkers=1'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        TESTS: 'all',
        WORLD: Object.entries(world)
          .map((one) => one.join('='))
          .join(' '),
      },
    });
    if (!existsSync(outputFile)) throw new Error('Jest has not come to the end: see above.');
    const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8')) as Played;
    return testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, status }) => ({ file: name, fullName, passed: status === 'passed' })),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How the attacks have ended that were not fended off, or not played. */
function succeeded(name: string, world: World): string[] {
  const played = play(world);
  return attacks.flatMap(({ file, test }) => {
    const own = played.filter((one) => one.file.endsWith(file) && one.fullName.includes(test));
    if (own.length === 0) return [`${name}: nothing plays "${test}" in ${file}`];
    return own.filter(({ passed }) => !passed).map(({ fullName }) => `${name}: ${fullName}`);
  });
}

const { values } = parseArgs({
  options: { draws: { type: 'string', default: '1' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) console.log(USAGE);
else {
  const worldOf = (choose: 'assumed' | 'local'): World =>
    Object.fromEntries(REGISTER.map((one) => [one.name, one[choose]]));
  const worlds: [string, World][] = [
    ['as assumed', worldOf('assumed')],
    ['unkind', worldOf('local')],
    ...Array.from({ length: Number(values.draws) }, (_, index): [string, World] => [
      `by lot ${index + 1}`,
      drawnWorld(REGISTER, index + 1),
    ]),
  ];
  const problems = worlds.flatMap(([name, world]) => {
    const found = succeeded(name, world);
    console.log(`${name}: ${attacks.length} attacks, ${found.length} succeeded or were not played`);
    return found;
  });
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), tableOf(attacks)));
}
