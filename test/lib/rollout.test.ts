import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfiguration } from '../../lib/configuration.ts';
import { delegationStatements } from '../../lib/delegation-policy.ts';
import { inline } from '../../lib/template-size.ts';
import { synthesize } from '../../local/synthesize.ts';

/** The example in two Regions, with everything about the rollout set otherwise. */
const FOLDER = 'dist/test-rollout';
const activeActive = loadConfiguration('config/active-active.yaml');
const configuration = {
  ...activeActive,
  organization: {
    ...activeActive.organization,
    hubRegion: 'eu-central-1',
    controlTowerRegion: 'eu-west-1',
    organizationalUnits: ['ou-ab12-22222222', 'ou-ab12-11111111', 'ou-ab12-22222222'],
    connectManagementAccount: true,
    delegationPolicy: true,
  },
  rollout: { failureTolerancePercentage: 5, maxConcurrentPercentage: 50 },
};

interface Resource {
  Type: string;
  Condition?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of any resource
  Properties: any;
}
interface Template {
  Parameters?: object;
  Resources: Record<string, Resource>;
}

beforeAll(() => synthesize(configuration, FOLDER), 300_000);

function read(folder: string, stack: string): Template {
  return JSON.parse(readFileSync(`${folder}/${stack}.template.json`, 'utf8')) as Template;
}

function stackSets(folder: string, region = 'us-east-1') {
  return Object.values(read(folder, `redis-privatelink-organization-${region}`).Resources)
    .filter(({ Type }) => Type === 'AWS::CloudFormation::StackSet')
    .map(({ Properties }) => Properties);
}

describe('the delegation policy', () => {
  const policies = (folder: string, region: string) =>
    Object.values(read(folder, `redis-privatelink-organization-${region}`).Resources).filter(
      ({ Type }) => Type === 'AWS::Organizations::ResourcePolicy',
    );

  test('is made where it is asked for, once, for three questions and the hub alone, and stays', () => {
    expect(policies(FOLDER, 'us-east-1')).toEqual([
      {
        Type: 'AWS::Organizations::ResourcePolicy',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          Content: { Version: '2012-10-17', Statement: delegationStatements(configuration) },
        },
      },
    ]);
    expect(delegationStatements(configuration)).toMatchObject([
      {
        Principal: { AWS: 'arn:aws:iam::222222222222:root' },
        Action: ['organizations:DescribeAccount'],
        Resource: 'arn:aws:organizations::111111111111:account/o-a1b2c3d4e5/*',
      },
      {
        Action: ['organizations:DescribeOrganizationalUnit'],
        Resource: 'arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/*',
      },
      { Action: ['organizations:ListAccounts'], Resource: '*' },
    ]);
    expect(policies(FOLDER, 'eu-west-1')).toEqual([]);
    expect(policies('dist/test', 'us-east-1')).toEqual([]);
  });
});

describe('the StackSet', () => {
  test('deploys to the configured units, in the hub’s Region first, and in every connection’s', () => {
    expect(stackSets(FOLDER)).toEqual([
      {
        StackSetName: 'redis-privatelink-member',
        Description: expect.any(String),
        TemplateBody: expect.any(String),
        PermissionModel: 'SERVICE_MANAGED',
        CallAs: 'SELF',
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
        ManagedExecution: { Active: true },
        OperationPreferences: {
          RegionConcurrencyType: 'SEQUENTIAL',
          FailureTolerancePercentage: 5,
          MaxConcurrentPercentage: 50,
          ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
        },
        StackInstancesGroup: [
          {
            DeploymentTargets: { OrganizationalUnitIds: ['ou-ab12-11111111', 'ou-ab12-22222222'] },
            Regions: ['eu-central-1', 'eu-west-1', 'us-east-1'],
          },
        ],
      },
    ]);
  });

  test('is in us-east-1 only, wherever Control Tower is', () => {
    expect(stackSets(FOLDER, 'eu-west-1')).toEqual([]);
  });

  test.each([FOLDER, 'dist/test'])('of %s takes the template that is deployed by hand', (folder) => {
    const template = JSON.parse(stackSets(folder)[0].TemplateBody) as Template;
    expect(template).toEqual(read(folder, 'redis-privatelink-member'));
  });

  test('asks nothing of an account: no parameter, no asset, no bootstrap', () => {
    const { TemplateBody } = stackSets(FOLDER)[0];
    expect(JSON.parse(TemplateBody).Parameters).toBeUndefined();
    expect(TemplateBody).not.toMatch(/bootstrap|cdk|s3/i);
    const { artifacts } = JSON.parse(readFileSync(`${FOLDER}/manifest.json`, 'utf8'));
    expect(artifacts['redis-privatelink-member'].properties).not.toHaveProperty('assumeRoleArn');
    expect(artifacts['redis-privatelink-member'].properties).not.toHaveProperty(
      'stackTemplateAssetObjectUrl',
    );
  });

  test('needs nothing of another Region’s stack: automatic deployments take Regions in any order', () => {
    const { Resources } = JSON.parse(stackSets(FOLDER)[0].TemplateBody) as Template;
    const conditional = Object.keys(Resources).filter((id) => Resources[id]!.Condition);
    expect(conditional).not.toEqual([]);
    const others = JSON.stringify(Object.values(Resources).filter(({ Condition }) => !Condition));
    for (const id of conditional) expect(others).not.toContain(`"${id}"`);
    const rules = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    for (const { Properties } of rules) {
      const [{ RoleArn }] = Properties.Targets;
      expect(Resources[RoleArn['Fn::GetAtt'][0]]).toMatchObject({ Type: 'AWS::IAM::Role' });
    }
  });

  test('refuses a template that is too large to be handed over inline', () => {
    expect(inline('é'.repeat(25_600))).toHaveLength(25_600);
    expect(() => inline('é'.repeat(25_601))).toThrow(/51202 bytes.*at most 51200 inline/);
  });
});

describe('the management account', () => {
  const memberStacks = (folder: string) =>
    readdirSync(folder).filter((file) => /-organization-member-.*\.template\.json$/.test(file));

  test('has the member stack only if it is wanted, in every Region', () => {
    expect(memberStacks('dist/test')).toEqual([]);
    expect(memberStacks(FOLDER)).toEqual([
      'redis-privatelink-organization-member-eu-central-1.template.json',
      'redis-privatelink-organization-member-eu-west-1.template.json',
      'redis-privatelink-organization-member-us-east-1.template.json',
    ]);
    const { artifacts } = JSON.parse(readFileSync(`${FOLDER}/manifest.json`, 'utf8'));
    expect(artifacts['redis-privatelink-organization-member-eu-west-1'].environment).toBe(
      'aws://111111111111/eu-west-1',
    );
  });
});
