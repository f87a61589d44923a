import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { configurationJsonSchema } from '../../lib/configuration/schema.ts';
import { ConfigurationError, loadConfiguration, parseConfiguration } from '../../lib/configuration.ts';
import { connection } from '../connection.ts';

const EXAMPLE = readFileSync('config/privatelink.yaml', 'utf8');

function problemsOf(text: string): readonly string[] {
  try {
    parseConfiguration(text, 'test.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  test('fills in every default of the example', () => {
    const { connections } = loadConfiguration('config/privatelink.yaml');
    expect(connections).toEqual([connection()]);
  });

  test('reports all problems at once, each with its line', () => {
    const text = EXAMPLE.replace('hubRegion: us-east-1', 'hubRegion: us-east-9').replace(
      'subscriptionId: 12345',
      'subscriptionID: 12345',
    );
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^organization\.hubRegion \(line \d+\): "us-east-9": not a Region/),
      expect.stringMatching(/^connections\[0\]\.subscriptionId.*number of the subscription/),
      expect.stringMatching(
        /^connections\[0\]\.subscriptionID \(line \d+\): 12345: there is no such setting; did you mean subscriptionId\?$/,
      ),
    ]);
  });

  test('repeats no value of a setting that looks like a secret', () => {
    const problems = problemsOf(
      EXAMPLE.replace(/apiUrl: .*/, 'apiKey: S3cret\n  secret_key: S3cret\n  userToken: S3cret'),
    );
    expect(problems.length).toBeGreaterThanOrEqual(3);
    expect(problems.join('\n')).not.toContain('S3cret');
    expect(problems.join('\n')).toMatch(/redisCloud\.apiKey \(line \d+\): there is no such setting/);
  });

  test('takes only an https address as the place of the runbook, so that every link in a mail opens', () => {
    const given = (runbookUrl: string) =>
      `${EXAMPLE}\noperations: { runbookUrl: ${JSON.stringify(runbookUrl)} }\n`;
    for (const good of [
      'https://wiki.example.com/on-call/redis',
      'https://git.example.com:8443/a/b/operations.md',
    ])
      expect(problemsOf(given(good))).toEqual([]);
    for (const bad of [
      'docs/operations.md',
      'http://wiki.example.com/r',
      'https://',
      'https://x/a#b',
      'https://x/a b',
    ])
      expect(problemsOf(given(bad))).toEqual([
        expect.stringMatching(/^operations\.runbookUrl .*https address/),
      ]);
    expect(parseConfiguration(EXAMPLE, 'test.yaml').operations.runbookUrl).toBeNull();
  });

  test('refuses two connections of one name, also where something else is wrong', () => {
    const text = `${EXAMPLE}\n  - name: orders\n    subscriptionId: nine\n    region: eu-west-1\n`;
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('connections[1].subscriptionId'),
      expect.stringContaining('connections[0] has this name already'),
    ]);
  });

  test('takes each region of an Active-Active subscription once, and another subscription once', () => {
    const offers = (...connections: string[]) =>
      problemsOf(
        EXAMPLE.replace(
          /connections:[\s\S]*/,
          `connections:\n${connections.map((connection, index) => `  - {name: c${index}, ${connection}}\n`).join('')}`,
        ),
      );
    const first = 'subscriptionId: 5, region: us-east-1, activeActiveRegionId: 1';
    expect(offers(first, 'subscriptionId: 5, region: eu-west-1, activeActiveRegionId: 2')).toEqual([]);
    expect(offers(first, 'subscriptionId: 5, region: eu-west-1, activeActiveRegionId: 1')).toEqual([
      expect.stringMatching(
        /^connections\[1\]\.subscriptionId .*connections\[0\] offers this subscription already/,
      ),
    ]);
    expect(offers(first, 'subscriptionId: 5, region: us-east-1, activeActiveRegionId: 2')).toEqual([
      expect.stringMatching(/^connections\[1\]\.region .*the same AWS Region/),
    ]);
    expect(offers(first, 'subscriptionId: 5, region: eu-west-1')).toEqual([
      expect.stringMatching(/^connections\[1\]\.subscriptionId .*with activeActiveRegionId/),
    ]);
    const plain = 'subscriptionId: 6, region: us-east-1';
    expect(offers(plain, plain)).toEqual([expect.stringContaining('offers this subscription already')]);
  });

  test('refuses the example’s external id in any other organization', () => {
    expect(problemsOf(EXAMPLE.replace('o-a1b2c3d4e5', 'o-z9y8x7w6v5'))).toEqual([
      expect.stringMatching(/^organization\.externalId \(line \d+\).*generate your own.*uuidgen/),
    ]);
  });

  test('refuses the management account as the hub', () => {
    expect(problemsOf(EXAMPLE.replace('"222222222222"', '"111111111111"'))).toEqual([
      expect.stringMatching(/^organization\.hubAccountId \(line \d+\): "111111111111": .*another account/),
    ]);
  });

  test('refuses units and accounts that are named twice, or are below one that is named', () => {
    const text = `${EXAMPLE}    accounts:
      organizationalUnits: [r-ab12, ou-ab12-l3zc8b3h, ou-zz99-l3zc8b3h]
      accountIds: ["333333333333", "333333333333"]
`.replace('- ou-ab12-l3zc8b3h', '- ou-ab12-l3zc8b3h\n    - ou-ab12-l3zc8b3h');
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^organization\.organizationalUnits\[1\] \(line \d+\).*in the list already/),
      expect.stringMatching(/^connections\[0\]\.accounts\.accountIds\[1\] .*in the list already/),
      expect.stringMatching(/accounts\.organizationalUnits\[1\] .*below the root r-ab12/),
      expect.stringMatching(
        /accounts\.organizationalUnits\[2\] .*another organization than ou-ab12-l3zc8b3h/,
      ),
    ]);
  });

  test('refuses the management account where its own VPCs are not to be connected', () => {
    const text = `${EXAMPLE}    accounts: { accountIds: ["111111111111"] }\n`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^connections\[0\]\.accounts\.accountIds\[0\] .*connectManagementAccount/),
    ]);
    expect(
      problemsOf(text.replace('  externalId:', '  connectManagementAccount: true\n  externalId:')),
    ).toEqual([]);
  });

  test('refuses a Region of another partition', () => {
    expect(problemsOf(EXAMPLE.replace('    region: us-east-1', '    region: cn-north-1'))).toEqual([
      expect.stringMatching(
        /^connections\[0\]\.region .*"cn-north-1": not a Region of AWS’s standard partition/,
      ),
    ]);
  });

  test('refuses the place of the endpoint scripts as the name of the secret', () => {
    const text = EXAMPLE.replace('redis-privatelink/redis-cloud', 'redis-privatelink/endpoint-script/keys');
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^redisCloud\.secretName .*choose another/)]);
  });

  test('refuses the id of a security group, which only one VPC can have', () => {
    const text = `${EXAMPLE}    endpoint: { securityGroup: { name: sg-0a1b2c3d } }\n`;
    expect(problemsOf(text)).toEqual([expect.stringMatching(/securityGroup\.name .*not its id/)]);
  });

  test('names the line of the section in which something is missing', () => {
    expect(problemsOf(EXAMPLE.replace(/ *hubAccountId.*\n/, ''))).toEqual([
      expect.stringMatching(/^organization\.hubAccountId \(line 12\): write an AWS account id/),
    ]);
  });

  test('takes 200 connections', () => {
    const more = Array.from(
      { length: 199 },
      (_, index) => `  - { name: c${index}, subscriptionId: ${index + 1}, region: us-east-1 }\n`,
    );
    expect(parseConfiguration(EXAMPLE + more.join(''), 'test.yaml').connections).toHaveLength(200);
  });

  test.each<[string, number | undefined, string[]]>([
    ['', 60, []],
    ['reconcile: {}', 60, []],
    ['reconcile: { everyMinutes: 15 }', 15, []],
    ['reconcile: { everyMinutes: 1440 }', 1_440, []],
    ['reconcile: { everyMinutes: 14 }', undefined, ['at least 15 minutes']],
    ['reconcile: { everyMinutes: 1441 }', undefined, ['at most 1440 minutes']],
    [
      'removals: { graceMinutes: 30 }\nreconcile: { everyMinutes: 20 }',
      undefined,
      ['this is shorter than removals.graceMinutes, which is 30; write 30 or more'],
    ],
    ['removals: { graceMinutes: 30 }\nreconcile: { everyMinutes: 30 }', 30, []],
  ])('takes how often it reconciles from %j', (text, everyMinutes, problems) => {
    const found = problemsOf(`${EXAMPLE}${text}\n`);
    expect(found).toEqual(problems.map((problem) => expect.stringContaining(problem)));
    if (found.length > 0) return;
    expect(parseConfiguration(`${EXAMPLE}${text}\n`, 'test.yaml').reconcile).toEqual({ everyMinutes });
  });

  test('refuses an account that is chosen and excluded', () => {
    const text = `${EXAMPLE}    accounts:\n      accountIds: ["333333333333"]\n      excludedAccountIds: ["333333333333"]\n`;
    expect(problemsOf(text)).toEqual([expect.stringContaining('this account is excluded too')]);
  });

  test('asks for quotes around an account id that YAML reads as a number', () => {
    expect(problemsOf(EXAMPLE.replace('"222222222222"', '222222222222'))).toEqual([
      expect.stringMatching(/organization\.hubAccountId .*in quotes/),
    ]);
  });

  test.each([
    'http://api.redislabs.com/v1',
    'http://127.0.0.1:8080',
    'ftp://api.redislabs.com/v1',
    'api.redislabs.com/v1',
    'https://key:secret@api.redislabs.com/v1',
    'https://api.redislabs.com/v1?key=value',
  ])('refuses the address %s', (address) => {
    expect(problemsOf(EXAMPLE.replace('https://api.redislabs.com/v1', address))).toEqual([
      expect.stringMatching(/^redisCloud\.apiUrl \(line \d+\): .*an (https )?address/),
    ]);
  });

  const renamed = (...names: string[]) =>
    EXAMPLE.replace(
      / {2}- name: orders\n/,
      names
        .map((name, index) =>
          index < names.length - 1
            ? `  - ${name}\n    subscriptionId: ${index + 1}\n    region: us-east-1\n`
            : `  - ${name}\n`,
        )
        .join(''),
    );

  test('keeps the first name of a renamed connection, and what is called after it', () => {
    const { connections } = parseConfiguration(renamed('name: billing\n    was: orders'), 'test.yaml');
    expect(connections).toEqual([{ ...connection(), newName: 'billing' }]);
    const twice = renamed('name: invoices\n    was: [orders, billing]');
    expect(parseConfiguration(twice, 'test.yaml').connections).toEqual([
      { ...connection(), newName: 'invoices', namesBetween: ['billing'] },
    ]);
  });

  test.each([
    [['name: orders\n    was: orders'], /^connections\[0\]\.was .*this is its name/],
    [
      ['name: orders', 'name: billing\n    was: orders'],
      /^connections\[1\]\.was .*connections\[0\] has this name still/,
    ],
    [
      ['name: a\n    was: orders', 'name: b\n    was: orders'],
      /^connections\[1\]\.was .*connections\[0\] had this name before, too/,
    ],
    [
      ['name: b\n    was: a', 'name: c\n    was: b'],
      /^connections\[1\]\.was .*in a chain of names write the first one/,
    ],
    [
      ['name: a\n    was: [x, orders]', 'name: b\n    was: orders'],
      /^connections\[1\]\.was .*connections\[0\] had this name before, too/,
    ],
    [['name: billing\n    was: [orders, billing]'], /^connections\[0\]\.was\[1\] .*this is its name/],
    [['name: billing\n    was: [orders, orders]'], /^connections\[0\]\.was\[1\] .*in the list already/],
    [['name: billing\n    was: []'], /^connections\[0\]\.was .*under which it was deployed first/],
    [['name: billing\n    was: Orders'], /^connections\[0\]\.was .*under which it was deployed first/],
  ])('refuses the new names %j', (names, problem) => {
    expect(problemsOf(renamed(...names))).toEqual([expect.stringMatching(problem)]);
  });

  const endpoint = (settings: string) => `${EXAMPLE}    endpoint: ${settings}\n`;

  test('takes sources and zones of endpoints', () => {
    const settings =
      '{ allowFrom: [10.64.0.0/12, 192.168.7.9/32, pl-0123456789abcdef0], subnets: { excludedZones: [use1-az6] } }';
    const [connection] = parseConfiguration(endpoint(settings), 'test.yaml').connections;
    expect(connection?.endpoint).toMatchObject({
      allowFrom: ['10.64.0.0/12', '192.168.7.9/32', 'pl-0123456789abcdef0'],
      subnets: { excludedZones: ['use1-az6'] },
    });
  });

  test('takes IPv6 addresses, and is as before where they are not wanted', () => {
    const of = (settings: string) =>
      parseConfiguration(endpoint(settings), 'test.yaml').connections[0]?.endpoint;
    expect(of('{ ipAddressType: dualstack, allowFrom: ["2001:db8::/32", 10.0.0.0/8] }')).toMatchObject({
      ipAddressType: 'dualstack',
      allowFrom: ['2001:db8::/32', '10.0.0.0/8'],
    });
    expect(
      of('{ ipAddressType: ipv6, allowFrom: ["fd12:3456:789a:1::/64", "2001:db8::7/128"] }'),
    ).toMatchObject({
      ipAddressType: 'ipv6',
    });
    expect(of('{ ipAddressType: ipv4 }')).toEqual(of('{}'));
  });

  test.each([
    ['{ allowFrom: [10.1.2.3/16] }', /10\.1\.0\.0\/16 is one/],
    ['{ allowFrom: [10.256.0.0/16] }', /at most 255/],
    ['{ allowFrom: [10.0.0.0/33] }', /block of addresses/],
    ['{ allowFrom: [0.0.0.0/0] }', /this would be everybody/],
    ['{ allowFrom: ["fd00::/8"] }', /endpoints get none; set endpoint\.ipAddressType to dualstack/],
    ['{ allowFrom: ["fd00::/8"], ipAddressType: ipv4 }', /endpoints get none/],
    ['{ allowFrom: ["2001:DB8::/32"], ipAddressType: dualstack }', /as AWS writes it; 2001:db8::\/32 is one/],
    ['{ allowFrom: ["2001:db8:0:0::/64"], ipAddressType: dualstack }', /as AWS writes it/],
    ['{ allowFrom: ["2001:db8::1/64"], ipAddressType: dualstack }', /begins where it says/],
    ['{ allowFrom: ["2001:db8::/129"], ipAddressType: dualstack }', /block of IPv6 addresses/],
    ['{ allowFrom: ["2001:db8::1::/64"], ipAddressType: dualstack }', /block of IPv6 addresses/],
    ['{ allowFrom: ["::/0"], ipAddressType: ipv6 }', /this would be everybody/],
    ['{ ipAddressType: both }', /ipAddressType/],
    ['{ allowFrom: [sg-0123456789abcdef0] }', /prefix list/],
    ['{ allowFrom: [] }', /./],
    [
      `{ allowFrom: [${Array.from({ length: 21 }, (_, index) => `10.${index}.0.0/16`).join()}] }`,
      /at most 20/,
    ],
    ['{ allowFrom: [10.0.0.0/8], securityGroup: { name: mine } }', /remove one of the two/],
    ['{ allowFrom: [10.0.0.0/8, 10.0.0.0/8] }', /in the list already/],
    ['{ subnets: { excludedZones: [us-east-1a] } }', /the id of a zone like use1-az1/],
  ])('refuses the endpoint %s', (settings, problem) => {
    expect(problemsOf(endpoint(settings))).toEqual([expect.stringMatching(problem)]);
  });

  const some = (count: number, value: string) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, value])));
  test.each([
    ['a key of AWS', '{ "aws:cost": x }', /AWS keeps keys/],
    ['a key of AWS in capitals', '{ "AWS:cost": x }', /AWS keeps keys/],
    ['a name', '{ Name: x }', /sets this key itself/],
    ['a key of this system', '{ "redis-privatelink:owner": x }', /sets this key itself/],
    ['a number', '{ cost-center: 4711 }', /write the value in quotes/],
    ['nothing', '{ cost-center: "" }', /at least one/],
    ['a key that no service takes', '{ "cost*": x }', /use letters/],
    ['a key twice', '{ Owner: a, owner: b }', /in other capitals/],
    ['a long value', `{ long: ${'x'.repeat(257)} }`, /at most 256 characters/],
    ['too many', some(41, 'x'), /at most 40 tags/],
    ['too much', some(20, 'x'.repeat(200)), /2000 bytes/],
  ])('refuses tags with %s', (_, tags, problem) => {
    expect(problemsOf(`${EXAMPLE}\ntags: ${tags}\n`)).toEqual([expect.stringMatching(problem)]);
  });

  test.each([
    ['{ vpcId: vpc-1 }', 3],
    ['{ vpcId: vpc-0123456789abcdef0, subnetIds: [], securityGroupIds: [] }', 2],
    [
      '{ vpcId: vpc-0123456789abcdef0, subnetIds: [sg-0123456789abcdef0], securityGroupIds: [sg-0123456789abcdef0] }',
      1,
    ],
  ])('refuses the network %s', (network, problems) => {
    expect(problemsOf(`${EXAMPLE}\nhub: { network: ${network} }\n`)).toHaveLength(problems);
  });

  test('says where the YAML itself is broken', () => {
    expect(problemsOf('redisCloud: {')).toEqual([expect.stringMatching(/at line 1/)]);
    expect(problemsOf('redisCloud: *keys')).toEqual([expect.stringMatching(/alias.*keys/)]);
    expect(problemsOf('')).toEqual([expect.stringMatching(/^the file \(line 1\): .*expected object/)]);
  });

  test('says what to do about a file that is not there', () => {
    expect(() => loadConfiguration('config/none.yaml')).toThrow(/Copy config\/privatelink.yaml/);
  });

  test('has a JSON Schema for editors, which is the one that is checked in', () => {
    expect(JSON.parse(readFileSync('config/privatelink.schema.json', 'utf8'))).toEqual(
      configurationJsonSchema(),
    );
  });
});
