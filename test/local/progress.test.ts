import { expect, test } from '@jest/globals';
import { progressOn } from '../../local/progress.ts';

/** What stands on the terminal in the end, without its colours. */
function shownOn(isTTY: boolean, doings: (string | undefined)[]): string {
  let written = '';
  const write = (text: string) => {
    written += text;
    return true;
  };
  const say = progressOn({ isTTY, write } as unknown as NodeJS.WriteStream);
  for (const doing of doings) say(doing);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are a terminal's
  return written.replace(/^.*\r\u001b\[K/s, '').replace(/\u001b\[\d+m/g, '');
}

test('a terminal shows what is being done at the moment, and nothing in the end', () => {
  expect(shownOn(true, ['Building'])).toBe('Building…');
  expect(shownOn(true, ['Building', 'Deploying'])).toBe('Deploying…');
  expect(shownOn(true, ['Building', undefined])).toBe('');
});

test('a log keeps none of it', () => {
  expect(shownOn(false, ['Building', 'Deploying', undefined])).toBe('');
});
