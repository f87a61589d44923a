import type { ConnectionTarget } from '../../../../lambdas/redis-cloud/client/connection.ts';
import type { KeySource, Keys } from '../../../../lambdas/redis-cloud/client/keys.ts';

export const KEYS: Keys = { apiKey: 'account-key-4711', secretKey: 'user-key-0815' };

export const fixedKeys: KeySource = { current: async () => KEYS, renewed: async () => null };

export const ACCOUNT = '123456789012';

export const share: ConnectionTarget = {
  name: 'orders',
  subscriptionId: 12345,
  region: 'us-east-1',
  contract: 'resource-share',
  shareName: 'orders-share',
};

export const service: ConnectionTarget = { ...share, contract: 'endpoint-service' };

export const ownConnection = {
  associationId: 'rsa-1',
  connectionId: 'vpce-con-1',
  type: 'vpc_endpoint',
  ownerId: ACCOUNT,
  endpointId: 'vpce-0abc123def456789',
  status: 'active',
};

/** The error that a promise is rejected with, or a failure of the test. */
export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown.');
}
