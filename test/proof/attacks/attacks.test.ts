import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { attacks } from '../../../proof/attacks/attacks.ts';
import { PAGE, pageWith, tableOf } from '../../../proof/attacks/page.ts';

/** The names of a file's tests, with the names of what they are in; `%s` where a row fills something in. */
function namesIn(file: string): string[] {
  let group = '';
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const found = /^(describe| *(?:test|long|\])?\)?)\((['"`])(.*?)\2, (?:async )?(?:\(|inLab)/.exec(line);
      if (!found) return [];
      if (found[1] === 'describe') group = `${found[3]} `;
      return found[1] === 'describe' ? [] : [`${line.startsWith(' ') ? group : ''}${found[3]}`];
    });
}

describe('the attacks', () => {
  test.each(attacks.map(({ file, test: name }) => [name, file]))('"%s" is played by a test', (name, file) => {
    const names = namesIn(file);
    expect(names.some((one) => one.includes(name))).toBe(true);
  });

  test('are all that the tests play', () => {
    const file = 'test/workflows/attacks.test.ts';
    const listed = attacks.filter((one) => one.file === file);
    const names = namesIn(file);
    expect(names.length).toBeGreaterThan(7);
    expect(names.filter((name) => !listed.some((one) => name.includes(one.test)))).toEqual([]);
  });

  test('stand on the page with what stops them (npm run attacks)', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(page).toBe(pageWith(page, tableOf(attacks)));
  });
});
