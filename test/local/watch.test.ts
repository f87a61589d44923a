// Long: a story as `npm start -- --watch` plays it. main.test.ts always plays the day, and
// test/page/served.test.ts the page.

import { spawn } from 'node:child_process';
import { expect, test } from '@jest/globals';

test('npm start -- --watch begins its story when somebody looks, stays up after it, and ends at once', async () => {
  const child = spawn(process.execPath, ['local/main.ts', '--watch', '--speed', '10000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const saying = async (words: RegExp) => {
    while (!words.test(said)) {
      if (child.exitCode !== null) throw new Error(`It has ended:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await saying(/Open http:\S+ in a browser/);
  expect(said).not.toMatch(/is created/);

  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)![0];
  expect(await (await fetch(address)).text()).toContain('<noscript>');
  await saying(/That was the story/);
  const text = await (await fetch(address)).text();
  expect(text).toMatch(/vpc-\w+ is connected to orders/);
  expect(text).toMatch(/vpce-\w+ available/);

  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}, 120_000);
