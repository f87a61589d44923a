import { describe, expect, test } from '@jest/globals';
import { AwsError } from 'local-cloud';
import { long } from '../long.ts';
import { type Lab, laboratory, OTHER_VPC, outcome, UNIT, VPC } from './harness.ts';

const inLab = laboratory();

/** The parameters of the account under the path, as an application reads them: page by page. */
async function parameters(lab: Lab, accountId: string, path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  let NextToken: string | undefined;
  do {
    const page: { Parameters: { Name: string; Value: string }[]; NextToken?: string } = await lab.call(
      'ssm',
      'GetParametersByPath',
      { Path: path, Recursive: true, NextToken },
      { accountId, region: 'us-east-1' },
    );
    for (const { Name, Value } of page.Parameters) found[Name.slice(path.length + 1)] = Value;
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

async function succeed(lab: Lab, workflow: string, input: object) {
  const execution = await lab.run(workflow, input);
  expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED', message: '' });
  return JSON.parse(execution.output!);
}

/** Answers the account's calls of Parameter Store with an error, until it is called off. */
function refuse(lab: Lab, actionName: string, code: string): () => void {
  return lab.cloud.interceptCalls(async ({ service, action }, proceed) => {
    if (service === 'ssm' && action === actionName) throw new AwsError(code, 'Not now.');
    return proceed();
  });
}

describe('an application of a member account', () => {
  test('finds its endpoint, its databases and the metrics in parameters, for each VPC', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      for (const vpcId of [VPC, OTHER_VPC]) {
        await lab.vpc(accountId, vpcId);
        const output = await succeed(lab, 'onboard', { connection: 'orders', accountId, vpcId });
        const [database, metrics] = ['database', 'metrics'].map((wanted) =>
          output.endpoints.find(({ type }: { type: string }) => type === wanted),
        );
        expect(await parameters(lab, accountId, `/redis-privatelink/orders/${vpcId}`)).toEqual({
          'endpoint-id': output.vpcEndpointId,
          'databases/12345/host': database.dnsName,
          'databases/12345/port': '12345',
          'databases/12345/aws-host': database.awsDnsName,
          'metrics/host': metrics.dnsName,
          'metrics/port': '8070',
          'metrics/aws-host': metrics.awsDnsName,
        });
      }
      const resource = {
        ResourceType: 'Parameter',
        ResourceId: `/redis-privatelink/orders/${VPC}/endpoint-id`,
      };
      const { TagList } = await lab.call<{ TagList: object[] }>('ssm', 'ListTagsForResource', resource, {
        accountId,
        region: 'us-east-1',
      });
      expect(TagList).toContainEqual({ Key: 'redis-privatelink:managed-by', Value: 'redis-privatelink' });

      await succeed(lab, 'offboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(await parameters(lab, accountId, `/redis-privatelink/orders/${VPC}`)).toEqual({});
      expect(await parameters(lab, accountId, `/redis-privatelink/orders/${OTHER_VPC}`)).not.toEqual({});
      await succeed(lab, 'offboard', { connection: 'orders', accountId });
      expect(await parameters(lab, accountId, '/redis-privatelink')).toEqual({});
    }));

  test('finds the name of an endpoint service, and those of its zones', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const output = await succeed(lab, 'onboard', { connection: 'ledger', accountId, vpcId: VPC });
      const found = await parameters(lab, accountId, `/redis-privatelink/ledger/${VPC}`);
      expect(Object.keys(found)).toEqual([
        'endpoint-id',
        'service/host',
        ...['a', 'b', 'c'].map((zone) => `service/zones/us-east-1${zone}/host`),
      ]);
      expect(output.endpoints).toContainEqual({
        dnsName: found['service/host'],
        awsDnsName: null,
        databaseId: null,
        port: null,
        type: 'service',
      });
    }));

  long('finds nothing where the connection publishes no parameters', () =>
    inLab(async (lab) => {
      const accountId = '444455556666';
      await lab.account(UNIT, accountId);
      await lab.vpc(accountId, VPC, { bare: true });
      const place = { accountId, region: 'us-east-1' };
      for (const [zone, block] of [
        ['a', 0],
        ['b', 16],
      ]) {
        const { Subnet } = await lab.call<{ Subnet: { SubnetId: string } }>(
          'ec2',
          'CreateSubnet',
          { VpcId: VPC, CidrBlock: `10.42.${block}.0/20`, AvailabilityZone: `us-east-1${zone}` },
          place,
        );
        const Tags = [{ Key: 'tier', Value: 'data' }];
        await lab.call('ec2', 'CreateTags', { Resources: [Subnet.SubnetId], Tags }, place);
      }
      const { GroupId } = await lab.call<{ GroupId: string }>(
        'ec2',
        'CreateSecurityGroup',
        { GroupName: 'redis-clients', Description: 'Given.', VpcId: VPC },
        place,
      );
      const IpPermissions = [
        [10000, 19999],
        [8070, 8070],
      ].map(([FromPort, ToPort]) => ({
        IpProtocol: 'tcp',
        FromPort,
        ToPort,
        IpRanges: [{ CidrIp: '10.42.0.0/16' }],
      }));
      await lab.call('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions }, place);
      await succeed(lab, 'onboard', { connection: 'guarded', accountId, vpcId: VPC });
      expect(await parameters(lab, accountId, '/redis-privatelink')).toEqual({});
    }),
  );
});

