import { expect, test } from '@jest/globals';
import { Access } from '../../src/aws/authorization/access.ts';
import { Credentials } from '../../src/aws/credentials.ts';
import { Iam } from '../../src/aws/iam/roles.ts';
import { Organization } from '../../src/aws/organization.ts';
import { AwsServices } from '../../src/aws/service.ts';
import { Sts } from '../../src/aws/sts.ts';
import { VirtualClock } from '../../src/clock.ts';

const hub = '222222222222';
const member = '444455556666';
const region = 'us-east-1';
const roleArn = `arn:aws:iam::${member}:role/connector`;

/** A member's role that trusts the organization's hub function, and that function's own role. */
async function prepare() {
  const clock = new VirtualClock(Date.parse('2026-11-20T10:00:00Z'));
  const organization = new Organization({
    clock,
    id: 'o-one',
    managementAccountId: '111111111111',
    delegatedAdministrators: [hub],
  });
  organization.addAccount(member, { silent: true });
  const iam = new Iam({ clock });
  const access = new Access({ clock, iam, membership: organization });
  const services = new AwsServices();
  services.guard = access;
  const credentials = new Credentials({ clock });
  services.register(iam);
  services.register(new Sts({ credentials, iam, access }));
  const root = (accountId: string) => ({ accountId, region, arn: `arn:aws:iam::${accountId}:root` });
  const trust = (statement: object) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }] });
  const ofHub = {
    Principal: { AWS: `arn:aws:iam::${hub}:root` },
    Condition: {
      StringEquals: { 'aws:PrincipalOrgID': 'o-one', 'sts:ExternalId': 'secret-id' },
      ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${hub}:role/hub-*` },
    },
  };
  const connector = { RoleName: 'connector', AssumeRolePolicyDocument: trust(ofHub) };
  await services.call('iam', 'CreateRole', connector, root(member));
  const lambda = { Principal: { Service: 'lambda.amazonaws.com' } };
  for (const RoleName of ['hub-function', 'other-function']) {
    await services.call(
      'iam',
      'CreateRole',
      { RoleName, AssumeRolePolicyDocument: trust(lambda) },
      root(hub),
    );
  }
  const permit = (RoleName: string) =>
    services.call(
      'iam',
      'PutRolePolicy',
      {
        RoleName,
        PolicyName: 'enter',
        PolicyDocument: JSON.stringify({
          Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/connector' },
        }),
      },
      root(hub),
    );
  const assume = (changes: { role?: string; as?: string; ExternalId?: string; more?: object } = {}) => {
    const { role = roleArn, as = 'hub-function', ExternalId = 'secret-id', more } = changes;
    const caller = { accountId: hub, region, arn: `arn:aws:sts::${hub}:assumed-role/${as}/call` };
    const input = { RoleArn: role, RoleSessionName: 'test', ExternalId, ...more };
    return services.call('sts', 'AssumeRole', input, caller);
  };
  /** What may be done with the credentials that were handed out. */
  const use = (answer: unknown, service: string, action: string, input: object) => {
    const { Credentials: keys } = answer as { Credentials: { AccessKeyId: string; SessionToken: string } };
    const identity = credentials.lookup(keys.AccessKeyId, keys.SessionToken);
    return services.call(service, action, input, { ...identity, region });
  };
  const asRoot = (action: string, input: object) => services.call('iam', action, input, root(member));
  return { organization, permit, assume, use, asRoot, trust, ofHub };
}

test('lets in whom the trust policy admits and the own policy permits', async () => {
  const { permit, assume } = await prepare();
  await permit('hub-function');
  const session = { AssumedRoleUser: { Arn: `arn:aws:sts::${member}:assumed-role/connector/test` } };
  expect(await assume()).toMatchObject(session);
});

test('refuses the wrong external id, role, caller and caller without permission alike', async () => {
  const { permit, assume } = await prepare();
  await expect(assume()).rejects.toMatchObject({ code: 'AccessDenied' });
  await permit('hub-function');
  await permit('other-function');
  const denied = {
    code: 'AccessDenied',
    message: expect.stringContaining('is not authorized to perform: sts:AssumeRole'),
  };
  await expect(assume({ ExternalId: 'guess' })).rejects.toMatchObject(denied);
  await expect(assume({ role: `arn:aws:iam::${member}:role/none` })).rejects.toMatchObject(denied);
  await expect(assume({ as: 'other-function' })).rejects.toMatchObject(denied);
});

test('nobody enters a closed account, and nobody from outside the organization enters', async () => {
  const { organization, permit, assume } = await prepare();
  await permit('hub-function');
  organization.closeAccount(member);
  await expect(assume()).rejects.toMatchObject({ code: 'AccessDenied' });

  const left = await prepare();
  await left.permit('hub-function');
  left.organization.removeAccount(hub);
  await expect(left.assume()).rejects.toMatchObject({ code: 'AccessDenied' });
});

test('a policy that the evaluation does not know is refused when it is made', () => {
  const iam = new Iam({ clock: new VirtualClock(0) });
  const document = { Statement: { Effect: 'Allow', Action: '*', Condition: { DateEquals: {} } } };
  const create = () =>
    iam.actions.CreateRole!(
      { RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(document) },
      { accountId: member, region, arn: '' },
    );
  expect(create).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
});

test('a session may do what both its role and the policy with which it was begun allow', async () => {
  const { permit, assume, use, asRoot } = await prepare();
  await permit('hub-function');
  const Statement = { Effect: 'Allow', Action: ['iam:ListRoles', 'iam:GetRole'], Resource: '*' };
  const PolicyDocument = JSON.stringify({ Statement });
  await asRoot('PutRolePolicy', { RoleName: 'connector', PolicyName: 'look', PolicyDocument });
  const Policy = (Action: string[]) => ({
    more: { Policy: JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } }) },
  });
  const limited = await assume(Policy(['iam:ListRoles', 'iam:DeleteRole']));
  await expect(use(limited, 'iam', 'ListRoles', {})).resolves.toMatchObject({ Roles: expect.any(Array) });
  await expect(use(limited, 'iam', 'GetRole', { RoleName: 'connector' })).rejects.toMatchObject({
    message: expect.stringContaining('because no session policy allows the iam:GetRole action'),
  });
  await expect(use(limited, 'iam', 'DeleteRole', { RoleName: 'connector' })).rejects.toMatchObject({
    message: expect.stringContaining('because no identity-based policy allows the iam:DeleteRole action'),
  });
  const whole = await assume();
  await expect(use(whole, 'iam', 'GetRole', { RoleName: 'connector' })).resolves.toBeDefined();
});

test('a session policy is refused that is too long, or that nobody could evaluate', async () => {
  const { permit, assume } = await prepare();
  await permit('hub-function');
  const Policy = (Action: string[]) =>
    JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } });
  await expect(assume({ more: { Policy: Policy(['x'.repeat(2048)]) } })).rejects.toMatchObject({
    code: 'ValidationError',
  });
  await expect(assume({ more: { Policy: '{"Statement":{"Effect":"Maybe"}}' } })).rejects.toMatchObject({
    code: 'MalformedPolicyDocument',
  });
  await expect(assume({ more: { PolicyArns: [] } })).rejects.toMatchObject({
    message: 'The local cloud does not act on PolicyArns.',
  });
});

test('trust and permissions can ask for the name of the session', async () => {
  const { permit, assume, use, asRoot, trust, ofHub } = await prepare();
  await permit('hub-function');
  const PolicyDocument = trust({
    ...ofHub,
    Condition: { ...ofHub.Condition, StringLike: { 'sts:RoleSessionName': ['look-*', 'change-*'] } },
  });
  await asRoot('UpdateAssumeRolePolicy', { RoleName: 'connector', PolicyDocument });
  const Statement = {
    Effect: 'Allow',
    Action: 'iam:ListRoles',
    Resource: '*',
    Condition: { StringLike: { 'aws:userid': '*:change-*' } },
  };
  await asRoot('PutRolePolicy', {
    RoleName: 'connector',
    PolicyName: 'change',
    PolicyDocument: JSON.stringify({ Statement }),
  });
  await expect(assume()).rejects.toMatchObject({ code: 'AccessDenied' });
  const named = (RoleSessionName: string) => assume({ more: { RoleSessionName } });
  await expect(use(await named('change-1'), 'iam', 'ListRoles', {})).resolves.toBeDefined();
  await expect(use(await named('look-1'), 'iam', 'ListRoles', {})).rejects.toMatchObject({
    message: expect.stringContaining('no identity-based policy allows'),
  });
});
