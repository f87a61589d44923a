import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { type Configuration, loadConfiguration } from '../../lib/configuration.ts';
import { DEFAULT_NAMES } from '../../lib/names.ts';
import type { Finding } from './synthesizer.ts';

const { HUB_STACK } = DEFAULT_NAMES;

const original = loadConfiguration('test/workflows/organization.yaml');
const [first] = original.connections as [Configuration['connections'][number]];
const extra = { ...first, name: 'extra', subscriptionId: 99999, shareName: 'redis-privatelink-extra' };
const offering = (...connections: Configuration['connections']): Configuration => ({
  ...original,
  connections,
});

/** Of AWS's standard partition. */
const REGIONS = RegionInfo.regions.filter(({ partition }) => partition === 'aws').map(({ name }) => name);

interface FunctionProperties {
  FunctionName?: string;
  Environment?: { Variables: Record<string, string> };
  VpcConfig?: object;
}

const PROVIDER = '999900001111';

const NETWORK = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  securityGroupIds: ['sg-0123456789abcdef0'],
};
const fromNetwork = (...connections: Configuration['connections']): Configuration => ({
  ...offering(...connections),
  hub: { network: NETWORK },
  // Nearly as many as one may have: the connector's conditions name each of them.
  tags: Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`cost-${index}`.padEnd(20, 'x'), 'y'.repeat(25)]),
  ),
});

const VARIANTS = {
  again: original,
  changed: offering({ ...first, vpcs: 'all', providerAccountId: PROVIDER }, ...original.connections.slice(1)),
  // In every Region that AWS has, from a network of one's own.
  many: fromNetwork(
    ...Array.from({ length: 200 }, (_, index) => ({
      ...first,
      name: `connection-${index}`.padEnd(32, 'x'),
      subscriptionId: index + 1,
      shareName: `share-${index}`.padEnd(64, 'x'),
      region: REGIONS[index % REGIONS.length]!,
      providerAccountId: PROVIDER,
    })),
  ),
  added: offering(...original.connections, { ...extra, region: 'ap-southeast-2' }),
};
type Variant = keyof typeof VARIANTS;

const ORIGINAL = 'dist/test-workflows';
const folderOf = (variant: Variant) => join('dist/test-variants', variant);

let findings: Record<Variant, Finding[]>;

beforeAll(() => {
  const orders = Object.entries(VARIANTS).map(([variant, configuration]) => ({
    configuration,
    outdir: folderOf(variant as Variant),
  }));
  const answer = execFileSync(process.execPath, ['test/lib/synthesizer.ts'], {
    input: JSON.stringify(orders),
    stdio: ['pipe', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  const found = JSON.parse(answer) as Finding[][];
  findings = Object.fromEntries(
    Object.keys(VARIANTS).map((variant, index) => [variant, found[index]]),
  ) as never;
}, 300_000);

function templatesIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.template.json'));
}

// biome-ignore lint/suspicious/noExplicitAny: the properties of any resource
type Resources = Record<string, { Type: string; Properties: any }>;

function resources(folder: string, file: string): Resources {
  return (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { Resources: Resources }).Resources;
}

/** Where two values differ: paths with dots. */
function differences(one: unknown, other: unknown, path: string[] = []): string[] {
  if (!(one instanceof Object) || !(other instanceof Object)) return one === other ? [] : [path.join('.')];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) =>
    differences(Reflect.get(one, key), Reflect.get(other, key), [...path, key]),
  );
}

/** The places in all templates of a variant that are not as in the original. */
function changesOf(variant: Variant): string[] {
  const folder = folderOf(variant);
  expect(templatesIn(folder)).toEqual(templatesIn(ORIGINAL));
  return templatesIn(folder)
    .flatMap((file) =>
      differences(resources(ORIGINAL, file), resources(folder, file), [file.replace('.template.json', '')]),
    )
    .sort();
}

/** The code of the functions that have the configuration beside them. */
function configuredCode(): string[] {
  const assets = JSON.parse(readFileSync(join(ORIGINAL, `${HUB_STACK}.assets.json`), 'utf8')) as {
    files: Record<string, { source: { path: string } }>;
  };
  const isConfigured = (key: string) => {
    const { path } = assets.files[key.replace(/\.\w+$/, '')]!.source;
    return existsSync(join(ORIGINAL, path, 'configuration.json'));
  };
  const ids = Object.entries(resources(ORIGINAL, `${HUB_STACK}.template.json`))
    .filter(
      ([, { Type, Properties }]) => Type === 'AWS::Lambda::Function' && isConfigured(Properties.Code.S3Key),
    )
    .map(([id]) => `${HUB_STACK}.${id}.Properties.Code.S3Key`);
  expect(ids.length).toBeGreaterThan(5);
  return ids.sort();
}

