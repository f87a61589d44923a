import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEFAULT_NAMES, DEPLOYED_AS } from '../../lib/names.ts';

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of any resource
  Properties: any;
}

const text = readFileSync(`dist/test/${DEFAULT_NAMES.HUB_STACK}.template.json`, 'utf8');
const { Resources } = JSON.parse(text) as { Resources: Record<string, Resource> };
const all = Object.values(Resources);

const fileOf = (deployed: string) =>
  Object.entries(DEPLOYED_AS).find(([, name]) => name === deployed)?.[0] ?? deployed;

/** By the file of each function: what its role may do with the table. */
const functions = all
  .filter(({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName)
  .map(({ Properties }): [string, string[]] => [
    fileOf(Properties.FunctionName.replace(/^redis-privatelink-/, '')),
    allowedTo(Properties.Role['Fn::GetAtt'][0]),
  ]);

function allowedTo(role: string): string[] {
  const actions = all
    .filter(
      ({ Type, Properties }) =>
        Type === 'AWS::IAM::Policy' && Properties.Roles.some((one: { Ref?: string }) => one.Ref === role),
    )
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }): string[] => Action)
    .filter((action) => action.startsWith('dynamodb:'));
  return [...new Set(actions)].sort();
}

/** The commands that are left in the bundle: what nothing calls is not. */
function calledBy(call: string): string[] {
  const bundle = readFileSync(`dist/lambdas/${call}/index.mjs`, 'utf8');
  const names = bundle.matchAll(
    /"((?:Batch)?(?:Get|Put|Update|Delete|Write)Item|Query|Scan|TransactWriteItems)"/g,
  );
  return [...new Set([...names].map(([, name]) => `dynamodb:${name}`))].sort();
}

/** Calls that are made only where a connection has a service network: lib/hub/functions/networks.ts allows them then. */
const FOR_NETWORKS: Record<string, string[]> = {
  'accept-resource-share': ['DeleteItem', 'GetItem', 'PutItem'],
  'await-onboarding': ['Scan'],
  'delete-vpc-endpoint': ['GetItem'],
  'get-task': ['PutItem', 'Scan'],
  'list-vpc-endpoints': ['GetItem'],
  'remove-principal': ['DeleteItem'],
};

/** Whoever lists completes records of an earlier version; these share the code that reads them, and do not. */
const NEVER: Record<string, string[]> = {
  'delete-security-group': ['PutItem'],
  'delete-vpc-endpoint': ['PutItem'],
};

test.each(functions)('%s may make the calls of the table that it makes, and no others', (call, allowed) => {
  const others = [...(FOR_NETWORKS[call] ?? []), ...(NEVER[call] ?? [])].map((name) => `dynamodb:${name}`);
  expect([...allowed, ...others].sort()).toEqual(calledBy(call));
});

test('some functions use the table', () => {
  expect(functions.filter(([, allowed]) => allowed.length > 0).length).toBeGreaterThan(20);
});
