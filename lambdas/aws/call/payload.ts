import * as z from 'zod/mini';
import { ExecutionName } from '../../shared/runtime/inputs.ts';
import { ServiceNetwork } from '../../shared/workflows/service-network.ts';

// The parts that the payloads of this folder's functions have in common.

function id(prefix: string) {
  const pattern = new RegExp(`^${prefix}-[0-9a-f]{8,17}$`);
  return z.string().check(z.regex(pattern, `must be an id such as ${prefix}-0123456789abcdef0`));
}

export const AccountId = z.string().check(z.regex(/^\d{12}$/, 'must be a 12-digit account id'));
export const Region = z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'must be an AWS Region'));
export const VpcId = id('vpc');
export const SubnetId = id('subnet');
export const SecurityGroupId = id('sg');
export const VpcEndpointId = id('vpce');
/** Of a service network with a resource configuration. */
export const AssociationId = id('snra');
export const CidrBlock = z
  .string()
  .check(
    z.regex(
      /^(\d{1,3}(\.\d{1,3}){3}\/\d{1,2}|[\da-fA-F:.]*:[\da-fA-F:.]*\/\d{1,3})$/,
      'must be a CIDR block',
    ),
  );

/** An execution's name, in characters that tags and names of sessions take: a person may have chosen others. */
export const Execution = z.pipe(
  ExecutionName,
  z.transform((name): ExecutionName => name.replace(/[^\w-]/g, '-') as ExecutionName),
);

/** Where the execution is only used to name the session: without it, calls are made in this system's name. */
export const OptionalExecution = z.optional(z.nullable(Execution));

/** Without a character that EC2's filters take for a wildcard. */
export const ConnectionName = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, "must be a connection's name"));

/**
 * A connection as the workflow passes it on; keys that other functions need are tolerated.
 */
export const Connection = z.looseObject({
  name: ConnectionName,
  region: Region,
  contract: z.enum(['resource-share', 'endpoint-service']),
  /** The account that may own what is handed over, if the configuration names it. */
  providerAccountId: z.nullish(AccountId),
  /** Through which VPCs are connected; null: each has an endpoint to what is handed over. */
  serviceNetwork: z.nullish(ServiceNetwork),
  endpoint: z.looseObject({
    /** An existing group of each VPC, by name; null: the workflow creates one. */
    securityGroup: z.nullable(z.object({ name: z.string().check(z.minLength(1), z.maxLength(255)) })),
    /** From where a created group lets in connections, beside the VPC's own blocks: blocks and prefix lists. */
    allowFrom: z.nullish(z.array(z.string())),
    subnets: z.object({
      minimumZones: z.int().check(z.minimum(1)),
      /** How long a VPC may be without a usable subnet. */
      waitMinutes: z.int().check(z.minimum(1)),
      /** Only subnets with this tag are used. */
      tag: z.nullable(z.object({ key: z.string().check(z.minLength(1)), value: z.string() })),
      /** Ids of zones in which no endpoint is to be. */
      excludedZones: z.nullish(z.array(z.string())),
    }),
    privateDns: z.boolean(),
    /** Which addresses endpoints get that are made from now on; null: IPv4. */
    ipAddressType: z.nullish(z.enum(['ipv4', 'dualstack', 'ipv6'])),
  }),
});
export type Connection = z.output<typeof Connection>;

const ResourceConfigurationArn = z
  .string()
  .check(
    z.regex(
      /^arn:[\w-]+:vpc-lattice:[\w-]+:\d{12}:resourceconfiguration\/[\w-]+$/,
      'must be the ARN of a resource configuration',
    ),
  );
const ServiceName = z
  .string()
  .check(z.regex(/^[\w.-]{1,255}$/, 'must be the name of a VPC endpoint service'));

/** What a VPC endpoint leads to: one of the two, by the connection's contract, as Redis Cloud's read says. */
export const Target = z.object({
  resourceConfigurationArn: z.nullable(ResourceConfigurationArn),
  serviceName: z.nullable(ServiceName),
});
export type Target = z.output<typeof Target>;
