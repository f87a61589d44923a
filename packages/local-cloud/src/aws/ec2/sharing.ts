import type { Caller } from '../service.ts';
import type { Ec2Context, Subnet, Vpc } from './state.ts';

type Place = Pick<Caller, 'accountId' | 'region'>;

/** What an account sees: what it owns, and subnets that others share with it, with their VPCs. */
export interface Visible {
  vpcs: Map<string, Vpc>;
  subnets: Map<string, Subnet>;
  /** Of a VPC or a subnet, by its id. */
  ownerOf(id: string): string;
}

/**
 * Subnets are shared by RAM inside an organization ("Share your VPC subnets with other accounts"). A participant sees them
 * and their VPC, with the owner's account and without the owner's tags.
 */
export function visibleTo(context: Ec2Context, { accountId, region }: Place): Visible {
  const own = context.state({ accountId, region });
  const vpcs = new Map(own.vpcs);
  const subnets = new Map(own.subnets);
  const owners = new Map<string, string>();
  for (const { networkArns } of context.networks.sharesWith(accountId, region)) {
    for (const arn of networkArns) {
      const [, owner = '', id = ''] = SUBNET.exec(arn) ?? [];
      const state = context.state({ accountId: owner, region });
      const subnet = state.subnets.get(id);
      const vpc = subnet && state.vpcs.get(subnet.vpcId);
      if (!vpc) continue;
      subnets.set(id, { ...subnet, tags: new Map() });
      vpcs.set(vpc.id, { ...vpc, tags: new Map() });
      owners.set(id, owner).set(vpc.id, owner);
    }
  }
  return { vpcs, subnets, ownerOf: (id) => owners.get(id) ?? accountId };
}

const SUBNET = /^arn:[\w-]+:ec2:[\w-]+:(\d{12}):subnet\/(subnet-\w+)$/;

/** Whether it is the ARN of a subnet, which may be shared. */
export function isSubnetArn(arn: string): boolean {
  return SUBNET.test(arn);
}

/** The subnet of that ARN, if it is there. */
export function subnetOf(context: Ec2Context, arn: string): Subnet | undefined {
  const [, accountId = '', id = ''] = SUBNET.exec(arn) ?? [];
  return context.state({ accountId, region: arn.split(':')[3] ?? '' }).subnets.get(id);
}
