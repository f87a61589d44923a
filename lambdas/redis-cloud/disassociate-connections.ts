import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { change, changing } from './call/change.ts';
import { ConnectionInput } from './call/schemas.ts';
import { redisCloud } from './call/session.ts';

const id = z.nullish(z.string());

const Input = z.extend(ConnectionInput, {
  ...changing,
  connections: z
    .array(z.object({ associationId: id, connectionId: id, type: id, ownerId: id, endpointId: id }))
    .check(z.minLength(1)),
});

/** Starts cutting consumers' connections, given as the read of the PrivateLink returned them. */
export const handler = defineHandler(Input, ({ connection, lockHolder, connections }) =>
  change(connection, lockHolder, 'disassociateConnections', () =>
    redisCloud(connection).disassociateConnections(connection, connections),
  ),
);
