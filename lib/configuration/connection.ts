import { z } from 'zod';
import { accountName } from './redis-cloud.ts';
import { accountId, organizationalUnitId, region, serviceNetworkArn, source } from './values.ts';

const WAS = 'the name under which it was deployed first, or a list of all that it had, the first one first';
const formerName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, WAS);

/** One connection: a subscription, or a region of one, and to whom and how it is offered. */
export const connection = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,31}$/,
      'use at most 32 lower-case letters, digits and hyphens, beginning with a letter',
    )
    .meta({ description: 'The name by which VPCs ask for this connection, in their tag.' }),
  was: z
    .union([formerName, z.array(formerName).min(1, WAS).max(10, 'at most ten former names')], WAS)
    .optional()
    .meta({
      description:
        'If it was renamed: the name under which it was deployed first, or a list of all names that it had, the first one first. VPCs may ask by each, and everything of it is kept under the first.',
    }),
  redisCloudAccount: accountName.optional().meta({
    description:
      'The Redis Cloud account of the subscription, one of redisCloud.accounts. Default: the account "default".',
  }),
  subscriptionId: z
    .int('the number of the subscription, as the Redis Cloud console shows it')
    .positive('the number of the subscription, as the Redis Cloud console shows it')
    .max(2 ** 31 - 1, 'the number of the subscription, as the Redis Cloud console shows it')
    .meta({ description: "The Redis Cloud subscription's number." }),
  activeActiveRegionId: z
    .int("Redis Cloud's number of the region, from GET /subscriptions/{subscriptionId}/regions")
    .positive("Redis Cloud's number of the region, from GET /subscriptions/{subscriptionId}/regions")
    .max(2 ** 31 - 1)
    .optional()
    .meta({ description: "For an Active-Active subscription: Redis Cloud's own number of the region." }),
  region: region.meta({ description: 'The AWS Region of the databases.' }),
  contract: z
    .enum(['resource-share', 'endpoint-service'])
    .default('resource-share')
    .meta({ description: 'How Redis Cloud hands the subscription over.' }),
  shareName: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'use at most 64 letters, digits, hyphens and underscores')
    .optional()
    .meta({
      description:
        'Name of the resource share that Redis Cloud creates. Default: <name of the system>-<connection>.',
    }),
  providerAccountId: accountId.optional().meta({
    description:
      'The AWS account that owns what Redis Cloud hands over. Default: the one that hands it over first is noted.',
  }),
  serviceNetwork: z
    .strictObject({
      arn: serviceNetworkArn.meta({ description: 'Its ARN, whose account owns it.' }),
    })
    .optional()
    .meta({
      description:
        'Connect VPCs through this VPC Lattice service network: its account alone is admitted at Redis Cloud. With resource-share only.',
    }),
  accounts: z
    .strictObject({
      organizationalUnits: z.array(organizationalUnitId).optional().meta({
        description: 'Accounts below these organizational units. Default: organization.organizationalUnits.',
      }),
      accountIds: z.array(accountId).default([]).meta({ description: 'These accounts too.' }),
      excludedAccountIds: z.array(accountId).default([]).meta({ description: 'Never these accounts.' }),
    })
    .prefault({})
    .meta({ description: 'Which accounts may be connected.' }),
  vpcs: z
    .enum(['tagged', 'all'])
    .default('tagged')
    .meta({ description: 'VPCs that ask for it by tag, or every VPC of those accounts in the Region.' }),
  includeDefaultVpcs: z.boolean().optional().meta({
    description:
      'With vpcs: all, whether the default VPCs are connected, too, which AWS makes in every account. Default: false.',
  }),
  endpoint: z
    .strictObject({
      securityGroup: z
        .strictObject({
          name: z
            .string()
            .min(1)
            .max(255)
            .regex(/^(?!sg-)/, 'the group’s name, not its id: each VPC has a group of its own'),
        })
        .nullable()
        .default(null)
        .meta({
          description: 'A security group that each VPC has, by name. Default: one is created in each VPC.',
        }),
      allowFrom: z
        .array(source)
        .min(1)
        .max(20, 'at most 20: a security group has 60 rules, and each source takes two')
        .optional()
        .meta({
          description:
            'From where the security group that is created lets in connections, beside the VPC itself: blocks of addresses or prefix lists.',
        }),
      ipAddressType: z.enum(['ipv4', 'dualstack', 'ipv6']).optional().meta({
        description:
          'Which addresses endpoints have in their VPCs that are made from now on. Default: ipv4. The group that is created lets in the VPC’s IPv6 blocks, too, with dualstack and ipv6.',
      }),
      subnets: z
        .strictObject({
          minimumZones: z
            .int()
            .min(1)
            .max(6)
            .default(1)
            .meta({ description: 'Wait until usable subnets in this many Availability Zones are there.' }),
          tag: z
            .strictObject({ key: z.string().min(1).max(128), value: z.string().max(256) })
            .nullable()
            .default(null)
            .meta({ description: 'Use only subnets with this tag.' }),
          excludedZones: z
            .array(
              z
                .string()
                .regex(
                  /^[a-z0-9]+-az\d+$/,
                  'the id of a zone like use1-az1, which is the same one in every account',
                ),
            )
            .optional()
            .meta({ description: 'Ids of Availability Zones in which no endpoint is to be.' }),
          waitMinutes: z
            .int()
            .min(1)
            .max(90, 'at most 90 minutes')
            .default(60)
            .meta({ description: 'How long a VPC that is still being built is waited for, in minutes.' }),
        })
        .prefault({}),
      privateDns: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether the databases’ own names resolve to the endpoint inside the VPC.' }),
    })
    .prefault({})
    .meta({ description: 'How VPC endpoints are made.' }),
  parameters: z.boolean().default(true).meta({
    description:
      'Whether endpoint id, DNS names and ports are written to parameters in the member account, for its applications.',
  }),
  handOver: z.enum(['fail', 'script']).default('fail').meta({
    description:
      'Where a member account cannot be entered: fail, or store Redis Cloud’s endpoint script for its owner.',
  }),
  approval: z.enum(['none', 'required']).default('none').meta({
    description: 'Whether a person has to approve each account and VPC before it is connected.',
  }),
  approvalHours: z
    .int()
    .min(1)
    .max(48, 'at most 48 hours')
    .default(24)
    .meta({ description: 'How long an approval is waited for, in hours.' }),
  deletePrivateLinkWhenUnused: z
    .boolean()
    .default(false)
    .meta({ description: 'Delete the PrivateLink at Redis Cloud when its last principal has left.' }),
});
