import { describe, expect, jest, test } from '@jest/globals';
import { failures } from '../../../doctor/checks/failures.ts';
import { Examination } from '../../../doctor/examination.ts';
import { printed } from '../../../doctor/status/printed.ts';
import { PERMISSIONS, read } from '../../../doctor/status/read.ts';
import { statusOf } from '../../../doctor/status/status.ts';
import { addVpc, type Ground } from '../../../proof/bench/ground.ts';
import { call, configuration, deployed, HUB, keepEnvironment, MEMBER } from '../deployment.ts';

jest.setTimeout(60_000);
keepEnvironment();

let roles = 0;

/** The status as somebody in the hub account sees it who has only these actions. */
async function statusWith(ground: Ground, actions: string[]) {
  roles += 1;
  const RoleName = `reader-${roles}`;
  const policy = (rest: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] });
  const trust = policy({ Principal: { AWS: HUB }, Action: 'sts:AssumeRole' });
  await call(ground, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust });
  const PolicyDocument = policy({ Action: actions, Resource: '*' });
  await call(ground, 'iam', 'PutRolePolicy', { RoleName, PolicyName: 'reads', PolicyDocument });
  const RoleArn = `arn:aws:iam::${HUB}:role/${RoleName}`;
  const { Credentials } = (await call(ground, 'sts', 'AssumeRole', {
    RoleArn,
    RoleSessionName: 'person',
  })) as { Credentials: Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string> };
  process.env.AWS_ENDPOINT_URL = ground.cloud.url;
  process.env.AWS_ACCESS_KEY_ID = Credentials.AccessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = Credentials.SecretAccessKey;
  process.env.AWS_SESSION_TOKEN = Credentials.SessionToken;
  return statusOf(await read(examinationOf(ground)));
}

/** With the credentials of the environment. */
function examinationOf({ cloud }: Ground): Examination {
  return new Examination({
    configuration,
    config: 'config/privatelink.yaml',
    place: 'hub',
    accountId: HUB,
    now: cloud.clock.now(),
    memberTemplate: async () => '',
  });
}

describe('the status of a deployment', () => {
  test('says what an execution waits for that asks again and again', () =>
    deployed(async (ground) => {
      const { world, activity } = ground;
      const tags = { 'redis-privatelink': 'orders' };
      const vpcId = await world.createVpc(MEMBER, 'us-east-1', { cidrBlock: '10.43.0.0/16', tags });
      await activity.sleep(10 * 60_000);
      const status = await statusWith(ground, PERMISSIONS);
      expect(status.running).toMatchObject([
        { workflow: 'onboard', place: { vpcId }, state: 'Describe VPC', lastError: 'SubnetsNotReady' },
      ]);
      expect(printed(status)).toMatch(/in “Describe VPC”, not yet: SubnetsNotReady\n/);
    }));

  test('is read with the permissions that the command prints, and says what some lack', () =>
    deployed(async (ground) => {
      const { cloud, activity } = ground;
      await addVpc(ground, MEMBER);
      await cloud.settled(activity);
      await cloud.start('onboard', {
        connection: 'orders',
        accountId: MEMBER,
        vpcId: 'vpc-0a71e831cb5152c43',
      });
      await cloud.settled(activity);
      const running = await cloud.start('reconcile', {});
      const status = await statusWith(ground, PERMISSIONS);
      const connected = expect.objectContaining({ vpcEndpointId: expect.stringMatching(/^vpce-/) });
      expect(status).toMatchObject({
        notes: [],
        unseen: [],
        connections: [
          {
            name: 'orders',
            accounts: [{ accountId: MEMBER, vpcs: expect.arrayContaining([connected]) }],
          },
        ],
        running: expect.arrayContaining([
          expect.objectContaining({
            workflow: 'reconcile',
            execution: running.arn,
            state: expect.any(String),
          }),
        ]),
        reconciliation: { incomplete: [] },
        failures: [{ workflow: 'onboard', error: 'VpcNotFound' }],
        needsPerson: ['1 failure not mended'],
      });
      expect(await failures.look(examinationOf(ground))).toEqual([
        {
          status: 'missing',
          text: '1 failure not mended',
          command: expect.stringMatching(/^npm run status -- --config config\/privatelink.yaml/),
        },
        { status: 'ok', text: 'no removal is held' },
        { status: 'ok', text: 'nothing is left in an account that lets nobody in' },
      ]);

      // The reconciliation finds that nobody wants that VPC connected.
      await activity.wait(cloud.ended(running));
      expect((await statusWith(ground, PERMISSIONS)).failures).toEqual([]);
      expect(await failures.look(examinationOf(ground))).toMatchObject(Array(3).fill({ status: 'ok' }));

      const blind = await statusWith(ground, PERMISSIONS.slice(0, 3));
      expect(blind.unseen).toEqual([
        'what is connected, waits and failed: AccessDenied on dynamodb:Scan',
        'what runs: AccessDenied on states:ListExecutions',
        'the last reconciliation: AccessDenied on dynamodb:Query',
      ]);
      expect(printed(blind)).toContain('Not everything could be looked at.');
      expect((await statusWith(ground, [])).unseen).toContain(
        'the hub stack: AccessDenied on cloudformation:DescribeStacks',
      );
    }));
});
