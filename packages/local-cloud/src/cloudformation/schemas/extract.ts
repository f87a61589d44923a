import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceTypes } from '../resources/index.ts';
import { expressionOf, type Schema } from './schema.ts';

/**
 * Writes anew `aws.json`: AWS's schemas of the types that the local cloud has, and nothing of what a check does not
 * need. They come from cfn-lint, which keeps the schemas of CloudFormation's registry with their patterns and
 * lengths. Needs `python3` with pip, for a download; nothing is installed.
 */
const version = '1.58.0';

const keywords = new Set([
  ...[
    'type',
    'properties',
    'patternProperties',
    'additionalProperties',
    'required',
    'enum',
    'const',
    'pattern',
  ],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'items', 'minItems', 'maxItems', 'uniqueItems'],
  ...['anyOf', 'oneOf', 'allOf', 'if', 'then', 'requiredXor', 'requiredOr', 'dependentExcluded', '$ref'],
]);
/** Keywords whose value has schemas by name. */
const named = new Set(['properties', 'patternProperties']);
/** Keywords whose value is no schema. */
const plain = new Set([
  'required',
  'enum',
  'const',
  'requiredXor',
  'requiredOr',
  'dependentExcluded',
  'type',
]);

type Source = Schema & {
  definitions?: Record<string, Schema>;
  readOnlyProperties?: string[];
  createOnlyProperties?: string[];
  conditionalCreateOnlyProperties?: string[];
};

function reduced(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reduced);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([keyword]) => keywords.has(keyword));
  return Object.fromEntries(
    kept.map(([keyword, inner]) => {
      if (plain.has(keyword)) return [keyword, inner];
      if (keyword === 'pattern') expressionOf(inner);
      return [keyword, named.has(keyword) ? mapped(inner) : reduced(inner)];
    }),
  );
}

function mapped(schemas: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, reduced(schema)]));
}

/** The schema with the definitions that it leads to. */
function typeSchema({ definitions = {}, ...source }: Source): object {
  const { properties = {}, ...schema } = reduced(source) as Schema;
  const known = new Map<string, unknown>();
  const readOnly = namesOf(source.readOnlyProperties);
  const createOnly = namesOf(source.createOnlyProperties);
  const maybeCreateOnly = namesOf(source.conditionalCreateOnlyProperties);
  const writable = Object.fromEntries(
    Object.entries(properties).filter(([name]) => !readOnly.includes(name)),
  );
  const waiting = referencesIn({ ...schema, writable });
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (known.has(name)) continue;
    const definition = reduced(definitions[name]);
    known.set(name, definition);
    waiting.push(...referencesIn(definition));
  }
  return {
    ...schema,
    properties: writable,
    definitions: Object.fromEntries(known),
    readOnly,
    createOnly: [...createOnly, ...maybeCreateOnly].sort(),
  };
}

/** Names of properties, from the paths in a schema. */
function namesOf(paths: readonly string[] = []): string[] {
  return paths.map((path) => path.replace('/properties/', '').replaceAll('/', '.'));
}

function referencesIn(schema: unknown): string[] {
  return [...JSON.stringify(schema).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)].map(
    ([, name = '']) => name,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
try {
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, `cfn-lint==${version}`];
  execFileSync('python3', pip, { stdio: 'inherit' });
  const [wheel = ''] = readdirSync(folder);
  execFileSync('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
  const data = join(folder, 'cfnlint', 'data', 'schemas');
  const read = (...path: string[]) => JSON.parse(readFileSync(join(data, ...path), 'utf8'));
  const files = read('providers', 'us-east-1.json') as Record<string, string>;
  const lines = [...resourceTypes.keys()].sort().map((typeName) => {
    const file = files[typeName];
    if (!file) throw new Error(`cfn-lint ${version} has no schema of ${typeName}.`);
    return `${JSON.stringify(typeName)}: ${JSON.stringify(typeSchema(read('resources', `${file}.json`)))}`;
  });
  writeFileSync(new URL('aws.json', import.meta.url), `{\n${lines.join(',\n')}\n}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
