import * as z from 'zod/mini';

/**
 * Why a removal was requested that no person has asked for. A request by hand says nothing.
 *
 * - `untagged`: the VPC's tag does not name the connection any more
 * - `vpc-gone`: the VPC was deleted
 * - `vpc-deletion-refused`: somebody tries to delete the VPC, and something is in the way
 * - `account`: the connection is not offered to the account any more
 * - `reconciliation`: two reconciliations in a row have found it due
 * - `leftover`: an offboarding could not remove it, because the account let nobody in
 */
export const Because = z.enum([
  'untagged',
  'vpc-gone',
  'vpc-deletion-refused',
  'account',
  'reconciliation',
  'leftover',
]);
export type Because = z.infer<typeof Because>;
