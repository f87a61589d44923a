import { DescribeVpcEndpointServicesCommand, type EC2Client, type ServiceDetail } from '@aws-sdk/client-ec2';
import { codeOf } from '../../shared/aws/errors.ts';
import type { OfferedZones } from './subnets.ts';

/** An endpoint service as the account sees it, or undefined if AWS does not offer it to the account (yet). */
export async function findService(ec2: EC2Client, serviceName: string): Promise<ServiceDetail | undefined> {
  try {
    const { ServiceDetails } = await ec2.send(
      new DescribeVpcEndpointServicesCommand({ ServiceNames: [serviceName] }),
    );
    return ServiceDetails?.[0];
  } catch (error) {
    if (codeOf(error).startsWith('InvalidServiceName')) return undefined;
    throw error;
  }
}

/** The zones in which a service can be reached. */
export function zonesOfService({ AvailabilityZones, AvailabilityZoneIds }: ServiceDetail): OfferedZones {
  return { names: AvailabilityZones ?? [], ids: AvailabilityZoneIds ?? [] };
}
