import type { Connection, Removals } from '../lambdas/shared/workflows/configuration.ts';

/** A connection as the configuration completes it. */
export function connection(changes: Partial<Connection> = {}): Connection {
  return {
    name: 'orders',
    subscriptionId: 12345,
    region: 'us-east-1',
    contract: 'resource-share',
    shareName: 'redis-privatelink-orders',
    accounts: { organizationalUnits: ['ou-ab12-l3zc8b3h'], accountIds: [], excludedAccountIds: [] },
    vpcs: 'tagged',
    endpoint: {
      securityGroup: null,
      subnets: { minimumZones: 1, tag: null, waitMinutes: 60 },
      privateDns: true,
    },
    parameters: true,
    handOver: 'fail',
    approval: 'none',
    approvalHours: 24,
    deletePrivateLinkWhenUnused: false,
    ...changes,
  };
}

/** What holds removals back, as the configuration completes it. */
export const REMOVALS: Removals = {
  graceMinutes: 10,
  onRefusedDeletion: 'whenLast',
  atOnce: null,
  hours: 24,
};
