import { describe, expect, test } from '@jest/globals';
import { type AccessRequest, checkKind, evaluate, type Statement, statementsOf } from '../../src/aws/iam.ts';

const session = 'arn:aws:sts::222222222222:assumed-role/hub-function/session';
const request: AccessRequest = {
  principal: session,
  action: 'events:PutEvents',
  resource: 'arn:aws:events:us-east-1:222222222222:event-bus/hub',
};

/** What one statement decides. Everything that it does not say fits the request. */
function decide(statement: Partial<Statement>, changes: Partial<AccessRequest> = {}) {
  const allowing: Statement = { Effect: 'Allow', Action: 'events:PutEvents', ...statement };
  return evaluate([allowing], { ...request, ...changes }).decision;
}

test('denies what nothing allows, and an explicit deny wins over an allow', () => {
  const allow: Statement = { Effect: 'Allow', Action: '*' };
  expect(evaluate([], request).decision).toBe('ImplicitDeny');
  expect(evaluate([allow], request).decision).toBe('Allow');
  expect(evaluate([allow, { Effect: 'Deny', Action: 'events:*' }], request).decision).toBe('Deny');
});

describe('actions and resources', () => {
  test.each([
    [{ Action: 'EVENTS:put*' }, 'Allow'],
    [{ Action: ['sqs:*', 'events:PutEvent?'] }, 'Allow'],
    [{ Action: 'events:PutEvent' }, 'ImplicitDeny'],
    [{ Action: undefined, NotAction: 'events:*' }, 'ImplicitDeny'],
    [{ Action: undefined, NotAction: 'sqs:*' }, 'Allow'],
    [{ Resource: 'arn:aws:events:*:222222222222:event-bus/*' }, 'Allow'],
    [{ Resource: 'arn:aws:events:*:222222222222:EVENT-bus/*' }, 'ImplicitDeny'],
    [{ NotResource: '*' }, 'ImplicitDeny'],
    [{ NotResource: 'arn:aws:sqs:*' }, 'Allow'],
  ] as [Partial<Statement>, string][])('%j: %s', (statement, decision) => {
    expect(decide(statement)).toBe(decision);
  });
});

describe('principals', () => {
  test.each([
    ['*', 'Allow'],
    [{ AWS: '*' }, 'Allow'],
    [{ AWS: '222222222222' }, 'Allow'],
    [{ AWS: 'arn:aws:iam::222222222222:root' }, 'Allow'],
    [{ AWS: 'arn:aws:iam::222222222222:role/hub-function' }, 'Allow'],
    [{ AWS: 'arn:aws:iam::222222222222:role/path/hub-function' }, 'Allow'],
    [{ AWS: session }, 'Allow'],
    [{ AWS: 'arn:aws:iam::333333333333:role/hub-function' }, 'ImplicitDeny'],
    [{ AWS: 'arn:aws:iam::222222222222:role/hub' }, 'ImplicitDeny'],
    [{ AWS: '333333333333' }, 'ImplicitDeny'],
    [{ Service: 'events.amazonaws.com' }, 'ImplicitDeny'],
  ] as [Statement['Principal'], string][])('%j: %s', (principal, decision) => {
    expect(decide({ Principal: principal })).toBe(decision);
  });

  test('a service is matched by its name, and NotPrincipal excludes', () => {
    const service = { principal: 'events.amazonaws.com' };
    expect(decide({ Principal: { Service: 'events.amazonaws.com' } }, service)).toBe('Allow');
    expect(decide({ Principal: { Service: 'sns.amazonaws.com' } }, service)).toBe('ImplicitDeny');
    expect(decide({ NotPrincipal: { AWS: '222222222222' } })).toBe('ImplicitDeny');
    expect(decide({ NotPrincipal: { AWS: '333333333333' } })).toBe('Allow');
  });
});

