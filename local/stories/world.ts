import type { CloudEvent } from 'local-cloud';
import { type Change, readEvent } from '../../lambdas/dispatch/planning/event.ts';
import { MalformedEvent } from '../../lambdas/shared/errors.ts';
import type { Configuration } from '../../lib/configuration.ts';
import type { Deployment } from '../deployment.ts';

interface VpcPlan {
  cidrBlock: string;
  tags: Record<string, string>;
}

interface Place {
  accountId: string;
  region: string;
}

interface NewVpc extends Place {
  vpcId: string;
  cidrBlock: string;
}

/** What people and other programs do in the organization's accounts. */
export class World {
  readonly #cloud: Deployment;

  constructor(cloud: Deployment) {
    this.#cloud = cloud;
  }

  /** A VPC, created by somebody in the account; AWS reports it. */
  async createVpc(accountId: string, region: string, { cidrBlock, tags }: VpcPlan): Promise<string> {
    const { Vpc } = (await this.#call(accountId, region, 'CreateVpc', {
      CidrBlock: cidrBlock,
      TagSpecifications: [
        {
          ResourceType: 'vpc',
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    })) as { Vpc: { VpcId: string } };
    await this.enableDnsHostnames(accountId, region, Vpc.VpcId);
    for (const GroupName of groupsIn(this.#cloud.configuration, region)) {
      const Description = 'For endpoints of Redis Cloud';
      const group = { GroupName, Description, VpcId: Vpc.VpcId };
      const { GroupId } = (await this.#call(accountId, region, 'CreateSecurityGroup', group)) as {
        GroupId: string;
      };
      const IpPermissions = [databasePortsFrom(cidrBlock)];
      await this.#call(accountId, region, 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
    }
    return Vpc.VpcId;
  }

  /** New VPCs have DNS support on and DNS host names off (Amazon VPC User Guide); private DNS needs both. */
  async enableDnsHostnames(accountId: string, region: string, vpcId: string): Promise<void> {
    await this.#call(accountId, region, 'ModifyVpcAttribute', {
      VpcId: vpcId,
      EnableDnsHostnames: { Value: true },
    });
  }

  /** One subnet in each of the Region's first three zones, as big as a sixteenth of a /16, with the tags that are asked for. */
  async createSubnets(accountId: string, region: string, vpcId: string, cidrBlock: string): Promise<void> {
    const network = cidrBlock.split('.').slice(0, 2).join('.');
    const Tags = subnetTagsIn(this.#cloud.configuration, region);
    const tagged = Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'subnet', Tags }] };
    for (const [index, zone] of ['a', 'b', 'c'].entries()) {
      await this.#call(accountId, region, 'CreateSubnet', {
        VpcId: vpcId,
        CidrBlock: `${network}.${index * 16}.0/20`,
        AvailabilityZone: `${region}${zone}`,
        ...tagged,
      });
    }
  }

  async untagVpc(accountId: string, region: string, vpcId: string, key: string): Promise<void> {
    await this.#call(accountId, region, 'DeleteTags', { Resources: [vpcId], Tags: [{ Key: key }] });
  }

  /** Deletes all VPC endpoints of a VPC, whoever made them. */
  async deleteEndpoints(accountId: string, region: string, vpcId: string): Promise<void> {
    const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] };
    const { VpcEndpoints } = (await this.#call(accountId, region, 'DescribeVpcEndpoints', inVpc)) as {
      VpcEndpoints: { VpcEndpointId: string }[];
    };
    const VpcEndpointIds = VpcEndpoints.map(({ VpcEndpointId }) => VpcEndpointId);
    await this.#call(accountId, region, 'DeleteVpcEndpoints', { VpcEndpointIds });
  }

  /** Takes all ingress rules from the security groups of a VPC but the default one. */
  async closeSecurityGroup(accountId: string, region: string, vpcId: string): Promise<void> {
    const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] };
    const { SecurityGroups } = (await this.#call(accountId, region, 'DescribeSecurityGroups', inVpc)) as {
      SecurityGroups: { GroupId: string; GroupName: string; IpPermissions: object[] }[];
    };
    for (const { GroupId, GroupName, IpPermissions } of SecurityGroups) {
      if (GroupName === 'default') continue;
      await this.#call(accountId, region, 'RevokeSecurityGroupIngress', { GroupId, IpPermissions });
    }
  }

  /** Deletes a VPC with its subnets, as far as AWS lets it. */
  async tearDown(accountId: string, region: string, vpcId: string): Promise<void> {
    const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] };
    const { Subnets } = (await this.#call(accountId, region, 'DescribeSubnets', inVpc)) as {
      Subnets: { SubnetId: string }[];
    };
    const deletions: [string, object][] = [
      ...Subnets.map(({ SubnetId }): [string, object] => ['DeleteSubnet', { SubnetId }]),
      ['DeleteVpc', { VpcId: vpcId }],
    ];
    for (const [action, input] of deletions) {
      try {
        await this.#call(accountId, region, action, input);
      } catch (error) {
        if ((error as Error).name !== 'DependencyViolation') throw error;
      }
    }
  }

  /** Makes true what an event reports, without AWS reporting it again. What it reports badly is not made. */
  async make(event: CloudEvent): Promise<void> {
    const change = changeOf(event);
    await this.#ensureAccount(event.account);
    switch (change?.kind) {
      case 'account':
        return this.#ensureAccount(change.accountId, parentIn(event.detail));
      case 'account-left': {
        const { accounts } = this.#cloud;
        await this.#ensureAccount(change.accountId);
        if (event.detail.eventName === 'CloseAccountResult') {
          accounts.close(change.accountId, { silent: true });
        } else accounts.remove(change.accountId, { silent: true });
        return;
      }
      case 'vpc':
        return this.#ensureVpc(change);
      case 'vpc-left':
        // A refused deletion reports a VPC that is still there.
        if (event.detail.errorCode === undefined) this.#cloud.forgetVpc(change, change.vpcId);
    }
  }

  /** What follows a little later: the new VPCs get their subnets. */
  async finish(): Promise<void> {
    for (const { accountId, region, vpcId, cidrBlock } of this.#withoutSubnets.splice(0)) {
      await this.createSubnets(accountId, region, vpcId, cidrBlock);
    }
  }

  readonly #withoutSubnets: NewVpc[] = [];

  async #ensureAccount(accountId: string, parentId?: string): Promise<void> {
    const { accounts, configuration } = this.#cloud;
    if (!/^\d{12}$/.test(accountId)) return;
    const unit = parentId ?? configuration.organization.organizationalUnits[0]!;
    if (!accounts.hasUnit(unit)) accounts.addUnit(unit, { id: unit });
    if (!accounts.has(accountId)) await accounts.add(accountId, unit, { silent: true });
    else if (parentId) await accounts.move(accountId, parentId, { silent: true });
  }

  async #ensureVpc({ accountId, region, vpcId, names }: Change & { kind: 'vpc' }): Promise<void> {
    const cidrBlock = '10.42.0.0/16';
    const tags: Record<string, string> = names.length > 0 ? { [this.#cloud.names.TAG]: names.join(' ') } : {};
    await this.#ensureAccount(accountId);
    if (!this.#cloud.ensureVpc({ accountId, region }, { vpcId, cidrBlock, tags })) return;
    await this.enableDnsHostnames(accountId, region, vpcId);
    this.#withoutSubnets.push({ accountId, region, vpcId, cidrBlock });
  }

  #call(accountId: string, region: string, action: string, input: object): Promise<unknown> {
    return this.#cloud.call('ec2', action, input, this.#cloud.root({ accountId, region }));
  }
}

