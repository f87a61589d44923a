import { z } from 'zod';
import type { Contract } from './contract.ts';
import { HttpFailure } from './failures.ts';
import { type PrincipalRequest, principalTypes } from './principals.ts';
import type { TaskOperation } from './routes.ts';
import type { Ways } from './ways.ts';

/** A connection to cut, as a request names it. */
export interface ConnectionRequest {
  /** Association or endpoint id, by contract. */
  id: string;
  connectionId?: string;
  accountId?: string;
}

/** What a request's body says, the same for both contracts. */
export interface RequestBody {
  shareName?: string;
  /** The principal to admit. */
  principal?: PrincipalRequest;
  /** The principals to remove. */
  principals?: string[];
  connections?: ConnectionRequest[];
}

const admitted = { principal: z.string(), type: z.enum(principalTypes), alias: z.string().optional() };

// Fields that the published document marks as read-only are unknown here, and so is every other field:
// the real server may be more forgiving, a client that passes here does not depend on it.
const bodies = (ways: Ways): Record<Contract, Partial<Record<TaskOperation, z.ZodType<RequestBody>>>> => ({
  'resource-share': {
    createPrivateLink: z
      .strictObject({ shareName: z.string().max(64), ...admitted })
      .transform(({ shareName, ...principal }) => ({ shareName, principal })),
    addPrincipal: z.strictObject(admitted).transform((principal) => ({ principal })),
    removePrincipal: z
      .strictObject({ principal: z.string() })
      .transform(({ principal }) => ({ principals: [principal] })),
    disassociateConnections: z
      .strictObject({
        connections: z
          .array(
            z.strictObject({
              associationId: z.string(),
              connectionId: z.string().optional(),
              type: z.literal(ways['connection-type']),
              principalId: z.string(),
            }),
          )
          .min(1),
      })
      .transform(({ connections }) => ({
        connections: connections.map(({ associationId, connectionId, principalId }) => ({
          id: associationId,
          connectionId,
          accountId: principalId,
        })),
      })),
  },
  'endpoint-service': {
    createPrivateLink: z.strictObject({}).transform(() => ({})),
    addPrincipal: z.strictObject({ principal: z.string() }).transform((principal) => ({ principal })),
    removePrincipal: z.strictObject({ principals: z.array(z.string()).min(1) }),
    disassociateConnections: z
      .strictObject({ endpointIds: z.array(z.string().regex(/^vpce-[0-9a-f]+$/)).min(1) })
      .transform(({ endpointIds }) => ({ connections: endpointIds.map((id) => ({ id })) })),
  },
});

/**
 * Checks a request's body against the subscription's contract. `text` is the body as it was received.
 *
 * @throws HttpFailure 400 for anything that the contract does not say; 415 for a body that is not JSON; 501 for
 *   principals of which it is not known what Redis Cloud does with them
 */
export function readBody(
  contract: Contract,
  operation: TaskOperation,
  contentType: string | undefined,
  text: string,
  ways: Ways,
): RequestBody {
  const schema = bodies(ways)[contract][operation];
  if (!schema) {
    if (text !== '') throw new HttpFailure(400);
    return {};
  }
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) throw new HttpFailure(415);
  const result = schema.safeParse(parseJson(text));
  if (!result.success) throw new HttpFailure(400);
  const type = result.data.principal?.type;
  if (type === 'organization_unit' || type === 'service_principal') throw new HttpFailure(501);
  return result.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpFailure(400);
  }
}
