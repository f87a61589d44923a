import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const start = (...args: string[]) =>
  spawnSync(process.execPath, ['local/main.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });

/** Transitions of the story, from its summary: what comes of the account, and of each of its two VPCs. */
function transitionsOf(stdout: string): number[][] {
  const { executions } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    executions: { workflow: string; stateTransitions: number }[];
  };
  const counts = executions.map(({ stateTransitions }) => stateTransitions);
  // Events of a VPC come as two; the last execution is the duplicate's.
  const [account, admission, ...rest] = counts;
  const [first, second, firstVpc, third, fourth, secondVpc] = rest;
  return [
    [account!, admission!],
    [first!, second!, firstVpc!],
    [third!, fourth!, secondVpc!],
  ];
}

/** The same, as the table of prices says it. */
function transitionsIn(readme: string): number[][] {
  return [...readme.matchAll(/^\| .* \| (\d+(?: \+ \d+)+) \| \$/gm)].map(([, sum]) =>
    sum!.split(' + ').map(Number),
  );
}

test('tells the day, what came of it and what to try next in 25 lines of 80 columns; it costs what is written', () => {
  // What is for people goes to standard error then, and is the same.
  const { stdout, stderr, status } = start('--json');

  expect(status).toBe(0);
  const lines = stderr.split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length - 1).toBeLessThanOrEqual(25);
  expect(stderr).toMatch(/^VPC +reaches +through endpoint$/m);
  expect(stderr).toMatch(/vpc-\w+ is connected to orders/);
  expect(stderr).toMatch(/npm start -- --serve\n$/);
  expect(readFileSync('README.md', 'utf8')).toContain(`\`\`\`text\n${stderr}\`\`\``);
  expect(transitionsIn(readFileSync('docs/start.md', 'utf8'))).toEqual(transitionsOf(stdout));

  // Steps of what runs side by side say what they are about; what is not ready yet is no error.
  const steps = stdout.split('\n').flatMap((line) => /"text":"([^"]*)"/.exec(line)?.[1] ?? []);
  const planned = steps.filter((text) => text.startsWith('Plan executions'));
  expect(planned.filter((text) => / {2}vpc-\w+$/.test(text))).toHaveLength(planned.length - 1);
  expect(steps).toContainEqual(expect.stringMatching(/asked 5 times, not yet: SubnetsNotReady/));
}, 60_000);

test.each([
  [['--story', 'nothing'], /--story is one of/],
  [['--story', 'leve'], /not leve\. Did you mean leave\?\nnpm start -- --help lists the options\.\n$/],
  [['--wacth'], /Unknown option '--wacth'\. Did you mean --watch\?/],
  [['--serve', '--story', 'leave'], /--serve plays nothing: give --story without it/],
  [['--serve', '--event', 'event.json'], /--serve plays nothing: give --event without it/],
  [['--event', 'event.json', '--story', 'drift'], /give one of --event and --story/],
  [['--port', '8080'], /--port needs --serve or --watch/],
  [['--serve', '--watch'], /give one of them/],
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
