import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Configuration, loadConfiguration } from '../../lib/configuration.ts';
import { HUB_STACK, MEMBER_STACK } from '../../lib/names.ts';

const original = loadConfiguration('test/workflows/organization.yaml');
const [first] = original.connections as [Configuration['connections'][number]];
const extra = { ...first, name: 'extra', subscriptionId: 99999, shareName: 'redis-privatelink-extra' };
const offering = (...connections: Configuration['connections']): Configuration => ({
  ...original,
  connections,
});

const VARIANTS = {
  again: original,
  changed: offering({ ...first, vpcs: 'all' }, ...original.connections.slice(1)),
  added: offering(...original.connections, { ...extra, region: 'ap-southeast-2' }),
};
type Variant = keyof typeof VARIANTS;

const ORIGINAL = 'dist/test-workflows';
const folderOf = (variant: Variant) => join('dist/test-variants', variant);

beforeAll(() => {
  const orders = Object.entries(VARIANTS).map(([variant, configuration]) => ({
    configuration,
    outdir: folderOf(variant as Variant),
  }));
  execFileSync(process.execPath, ['test/lib/synthesizer.ts'], {
    input: JSON.stringify(orders),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}, 120_000);

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

  test('of a connection in a new Region opens this Region to the member accounts’ role, too', () => {
    const others = changesOf('added').filter((change) => !configuredCode().includes(change));
    expect(others).not.toEqual([]);
    for (const change of others) {
      expect(change).toMatch(
        new RegExp(`^${MEMBER_STACK}\\.ConnectorDefaultPolicy\\w+\\..*\\.aws:RequestedRegion\\.\\d+$`),
      );
    }
  });
});
