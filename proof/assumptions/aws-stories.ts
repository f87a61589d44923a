import { zonesOf } from 'local-cloud';
import { type Stage, VPC } from '../faults/stage.ts';
import { admit, connect, MINUTE, type Story } from './happenings.ts';

/** How the addresses of the VPC begin. */
const CIDR = '10.42';

/** An expression whose result is a list of one, without brackets. */
const LIST = '{% $distinct($append(["a"], ["a"])) %}';

/** The zones in which the share can be reached are these from now on. */
function offerOnlyIn(stage: Stage, zones: number): void {
  const { provider } = stage.ground;
  const share = provider.shareHolding(String(stage.link()!.resourceConfigurationArn))!;
  const zoneIds = zonesOf(share.region)
    .slice(0, zones)
    .map(({ id }) => id);
  provider.offerShare({ ...share, zoneIds });
}

/** Somebody lets Step Functions evaluate the expression. */
async function evaluate(stage: Stage): Promise<void> {
  const ask = <T>(action: string, input: object) => stage.call<T>('states', action, input, 'hub');
  const { stateMachines } = await ask<{ stateMachines: { stateMachineArn: string }[] }>(
    'ListStateMachines',
    {},
  );
  const [machine] = stateMachines;
  const { roleArn } = await ask<{ roleArn: string }>('DescribeStateMachine', machine!);
  const { stateMachineArn } = await ask<{ stateMachineArn: string }>('CreateStateMachine', {
    name: 'by-hand',
    roleArn,
    definition: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Ask',
      States: { Ask: { Type: 'Pass', Output: { list: LIST }, End: true } },
    }),
  });
  const { executionArn } = await ask<{ executionArn: string }>('StartExecution', { stateMachineArn });
  await stage.sleep(10_000);
  await ask('DescribeExecution', { executionArn });
  await ask('DeleteStateMachine', { stateMachineArn });
}

