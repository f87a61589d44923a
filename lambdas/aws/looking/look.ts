import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Found } from '../../reconcile/comparing/findings.ts';
import { NamedError } from '../../shared/errors.ts';
import type { ExecutionName } from '../../shared/runtime/inputs.ts';
import { type Member, memberClient } from '../call/member-account.ts';
import { readOwnership } from '../resources/ownership.ts';
import { PARAMETER_ATTEMPTS } from '../resources/parameters.ts';
import { listVpcs } from '../resources/vpcs.ts';
import { associationsIn } from './associations.ts';
import { endpointsIn } from './endpoints.ts';
import { groupsIn } from './groups.ts';
import { parametersIn } from './parameters.ts';
import { ownVpcs } from './vpcs.ts';

/** Attempts of a single call: it is one of many, and the others are not made again for it. */
const ATTEMPTS = 3;

/**
 * What should be in the account and Region, and what is: its VPCs and what their tags ask for; this system's own endpoints
 * and security groups; and what applications find there.
 *
 * @param connections whose parameters are read, by name
 * @throws MemberRoleNotAssumable, AccessDenied, AwsUnavailable. Parameters that cannot be read are null instead: the
 *   account is compared without them.
 */
export async function lookInto(
  member: Member,
  connections: readonly string[],
  executionName: ExecutionName | null | undefined,
): Promise<Found> {
  const { accountId, region } = member;
  const ec2 = await memberClient(EC2Client, 'look-into-accounts', member, executionName, ATTEMPTS);
  const [vpcs, ownership, parameters] = await Promise.all([
    listVpcs(ec2),
    readOwnership(accountId, region, { completes: true }),
    memberClient(SSMClient, 'look-into-accounts', member, executionName, PARAMETER_ATTEMPTS)
      .then((ssm) => parametersIn(ssm, connections))
      .catch(nullIfNamed),
  ]);
  const place = { ...member, executionName, call: 'look-into-accounts' as const };
  const [{ endpoints, strays }, { groups, strays: others }, associations] = await Promise.all([
    endpointsIn(ec2, ownership, { zones: true }),
    groupsIn(ec2, ownership, async () => vpcs),
    associationsIn(place, { onlyOwn: false }),
  ]);
  return {
    accountId,
    region,
    vpcs: ownVpcs(vpcs, accountId),
    endpoints,
    ...(associations.length > 0 && {
      associations: associations.map(({ connection, state }) => ({ connection, state })),
    }),
    groups,
    strays: [...strays, ...others],
    parameters,
  };
}

/** AWS does not let anybody read them now; whatever else it is, is told. */
function nullIfNamed(error: unknown): null {
  if (error instanceof NamedError) return null;
  throw error;
}
