import type { z } from 'zod';
import type { Connection, Removals } from '../../lambdas/shared/workflows/configuration.ts';
import type { schema } from './schema.ts';

/** A part of a VPC of the hub account. */
export interface Network {
  vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
}

/** The configuration, complete: every default is filled in. */
export interface Configuration {
  redisCloud: { apiUrl: string; secretName: string };
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
  /** The network of the functions that call Redis Cloud; null: that of Lambda. */
  hub: { network: Network | null };
  /** The organization's own tags, for everything that is made. */
  tags: Record<string, string>;
  operations: {
    /** The https address of docs/operations.md; null: nobody has published it. */
    runbookUrl: string | null;
    notify: string[];
  };
}

/** Fills in the defaults that depend on other settings. */
export function complete(data: z.infer<typeof schema>): Configuration {
  const { organization } = data;
  return {
    operations: data.operations,
    hub: data.hub,
    tags: data.tags,
    redisCloud: { ...data.redisCloud, apiUrl: data.redisCloud.apiUrl.replace(/\/+$/, '') },
    organization: {
      ...organization,
      controlTowerRegion: organization.controlTowerRegion ?? organization.hubRegion,
    },
    rollout: data.rollout,
    removals: data.removals,
    connections: data.connections.map(({ was, ...connection }) => ({
      ...connection,
      ...(was !== undefined && { name: was, newName: connection.name }),
      shareName: connection.shareName ?? `redis-privatelink-${was ?? connection.name}`,
      accounts: {
        ...connection.accounts,
        organizationalUnits: connection.accounts.organizationalUnits ?? organization.organizationalUnits,
      },
    })),
  };
}