describe('a synthesis', () => {
  test('has nothing that cdk-nag finds, but what is accepted with a reason', () => {
    expect(findings).toEqual({ again: [], changed: [], added: [], many: [] });
  });

  test('is the same, byte for byte, when it is done again', () => {
    const files = readdirSync(folderOf('again')).filter((file) => /\.(template|assets)\.json$/.test(file));
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const [before, after] = [ORIGINAL, folderOf('again')].map((folder) => readFileSync(join(folder, file)));
      expect([file, after!.equals(before!)]).toEqual([file, true]);
    }
  });

  test('of a changed connection changes only the functions that know the configuration', () => {
    expect(changesOf('changed')).toEqual(configuredCode());
  });

  test('of a connection in a new Region brings the member stack there, and lets its role in', () => {
    const known = configuredCode();
    const others = changesOf('added').filter((change) => !known.includes(change));
    const kinds = [
      /^redis-privatelink-member\.ConnectorDefaultPolicy\w+\..*\.aws:RequestedRegion\.\d+$/,
      /^redis-privatelink-organization-us-east-1\.Members\w+\.Properties\.StackInstancesGroup\.0\.Regions\.\d+$/,
      /^redis-privatelink-organization-us-east-1\.Members\w+\.Properties\.TemplateBody$/,
    ];
    for (const kind of kinds) expect(others).toContainEqual(expect.stringMatching(kind));
    expect(others.filter((change) => !kinds.some((kind) => kind.test(change)))).toEqual([]);
  });

  test('with a network has those functions in it that call Redis Cloud, and no others', () => {
    const { Resources } = JSON.parse(
      readFileSync(join(folderOf('many'), `${HUB_STACK}.template.json`), 'utf8'),
    ) as { Resources: Record<string, { Type: string; Properties: FunctionProperties }> };
    const functions = Object.values(Resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' && Properties.FunctionName ? [Properties] : [],
    );
    const calling = functions.filter(({ Environment }) => Environment?.Variables.REDIS_CLOUD_URL);
    expect(calling.length).toBeGreaterThan(8);
    for (const one of functions) {
      const { subnetIds: SubnetIds, securityGroupIds: SecurityGroupIds } = NETWORK;
      const expected = calling.includes(one) ? { SubnetIds, SecurityGroupIds } : undefined;
      expect([one.FunctionName, one.VpcConfig]).toEqual([one.FunctionName, expected]);
    }
  });

  test('of connections that all name their provider lets in the shares of no other', () => {
    const member = (folder: string) =>
      readFileSync(join(folder, 'redis-privatelink-member.template.json'), 'utf8');
    const condition = /"ram:ShareOwnerAccountId": *\[\s*"999900001111"\s*\]/;
    expect(member(folderOf('many'))).toMatch(condition);
    expect(member(ORIGINAL)).not.toMatch(/ShareOwnerAccountId/);
  });

  test('of 200 connections in all Regions stays within the limits of AWS', () => {
    for (const file of templatesIn(folderOf('many'))) {
      // "CloudFormation quotas".
      const size = readFileSync(join(folderOf('many'), file)).length;
      // The member stack's is handed over inline by the command line, which needs no bucket for it then.
      expect(size).toBeLessThanOrEqual(file.includes('member') ? 51_200 : 1_000_000);
      const all = Object.values(resources(folderOf('many'), file));
      expect(all.length).toBeLessThan(500);
      for (const { Type, Properties } of all) {
        if (Type === 'AWS::IAM::Policy') {
          // Of all inline policies of a role together, without white space ("IAM and AWS STS quotas").
          expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(10_240);
        }
        if (Type === 'AWS::Lambda::Function') {
          // "Lambda quotas".
          expect(JSON.stringify(Properties.Environment ?? {}).length).toBeLessThan(4_096);
        }
        // "StackSets" hands it over inline ("CreateStackSet", API reference).
        if (Type === 'AWS::CloudFormation::StackSet') {
          expect(Properties.TemplateBody.length).toBeLessThanOrEqual(51_200);
        }
      }
    }
  });
});
