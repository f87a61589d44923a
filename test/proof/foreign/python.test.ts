import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CannotBegin, environmentOf, findPython } from '../../../proof/foreign/python.ts';

describe('the Python that runs the programs of others', () => {
  const machine =
    (has: Record<string, string>) =>
    (program: string): string | undefined =>
      has[program];

  test('is the first that is new enough', () => {
    const has = {
      python3: 'Python 3.9.2\n',
      'python3.12': 'Python 3.12.1\n',
      'python3.11': 'Python 3.11.4\n',
    };
    expect(findPython(machine(has))).toBe('python3.12');
    expect(findPython(machine({ python: 'Python 3.11.0' }))).toBe('python');
    expect(findPython(machine({ python3: 'Python 4.0.0' }))).toBe('python3');
  });

  test('is asked for by its version where there is none, or none that is new enough', () => {
    expect(() => findPython(machine({}))).toThrow(
      new CannotBegin('Python 3.11 or newer is needed: no Python was found. Install it and try again.'),
    );
    expect(() => findPython(machine({ python3: 'Python 3.10.12', python: 'Python 2.7.18' }))).toThrow(
      'python3 is Python 3.10.12, python is Python 2.7.18',
    );
  });
});

describe('a virtual environment', () => {
  let folder: string;
  const requirement = { name: 'one', packages: ['nothing-that-there-is==1'] };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'environment-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('that is installed is not made again', () => {
    mkdirSync(join(folder, 'one'));
    writeFileSync(join(folder, 'one', 'installed'), requirement.packages.join('\n'));
    const said: string[] = [];
    const bin = environmentOf(requirement, folder, 'no-such-python', (line) => said.push(line));
    expect(bin).toBe(join(folder, 'one', 'bin'));
    expect(said).toEqual([]);
  });

  test('that broke off, or has another version, is made again, which says so first', () => {
    mkdirSync(join(folder, 'one'));
    writeFileSync(join(folder, 'one', 'installed'), 'nothing-that-there-is==0');
    const said: string[] = [];
    expect(() => environmentOf(requirement, folder, 'no-such-python', (line) => said.push(line))).toThrow(
      /^nothing-that-there-is==1 could not be installed\. Is PyPI reachable from here\?/,
    );
    expect(said).toEqual([`Installs nothing-that-there-is==1 into ${join(folder, 'one')}, from PyPI.`]);
  });
});
