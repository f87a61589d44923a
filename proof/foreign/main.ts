import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { playAbroad } from './abroad.ts';
import { playAtHome } from './home.ts';
import { MINISTACK } from './ministack.ts';
import { MOTO } from './moto.ts';
import { CannotBegin, environmentOf, findPython } from './python.ts';
import { differences, pageWith, told } from './report.ts';

const PROGRAMS = [MINISTACK, MOTO];
const FOLDER = join(import.meta.dirname, '../../dist/foreign');

const PAGE = join(import.meta.dirname, '../../docs/fidelity.md');

const USAGE = `npm run foreign -- [--only NAME] [--keep]

  --only NAME  ${PROGRAMS.map(({ name }) => name.toLowerCase()).join(' or ')}; default: all
  --keep       write what is told to docs/fidelity.md
  --help       this text

Deploys the very same templates to programs of others that answer as AWS, connects and disconnects a VPC there, and
compares what is there afterwards with the local cloud. What a program lacks, and which of its faults are worked around,
is listed. Needs Python 3.11 or newer, and PyPI the first time: each program is installed into a virtual environment in
dist/foreign/, and listens on 127.0.0.1 only. Takes some minutes. The exit code is 0 if nothing differs, 1 if something
does, and 2 if it cannot begin.`;

function ask(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}

async function main(only: string | undefined): Promise<{ isSame: boolean; text: string }> {
  const programs = PROGRAMS.filter(
    ({ name }) => only === undefined || name.toLowerCase() === only.toLowerCase(),
  );
  if (programs.length === 0) throw new CannotBegin(`There is no ${only}.\n\n${USAGE}`);
  const python = findPython(ask);
  const ready = programs.map((program) => ({
    program,
    bin: environmentOf(program.requirement, FOLDER, python, console.log),
  }));
  mkdirSync(FOLDER, { recursive: true });
  const isPlayed = programs.some(({ runsNoFunctions }) => runsNoFunctions === undefined);
  const home = isPlayed ? await playAtHome() : [];
  let isSame = true;
  const texts: string[] = [];
  for (const { program, bin } of ready) {
    const { name, blind, runsNoFunctions } = program;
    const log = join(FOLDER, `${name.toLowerCase()}.log`);
    const journey = await playAbroad(program, { bin, python, log });
    const different = journey.steps && differences(home, journey.steps, blind);
    const why = runsNoFunctions === undefined ? {} : { why: runsNoFunctions };
    texts.push(told(name, journey, { different, blind, ...why }));
    console.log(texts.at(-1));
    if (journey.stopped !== undefined || (different ?? []).length > 0) isSame = false;
  }
  return { isSame, text: texts.join('\n\n') };
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) console.log(USAGE);
else {
  try {
    const { isSame, text } = await main(values.only);
    if (values.keep) writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), text));
    if (!isSame) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof CannotBegin)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
