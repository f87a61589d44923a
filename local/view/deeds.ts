import type { Configuration } from '../../lib/configuration.ts';
import type { AccountDocument, Deed, VpcView } from '../../page/protocol.ts';
import type { Deployment } from '../deployment.ts';
import { databasePortsFrom, groupsIn, subnetTagsIn } from '../stories/world.ts';
import type { Step } from './step.ts';

/** Whom a deed is done to. */
export interface Target {
  account: AccountDocument | undefined;
  vpc: VpcView | undefined;
}

/** What is so already. */
export interface Circumstances {
  redisCloud: 'well' | 'slow' | 'busy' | 'limited';
  keys: 'good' | 'revoked';
  /** Whether the account has its connector role; null: nobody has looked. */
  hasRole: boolean | null;
  /** What makes the connector role again. */
  roleSteps: Step[];
  /** The keys that Redis Cloud knows, as the secret holds them. */
  secret: string;
  isRedisCloudLocal: boolean;
}

interface Plan extends Pick<Deed, 'name' | 'title' | 'group' | 'impossible'> {
  steps: Step[];
}

const ZONES = ['a', 'b', 'c'];

/** All that somebody may do, in the order in which it is shown; each with the calls that do it. */
export function plans(cloud: Deployment, target: Target, so: Circumstances): Plan[] {
  return [
    ...accountPlans(cloud, target, so),
    ...vpcPlans(cloud, target),
    ...redisCloudPlans(so),
    ...systemPlans(cloud, so),
  ];
}

/** Of what the title of a deed speaks; empty where the title says it. */
export function subjectOf(
  { group, name }: Pick<Deed, 'group' | 'name'>,
  { account, vpc }: { account: string | null; vpc: string | null },
): string {
  if (group === 'redis-cloud') return 'Redis Cloud';
  if (group === 'system' || name === 'create-account' || account === null) return '';
  // A VPC that is created is another one than the one that is looked at.
  return group === 'vpc' && !name.startsWith('create-') ? (vpc ?? '') : `Account ${account}`;
}

function accountPlans(cloud: Deployment, { account }: Target, so: Circumstances): Plan[] {
  const { organization } = cloud.configuration;
  const { managementAccountId: accountId, hubRegion, organizationalUnits } = organization;
  const [unit = ''] = organizationalUnits;
  const member = !account
    ? 'Choose an account.'
    : account.role !== null
      ? `This is the ${account.role} account.`
      : account.state === 'ACTIVE'
        ? null
        : `The account is ${account.state}.`;
  const call = (action: string, input: Record<string, unknown>): Step => ({
    service: 'organizations',
    action,
    input,
    accountId,
    // Where Organizations is.
    region: 'us-east-1',
  });
  const root = cloud.accounts.parentOf(unit) ?? unit;
  const away = account?.parentId === unit ? root : unit;
  const iam = (action: string, input: Record<string, unknown>): Step => ({
    service: 'iam',
    action,
    input: { RoleName: cloud.names.CONNECTOR_ROLE, ...input },
    accountId: account?.id ?? '',
    region: hubRegion,
  });
  const policies = so.roleSteps.filter(({ action }) => action === 'PutRolePolicy');
  return [
    {
      name: 'create-account',
      title: `An account appears in ${unit}`,
      group: 'account',
      impossible: null,
      steps: [
        {
          ...call('CreateAccount', { AccountName: 'workload', Email: 'aws+workload@example.com' }),
          yields: { REQUEST: 'CreateAccountStatus.Id' },
        },
        {
          ...call('DescribeCreateAccountStatus', { CreateAccountRequestId: '$REQUEST' }),
          yields: { ACCOUNT: 'CreateAccountStatus.AccountId' },
        },
        ...(unit === root
          ? []
          : [
              call('MoveAccount', { AccountId: '$ACCOUNT', SourceParentId: root, DestinationParentId: unit }),
            ]),
      ],
    },
    {
      name: 'move-account',
      title: away === unit ? `It moves into ${unit}` : `It moves out of ${unit}`,
      group: 'account',
      impossible: member ?? (unit === root ? 'The connection is offered to the whole organization.' : null),
      steps: [
        call('MoveAccount', {
          AccountId: account?.id,
          SourceParentId: account?.parentId,
          DestinationParentId: away,
        }),
      ],
    },
    {
      name: 'close-account',
      title: 'It is closed',
      group: 'account',
      impossible: member,
      steps: [call('CloseAccount', { AccountId: account?.id })],
    },
    {
      name: 'take-role',
      title: 'Somebody deletes its connector role',
      group: 'account',
      impossible: member ?? (so.hasRole ? null : 'The account has no connector role.'),
      steps: [
        ...policies.map(({ input }) => iam('DeleteRolePolicy', { PolicyName: input.PolicyName })),
        iam('DeleteRole', {}),
      ],
    },
    {
      name: 'return-role',
      title: 'Its connector role is made again',
      group: 'account',
      impossible:
        member ??
        (so.hasRole
          ? 'The account has its connector role.'
          : so.roleSteps.length === 0
            ? 'The StackSet has not been here yet.'
            : null),
      steps: so.roleSteps,
    },
  ];
}

