import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { decide } from './deciding/offboarding.ts';

const text = z.nullish(z.string());

const inputSchema = z.object({
  connection: z.object({
    name: z.string(),
    contract: z.enum(['resource-share', 'endpoint-service']),
    deletePrivateLinkWhenUnused: z.boolean(),
  }),
  accountId: AccountId,
  vpcId: z.nullable(VpcId),
  onlyOurs: z.boolean(),
  recorded: z.boolean(),
  records: z.nullish(z.array(z.object({ sk: z.string(), vpcEndpointId: text }))),
  endpoints: z.array(
    z.object({
      vpcEndpointId: z.string(),
      vpcId: z.string(),
      connection: z.string(),
      state: z.string(),
      createdAt: text,
    }),
  ),
  unreachable: z.nullable(z.string()),
  privateLink: z.object({
    status: z.string(),
    principal: z.nullable(z.object({ status: text })),
    principalCount: z.int(),
    connections: z.array(
      z.object({
        associationId: text,
        connectionId: text,
        type: text,
        ownerId: text,
        endpointId: text,
        associationDate: text,
        status: text,
      }),
    ),
  }),
  asked: z.object({
    connections: z.array(z.string()),
    endpoints: z.array(z.string()),
    principal: z.boolean(),
    privateLink: z.boolean(),
  }),
  alsoOnboarding: text,
  looks: z.int(),
  notes: z.nullish(z.array(z.string())),
});

/** What an offboarding does next. */
export const handler = defineHandler(inputSchema, decide);
