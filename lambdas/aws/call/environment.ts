import * as z from 'zod/mini';

/**
 * The environment of every function that works in a member account. The stack that deploys the functions uses
 * the same schema.
 */
export const MemberEnvironment = z.object({
  /** Name (with its path, if any) of the role that the member stack creates in every member account. */
  CONNECTOR_ROLE_NAME: z.string().check(z.regex(/^[\w+=,.@/-]{1,512}$/, 'must be the name of a role')),
  /** The external id that the role's trust policy asks for. */
  EXTERNAL_ID: z.string().check(z.regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be an external id')),
});
