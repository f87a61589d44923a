import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DEFAULT_NAMES } from '../../lib/names.ts';

const { HUB_STACK, MEMBER_STACK, ORGANIZATION_STACK } = DEFAULT_NAMES;

// What must never change in the templates, whoever adds what to them.

interface Statement {
  Sid?: string;
  Effect: string;
  Principal?: unknown;
  Action: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}
// biome-ignore lint/suspicious/noExplicitAny: the properties of any resource
type Resource = { Type: string; Properties?: any };

const templates = [HUB_STACK, MEMBER_STACK, `${ORGANIZATION_STACK}-us-east-1`].map(
  (stack) => [stack, resourcesOf(stack)] as const,
);
const all = templates.flatMap(([, resources]) => Object.entries(resources));

function resourcesOf(stack: string): Record<string, Resource> {
  return JSON.parse(readFileSync(`dist/test/${stack}.template.json`, 'utf8')).Resources;
}

/** The resources of a type, of which there is at least one, by logical id. */
function ofType(type: string, resources = all): [string, Resource['Properties']][] {
  const found = resources.filter(([, { Type }]) => Type === type);
  expect(found).not.toEqual([]);
  return found.map(([id, { Properties }]) => [id, Properties]);
}

/** Every statement of every policy that belongs to a resource: of trust, of keys, queues, topics and buses. */
function resourceStatements(): [string, Statement][] {
  const found = all.flatMap(([id, { Properties = {} }]) => {
    const {
      AssumeRolePolicyDocument,
      KeyPolicy,
      PolicyDocument,
      Statement: own,
      ResourcePolicy,
    } = Properties;
    return [AssumeRolePolicyDocument, KeyPolicy, PolicyDocument, ResourcePolicy, { Statement: own }]
      .flatMap((document) => document?.Statement ?? [])
      .filter(({ Principal }: Statement) => Principal !== undefined)
      .map((statement: Statement): [string, Statement] => [id, statement]);
  });
  expect(found.length).toBeGreaterThan(40);
  return found;
}

/** Somebody who is not one service, account or role. */
function isAnybody({ Principal }: Statement): boolean {
  return Principal === '*' || Object.values(Principal as object).includes('*');
}

describe('the templates', () => {
  test('allow anybody nothing but what a condition on the organization allows', () => {
    const open = resourceStatements().filter(
      ([, statement]) => statement.Effect === 'Allow' && isAnybody(statement),
    );
    expect(open.map(([, { Sid }]) => Sid)).toEqual(['cdk-ForwardersOfTheOrganization']);
    for (const [, { Condition }] of open) {
      expect(Condition).toEqual({
        StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
        ArnLike: { 'aws:PrincipalArn': expect.anything() },
      });
    }
  });

  test('let a service in only on behalf of this account, where it could act for another', () => {
    // Lambda and Step Functions assume a role only for a function or workflow of the role's own account, whose
    // creator may pass it ("The confused deputy problem", IAM User Guide).
    const own = /^(lambda|states)\.amazonaws\.com$/;
    const trusting = resourceStatements().filter(([, { Effect, Principal }]) => {
      const service = (Principal as { Service?: unknown }).Service;
      return Effect === 'Allow' && service !== undefined && !own.test(String(service));
    });
    expect(trusting.filter(([, { Condition }]) => Condition === undefined).map(([id]) => id)).toEqual([]);
  });

  test('refuse every queue a request without TLS', () => {
    const guarded = ofType('AWS::SQS::QueuePolicy')
      .filter(([, { PolicyDocument }]) =>
        PolicyDocument.Statement.some(
          ({ Effect, Principal, Condition }: Statement) =>
            Effect === 'Deny' &&
            isAnybody({ Principal } as Statement) &&
            Condition?.Bool?.['aws:SecureTransport'] === 'false',
        ),
      )
      .flatMap(([, { Queues }]) => Queues.map(({ Ref }: { Ref: string }) => Ref));
    for (const [, resources] of templates) {
      const queues = ofType('AWS::SQS::Queue', Object.entries(resources)).map(([id]) => id);
      expect(guarded).toEqual(expect.arrayContaining(queues));
    }
  });

  test('keep every log for a time that is said, under the key of the stack', () => {
    for (const [id, { RetentionInDays, KmsKeyId }] of ofType('AWS::Logs::LogGroup')) {
      expect({ id, RetentionInDays, KmsKeyId }).toEqual({
        id,
        RetentionInDays: expect.any(Number),
        KmsKeyId: expect.anything(),
      });
    }
  });

  test('log every step of every workflow, without what passes through it', () => {
    for (const [, { LoggingConfiguration }] of ofType('AWS::StepFunctions::StateMachine')) {
      expect(LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    }
  });

  test('give no function a secret in its environment', () => {
    for (const [id, { Environment }] of ofType('AWS::Lambda::Function')) {
      const suspects = Object.keys(Environment?.Variables ?? {}).filter(
        (name) => /SECRET|PASSWORD|TOKEN|KEY/.test(name) && !/_(ARN|NAME|ID)$/.test(name),
      );
      expect([id, suspects]).toEqual([id, []]);
    }
  });

  test('send the Redis Cloud keys nowhere but over https', () => {
    const addresses = ofType('AWS::Lambda::Function').flatMap(([, { Environment }]) =>
      Object.entries(Environment?.Variables ?? {}).filter(([name]) => name.endsWith('_URL')),
    );
    expect(addresses).not.toEqual([]);
    for (const [, address] of addresses) expect(address).toMatch(/^https:\/\//);
  });

  test('let nobody invoke a function but by its role, and rules of the hub', () => {
    const open = all.filter(
      ([, { Type, Properties }]) =>
        /^AWS::Lambda::(Url|Permission)$/.test(Type) &&
        !(Properties.Principal === 'events.amazonaws.com' && Properties.SourceArn !== undefined),
    );
    expect(open).toEqual([]);
  });

  test('take events about accounts only from the management account', () => {
    const about = ofType('AWS::Events::Rule', Object.entries(resourcesOf(HUB_STACK))).filter(
      ([, { EventPattern }]) => ['aws.organizations', 'aws.controltower'].includes(EventPattern?.source[0]),
    );
    expect(about).toHaveLength(2);
    for (const [, { EventPattern }] of about) expect(EventPattern.account).toEqual(['111111111111']);
  });
});