function vpcPlans(cloud: Deployment, { account, vpc }: Target): Plan[] {
  const [connection] = cloud.configuration.connections;
  const { name, region: offered } = connection!;
  const { TAG } = cloud.names;
  const accountId = account?.id ?? '';
  const ec2 = (action: string, input: Record<string, unknown>): Step => ({
    service: 'ec2',
    action,
    input,
    accountId,
    region: vpc?.region ?? offered,
  });
  const inAccount = !account
    ? 'Choose an account.'
    : account.state === 'ACTIVE'
      ? null
      : `The account is ${account.state}.`;
  const inVpc = inAccount ?? (vpc ? null : 'Choose a VPC.');
  const creation = (kind: string, title: string, tags: Record<string, string>): Plan => ({
    name: kind,
    title,
    group: 'vpc',
    impossible: inAccount,
    steps: creationSteps(cloud.configuration, accountId, freeNetwork(account), tags),
  });
  const own = vpc?.endpoints.filter(({ state }) => state !== 'deleting') ?? [];
  return [
    creation('create-vpc', `A VPC is created, tagged ${TAG}=${name}`, { Name: 'shop', [TAG]: name }),
    creation('create-bare-vpc', 'A VPC is created without a tag', { Name: 'shop' }),
    creation('create-typo-vpc', `A VPC is created, tagged ${TAG}=${typo(name)}`, {
      Name: 'shop',
      [TAG]: typo(name),
    }),
    {
      name: 'tag-vpc',
      title: `It is tagged ${TAG}=${name}`,
      group: 'vpc',
      impossible: inVpc ?? (vpc?.tag === name ? 'It has this tag.' : null),
      steps: [ec2('CreateTags', { Resources: [vpc?.vpcId ?? ''], Tags: [{ Key: TAG, Value: name }] })],
    },
    {
      name: 'untag-vpc',
      title: 'Its tag is taken away',
      group: 'vpc',
      impossible: inVpc ?? (vpc?.tag === null ? 'It has no tag.' : null),
      steps: [ec2('DeleteTags', { Resources: [vpc?.vpcId ?? ''], Tags: [{ Key: TAG }] })],
    },
    {
      name: 'delete-endpoint',
      title: own[0] ? `Somebody deletes ${own[0].id}` : 'Somebody deletes its endpoint',
      group: 'vpc',
      impossible: inVpc ?? (own.length === 0 ? 'It has no endpoint.' : null),
      steps: [ec2('DeleteVpcEndpoints', { VpcEndpointIds: own.map(({ id }) => id) })],
    },
    {
      name: 'delete-vpc',
      title: 'It is deleted, with its subnets',
      group: 'vpc',
      impossible: inVpc,
      steps: [
        ...(vpc?.subnets ?? []).map((SubnetId) => ec2('DeleteSubnet', { SubnetId })),
        ec2('DeleteVpc', { VpcId: vpc?.vpcId }),
      ].map((step) => ({ ...step, mayBeInUse: true })),
    },
  ];
}

