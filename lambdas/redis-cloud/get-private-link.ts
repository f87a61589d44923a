import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { isThroughNetwork } from '../shared/workflows/service-network.ts';
import { AccountId, ConnectionInput } from './call/schemas.ts';
import { redisCloud } from './call/session.ts';

const Input = z.extend(ConnectionInput, {
  /** Whose part is wanted; left out or null: everybody's. */
  accountId: z.nullish(AccountId),
  vpcId: z.nullish(z.string()),
});

/**
 * Starts the read of a connection's PrivateLink: `{ taskId }`. Of an account, or VPC, that is connected through a service
 * network Redis Cloud has nothing: it is not asked, and there is no task.
 */
export const handler = defineHandler(Input, ({ connection, accountId, vpcId = null }) =>
  accountId && isThroughNetwork(connection, { accountId, vpcId })
    ? { taskId: null }
    : redisCloud(connection).getPrivateLink(connection),
);