/** Somebody asks for an endpoint, and deletes it. */
async function requestEndpoint(stage: Stage, request: object): Promise<void> {
  const whole = {
    VpcId: VPC,
    VpcEndpointType: 'Resource',
    ResourceConfigurationArn: stage.link()!.resourceConfigurationArn,
    ...request,
  };
  try {
    const { VpcEndpoint } = await stage.call<{ VpcEndpoint: { VpcEndpointId: string } }>(
      'ec2',
      'CreateVpcEndpoint',
      whole,
      'member',
    );
    const VpcEndpointIds = [VpcEndpoint.VpcEndpointId];
    await stage.call('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds }, 'member');
  } catch {
    // What AWS has said is heard.
  }
}

/** Somebody asks for endpoints with IPv6 addresses, in a subnet that has both kinds. */
async function requestIpv6(stage: Stage): Promise<void> {
  const { region } = stage.connection;
  const block = { VpcId: VPC, AmazonProvidedIpv6CidrBlock: true };
  const { Ipv6CidrBlockAssociation } = await stage.call<{
    Ipv6CidrBlockAssociation: { Ipv6CidrBlock: string };
  }>('ec2', 'AssociateVpcCidrBlock', block, 'member');
  const { Subnet } = await stage.call<{ Subnet: { SubnetId: string } }>(
    'ec2',
    'CreateSubnet',
    {
      VpcId: VPC,
      CidrBlock: `${CIDR}.240.0/24`,
      Ipv6CidrBlock: Ipv6CidrBlockAssociation.Ipv6CidrBlock.replace('00::/56', '00::/64'),
      AvailabilityZone: `${region}a`,
    },
    'member',
  );
  const SubnetIds = [Subnet.SubnetId];
  await requestEndpoint(stage, { SubnetIds, IpAddressType: 'ipv6' });
  const DnsOptions = { DnsRecordIpType: 'dualstack' };
  await requestEndpoint(stage, { SubnetIds, IpAddressType: 'dualstack', DnsOptions });
  await stage.untagVpc();
  await stage.sleep(2 * MINUTE);
}

/** Somebody asks for an endpoint in a zone that is not offered, and under the same token for one that is. */
async function requestTwice(stage: Stage): Promise<void> {
  offerOnlyIn(stage, 1);
  const { Subnets } = await stage.call<{ Subnets: { SubnetId: string }[] }>(
    'ec2',
    'DescribeSubnets',
    { Filters: [{ Name: 'vpc-id', Values: [VPC] }] },
    'member',
  );
  for (const { SubnetId } of [Subnets[1]!, Subnets[0]!]) {
    await requestEndpoint(stage, { SubnetIds: [SubnetId], ClientToken: `by-hand-${stage.accountId}` });
  }
  await stage.untagVpc();
  await stage.sleep(2 * MINUTE);
}

/**
 * A VPC comes that asks for the connection, as tools build one: host names are switched on later, and subnets come one
 * after another, the first of which is of no use. How long each takes follows from the account's id.
 */
async function build(stage: Stage): Promise<void> {
  const { accountId, world, ground, connection } = stage;
  const { region } = connection;
  const pause = (most: number) => stage.sleep((Number(accountId) * 7_919) % (most * 1_000));
  const subnet = (CidrBlock: string, zone: string) =>
    stage.call('ec2', 'CreateSubnet', { VpcId: VPC, CidrBlock, AvailabilityZone: region + zone }, 'member');
  ground.cloud.ensureVpc({ accountId, region }, { vpcId: VPC, cidrBlock: `${CIDR}.0.0/16`, tags: {} });
  await stage.tagVpc();
  await subnet(`${CIDR}.255.0/28`, 'a');
  await pause(60);
  await world.enableDnsHostnames(accountId, region, VPC);
  for (const [index, zone] of ['a', 'b', 'c'].entries()) {
    await pause(31);
    await subnet(`${CIDR}.${index * 16}.0/20`, zone);
  }
}

/** Somebody looks whether the account has its role. */
async function lookForRole(stage: Stage, after: number): Promise<void> {
  await stage.sleep(after);
  const RoleName = 'redis-privatelink-connector';
  await stage.call('iam', 'GetRole', { RoleName }, 'member').catch(() => {});
}

/** Stories for what AWS may do, and what only a question by hand can tell. */
export const AWS_STORIES: readonly Story[] = [
  {
    name: 'seen late',
    about: ['hidden-target'],
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    async act(stage) {
      stage.ground.provider.delay({ targetUsableAfterMs: 2 * MINUTE });
      try {
        return await connect(stage);
      } finally {
        stage.ground.provider.delay({ targetUsableAfterMs: 5_000 });
      }
    },
  },
  {
    name: 'not offered in a zone',
    about: ['refused-zone', 'refused-token'],
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    async prepare(stage) {
      await stage.privateLinkByHand('stranger');
      offerOnlyIn(stage, 1);
    },
    act: connect,
  },
  {
    name: 'a VPC is built',
    about: ['event-delay', 'described-changes'],
    grounds: ['resource-share', 'endpoint-service'],
    goal: 'connected',
    begins: 'account',
    async act(stage) {
      await build(stage);
      await stage.settled();
      return new Set();
    },
  },
  {
    name: 'the account is closed',
    about: ['stack-set-pace', 'event-delay'],
    grounds: ['resource-share', 'endpoint-service'],
    goal: 'gone',
    begins: 'connected',
    isAway: true,
    async act(stage) {
      stage.ground.cloud.accounts.close(stage.accountId);
      await stage.settled();
      return new Set();
    },
  },
  {
    name: 'the account leaves',
    about: ['stack-set-pace', 'event-delay'],
    grounds: ['resource-share'],
    goal: 'gone',
    begins: 'connected',
    isAway: true,
    async act(stage) {
      stage.ground.cloud.accounts.remove(stage.accountId);
      await lookForRole(stage, 2_000);
      await lookForRole(stage, 10 * MINUTE);
      await stage.settled();
      return new Set();
    },
  },
  {
    name: 'asked by hand',
    about: ['list-of-one', 'refused-token'],
    grounds: ['resource-share'],
    goal: 'admitted',
    begins: 'vpc',
    async prepare(stage) {
      await stage.privateLinkByHand('account');
      await evaluate(stage);
    },
    async act(stage) {
      const stopped = await admit(stage);
      await requestTwice(stage);
      return stopped;
    },
  },
  {
    name: 'asked by hand for IPv6',
    about: ['ipv6-subnets', 'record-types'],
    grounds: ['resource-share'],
    goal: 'admitted',
    begins: 'vpc',
    async act(stage) {
      const stopped = await admit(stage);
      await requestIpv6(stage);
      return stopped;
    },
  },
];
