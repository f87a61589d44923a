import type { z } from 'zod';
import type { Connection, Removals } from '../../lambdas/shared/workflows/configuration.ts';
import type { System } from '../names.ts';
import { DEFAULT_ACCOUNT } from './redis-cloud.ts';
import type { schema } from './schema.ts';

/** A part of a VPC of the hub account. */
export interface Network {
  vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
}

/** An account of Redis Cloud. */
export interface RedisCloudAccount {
  name: string;
  /** Without a slash at its end. */
  apiUrl: string;
  /** Of the secret with its keys. */
  secretName: string;
}

/** Whether there is one that needs no name: what is made for it is what it was before there could be several. */
export function isOneAccount({ accounts }: Configuration['redisCloud']): boolean {
  return accounts.length === 1 && accounts[0]?.name === DEFAULT_ACCOUNT;
}

/** The account of a connection. */
export function accountOf({ redisCloud }: Configuration, connection: Connection): RedisCloudAccount {
  const { redisCloudAccount = DEFAULT_ACCOUNT } = connection;
  return redisCloud.accounts.find(({ name }) => name === redisCloudAccount)!;
}

/** The configuration, complete: every default is filled in. */
export interface Configuration {
  /** What this deployment is called, and by which tag VPCs ask it for connections. */
  system: System;
  /** At least one; just `default` where the configuration lists none. */
  redisCloud: { accounts: RedisCloudAccount[] };
  organization: {
    id: string;
    managementAccountId: string;
    hubAccountId: string;
    hubRegion: string;
    controlTowerRegion: string;
    organizationalUnits: string[];
    externalId: string;
    delegationPolicy: boolean;
    connectManagementAccount: boolean;
  };
  rollout: { failureTolerancePercentage: number; maxConcurrentPercentage: number };
  connections: Connection[];
  removals: Removals;
  /** Every how many minutes what should be is compared with what is. */
  reconcile: { everyMinutes: number };
  /** The network of the functions that call Redis Cloud; null: that of Lambda. */
  hub: { network: Network | null };
  /** The organization's own tags, for everything that is made. */
  tags: Record<string, string>;
  operations: {
    /** The https address of docs/operations.md; null: nobody has published it. */
    runbookUrl: string | null;
    notify: string[];
    chat: boolean;
    /** Whether VPCs get a tag that tells how it stands with them. */
    statusTags: boolean;
  };
}

/** Fills in the defaults that depend on other settings. */
export function complete(data: z.infer<typeof schema>): Configuration {
  const { organization, system } = data;
  return {
    system: { name: system.name, tag: system.tag ?? system.name },
    operations: data.operations,
    hub: data.hub,
    tags: data.tags,
    redisCloud: { accounts: redisCloudAccounts(data.redisCloud, system.name) },
    organization: {
      ...organization,
      controlTowerRegion: organization.controlTowerRegion ?? organization.hubRegion,
    },
    rollout: data.rollout,
    removals: data.removals,
    reconcile: data.reconcile,
    connections: data.connections.map(({ was, redisCloudAccount, ...connection }) => {
      const [first, ...namesBetween] = [was ?? []].flat();
      return {
        ...connection,
        // Left out, it is what it was before there were several.
        ...(redisCloudAccount !== undefined &&
          redisCloudAccount !== DEFAULT_ACCOUNT && { redisCloudAccount }),
        ...(first !== undefined && { name: first, newName: connection.name }),
        ...(namesBetween.length > 0 && { namesBetween }),
        shareName: connection.shareName ?? `${system.name}-${first ?? connection.name}`,
        endpoint: withoutDefaults(connection.endpoint),
        accounts: {
          ...connection.accounts,
          organizationalUnits: connection.accounts.organizationalUnits ?? organization.organizationalUnits,
        },
      };
    }),
  };
}

/** What is as if it were left out. */
function withoutDefaults({ ipAddressType, ...endpoint }: Connection['endpoint']): Connection['endpoint'] {
  return ipAddressType === undefined || ipAddressType === 'ipv4' ? endpoint : { ...endpoint, ipAddressType };
}

function redisCloudAccounts(
  { accounts, apiUrl, secretName }: z.infer<typeof schema>['redisCloud'],
  system: string,
): RedisCloudAccount[] {
  const all = accounts ?? [
    { name: DEFAULT_ACCOUNT, apiUrl, secretName: secretName ?? `${system}/redis-cloud` },
  ];
  return all.map((account) => ({ ...account, apiUrl: account.apiUrl.replace(/\/+$/, '') }));
}