/** The ports that databases may have, from a network. */
export function databasePortsFrom(CidrIp: string) {
  return { IpProtocol: 'tcp', FromPort: 1024, ToPort: 65_535, IpRanges: [{ CidrIp }] };
}

/** The names of the security groups that the configuration wants to find in VPCs of the Region. */
export function groupsIn({ connections }: Configuration, region: string): string[] {
  const names = connections
    .filter((connection) => connection.region === region)
    .flatMap(({ endpoint }) => endpoint.securityGroup?.name ?? []);
  return [...new Set(names)];
}

/** The tags that subnets of the Region need, for a connection to use them. */
export function subnetTagsIn(
  { connections }: Configuration,
  region: string,
): { Key: string; Value: string }[] {
  const tags = connections
    .filter((connection) => connection.region === region)
    .flatMap(({ endpoint }) => endpoint.subnets.tag ?? []);
  return [...new Map(tags.map(({ key, value }) => [key, value]))].map(([Key, Value]) => ({ Key, Value }));
}

function changeOf(event: CloudEvent): Change | null {
  try {
    return readEvent(event, Number.POSITIVE_INFINITY).change;
  } catch (error) {
    if (error instanceof MalformedEvent) return null;
    throw error;
  }
}

/** The unit that an account is in now, if the event says so. */
function parentIn(detail: unknown): string | undefined {
  return /"(?:organizationalUnitId|destinationParentId)":"((?:ou|r)-[a-z0-9-]+)"/.exec(
    JSON.stringify(detail),
  )?.[1];
}
