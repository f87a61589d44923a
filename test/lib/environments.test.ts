import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEFAULT_NAMES, DEPLOYED_AS } from '../../lib/names.ts';

const { HUB_STACK } = DEFAULT_NAMES;

/** The file of a function, by the name under which it is deployed. */
function fileOf(deployed: string): string {
  return Object.entries(DEPLOYED_AS).find(([, name]) => name === deployed)?.[0] ?? deployed;
}

interface Resource {
  Type: string;
  Properties: { FunctionName?: string; Environment?: { Variables: object } };
}

const text = readFileSync(`dist/test/${HUB_STACK}.template.json`, 'utf8');
const functions = Object.values((JSON.parse(text) as { Resources: Record<string, Resource> }).Resources)
  .filter(({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName)
  .map(({ Properties }): [string, string[]] => [
    fileOf(Properties.FunctionName!.replace(/^redis-privatelink-/, '')),
    Object.keys(Properties.Environment?.Variables ?? {}).sort(),
  ]);

/** The variables in the schemas of environments that the bundle contains, but for those that Lambda sets. */
function readBy(call: string): string[] {
  const bundle = readFileSync(`dist/lambdas/${call}/index.mjs`, 'utf8');
  const members = [...bundle.matchAll(/[{,]([A-Z][A-Z_]+):[\w$]+\(\)/g)].map(([, name]) => name!);
  return [...new Set(members)].filter((name) => !name.startsWith('AWS_')).sort();
}

test.each(functions)('%s is given the variables that it reads, and no others', (call, given) => {
  expect(given).toEqual(readBy(call));
});

test('some functions read variables', () => {
  expect(functions.filter(([, given]) => given.length > 0).length).toBeGreaterThan(20);
});
