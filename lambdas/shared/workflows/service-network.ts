import * as z from 'zod/mini';

/** The service network of a connection, as a workflow passes it on. */
export const ServiceNetwork = z.object({
  arn: z
    .string()
    .check(
      z.regex(
        /^arn:[\w-]+:vpc-lattice:[\w-]+:\d{12}:servicenetwork\/sn-[0-9a-z]+$/,
        'must be the ARN of a service network',
      ),
    ),
});

/** What the stack tells functions that know a connection by its name only, where one has a service network. */
export const NetworkOwners = z.object({
  /** The owners of the networks, as JSON: `{"orders":"222233334444"}`. */
  NETWORK_OWNERS: z.optional(z.string()),
});

/** In place of a principal's status, of an account that is connected through a service network: it is none. */
export const THROUGH_NETWORK = 'through-network';

interface MaybeThroughNetwork {
  serviceNetwork?: { arn: string } | null | undefined;
}

/** The account that owns the connection's service network; null: VPCs are connected without one. */
export function networkOwner({ serviceNetwork }: MaybeThroughNetwork): string | null {
  return serviceNetwork?.arn.split(':')[4] ?? null;
}

/**
 * The account that Redis Cloud admits so that this one can be connected: itself, or the owner of the service network, which
 * stands for everybody.
 */
export function principalFor(connection: MaybeThroughNetwork, accountId: string): string {
  return networkOwner(connection) ?? accountId;
}

/** Whether the id is that of an association of a service network with a resource configuration. */
export function isAssociation(id: string): boolean {
  return id.startsWith('snra-');
}

/** Whether Redis Cloud has nothing to do with this account, or VPC, because it is connected through a network. */
export function isThroughNetwork(
  connection: MaybeThroughNetwork,
  { accountId, vpcId }: { accountId: string; vpcId: string | null },
): boolean {
  const owner = networkOwner(connection);
  return owner !== null && (vpcId !== null || accountId !== owner);
}
