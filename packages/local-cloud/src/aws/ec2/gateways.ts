import { digest } from '../ids.ts';
import { type Action, AwsError } from '../service.ts';
import { filtered, paged } from './describing.ts';
import type { Ec2Context } from './state.ts';

/**
 * Gateways, route tables and network ACLs, which can be listed and not made: nobody has a gateway here, and each VPC has
 * the main route table and the default network ACL that AWS makes with it.
 */
export function gatewayActions(context: Ec2Context): Record<string, Action> {
  /** A list of nothing, for as long as nothing of the kind can be made. */
  const none =
    (answer: string, ids: string, filters: string[]): Action =>
    (input) => {
      if (input[ids]?.length > 0)
        throw new AwsError('InvalidParameterValue', `There is no ${input[ids][0]}.`);
      filtered([], input.Filters, Object.fromEntries(filters.map((name) => [name, () => undefined])));
      return { [answer]: [] };
    };
  const attached = ['attachment.vpc-id', 'attachment.state'];

  return {
    DescribeInternetGateways: none('InternetGateways', 'InternetGatewayIds', attached),
    DescribeVpnGateways: none('VpnGateways', 'VpnGatewayIds', attached),
    DescribeEgressOnlyInternetGateways: none(
      'EgressOnlyInternetGateways',
      'EgressOnlyInternetGatewayIds',
      [],
    ),
    DescribeRouteTables: (input, caller) => {
      const all = [...context.state(caller).vpcs.values()].map(({ id: vpcId }) => {
        const id = `rtb-0${digest(vpcId, 16)}`;
        return { id, vpcId, tags: new Map<string, string>() };
      });
      const { items, nextToken } = paged(
        filtered(all, input.Filters, { 'vpc-id': ({ vpcId }) => vpcId, 'association.main': () => 'true' }),
        input,
        'route-tables',
      );
      return {
        RouteTables: items.map(({ id, vpcId }) => ({
          RouteTableId: id,
          VpcId: vpcId,
          OwnerId: caller.accountId,
          Associations: [
            { Main: true, RouteTableId: id, RouteTableAssociationId: `rtbassoc-0${digest(id, 16)}` },
          ],
        })),
        NextToken: nextToken,
      };
    },
    DescribeNetworkAcls: (input, caller) => {
      const all = [...context.state(caller).vpcs.values()].map(({ id: vpcId }) => {
        const id = `acl-0${digest(vpcId, 16)}`;
        return { id, vpcId, tags: new Map<string, string>() };
      });
      const { items, nextToken } = paged(
        filtered(all, input.Filters, { 'vpc-id': ({ vpcId }) => vpcId, default: () => 'true' }),
        input,
        'network-acls',
      );
      return {
        NetworkAcls: items.map(({ id, vpcId }) => ({
          NetworkAclId: id,
          VpcId: vpcId,
          OwnerId: caller.accountId,
          IsDefault: true,
        })),
        NextToken: nextToken,
      };
    },
  };
}
