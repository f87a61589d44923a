import { randomUUID } from 'node:crypto';
import { type Configuration, parseConfiguration } from '../../lib/configuration.ts';

/** The accounts and the organization of a world. */
export interface Ground {
  organizationId: string;
  rootId: string;
  managementAccountId: string;
  hubAccountId: string;
  memberAccountId: string;
}

export const REGION = 'us-east-1';
export const CONNECTION = 'orders';
export const SUBSCRIPTION = 12345;

/**
 * One connection, which the member account may have. It is of the contract `endpoint-service`, since no program of others
 * has the resource configurations of VPC Lattice.
 */
export function configurationFor(ground: Ground): Configuration {
  const { organizationId: id, rootId, managementAccountId, hubAccountId, memberAccountId } = ground;
  const written = {
    redisCloud: {},
    organization: {
      ...{ id, managementAccountId, hubAccountId, hubRegion: REGION },
      organizationalUnits: [rootId],
      externalId: randomUUID(),
    },
    connections: [
      {
        ...{ name: CONNECTION, subscriptionId: SUBSCRIPTION, region: REGION, contract: 'endpoint-service' },
        accounts: { accountIds: [memberAccountId] },
      },
    ],
  };
  return parseConfiguration(JSON.stringify(written), 'the configuration of npm run foreign');
}

/** The same, with the address at which its Redis Cloud answers. */
export function callingAt(configuration: Configuration, apiUrl: string): Configuration {
  const accounts = configuration.redisCloud.accounts.map((account) => ({ ...account, apiUrl }));
  return { ...configuration, redisCloud: { accounts } };
}