describe('conditions', () => {
  const context = {
    'aws:PrincipalOrgID': 'o-one',
    'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/hub-function',
    'aws:SecureTransport': 'true',
    's3:max-keys': '10',
    'aws:TagKeys': ['a', 'b'],
  };
  test.each([
    [{ StringEquals: { 'AWS:principalorgid': ['o-two', 'o-one'] } }, 'Allow'],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-ONE' } }, 'ImplicitDeny'],
    [{ StringEqualsIgnoreCase: { 'aws:PrincipalOrgID': 'o-ONE' } }, 'Allow'],
    [{ StringNotEquals: { 'aws:PrincipalOrgID': ['o-two', 'o-one'] } }, 'ImplicitDeny'],
    [{ StringNotEquals: { 'aws:Absent': 'x' } }, 'Allow'],
    [{ StringLike: { 'aws:PrincipalOrgID': 'o-*' } }, 'Allow'],
    [{ StringNotLike: { 'aws:PrincipalOrgID': 'o-?ne' } }, 'ImplicitDeny'],
    [{ StringEquals: { 'aws:Absent': 'x' } }, 'ImplicitDeny'],
    [{ StringEqualsIfExists: { 'aws:Absent': 'x' } }, 'Allow'],
    [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'x' } }, 'ImplicitDeny'],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/hub-*' } }, 'Allow'],
    [{ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:*:role/hub-function' } }, 'ImplicitDeny'],
    [{ Bool: { 'aws:SecureTransport': true } }, 'Allow'],
    [{ Null: { 'aws:Absent': 'true' } }, 'Allow'],
    [{ Null: { 'aws:PrincipalOrgID': 'true' } }, 'ImplicitDeny'],
    [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, 'Allow'],
    [{ NumericLessThan: { 's3:max-keys': '10' } }, 'ImplicitDeny'],
    [{ NumericGreaterThan: { 's3:max-keys': '9' } }, 'Allow'],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b', 'c'] } }, 'Allow'],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }, 'ImplicitDeny'],
    [{ 'ForAllValues:StringEquals': { 'aws:Absent': ['a'] } }, 'Allow'],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['b', 'z'] } }, 'Allow'],
    [{ 'ForAnyValue:StringEquals': { 'aws:Absent': ['a'] } }, 'ImplicitDeny'],
    [
      { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:PrincipalOrgID': 'no' } },
      'ImplicitDeny',
    ],
  ] as [Statement['Condition'], string][])('%j: %s', (condition, decision) => {
    expect(decide({ Condition: condition }, { context })).toBe(decision);
  });
});

describe('what is not known is refused', () => {
  const policy = (statement: object) => () => statementsOf({ Statement: statement });
  test.each([
    [
      'a condition operator',
      { Effect: 'Allow', Action: '*', Condition: { IpAddress: { 'aws:SourceIp': '::1' } } },
      /IpAddress/,
    ],
    [
      'a policy variable',
      { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::${aws:username}' },
      /aws:username/,
    ],
    ['an element', { Effect: 'Allow', Action: '*', Colour: 'red' }, /Colour/],
    ['an effect', { Effect: 'Perhaps', Action: '*' }, /Effect/],
    ['no action', { Effect: 'Allow' }, /Action/],
  ])('%s', (_what, statement, message) => {
    expect(policy(statement)).toThrow(message);
  });

  test('a key with several values needs a set operator', () => {
    const condition = { StringEquals: { 'aws:TagKeys': 'a' } };
    expect(() => decide({ Condition: condition }, { context: { 'aws:TagKeys': ['a', 'b'] } })).toThrow(
      /ForAnyValue/,
    );
  });
});

describe('the kind of a policy', () => {
  const allow = { Effect: 'Allow', Action: 'sqs:*' } as const;
  const Principal = { AWS: '111111111111' };

  test.each<[string, Partial<Statement>, 'identity' | 'trust', string]>([
    ['needs resources', {}, 'identity', 'Policy statement must contain resources.'],
    [
      'names nobody',
      { Principal, Resource: '*' },
      'identity',
      'Policy document should not specify a principal.',
    ],
    ['names somebody', {}, 'trust', 'Missing required field Principal'],
    ['has no resources', { Principal, Resource: '*' }, 'trust', 'Has prohibited field Resource'],
  ])('%s', (_what, statement, kind, problem) => {
    expect(() => checkKind([{ ...allow, ...statement }], kind)).toThrow(problem);
  });

  test('is right where it has what it needs', () => {
    checkKind(
      [
        { ...allow, Resource: '*' },
        { ...allow, NotResource: 'arn:aws:sqs:*' },
      ],
      'identity',
    );
    checkKind(
      [
        { ...allow, Principal },
        { ...allow, NotPrincipal: Principal },
      ],
      'trust',
    );
  });
});
