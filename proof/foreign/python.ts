import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What this command cannot begin without, in words for who runs it. */
export class CannotBegin extends Error {
  override readonly name = 'CannotBegin';
}

/** The oldest Python in which both programs run. */
const OLDEST = [3, 11] as const;

/** Runs a program and returns what it printed; undefined where it is not there or fails. */
export type Ask = (program: string, args: readonly string[]) => string | undefined;

/**
 * The first Python of the machine that is new enough.
 *
 * @throws CannotBegin that names what was found in its place
 */
export function findPython(ask: Ask): string {
  const found: string[] = [];
  for (const program of ['python3', 'python', 'python3.13', 'python3.12', 'python3.11']) {
    const said = ask(program, ['--version'])?.trim();
    if (said === undefined) continue;
    found.push(`${program} is ${said}`);
    const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(said) ?? []).slice(1).map(Number);
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return program;
  }
  const instead = found.length > 0 ? found.join(', ') : 'no Python was found';
  throw new CannotBegin(
    `Python ${OLDEST.join('.')} or newer is needed: ${instead}. Install it and try again.`,
  );
}

/** What pip is to install for one program. Two programs want versions of the same package that exclude one another. */
export interface Requirement {
  /** Names the folder. */
  name: string;
  packages: readonly string[];
}

/**
 * A virtual environment with the packages. It is made once: the second time it is only looked at.
 *
 * @returns the folder of its programs
 * @throws CannotBegin with what Python or pip said
 */
export function environmentOf(
  { name, packages }: Requirement,
  folder: string,
  python: string,
  say: (line: string) => void,
): string {
  const environment = join(folder, name);
  const bin = join(environment, 'bin');
  const mark = join(environment, 'installed');
  // The mark is written last, so that an installation that broke off is made again.
  const wanted = packages.join('\n');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return bin;
  mkdirSync(folder, { recursive: true });
  say(`Installs ${packages.join(' ')} into ${environment}, from PyPI.`);
  try {
    execFileSync(python, ['-m', 'venv', '--clear', environment], { stdio: ['ignore', 'ignore', 'pipe'] });
    const options = ['--quiet', '--disable-pip-version-check', '--no-input'];
    execFileSync(join(bin, 'python'), ['-m', 'pip', 'install', ...options, ...packages], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? '')
      .trim()
      .split('\n')
      .slice(-3)
      .join('\n');
    throw new CannotBegin(
      `${packages.join(' ')} could not be installed. Is PyPI reachable from here?\n${said || (error as Error).message}`,
    );
  }
  writeFileSync(mark, wanted);
  return bin;
}
