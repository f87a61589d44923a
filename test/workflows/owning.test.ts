import { describe, expect, test } from '@jest/globals';
import { long } from '../long.ts';
import { type Lab, laboratory, MINUTE, outcome, VPC } from './harness.ts';
import { Scene } from './leaving.ts';
import { endpointByHand, made } from './made.ts';

const inLab = laboratory();

describe('a developer who may write tags', () => {
  const OURS = {
    'redis-privatelink:managed-by': 'redis-privatelink',
    'redis-privatelink:connection': 'orders',
  };

  /** He may write tags of EC2 in the account, and nothing else. */
  async function developer(lab: Lab, accountId: string) {
    const place = { accountId, region: 'us-east-1' };
    const RoleName = 'developer';
    const document = (statement: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const AssumeRolePolicyDocument = document({
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: 'sts:AssumeRole',
    });
    await lab.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument }, place);
    const PolicyDocument = document({ Action: ['ec2:CreateTags', 'ec2:DeleteTags'], Resource: '*' });
    await lab.call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'tags', PolicyDocument }, place);
    const caller = { ...place, arn: `arn:aws:sts::${accountId}:assumed-role/${RoleName}/me` };
    const write = (action: string) => (id: string, tags: Record<string, string>) =>
      lab.cloud.call(
        'ec2',
        action,
        { Resources: [id], Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
        caller,
      );
    return { tag: write('CreateTags'), untag: write('DeleteTags') };
  }

  /** What others have in the account: an endpoint to AWS KMS, and the group of the payments. */
  async function others(lab: Lab, accountId: string, serviceName: string) {
    const place = { accountId, region: 'us-east-1' };
    const { GroupId } = await lab.call<{ GroupId: string }>(
      'ec2',
      'CreateSecurityGroup',
      { VpcId: VPC, GroupName: 'payments', Description: 'Payments' },
      place,
    );
    return { GroupId, VpcEndpointId: await endpointByHand(lab, accountId, serviceName) };
  }

  /** The service of somebody else, which endpoints of any account may lead to. */
  async function service(lab: Lab): Promise<string> {
    const accountId = await lab.account();
    await lab.run('onboard', { connection: 'ledger', accountId });
    return lab.serviceOf(23456);
  }

  test('has nothing deleted, announced or opened that others have made', () =>
    inLab(async (lab) => {
      const serviceName = await service(lab);
      const accountId = await lab.account();
      await lab.run('onboard', { connection: 'ledger', accountId });
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
      const theirs = await others(lab, accountId, serviceName);
      const { tag } = await developer(lab, accountId);
      await tag(theirs.VpcEndpointId, OURS);
      await tag(theirs.GroupId, OURS);

      const connected = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(connected)).toMatchObject({ status: 'SUCCEEDED' });
      expect(JSON.parse(connected.output ?? '')).not.toMatchObject({ vpcEndpointId: theirs.VpcEndpointId });

      const left = await lab.run('offboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(left)).toMatchObject({ status: 'SUCCEEDED' });
      const { notes, removed } = JSON.parse(left.output ?? '');
      expect(removed).not.toContainEqual(expect.objectContaining({ vpcEndpointId: theirs.VpcEndpointId }));
      expect(notes).toEqual(
        expect.arrayContaining([
          expect.stringContaining(`VPC endpoint ${theirs.VpcEndpointId} is left alone`),
          expect.stringContaining(`security group ${theirs.GroupId} is left alone`),
        ]),
      );
      const { endpoints, groups } = await made(lab, accountId);
      expect(endpoints.filter(({ State }) => State === 'available')).toMatchObject([
        { VpcEndpointId: theirs.VpcEndpointId },
      ]);
      expect(groups).toEqual(['payments']);
    }));

  long('cannot have a foreign endpoint take over a live connection by its age', () =>
    inLab(async (lab) => {
      const serviceName = await service(lab);
      const accountId = await lab.account();
      await lab.run('onboard', { connection: 'ledger', accountId });
      await lab.vpc(accountId);
      const theirs = await others(lab, accountId, serviceName);
      await lab.sleep(600_000);
      const first = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      const { vpcEndpointId } = JSON.parse(first.output ?? '{}');
      expect(vpcEndpointId).toMatch(/^vpce-/);
      const { tag } = await developer(lab, accountId);
      await tag(theirs.VpcEndpointId, OURS);
      const again = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(JSON.parse(again.output ?? '{}')).toMatchObject({ vpcEndpointId });
    }),
  );

  test("has it reported what only tags call this system's own", () =>
    inLab(async (lab) => {
      const serviceName = await service(lab);
      const accountId = await lab.account();
      await lab.run('onboard', { connection: 'ledger', accountId });
      await lab.vpc(accountId);
      const theirs = await others(lab, accountId, serviceName);
      const { tag } = await developer(lab, accountId);
      await tag(theirs.VpcEndpointId, OURS);
      await tag(theirs.GroupId, OURS);
      const scene = new Scene(lab);
      await scene.reconcile();
      const { text } = await scene.reconcile();
      scene.end();
      for (const id of [theirs.VpcEndpointId, theirs.GroupId]) {
        expect(text.reported).toContainEqual(
          expect.objectContaining({
            kind: 'not made by this system',
            accountId,
            vpcId: VPC,
            what: expect.stringContaining(`${id} is left alone`),
          }),
        );
      }
      expect(lab.executions('offboard').filter(({ input }) => input.includes(accountId))).toEqual([]);
      expect(await made(lab, accountId)).toMatchObject({
        endpoints: [{ State: 'available' }],
        groups: ['payments'],
      });
    }));

  long('leaves no group behind unseen whose tags he takes away', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const place = { accountId, region: 'us-east-1' };
      await lab.vpc(accountId);
      await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      const { SecurityGroups } = await lab.call<{ SecurityGroups: { GroupId: string; GroupName: string }[] }>(
        'ec2',
        'DescribeSecurityGroups',
        {},
        place,
      );
      const { GroupId } = SecurityGroups.find(({ GroupName }) => GroupName === 'redis-privatelink-orders')!;
      const { untag } = await developer(lab, accountId);
      await untag(GroupId, OURS);
      await lab.sleep(MINUTE);
      const left = await lab.run('offboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(JSON.parse(left.output ?? '{}').notes).toContainEqual(
        expect.stringContaining(`security group ${GroupId} is left alone`),
      );
      const scene = new Scene(lab);
      const { text } = await scene.reconcile();
      scene.end();
      expect(text.reported).toContainEqual(
        expect.objectContaining({
          kind: 'not made by this system',
          connection: 'orders',
          accountId,
          what: expect.stringContaining(`${GroupId} is left alone`),
        }),
      );
    }),
  );

  test('who takes the tags away gets no second endpoint, and a message says what was done', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const first = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      const { vpcEndpointId } = JSON.parse(first.output ?? '{}');
      const { untag, tag } = await developer(lab, accountId);
      await untag(vpcEndpointId, OURS);
      // AWS may show for some seconds what was there before.
      await lab.sleep(MINUTE);
      const again = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(again)).toMatchObject({
        error: 'PreconditionFailed',
        message: expect.stringContaining('somebody has changed its tags'),
      });
      expect(await lab.endpoints(accountId)).toHaveLength(1);
      await tag(vpcEndpointId, OURS);
      await lab.sleep(MINUTE);
      expect(outcome(await lab.redrive(again))).toMatchObject({ status: 'SUCCEEDED' });
    }));
});