describe('a member account whose parameters', () => {
  test('were changed or deleted by hand gets them back from the next onboarding; its own stay', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const place = { accountId, region: 'us-east-1' };
      const folder = `/redis-privatelink/orders/${VPC}`;
      await succeed(lab, 'onboard', { connection: 'orders', accountId, vpcId: VPC });
      const before = await parameters(lab, accountId, folder);
      await lab.call('ssm', 'DeleteParameter', { Name: `${folder}/endpoint-id` }, place);
      const put = (name: string, Value: string, Overwrite = false) =>
        lab.call(
          'ssm',
          'PutParameter',
          { Name: `${folder}/${name}`, Value, Type: 'String', Overwrite },
          place,
        );
      await put('databases/12345/host', 'elsewhere', true);
      await put('databases/19999/host', 'gone');
      await put('team', 'a');
      await succeed(lab, 'onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(await parameters(lab, accountId, folder)).toEqual({ ...before, team: 'a' });
      await succeed(lab, 'offboard', { connection: 'orders', accountId });
      expect(await parameters(lab, accountId, folder)).toEqual({ team: 'a' });
    }));

  long('may not be written fails by name, and a redrive writes them', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const permit = refuse(lab, 'PutParameter', 'AccessDeniedException');
      try {
        const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
        expect(outcome(execution)).toEqual({
          status: 'FAILED',
          error: 'AccessDenied',
          message: expect.stringContaining('ssm:PutParameter in us-east-1'),
        });
        permit();
        expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
        expect(await parameters(lab, accountId, `/redis-privatelink/orders/${VPC}`)).toHaveProperty([
          'endpoint-id',
        ]);
      } finally {
        permit();
      }
    }),
  );

  long('may not be deleted is disconnected anyway, and the output says so', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await succeed(lab, 'onboard', { connection: 'orders', accountId, vpcId: VPC });
      const permit = refuse(lab, 'DeleteParameters', 'AccessDeniedException');
      try {
        const output = await succeed(lab, 'offboard', { connection: 'orders', accountId });
        expect(output.principalRemoved).toBe(true);
        expect(output.notes).toEqual([
          expect.stringMatching(/^it stays disconnected/),
          expect.stringMatching(/^parameters may be left: ssm:DeleteParameters/),
        ]);
      } finally {
        permit();
      }
    }),
  );
});
