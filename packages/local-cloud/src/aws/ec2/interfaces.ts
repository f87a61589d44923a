import { digest } from '../ids.ts';
import type { Action, Caller } from '../service.ts';
import { filtered, found, interfaceKind, paged, selected, subnetKind } from './describing.ts';
import { endpointState } from './endpoint-state.ts';
import type { Ec2Context, Endpoint, NetworkInterface } from './state.ts';
import { type TagSpecification, tagList, tagsFrom } from './tags.ts';

/** An endpoint's network interfaces: AWS makes one in each of its subnets. */
export function interfacesOf(
  endpoint: Pick<Endpoint, 'id' | 'subnetIds'>,
): { id: string; subnetId: string }[] {
  return endpoint.subnetIds.map((subnetId) => ({
    id: `eni-0${digest(`${endpoint.id}/${subnetId}`, 16)}`,
    subnetId,
  }));
}

/** Network interfaces: those of VPC endpoints, and any that somebody makes. */
export function interfaceActions(context: Ec2Context): Record<string, Action> {
  const ofEndpoints = (caller: Caller): NetworkInterface[] =>
    [...context.state(caller).endpoints.values()]
      .filter((endpoint) => endpointState(context, endpoint) !== 'deleted')
      .flatMap((endpoint) =>
        interfacesOf(endpoint).map(({ id, subnetId }) => ({
          id,
          subnetId,
          vpcId: endpoint.vpcId,
          description: `VPC Endpoint Interface ${endpoint.id}`,
          type: 'vpc_endpoint',
          tags: new Map<string, string>(),
        })),
      );

  return {
    CreateNetworkInterface: (input: CreateNetworkInterfaceInput, caller) => {
      const { SubnetId, Description = '', TagSpecifications } = input;
      const state = context.state(caller);
      const { vpcId } = found(state.subnets, SubnetId, subnetKind);
      const made: NetworkInterface = {
        id: context.ids.resource('eni'),
        subnetId: SubnetId,
        vpcId,
        description: Description,
        type: 'interface',
        tags: tagsFrom(TagSpecifications, 'network-interface'),
      };
      state.interfaces.set(made.id, made);
      return { NetworkInterface: view(made, caller) };
    },

    DeleteNetworkInterface: ({ NetworkInterfaceId }: { NetworkInterfaceId: string }, caller) => {
      const { interfaces } = context.state(caller);
      found(interfaces, NetworkInterfaceId, interfaceKind);
      interfaces.delete(NetworkInterfaceId);
    },

    DescribeNetworkInterfaces: (input, caller) => {
      const all = [...context.state(caller).interfaces.values(), ...ofEndpoints(caller)];
      const byId = new Map(all.map((one) => [one.id, one]));
      const chosen = filtered(selected(byId, input.NetworkInterfaceIds, interfaceKind), input.Filters, {
        'network-interface-id': ({ id }) => id,
        'vpc-id': ({ vpcId }) => vpcId,
        'subnet-id': ({ subnetId }) => subnetId,
        'interface-type': ({ type }) => type,
        description: ({ description }) => description,
      });
      const { items, nextToken } = paged(chosen, input, 'network-interfaces');
      return { NetworkInterfaces: items.map((one) => view(one, caller)), NextToken: nextToken };
    },
  };
}

interface CreateNetworkInterfaceInput {
  SubnetId: string;
  Description?: string;
  TagSpecifications?: TagSpecification[];
}

function view(one: NetworkInterface, caller: Caller) {
  return {
    NetworkInterfaceId: one.id,
    VpcId: one.vpcId,
    SubnetId: one.subnetId,
    OwnerId: caller.accountId,
    Description: one.description,
    InterfaceType: one.type,
    RequesterManaged: one.type !== 'interface',
    Status: one.type === 'interface' ? 'available' : 'in-use',
    TagSet: tagList(one.tags),
  };
}
