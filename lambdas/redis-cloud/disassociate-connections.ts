import * as z from 'zod/mini';
import { defineHandler } from '../runtime/handler.ts';
import { Connection } from './schemas.ts';
import { redisCloud } from './session.ts';

const id = z.nullish(z.string());

const Input = z.object({
  connection: Connection,
  connections: z
    .array(z.object({ associationId: id, connectionId: id, type: id, ownerId: id, endpointId: id }))
    .check(z.minLength(1)),
});

/** Starts cutting consumers' connections, given as the read of the PrivateLink returned them: `{ taskId }`. */
export const handler = defineHandler(Input, ({ connection, connections }) =>
  redisCloud().disassociateConnections(connection, connections),
);
