import { describe, expect, jest, test } from '@jest/globals';
import { onGround } from '../../proof/bench/ground.ts';
import {
  amiss,
  call,
  configuration,
  deployed,
  HUB,
  keepEnvironment,
  look,
  MANAGEMENT,
  MEMBER,
} from './deployment.ts';
import { NEVER_RECONCILED } from './lacks.ts';

jest.setTimeout(60_000);
keepEnvironment();

describe('a deployment that lacks nothing', () => {
  test('is well from every account, and each says what the others are to be asked', () =>
    deployed(async (ground) => {
      for (const as of [MANAGEMENT, HUB, MEMBER]) {
        const findings = await look(ground, { as });
        expect(amiss(findings)).toEqual([]);
        expect(findings.filter(({ status }) => status === 'ok').length).toBeGreaterThan(3);
        expect(findings.at(-1)).toMatchObject({
          status: 'elsewhere',
          text: expect.stringMatching(/^look from /),
        });
      }
    }));

  test('says who has handed a connection over, for comparison', () =>
    deployed(async (ground) => {
      const told = async () => (await look(ground, { as: HUB })).map(({ text }) => text);
      expect(await told()).toContain('orders was handed over by nobody yet');
      await ground.cloud.start('onboard', { connection: 'orders', accountId: MEMBER });
      await ground.cloud.settled(ground.activity);
      expect(await told()).toContainEqual(
        expect.stringMatching(/^orders was first handed over by account \d{12}, 20.*Z: compare it/),
      );
    }));

  test('shows nothing of the secret', () =>
    deployed(async (ground) => {
      const { SecretString } = await call(ground, 'secretsmanager', 'GetSecretValue', {
        SecretId: configuration.redisCloud.accounts[0]!.secretName,
      });
      const told = JSON.stringify(await look(ground, { as: HUB }));
      for (const key of Object.values(JSON.parse(SecretString))) expect(told).not.toContain(key);
    }));
});

describe('a deployment that lacks', () => {
  test('a reconciliation is told so, with the command that repairs it', () =>
    deployed(
      async (ground) => {
        expect(amiss(await look(ground, { as: HUB }))).toEqual([expect.stringMatching(NEVER_RECONCILED)]);
      },
      { reconciled: false },
    ));
});

describe('an account in which nothing is deployed', () => {
  test('is told what to do first, and nothing twice', () =>
    onGround({ contract: 'resource-share', assembly: 'dist/test' }, async (ground) => {
      const changed = { hubAccountId: '333333333333' };
      await ground.cloud.accounts.add('333333333333', undefined, { silent: true });
      const found = amiss(await look(ground, { as: '333333333333', changed }));
      expect(found).toEqual([
        expect.stringMatching(/^cannot tell: whether the hub account may ask Organizations/),
        expect.stringMatching(/^cannot tell: the organizational units/),
        expect.stringMatching(/not bootstrapped/),
        expect.stringMatching(
          /^missing: the stack redis-privatelink-hub is not deployed in us-east-1 => npx cdk deploy/,
        ),
        expect.stringMatching(/^missing: the secret redis-privatelink\/redis-cloud does not exist/),
        expect.stringMatching(/^missing: the event bus redis-privatelink does not exist/),
      ]);
    }));
});

describe('somebody without permissions', () => {
  test('is told what cannot be told, and why', () =>
    deployed(async (ground) => {
      const trust = {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HUB}:root` }, Action: 'sts:AssumeRole' },
        ],
      };
      const AssumeRolePolicyDocument = JSON.stringify(trust);
      await call(ground, 'iam', 'CreateRole', { RoleName: 'onlooker', AssumeRolePolicyDocument });
      const { Credentials } = (await call(ground, 'sts', 'AssumeRole', {
        RoleArn: `arn:aws:iam::${HUB}:role/onlooker`,
        RoleSessionName: 'somebody',
      })) as { Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string } };
      const as = {
        accessKeyId: Credentials.AccessKeyId,
        secretAccessKey: Credentials.SecretAccessKey,
        sessionToken: Credentials.SessionToken,
      };
      const found = amiss(await look(ground, { as }));
      for (const line of found) expect(line).toMatch(/^cannot tell: .*why: AccessDenied on \w+:\w+\)/);
      expect(found).toContainEqual(
        expect.stringMatching(
          /^cannot tell: the hub stack \(why: AccessDenied on cloudformation:DescribeStacks\)$/,
        ),
      );
      expect(found).toContainEqual(
        expect.stringMatching(/^cannot tell: the secret .*AccessDenied on secretsmanager:DescribeSecret/),
      );

      await call(ground, 'iam', 'PutRolePolicy', {
        RoleName: 'onlooker',
        PolicyName: 'Look',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'secretsmanager:DescribeSecret', Resource: '*' }],
        }),
      });
      const again = await look(ground, { as });
      expect(again).toContainEqual({
        status: 'ok',
        text: expect.stringMatching(
          /^the secret .* was filled \(it cannot be read from here: AccessDenied on secretsmanager:GetSecretValue\)$/,
        ),
      });
    }));
});
