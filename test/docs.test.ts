import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { RUNBOOK_ERRORS, sectionOf, titleOf } from '../lambdas/clean-up/messages/runbook.ts';
import { SECTIONS } from '../lambdas/clean-up/messages/sections.ts';
import * as errors from '../lambdas/shared/errors.ts';
import { anchorOf } from '../lambdas/shared/workflows/message.ts';
import { DEFAULT_NAMES } from '../lib/names.ts';
import { runbookSections } from '../lib/runbook.ts';

const { HUB_STACK } = DEFAULT_NAMES;

/** The sections of the runbook, by their anchor as GitHub makes it. */
const sections = new Map(
  readFileSync('docs/operations.md', 'utf8')
    .split(/^(?=##+ )/m)
    .map((section) => {
      const heading = /^##+ (.*)$/m.exec(section)?.[1] ?? '';
      return [anchorOf(heading), section];
    }),
);

const { Resources } = JSON.parse(readFileSync(`dist/test/${HUB_STACK}.template.json`, 'utf8')) as {
  Resources: Record<string, { Type: string; Properties: { AlarmDescription?: string } }>;
};
const alarms = Object.values(Resources)
  .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  .map(({ Properties }) => anchorOf(/section "(.+)"$/.exec(Properties.AlarmDescription ?? '')?.[1] ?? ''));

/** Errors that the workflows themselves end with, in a `failure` or a Fail state. */
const ownErrors = ['onboard', 'offboard', 'dispatch', 'reconcile', 'endpoint-script'].flatMap((name) =>
  [...readFileSync(`statemachines/${name}.asl.json`, 'utf8').matchAll(/"Error": "(\w+)"/g)].map(
    ([, error]) => error!,
  ),
);

describe('the runbook', () => {
  const named = Object.keys(errors).filter((name) => name !== 'NamedError');

  test('knows every error that a function or a workflow ends with', () => {
    expect(ownErrors).toContain('ApprovalTimedOut');
    expect([...named, ...ownErrors].filter((name) => !RUNBOOK_ERRORS.has(name))).toEqual([]);
  });

  test.each([...RUNBOOK_ERRORS, 'States.Timeout', 'Lambda.Unknown'].map((name) => [name, sectionOf(name)]))(
    'has a section for the error %s with description, investigation and resolution',
    (_, anchor) => {
      expect(sections.get(anchor)).toMatch(
        /\*\*Description\.\*\*[\s\S]+\*\*Investigation\.\*\*[\s\S]+\*\*Resolution\.\*\*/,
      );
    },
  );

  test.each(alarms)('has a section for %s that says the first command to run', (anchor) => {
    expect(sections.get(anchor)).toMatch(
      /\*\*Description\.\*\*[\s\S]+\*\*Investigation\.\*\* First: `aws [^`]+`[\s\S]+\*\*Resolution\.\*\*/,
    );
  });

  test.each(
    readdirSync('lambdas', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...readFileSync(`lambdas/${file}`, 'utf8').matchAll(/inRunbook\(\w+, '(.+?)'\)/g)])
      .map(([, title]) => title!),
  )('has the section "%s" that a message names', (title) => {
    expect(sections.has(anchorOf(title))).toBe(true);
  });

  test('is told in messages as it is written: npm run runbook', () => {
    expect(SECTIONS).toEqual(
      Object.fromEntries([...runbookSections()].filter(([title]) => title in SECTIONS)),
    );
    const titles = [...RUNBOOK_ERRORS, 'States.Timeout', 'Lambda.Unknown'].map(titleOf);
    expect(titles.filter((title) => !(title in SECTIONS))).toEqual([]);
    expect(JSON.stringify(SECTIONS)).not.toMatch(/\]\(|\|/);
  });

  test('has no alarm section without its alarm', () => {
    const described = [...sections.keys()].filter((anchor) => anchor.startsWith('alarm-'));
    expect(described.filter((anchor) => !alarms.includes(anchor))).toEqual([]);
  });
});

test('each decision has a number of its own, in its name and in its heading', () => {
  const files = readdirSync('docs/decisions').filter((file) => /^\d{4}-/.test(file));
  const numbers = files.map((file) => Number(file.slice(0, 4)));
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  const headings = files.map((file) => readFileSync(`docs/decisions/${file}`, 'utf8').split('\n', 1)[0]);
  expect(headings.filter((heading, index) => !heading?.startsWith(`# ${numbers[index]}. `))).toEqual([]);
});
