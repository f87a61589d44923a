import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const start = (...args: string[]) =>
  spawnSync(process.execPath, ['local/main.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });

test('tells the day in 25 lines of 80 columns, a table, and what to try next', () => {
  const { stdout, status } = start();

  expect(status).toBe(0);
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const table = lines.findIndex((line) => line.startsWith('┌'));
  expect(table).toBeGreaterThan(5);
  expect(table).toBeLessThanOrEqual(25);
  expect(stdout).toMatch(/vpc-\w+ is connected to orders/);
  expect(stdout).toMatch(/npm start -- --serve\n$/);
}, 60_000);

test.each([
  [['--story', 'nothing'], /--story is one of/],
  [['--port', '8080'], /--port needs --serve/],
  [['--assume', 'nothing=1'], /there is no assumption "nothing"/],
  [['--redis-cloud', 'http://127.0.0.1:1'], /REDIS_CLOUD_API_KEY/],
])(
  'refuses %j with exit code 2, and says why',
  (args, message) => {
    const { stderr, status } = start(...args);

    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  },
  60_000,
);
