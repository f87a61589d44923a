import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { ServiceNetwork } from '../shared/workflows/service-network.ts';
import { askedAfter, askedAnew } from './deciding/asked.ts';
import { decide } from './deciding/offboarding.ts';
import { decideUnused } from './deciding/private-link.ts';

const text = z.nullish(z.string());
const series = z.nullable(z.object({ since: z.string(), polls: z.int() }));

const inputSchema = z.object({
  connection: z.object({
    name: z.string(),
    contract: z.enum(['resource-share', 'endpoint-service']),
    deletePrivateLinkWhenUnused: z.boolean(),
    serviceNetwork: z.nullish(ServiceNetwork),
  }),
  /** Null: the PrivateLink alone is to go. */
  accountId: z.nullable(AccountId),
  vpcId: z.nullable(VpcId),
  onlyOurs: z.boolean(),
  /** Left out, it is looked up in the records. */
  recorded: z.nullish(z.boolean()),
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
  // Left out by a definition from before there were any.
  strays: z.nullish(
    z.array(z.object({ id: z.string(), vpcId: z.string(), connection: z.string(), why: z.string() })),
  ),
  // Left out by a definition from before they were listed.
  others: z.nullish(z.array(z.string())),
  accessError: z.nullable(z.string()),
  privateLink: z.object({
    status: z.string(),
    errorMessage: text,
    principal: z.nullable(z.object({ status: text })),
    principalCount: z.int(),
    listsPrincipals: z.nullish(z.boolean()),
    connectionCount: z.nullish(z.int()),
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
    removed: z.nullish(z.boolean()),
    privateLink: z.boolean(),
  }),
  denied: z.nullish(z.boolean()),
  refused: z.nullish(z.object({ connections: text, privateLink: text })),
  at: text,
  // Null in the first look; left out by a definition from before there was a memory.
  before: z.nullish(z.object({ absent: series, unlisted: series, empty: series })),
  alsoOnboarding: text,
  polls: z.int(),
  notes: z.nullish(z.array(z.string())),
});

/** What an offboarding does next, and what it will have asked for then. */
export const handler = defineHandler(inputSchema, ({ recorded, accountId, ...input }) => {
  const { connection, records, asked } = input;
  if (accountId === null) {
    const decision = decideUnused(input);
    return { ...decision, asked: askedAfter(decision, asked), askedAnew: askedAnew(asked) };
  }
  const isRecorded = recorded ?? (records ?? []).some(({ sk }) => sk === `connection#${connection.name}`);
  const decision = decide({ ...input, accountId, recorded: isRecorded });
  return { ...decision, asked: askedAfter(decision, asked), askedAnew: askedAnew(asked) };
});
