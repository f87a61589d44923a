import * as z from 'zod/mini';
import { validate } from '../runtime/validation.ts';
import type { Connection } from './configuration.ts';
import { AccountId, lookUp, refusal, VpcEndpointId, VpcId } from './request.ts';

const requestSchema = z.strictObject({
  connection: z.string(),
  accountId: AccountId,
  vpcId: z.optional(VpcId),
  region: z.optional(z.string()),
  because: z.optional(z.enum(['event', 'reconciliation', 'onboard'])),
  at: z.optional(z.iso.datetime()),
  vpcEndpointId: z.optional(VpcEndpointId),
});

/** A request to onboard that has been checked, with everything that the workflow needs to know. */
export interface CheckedRequest {
  connection: Connection;
  accountId: string;
  vpcId: string | null;
  /** What has asked for it; null: a person. `onboard` asks for a script. */
  because: 'event' | 'reconciliation' | 'onboard' | null;
  /** ISO time of the event that has asked for it; null: none has, or nobody knows. */
  at: string | null;
  /** An endpoint of the VPC that was made by hand, and that a person wants taken over. */
  takeOver: string | null;
}

const EXAMPLE =
  '{"connection":"orders","accountId":"444455556666","vpcId":"vpc-0a71e831cb5152c43"} (vpcId may be left out: then the account is admitted and nothing is created in it; with "vpcEndpointId" an endpoint of the VPC that was made by hand is taken over)';

/** How far another clock may be ahead of this one, in milliseconds. */
const AHEAD_MS = 5 * 60 * 1000;

/**
 * Checks what a person or `dispatch` asks for, and looks the connection up.
 *
 * @param now milliseconds since the epoch
 * @throws InvalidRequest listing all problems, with an example.
 */
export function checkRequest(
  request: unknown,
  connections: readonly Connection[],
  now = Date.now(),
): CheckedRequest {
  const checked = validate(requestSchema, request);
  const { connection, problems } = lookUp(request, connections);
  if (!checked.valid) throw refusal([...checked.problems, ...problems], EXAMPLE);
  if (!connection || problems.length > 0) throw refusal(problems, EXAMPLE);
  const {
    accountId,
    vpcId = null,
    because = null,
    at = null,
    vpcEndpointId: takeOver = null,
  } = checked.value;
  if (takeOver !== null && (vpcId === null || because !== null)) {
    const problem = 'vpcEndpointId: an endpoint is taken over only by hand, and together with its vpcId';
    throw refusal([problem], EXAMPLE);
  }
  if (at !== null && Date.parse(at) > now + AHEAD_MS) {
    throw refusal([`at: ${at} is in the future, and would undo what a person does until then`], EXAMPLE);
  }
  return { connection, accountId, vpcId, because, at, takeOver };
}
