import { requestedTags } from '../authorization/need.ts';
import { isSubnetArn } from '../ec2/sharing.ts';
import { partitionOf } from '../iam/roles.ts';
import { Ids } from '../ids.ts';
import { acceptOnly } from '../members.ts';
import { type Action, AwsError, type Caller } from '../service.ts';
import type { NetworkShare, ServiceNetworks } from '../vpc-lattice/service-networks.ts';

/** What shares need to know of the organization. */
export interface SharingOrganization {
  readonly managementAccountId: string;
  /** The ids of organizations, by account. */
  organizationOf(accountId: string): string | undefined;
}

/** Which subnets there are. */
export interface ShareableSubnets {
  /** Null: it is not there. */
  mayShare(arn: string): boolean | null;
}

export const NETWORK_TYPE = 'vpc-lattice:ServiceNetwork';
export const SUBNET_TYPE = 'ec2:Subnet';

interface CreateShareInput {
  name: string;
  resourceArns?: string[];
  principals?: string[];
  allowExternalPrincipals?: boolean;
  tags?: { key?: string; value?: string }[];
}

/**
 * Shares of service networks and subnets inside an organization, for which RAM's sharing with it has to be on: then nobody is invited
 * and nobody has to accept. Shares of anything else, or with anybody else, are refused.
 */
export class NetworkShares {
  readonly #networks: ServiceNetworks;
  readonly #subnets: ShareableSubnets | undefined;
  readonly #organization: SharingOrganization | undefined;
  readonly #ids = new Ids('ram');
  #isEnabled = false;

  constructor(
    networks: ServiceNetworks,
    subnets: ShareableSubnets | undefined,
    organization: SharingOrganization | undefined,
  ) {
    this.#networks = networks;
    this.#subnets = subnets;
    this.#organization = organization;
  }

  readonly actions: Record<string, Action> = {
    EnableSharingWithAwsOrganization: (_, { accountId }) => {
      if (accountId !== this.#organization?.managementAccountId) {
        throw notPermitted('Only the management account of an organization can enable sharing with it.');
      }
      this.#isEnabled = true;
      return { returnValue: true };
    },
    CreateResourceShare: (input, caller) => this.#create(input, caller),
    DeleteResourceShare: ({ resourceShareArn }, { accountId }) => {
      const share = this.#networks.shares.get(resourceShareArn);
      if (share?.accountId !== accountId) {
        throw new AwsError(
          'UnknownResourceException',
          `ResourceShare ${resourceShareArn} could not be found.`,
        );
      }
      this.#networks.shares.delete(share.arn);
      return { returnValue: true };
    },
  };

  readonly needs = {
    EnableSharingWithAwsOrganization: () => [
      { action: 'ram:EnableSharingWithAwsOrganization', resource: '*' },
    ],
    CreateResourceShare: ({ tags = [] }: CreateShareInput, { accountId, region }: Caller) => [
      {
        action: 'ram:CreateResourceShare',
        resource: `arn:${partitionOf(region)}:ram:${region}:${accountId}:resource-share/*`,
        context: requestedTags(tags.map(({ key = '', value = '' }) => [key, value])),
      },
    ],
    DeleteResourceShare: ({ resourceShareArn }: { resourceShareArn: string }) => [
      { action: 'ram:DeleteResourceShare', resource: resourceShareArn },
    ],
  };

  /** The account's shares in the Region, or those of others with it. */
  list(owner: 'SELF' | 'OTHER-ACCOUNTS', { accountId, region }: Caller): NetworkShare[] {
    if (owner === 'OTHER-ACCOUNTS') return this.#networks.sharesWith(accountId, region);
    return [...this.#networks.shares.values()].filter(
      (share) => share.accountId === accountId && share.region === region,
    );
  }

  #create(input: CreateShareInput, { accountId, region }: Caller) {
    const known = ['name', 'resourceArns', 'principals', 'allowExternalPrincipals', 'tags'];
    acceptOnly(input, known, 'InvalidParameterException');
    const { name, resourceArns: networkArns = [], principals = [] } = input;
    for (const arn of networkArns) this.#requireShareable(arn, accountId);
    for (const principal of principals) this.#requireInside(principal, accountId);
    const id = this.#ids.uuid();
    const arn = `arn:${partitionOf(region)}:ram:${region}:${accountId}:resource-share/${id}`;
    this.#networks.shares.set(arn, { arn, name, accountId, region, networkArns, principals });
    const { allowExternalPrincipals = true } = input;
    const view = { resourceShareArn: arn, name, owningAccountId: accountId, allowExternalPrincipals };
    return { resourceShare: { ...view, status: 'ACTIVE', featureSet: 'STANDARD' } };
  }

  #requireShareable(arn: string, accountId: string): void {
    if (isSubnetArn(arn)) {
      this.#requireSubnet(arn, accountId);
      return;
    }
    const network = this.#networks.networks.get(arn);
    if (!network) {
      throw new AwsError(
        'UnknownResourceException',
        `The local cloud shares service networks and subnets only, not ${arn}.`,
      );
    }
    if (network.accountId !== accountId) throw notPermitted(`Account ${accountId} does not own ${arn}.`);
    if (!network.isShareable) throw notPermitted(`Sharing of ${arn} is not enabled.`);
  }

  /** "You can't share subnets that are in a default VPC" (VPC User Guide, "Share your VPC subnets"). */
  #requireSubnet(arn: string, accountId: string): void {
    const may = arn.includes(`:${accountId}:`) ? this.#subnets?.mayShare(arn) : null;
    if (may == null) throw new AwsError('UnknownResourceException', `Subnet ${arn} could not be found.`);
    if (!may) throw new AwsError('InvalidParameterException', `Subnet ${arn} is of a default VPC.`);
  }

  #requireInside(principal: string, accountId: string): void {
    const organization = this.#organization?.organizationOf(accountId);
    const account = /^\d{12}$/.exec(principal)?.[0];
    const isInside =
      organization !== undefined &&
      (account === undefined
        ? principal.endsWith(`:organization/${organization}`)
        : this.#organization?.organizationOf(account) === organization);
    if (!isInside) {
      throw new AwsError(
        'InvalidParameterException',
        `The local cloud shares with the organization or accounts in it, not with ${principal}.`,
      );
    }
    if (!this.#isEnabled) throw notPermitted('Sharing with the organization is not enabled.');
  }
}

function notPermitted(message: string): AwsError {
  return new AwsError('OperationNotPermittedException', message);
}
