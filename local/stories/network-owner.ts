import { networkOwner } from '../../lambdas/shared/workflows/service-network.ts';
import type { Deployment } from '../deployment.ts';

/** The account that owns the service network of a deployment's first connection, and what somebody does there. */
export class NetworkOwner {
  readonly accountId: string;
  readonly #cloud: Deployment;
  readonly #networkArn: string;

  constructor(cloud: Deployment) {
    const { serviceNetwork } = cloud.configuration.connections[0]!;
    this.#cloud = cloud;
    this.#networkArn = serviceNetwork!.arn;
    this.accountId = networkOwner({ serviceNetwork })!;
  }

  /** The account comes, and shares the network with the organization. */
  async share(): Promise<void> {
    const { managementAccountId, id, organizationalUnits } = this.#cloud.configuration.organization;
    const [unit] = organizationalUnits;
    await this.#cloud.accounts.add(this.accountId, unit!, { silent: true });
    await this.#call('vpc-lattice', 'CreateServiceNetwork', { name: 'databases' });
    await this.#call('ram', 'EnableSharingWithAwsOrganization', {}, managementAccountId);
    const principal = `arn:aws:organizations::${managementAccountId}:organization/${id}`;
    const share = { name: 'databases', resourceArns: [this.#networkArn], principals: [principal] };
    await this.#call('ram', 'CreateResourceShare', share);
  }

  /** What is associated with the network, and how that is. */
  async associations(): Promise<{ id: string; status: string }[]> {
    const network = { serviceNetworkIdentifier: this.#networkArn };
    const { items } = await this.#call<{ items: { id: string; status: string }[] }>(
      'vpc-lattice',
      'ListServiceNetworkResourceAssociations',
      network,
    );
    return items.map(({ id, status }) => ({ id, status }));
  }

  /** Somebody ends the associations of the network. */
  async endAssociations(): Promise<void> {
    for (const { id } of await this.associations()) {
      const association = { serviceNetworkResourceAssociationIdentifier: id };
      await this.#call('vpc-lattice', 'DeleteServiceNetworkResourceAssociation', association);
    }
  }

  #call<T = object>(service: string, action: string, input: object, accountId = this.accountId): Promise<T> {
    const { region } = this.#cloud.configuration.connections[0]!;
    return this.#cloud.call(service, action, input, this.#cloud.root({ accountId, region })) as Promise<T>;
  }
}
