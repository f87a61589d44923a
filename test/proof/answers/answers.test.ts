import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { synthesize } from '../../../local/synthesize.ts';
import { distorted, type Kind, membersOf } from '../../../proof/answers/distortions.ts';
import { page, printed } from '../../../proof/answers/report.ts';
import { type Case, casesOf, perform, type Result, withoutTheSame } from '../../../proof/answers/trial.ts';
import { isInPart } from '../../../proof/faults/cases.ts';
import { configurationOf, Ground } from '../../../proof/faults/ground.ts';
import { long } from '../../long.ts';

jest.setTimeout(120_000);

describe('the ways in which an answer can be otherwise', () => {
  const answer = {
    status: 'active',
    id: 'rcfg-1',
    port: 6379,
    on: true,
    many: [{ name: 'one' }, { name: 'two' }],
    one: [{ at: new Date(0) }],
    none: [],
    nothing: null,
  };
  const waysOf = (path: string) =>
    membersOf(answer).find((member) => member.path.join('.') === path)?.kinds ?? null;

  test.each([
    ['status', ['absent', 'null', 'empty', 'other case', 'unknown']],
    // Another id would be another thing.
    ['id', ['absent', 'null', 'empty']],
    ['port', ['absent', 'null', 'text']],
    ['on', ['absent', 'null', 'text']],
    ['many', ['absent', 'null', 'empty', 'one only', 'null among']],
    ['one', ['absent', 'null', 'empty', 'null among', 'unwrapped']],
    ['one.[].at', ['absent', 'null']],
    ['none', ['absent', 'null']],
    ['', ['absent', 'null', 'empty']],
    ['nothing', null],
    ['many.[]', null],
  ])('of %s are %j', (path, kinds) => {
    expect(waysOf(path)).toEqual(kinds);
  });

  test.each<[string, Kind, object]>([
    ['status', 'other case', { status: 'ACTIVE' }],
    ['status', 'unknown', { status: 'something-new' }],
    ['port', 'text', { port: '6379' }],
    ['many', 'one only', { many: [{ name: 'one' }] }],
    ['many', 'null among', { many: [null, { name: 'one' }, { name: 'two' }] }],
    ['many.[].name', 'null', { many: [{ name: null }, { name: null }] }],
    ['one', 'unwrapped', { one: { at: new Date(0) } }],
    ['id', 'empty', { id: '' }],
  ])('make %s %s', (path, kind, changes) => {
    expect(distorted(answer, path.split('.'), kind)).toEqual({ ...answer, ...changes });
  });

  test('take a member away, and leave an answer that does not have it', () => {
    expect(distorted(answer, ['status'], 'absent')).not.toHaveProperty('status');
    expect(distorted(answer, ['other', 'status'], 'absent')).toBe(answer);
    expect(distorted(answer, [], 'absent')).toBeUndefined();
  });
});

const result = (changes: Partial<Result> & { name: string }): Result => ({
  case: {
    answer: 'ec2:DescribeVpcs',
    path: ['Vpcs'],
    kind: 'absent',
    times: 'once',
    story: 'connect',
    ground: 'resource-share',
    ...changes,
  },
  count: 1,
  end: 'converged',
  failure: null,
  problems: [],
  ...changes,
});

test('a run is told as a table, with its defects', () => {
  const results = [
    result({ name: 'one' }),
    result({ name: 'two', end: 'defect', problems: ['it was deleted'] }),
  ];
  expect(printed(results)).toContain('defect: two\n    no failure\n    it was deleted');
  const run = { date: '2026-11-29T00:00:00Z', cores: 2, seconds: 60, cases: 40, sample: 20 };
  expect(page(results, run)).toContain('| absent, once | 2 | 1 |');
  expect(page(results, run)).toContain('2 of 40 cases, one in 20');
});

describe('a sample of the cases', () => {
  const FOLDER = 'dist/test-answers';
  let ground: Ground;
  let cases: Case[];
  let accounts = 630_000_000_000;
  const nextAccount = () => String(accounts++);

  beforeAll(async () => {
    await synthesize(configurationOf('resource-share'), FOLDER);
    ground = await Ground.open('resource-share', FOLDER);
    cases = await casesOf(ground, nextAccount);
  });
  afterAll(() => ground.close());

  test('is of every service and of Redis Cloud, once and always, and tries nothing twice', () => {
    const services = new Set(cases.map(({ answer }) => answer.split(':')[0]));
    expect([...services].sort()).toEqual([
      'ec2',
      'organizations',
      'ram',
      'redis-cloud',
      'secretsmanager',
      'ssm',
      'sts',
    ]);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(withoutTheSame(cases, cases)).toEqual([]);
    expect(cases.filter(({ times }) => times === 'always').length).toBeGreaterThan(500);
  });

  long('converges, or fails clearly and is mended', async () => {
    const sample = cases.filter(({ name }) => isInPart(name, 1, 250));
    expect(sample.length).toBeGreaterThan(4);
    const defects: Result[] = [];
    for (const one of sample) {
      const outcome = await perform(one, ground, nextAccount());
      if (outcome.end === 'defect') defects.push(outcome);
    }
    expect(defects).toEqual([]);
  });

  long('finds what nothing mends', async () => {
    const [one] = cases.filter(({ name }) =>
      name.startsWith('ec2:DescribeVpcs Vpcs[].VpcId | absent | always'),
    );
    const isLost = { ...one!, story: 'reconcile', path: ['Vpcs', '[]', 'Tags'], kind: 'empty' as const };
    expect(await perform(isLost, ground, nextAccount())).toMatchObject({
      end: 'defect',
      problems: [expect.stringMatching(/^vpce-\w+ was deleted, which nobody has asked for$/)],
    });
  });
});