/** A VPC with a subnet in each of three zones, where private DNS works. */
function creationSteps(
  configuration: Configuration,
  accountId: string,
  network: number,
  tags: Record<string, string>,
): Step[] {
  const { region } = configuration.connections[0]!;
  const ec2 = { service: 'ec2', accountId, region };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const subnetTags = subnetTagsIn(configuration, region);
  return [
    {
      ...ec2,
      action: 'CreateVpc',
      input: { CidrBlock: `10.${network}.0.0/16`, TagSpecifications: [{ ResourceType: 'vpc', Tags }] },
      yields: { VPC: 'Vpc.VpcId' },
    },
    { ...ec2, action: 'ModifyVpcAttribute', input: { VpcId: '$VPC', EnableDnsHostnames: { Value: true } } },
    ...groupsIn(configuration, region).flatMap((GroupName) => [
      {
        ...ec2,
        action: 'CreateSecurityGroup',
        input: { GroupName, Description: 'For endpoints of Redis Cloud', VpcId: '$VPC' },
        yields: { GROUP: 'GroupId' },
      },
      {
        ...ec2,
        action: 'AuthorizeSecurityGroupIngress',
        input: { GroupId: '$GROUP', IpPermissions: [databasePortsFrom(`10.${network}.0.0/16`)] },
      },
    ]),
    ...ZONES.map((zone, index) => ({
      ...ec2,
      action: 'CreateSubnet',
      input: {
        VpcId: '$VPC',
        CidrBlock: `10.${network}.${index * 16}.0/20`,
        AvailabilityZone: `${region}${zone}`,
        ...(subnetTags.length > 0 && {
          TagSpecifications: [{ ResourceType: 'subnet', Tags: subnetTags }],
        }),
      },
    })),
  ];
}

function redisCloudPlans({ redisCloud, isRedisCloudLocal }: Circumstances): Plan[] {
  const not = isRedisCloudLocal ? null : 'It is not the built-in Redis Cloud.';
  const all: [Circumstances['redisCloud'], string][] = [
    ['well', 'It works as usual'],
    ['slow', 'It takes ten times as long'],
    ['busy', 'It is busy with changes of somebody else'],
    ['limited', 'It answers 429: too many requests'],
  ];
  return all.map(([weather, title]) => ({
    name: `redis-cloud-${weather}`,
    title,
    group: 'redis-cloud',
    impossible: not ?? (redisCloud === weather ? 'It is so.' : null),
    steps: [],
  }));
}

function systemPlans(cloud: Deployment, { keys, secret, isRedisCloudLocal }: Circumstances): Plan[] {
  const { organization, redisCloud } = cloud.configuration;
  const { hubAccountId: accountId, hubRegion: region } = organization;
  const put = (SecretString: string): Step => ({
    service: 'secretsmanager',
    action: 'PutSecretValue',
    input: { SecretId: redisCloud.accounts[0]!.secretName, SecretString },
    accountId,
    region,
  });
  return [
    {
      name: 'revoke-keys',
      title: 'The keys are revoked at Redis Cloud',
      group: 'system',
      impossible: isRedisCloudLocal
        ? keys === 'good'
          ? null
          : 'They are revoked.'
        : 'It is not the built-in Redis Cloud.',
      steps: [],
    },
    {
      name: 'restore-keys',
      title: 'New keys are put into the secret',
      group: 'system',
      impossible: keys === 'revoked' ? null : 'The keys are good.',
      steps: [{ ...put(secret), secret: ['SecretString'] }],
    },
    {
      name: 'reconcile',
      title: 'Reconcile now',
      group: 'system',
      impossible: null,
      steps: [
        {
          service: 'states',
          action: 'StartExecution',
          input: { stateMachineArn: cloud.arnOf('reconcile'), input: '{}' },
          accountId,
          region,
        },
      ],
    },
  ];
}

/** Two letters change places, as they do. */
function typo(name: string): string {
  return name.length < 3 ? `${name}x` : `${name.slice(0, -2)}${name.at(-1)}${name.at(-2)}`;
}

/** The second number of a network that no VPC of the account has. */
function freeNetwork(account: AccountDocument | undefined): number {
  const taken = new Set(account?.vpcs.map(({ cidrBlock }) => Number(cidrBlock.split('.')[1])));
  let network = 42;
  while (taken.has(network)) network += 1;
  return network;
}