describe('what this system has made', () => {
  const table = async (lab: Lab) => {
    const { TableNames } = await lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
    return { TableName: TableNames[0] };
  };

  long('is its own where an earlier version has recorded it without its ids', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      const keys = await lab.items(`account#${accountId} own#`);
      expect(keys).toHaveLength(2);
      for (const key of keys) {
        const [pk = '', sk = ''] = key.split(' ');
        const Key = { pk: { S: pk }, sk: { S: sk } };
        await lab.call('dynamodb', 'DeleteItem', { ...(await table(lab)), Key });
      }
      await lab.call('dynamodb', 'UpdateItem', {
        ...(await table(lab)),
        Key: { pk: { S: `account#${accountId}` }, sk: { S: `connection#orders#${VPC}` } },
        UpdateExpression: 'REMOVE idsRecorded',
      });
      await lab.run('reconcile', { dryRun: true });
      expect(await lab.items(`account#${accountId} own#`)).toEqual(keys);
      const left = await lab.run('offboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(left)).toMatchObject({ status: 'SUCCEEDED' });
      const { endpoints, groups } = await made(lab, accountId);
      expect(endpoints.filter(({ State }) => State === 'available')).toEqual([]);
      expect(groups).toEqual([]);
    }),
  );

  test.each(['CreateVpcEndpoint', 'CreateSecurityGroup'])(
    'is its own where the answer of %s was lost, and another execution asks again',
    (lost) =>
      inLab(async (lab) => {
        const accountId = await lab.account();
        await lab.vpc(accountId);
        let isLosing = true;
        const end = lab.cloud.interceptCalls(async ({ action, caller }, proceed) => {
          const answer = await proceed();
          if (isLosing && action === lost && caller.accountId === accountId)
            throw new Error('socket hang up');
          return answer;
        });
        const first = await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC });
        await lab.reached(
          first,
          lost === 'CreateVpcEndpoint' ? 'Create VPC endpoint' : 'Create security group',
        );
        await lab.sleep(60_000);
        await lab.call('states', 'StopExecution', { executionArn: first.arn });
        isLosing = false;
        end();
        const second = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
        expect(outcome(second)).toMatchObject({ status: 'SUCCEEDED' });
        expect(await made(lab, accountId)).toMatchObject({
          endpoints: [{ State: 'available' }],
          groups: ['redis-privatelink-orders'],
        });
        expect(await lab.items(`account#${accountId} own#`)).toHaveLength(2);
        expect(await lab.items(`account#${accountId} making#`)).toEqual([]);
      }),
  );

  test('includes what a person has it take over, and no more', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.run('onboard', { connection: 'ledger', accountId });
      await lab.vpc(accountId);
      const tags = {
        'redis-privatelink:managed-by': 'redis-privatelink',
        'redis-privatelink:connection': 'ledger',
      };
      const vpcEndpointId = await endpointByHand(lab, accountId, lab.serviceOf(23456), tags);
      const input = { connection: 'ledger', accountId, vpcId: VPC };
      expect(outcome(await lab.run('onboard', input))).toMatchObject({
        error: 'PreconditionFailed',
        message: expect.stringContaining(`"vpcEndpointId":"${vpcEndpointId}"`),
      });
      expect(outcome(await lab.run('onboard', { ...input, because: 'event', vpcEndpointId }))).toMatchObject({
        error: 'InvalidRequest',
      });
      const taken = await lab.run('onboard', { ...input, vpcEndpointId });
      expect(JSON.parse(taken.output ?? '{}')).toMatchObject({ vpcEndpointId });
      await lab.run('offboard', input);
      const { endpoints } = await made(lab, accountId);
      expect(endpoints.filter(({ State }) => State === 'available')).toEqual([]);
    }));
});
