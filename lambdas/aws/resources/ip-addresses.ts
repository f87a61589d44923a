import type { ServiceDetail, Vpc } from '@aws-sdk/client-ec2';
import { PreconditionFailed, VpcNotReady } from '../../shared/errors.ts';
import type { Connection } from '../call/payload.ts';
import { ipv6BlocksOf, needsIpv6 } from './vpcs.ts';

/**
 * An endpoint gets IPv6 addresses from a block of the VPC.
 *
 * @throws VpcNotReady where it has none
 */
export function requireIpv6(vpc: Vpc, { name, region, endpoint }: Connection, place: string): void {
  if (!needsIpv6(endpoint.ipAddressType) || ipv6BlocksOf(vpc)?.length !== 0) return;
  throw new VpcNotReady(
    `${place} has no IPv6 block, which endpoint.ipAddressType ${endpoint.ipAddressType} of connection ${name} needs. Give it one, and its subnets: aws ec2 associate-vpc-cidr-block --region ${region} --vpc-id ${vpc.VpcId} --amazon-provided-ipv6-cidr-block`,
  );
}

/**
 * A service lists what it accepts; where it lists nothing, AWS decides.
 *
 * @throws PreconditionFailed where it accepts less than the connection asks for
 */
export function requireAcceptedAddresses(
  { SupportedIpAddressTypes: accepted }: ServiceDetail,
  { name, endpoint: { ipAddressType } }: Connection,
  serviceName: string,
): void {
  if (!needsIpv6(ipAddressType) || !accepted?.length) return;
  const needed = ipAddressType === 'dualstack' ? (['ipv4', 'ipv6'] as const) : (['ipv6'] as const);
  if (needed.every((one) => accepted.includes(one))) return;
  throw new PreconditionFailed(
    `The endpoint service ${serviceName} accepts ${accepted.join(' and ')} only, and connection ${name} asks for endpoints of the type ${ipAddressType}. Take endpoint.ipAddressType out of the connection, and deploy the hub.`,
  );
}
