import { z } from 'zod';

const id = (prefix: string, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}-[0-9a-f]{8,17}$`),
      `the id of ${what} looks like ${prefix}-0123456789abcdef0`,
    );

/** Where the hub's functions run. */
export const hub = z
  .strictObject({
    network: z
      .strictObject({
        vpcId: id('vpc', 'a VPC').meta({ description: 'A VPC of the hub account, in the hub’s Region.' }),
        subnetIds: z
          .array(id('subnet', 'a subnet'))
          .min(1, 'name at least one subnet')
          .max(16, 'at most 16 subnets, as Lambda has it')
          .meta({ description: 'Private subnets of it, whose way out is a NAT gateway.' }),
        securityGroupIds: z
          .array(id('sg', 'a security group'))
          .min(1, 'name at least one security group')
          .max(5, 'at most five security groups, as Lambda has it')
          .meta({ description: 'Security groups of it that let HTTPS out.' }),
      })
      .nullable()
      .default(null)
      .meta({
        description:
          'The network in which the functions run that call Redis Cloud, so that their address is fixed. Default: none.',
      }),
  })
  .prefault({});
