import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  MEMBER_ACTIONS,
  type MemberFunction,
  onlyLooks,
  sessionPolicy,
} from '../../../../lambdas/aws/call/actions.ts';
import { DEFAULT_NAMES } from '../../../../lib/names.ts';

const { HUB_STACK } = DEFAULT_NAMES;

const calls = Object.keys(MEMBER_ACTIONS) as MemberFunction[];

/** What AWS asks beside the action itself, each with the call that needs it. */
const ASKED_BESIDE: Record<string, string[]> = {
  'ec2:CreateSecurityGroup': ['ec2:CreateTags'],
  'ec2:CreateVpcEndpoint': ['ec2:CreateTags', 'route53:AssociateVPCWithHostedZone'],
  'ssm:PutParameter': ['ssm:AddTagsToResource'],
  'vpc-lattice:CreateServiceNetworkResourceAssociation': ['vpc-lattice:TagResource'],
};

/** What the functions call in the hub. */
const IN_THE_HUB =
  /^(AssumeRole|(Get|Put|Update|Delete)Item|Query|DescribeEndpoints|(Describe|Start)Execution|DescribeAccount|DescribeOrganizationalUnit)$/;

/** The calls that the function's bundle has in it: the bundler leaves out what nobody imports. */
function calledBy(call: string): string[] {
  const bundle = readFileSync(`dist/lambdas/${call}/index.mjs`, 'utf8');
  const commands = [
    ...bundle.matchAll(/extends [\w$]+\([\w$]+,[\w$]+,"(\w+)"/g),
    ...bundle.matchAll(/\.s\("\w+","(\w+)"/g),
  ].map(([, name]) => name!);
  return [...new Set(commands)].filter((name) => !IN_THE_HUB.test(name)).sort();
}

/** What of a function's actions are calls: the others AWS asks beside them. */
function callsIn(actions: readonly string[]): string[] {
  const beside = actions.flatMap((action) => ASKED_BESIDE[action] ?? []);
  return actions
    .filter((action) => !beside.includes(action))
    .map((action) => action.split(':')[1]!)
    .sort();
}

describe('a session in a member account', () => {
  test.each(calls)('of %s may do what the function calls, and nothing else', (call) => {
    expect(callsIn(MEMBER_ACTIONS[call])).toEqual(calledBy(call));
    const { Statement } = JSON.parse(sessionPolicy(call));
    expect(Statement).toEqual([{ Effect: 'Allow', Action: MEMBER_ACTIONS[call], Resource: '*' }]);
  });

  test.each(calls)('of %s has a policy that STS takes beside a long name', (call) => {
    expect(sessionPolicy(call).length).toBeLessThanOrEqual(1024);
  });

  test('changes something for nine functions, and for no others', () => {
    expect(calls.filter((call) => !onlyLooks(call))).toEqual([
      'accept-resource-share',
      'create-security-group',
      'create-vpc-endpoint',
      'delete-parameters',
      'delete-security-group',
      'delete-vpc-endpoint',
      'modify-vpc-endpoint',
      'publish-parameters',
      'write-status',
    ]);
  });

  test('is begun by the functions whose roles have names, and by no others', () => {
    const text = readFileSync(`dist/test/${HUB_STACK}.template.json`, 'utf8');
    const { Resources } = JSON.parse(text) as {
      Resources: Record<string, { Type: string; Properties: { RoleName?: string } }>;
    };
    const named = Object.values(Resources)
      .filter(({ Type, Properties }) => Type === 'AWS::IAM::Role' && Properties.RoleName)
      .map(({ Properties }) => Properties.RoleName);
    expect(named.sort()).toEqual(calls.map((call) => `${HUB_STACK}-${call}`).sort());
  });
});
