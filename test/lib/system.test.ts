import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { configurationDigest } from '../../lib/configuration/digest.ts';
import { ConfigurationError, parseConfiguration } from '../../lib/configuration.ts';
import { synthesize } from '../../local/synthesize.ts';

jest.setTimeout(60_000);

const EXAMPLE = readFileSync('config/privatelink.yaml', 'utf8').replace(/^ +secretName: .*\n/m, '');
const withSystem = (system: string, rest = '') => `${EXAMPLE}\nsystem: ${system}\n${rest}`;

function problemsOf(text: string): readonly string[] {
  try {
    parseConfiguration(text, 'test.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('the system of a configuration', () => {
  const { system, redisCloud, connections } = parseConfiguration(EXAMPLE, 'test.yaml');

  test('is called as before where nothing is said', () => {
    expect(system).toEqual({ name: 'redis-privatelink', tag: 'redis-privatelink' });
    expect(redisCloud.accounts[0]?.secretName).toBe('redis-privatelink/redis-cloud');
    expect(connections[0]?.shareName).toBe('redis-privatelink-orders');
    expect(parseConfiguration(withSystem('{}'), 'test.yaml')).toEqual(
      parseConfiguration(EXAMPLE, 'test.yaml'),
    );
  });

  test('names everything after itself, its tag, too', () => {
    const trial = parseConfiguration(withSystem('{ name: trial }'), 'test.yaml');
    expect(trial.system).toEqual({ name: 'trial', tag: 'trial' });
    expect(trial.redisCloud.accounts[0]?.secretName).toBe('trial/redis-cloud');
    expect(trial.connections[0]?.shareName).toBe('trial-orders');
    expect(configurationDigest(trial)).not.toBe(
      configurationDigest(parseConfiguration(EXAMPLE, 'test.yaml')),
    );
  });

  test('may be asked by another tag', () => {
    for (const [text, expected] of [
      ['{ tag: "redis: wanted" }', { name: 'redis-privatelink', tag: 'redis: wanted' }],
      ['{ name: trial, tag: redis }', { name: 'trial', tag: 'redis' }],
      // Somebody may replace the default system by one of his own, whose VPCs are tagged already.
      ['{ name: trial, tag: redis-privatelink }', { name: 'trial', tag: 'redis-privatelink' }],
    ] as const) {
      expect(parseConfiguration(withSystem(text), 'test.yaml').system).toEqual(expected);
    }
  });

  test.each([
    ['{ name: "" }', /^system\.name .*use lower-case letters and digits/],
    ['{ name: Trial }', /^system\.name .*use lower-case letters and digits/],
    ['{ name: redis-privatelink-trial }', /without a hyphen: otherwise names of one system could begin with/],
    ['{ name: redis }', /^system\.name .*names of the system redis-privatelink begin so/],
    [
      '{ name: abcdefghijklmnopqrstu }',
      /^system\.name .*at most 20 characters: names of roles are made of it/,
    ],
    ['{ name: awstrial }', /^system\.name .*AWS keeps parameters that begin with aws/],
    ['{ name: ssm }', /^system\.name .*AWS keeps parameters/],
    ['{ name: lookout }', /^system\.name .*sessions that may change nothing begin with look/],
    ['{ name: trial, tag: "" }', /^system\.tag /],
    ['{ name: trial, tag: "redis*" }', /^system\.tag .*use letters/],
    ['{ name: trial, tag: Name }', /^system\.tag .*AWS or people use this key/],
    ['{ name: trial, tag: "aws:redis" }', /^system\.tag .*AWS or people use this key/],
    ['{ name: trial, tag: "trial:status" }', /^system\.tag .*sets this key itself/],
    ['{ tag: "redis-privatelink:status" }', /^system\.tag .*sets this key itself/],
    [
      '{ name: trial, tag: "redis-privatelink:status" }',
      /^system\.tag .*redis-privatelink sets this key itself/,
    ],
    ['{ names: trial }', /^system\.names .*did you mean name\?/],
  ])('cannot be %s', (text, problem) => {
    expect(problemsOf(withSystem(text))).toContainEqual(expect.stringMatching(problem));
  });

  test.each([
    ['tags: { "trial:owner": x }', /^tags\.trial:owner .*this system uses this key itself/],
    ['tags: { Redis: x }', /^tags\.Redis .*this system uses this key itself/],
  ])('keeps its keys from %s', (rest, problem) => {
    expect(problemsOf(withSystem('{ name: trial, tag: redis }', rest))).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  test('keeps the place of its own endpoint scripts from secrets', () => {
    const text = withSystem('{ name: trial }').replace(
      /redisCloud:\n/,
      'redisCloud:\n  secretName: trial/endpoint-script/x\n',
    );
    expect(problemsOf(text)).toEqual([expect.stringMatching(/endpoint scripts are stored under this name/)]);
  });
});

describe('the templates of a system with the longest name that there may be', () => {
  const SYSTEM = 'abcdefghijklmnopqrst';
  const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
  const texts = new Map<string, string>();

  beforeAll(async () => {
    // The Region with the longest name, an external id as UUIDs are, and everything that may be switched on.
    const text = withSystem(`{ name: ${SYSTEM} }`, 'operations: { chat: true }\n')
      .replaceAll('us-east-1', 'ap-southeast-2')
      .replace(
        /^organization:\n/m,
        'organization:\n  connectManagementAccount: true\n  delegationPolicy: true\n',
      );
    await synthesize(parseConfiguration(text, 'test.yaml'), folder);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.template.json'))) {
      texts.set(file.replace('.template.json', ''), readFileSync(join(folder, file), 'utf8'));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are its own stacks', () => {
    expect([...texts.keys()].sort()).toEqual([
      `${SYSTEM}-hub`,
      `${SYSTEM}-member`,
      `${SYSTEM}-organization-ap-southeast-2`,
      `${SYSTEM}-organization-member-ap-southeast-2`,
      `${SYSTEM}-organization-us-east-1`,
    ]);
  });

  test('say nothing of the default system', () => {
    for (const text of texts.values()) expect(text).not.toContain('redis-privatelink');
    // The definitions are files beside them.
    const definitions = readdirSync(folder).filter((name) => /^asset\..*\.json$/.test(name));
    expect(definitions.length).toBe(6);
    for (const name of definitions) {
      const text = readFileSync(join(folder, name), 'utf8');
      expect(text).not.toContain('redis-privatelink');
    }
    expect(definitions.some((name) => readFileSync(join(folder, name), 'utf8').includes(SYSTEM))).toBe(true);
  });

  test('give no name that AWS refuses', () => {
    const longest: Record<string, number> = {
      'AWS::IAM::Role RoleName': 64,
      'AWS::Lambda::Function FunctionName': 64,
      'AWS::Events::Rule Name': 64,
      'AWS::SQS::Queue QueueName': 80,
      'AWS::StepFunctions::StateMachine StateMachineName': 80,
    };
    const found = new Set<string>();
    for (const text of texts.values()) {
      const { Resources } = JSON.parse(text) as {
        Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
      };
      for (const { Type, Properties = {} } of Object.values(Resources)) {
        for (const [property, value] of Object.entries(Properties)) {
          const most = longest[`${Type} ${property}`];
          if (most === undefined) continue;
          const name = JSON.stringify(value).replace('{"Ref":"AWS::Region"}', '"ap-southeast-2"');
          const whole =
            typeof value === 'string' ? value : name.replace(/^.*\["",\[|\]\]\}$/g, '').replace(/[",]/g, '');
          expect(whole).toMatch(new RegExp(`^${SYSTEM}-[\\w-]+$`));
          expect(whole.length).toBeLessThanOrEqual(most);
          found.add(`${Type} ${property}`);
        }
      }
    }
    expect([...found].sort()).toEqual(Object.keys(longest).sort());
    // CloudFormation shortens a stack's name in those that it makes itself, from its 25th character on.
    expect(`${SYSTEM}-hub`.length).toBeLessThanOrEqual(24);
  });

  test('tell functions and member accounts its names', () => {
    const { Resources } = JSON.parse(texts.get(`${SYSTEM}-hub`)!) as {
      Resources: Record<string, { Type: string; Properties: { Environment?: { Variables: object } } }>;
    };
    const own = Object.values(Resources).filter(
      ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && 'FunctionName' in Properties,
    );
    expect(own.length).toBeGreaterThan(30);
    for (const { Properties } of own) {
      expect(Properties.Environment?.Variables).toMatchObject({ SYSTEM_NAME: SYSTEM, SYSTEM_TAG: SYSTEM });
    }
    const member = texts.get(`${SYSTEM}-member`)!;
    expect(member).toContain(`"aws:ResourceTag/${SYSTEM}:managed-by":"${SYSTEM}"`);
    expect(member).toContain(`"changed-tag-keys":["${SYSTEM}"]`);
  });
});
