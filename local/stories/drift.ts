import type { Deployment } from '../deployment.ts';
import { MINUTE, type Story } from './story.ts';

const ACCOUNT = '444455556666';
const STRANGER = '999988887777';
const NEW = '444455557777';
const NEW_VPC = 'vpc-0c71e831cb5152c45';

/** What a connection was used for that is configured no more, as the hub keeps it in its table. */
const FORMER = {
  pk: { S: 'connections' },
  sk: { S: 'archive' },
  subscriptionId: { S: '98765' },
  activeActiveRegionId: { S: '-' },
  region: { S: 'us-east-1' },
  contract: { S: 'resource-share' },
};

/**
 * Drift: people delete and change what was made, an event gets lost, somebody admits an account by themselves.
 * Reconciliations repair it, and leave alone what this system has not made.
 */
export const drift: Story = async ({ cloud, world, activity, say, redisCloud }) => {
  const { organization, connections } = cloud.configuration;
  const { name, region, subscriptionId, contract } = connections[0]!;
  const tags = { [cloud.names.TAG]: name };
  const settle = () => cloud.settled(activity);
  const reconcile = async (input: object = {}) => {
    say(organization.hubAccountId, `Reconciliation${'dryRun' in input ? ', only planned' : ''}.`);
    await cloud.start('reconcile', input);
    await settle();
    await activity.sleep(10 * MINUTE);
  };

  await cloud.accounts.add(ACCOUNT, organization.organizationalUnits[0]!, { silent: true });
  const vpcs: string[] = [];
  for (const cidrBlock of ['10.42.0.0/16', '10.43.0.0/16', '10.44.0.0/16']) {
    const vpcId = await world.createVpc(ACCOUNT, region, { cidrBlock, tags });
    await world.createSubnets(ACCOUNT, region, vpcId, cidrBlock);
    vpcs.push(vpcId);
  }
  say(organization.hubAccountId, 'The configuration had a connection archive once. All have left it.');
  await cloud.call('dynamodb', 'PutItem', { TableName: tableOf(cloud), Item: FORMER }, cloud.hub);
  say(ACCOUNT, `${vpcs.join(', ')} are here, tagged ${cloud.names.TAG}=${name}.`);
  await settle();
  const [first = '', second = '', third = ''] = vpcs;

  say(ACCOUNT, `Somebody deletes the endpoint in ${first}.`);
  await world.deleteEndpoints(ACCOUNT, region, first);
  say(ACCOUNT, `Somebody takes the rules from the security group in ${second}.`);
  await world.closeSecurityGroup(ACCOUNT, region, second);
  say(ACCOUNT, `${third} loses its tag, and AWS loses the event.`);
  cloud.ensureVpc({ accountId: ACCOUNT, region }, { vpcId: third, cidrBlock: '10.44.0.0/16', tags: {} });
  say(STRANGER, `Somebody admits ${STRANGER} at Redis Cloud by hand. Nothing is offered to it.`);
  const principal =
    contract === 'resource-share'
      ? { principal: STRANGER, type: 'aws_account' }
      : { principal: `arn:aws:iam::${STRANGER}:root` };
  await redisCloud('POST', `/subscriptions/${subscriptionId}/private-link/principals`, principal);
  await activity.sleep(10 * MINUTE);

  await reconcile({ dryRun: true });
  await reconcile();
  await reconcile();
  await reconcile({ dryRun: true });

  say(NEW, 'An account is created, and has a tagged VPC before anything is there that could hear of it.');
  await cloud.accounts.add(NEW, organization.organizationalUnits[0]!, { silent: false });
  cloud.ensureVpc({ accountId: NEW, region }, { vpcId: NEW_VPC, cidrBlock: '10.45.0.0/16', tags });
  await world.enableDnsHostnames(NEW, region, NEW_VPC);
  await world.createSubnets(NEW, region, NEW_VPC, '10.45.0.0/16');
  await activity.sleep(20 * MINUTE);
};

function tableOf(cloud: Deployment): string {
  const resources = cloud.stacks().flatMap((stack) => [...stack.resources.values()]);
  return resources.find(({ type }) => type === 'AWS::DynamoDB::Table')!.physicalId;
}
