import { partitionOf } from '../aws/partition.ts';
import { UntrustedTarget } from '../errors.ts';

/** What a PrivateLink hands over, as Redis Cloud names it. What it does not name (yet) is null. */
export interface HandedOver {
  shareArn: string | null;
  resourceConfigurationArn: string | null;
  serviceName: string | null;
}

/** What of a connection says what may be handed over. */
interface Expecting {
  name: string;
  region: string;
  /** The account that may own it. Null: the configuration names none. */
  providerAccountId?: string | null | undefined;
}

/**
 * "com.amazonaws.vpce.<region>.vpce-svc-<id>" is what AWS calls the service of another account ("Share your services
 * through AWS PrivateLink"). Its own services have other names: com.amazonaws.us-east-1.kms.
 */
const SERVICE = /^com\.amazonaws\.vpce\.([a-z0-9-]+)\.vpce-svc-[0-9a-f]{8,17}$/;

const KINDS = {
  shareArn: {
    what: 'resource share',
    form: /^arn:[a-z-]+:ram:([a-z0-9-]+):(\d{12}):resource-share\/[\w-]+$/,
  },
  resourceConfigurationArn: {
    what: 'resource configuration',
    form: /^arn:[a-z-]+:vpc-lattice:([a-z0-9-]+):(\d{12}):resourceconfiguration\/[\w-]+$/,
  },
  serviceName: { what: 'endpoint service', form: SERVICE },
} as const;

/**
 * Looks whether what Redis Cloud hands over can be a provider's: it has the form of another account's service, share or
 * configuration, is in the connection's Region and its partition, has one owner, and the one that the configuration names. Whoever
 * answers in Redis Cloud's place would otherwise decide what applications give their passwords to.
 *
 * @returns the account that owns it; null where the names do not tell, as those of endpoint services.
 * @throws UntrustedTarget which says what is wrong.
 */
export function requireProvider(connection: Expecting, handedOver: Partial<HandedOver>): string | null {
  const owners = new Set<string>();
  for (const [key, { what, form }] of Object.entries(KINDS)) {
    const value = handedOver[key as keyof HandedOver];
    if (value == null) continue;
    const [, region, owner] = form.exec(value) ?? [];
    if (region === undefined) throw untrusted(connection, value, `which is no ${what} of a provider`);
    if (region !== connection.region) {
      throw untrusted(connection, value, `which is in ${region} and not in ${connection.region}`);
    }
    const partition = partitionOf(connection.region);
    if (owner !== undefined && !value.startsWith(`arn:${partition}:`)) {
      throw untrusted(connection, value, `which is not in the partition ${partition} of AWS`);
    }
    if (owner !== undefined) owners.add(owner);
  }
  const [owner, other] = owners;
  if (other !== undefined) {
    const { shareArn, resourceConfigurationArn } = handedOver;
    throw untrusted(
      connection,
      `${shareArn} with ${resourceConfigurationArn}`,
      'which have different owners',
    );
  }
  if (owner === undefined) return null;
  requireOwner(connection, owner, handedOver.shareArn ?? handedOver.resourceConfigurationArn ?? '');
  return owner;
}

/**
 * @param owner as AWS names the owner of a service: an account, or `amazon`
 * @throws UntrustedTarget if it is AWS itself, or not the account that the configuration names.
 */
export function requireOwner(connection: Expecting, owner: string, target: string): void {
  const { providerAccountId } = connection;
  if (!/^\d{12}$/.test(owner)) throw untrusted(connection, target, `which belongs to ${owner}`);
  if (providerAccountId == null || owner === providerAccountId) return;
  const expected = `and the configuration names ${providerAccountId} as providerAccountId of the connection`;
  throw untrusted(connection, target, `which belongs to account ${owner}, ${expected}`);
}

/** @param problem a clause that begins with "which" */
export function untrusted({ name }: Expecting, target: string, problem: string): UntrustedTarget {
  return new UntrustedTarget(
    `For connection ${name} Redis Cloud hands over "${target}", ${problem}. Nothing is connected to it, and what is ` +
      'connected stays. Compare it with the Redis Cloud console: see UntrustedTarget in the runbook.',
  );
}
