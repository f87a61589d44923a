import { noteHandedOver } from '../../shared/coordination/handed-over.ts';
import type { PrivateLinkView } from '../client/private-link.ts';

/**
 * Keeps the view of a service network's owner if it is admitted: VPCs are connected by it, and Redis Cloud is not asked.
 *
 * @returns whether the owner is admitted, as this reading shows it
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function keepIfAdmitted(name: string, view: PrivateLinkView): Promise<boolean> {
  const { status, principal, resourceConfigurationArn, shareArn } = view;
  const isAdmitted =
    status === 'active' &&
    principal !== null &&
    !['disassociating', 'disassociated', 'failed'].includes(principal.status ?? '') &&
    Boolean(resourceConfigurationArn && shareArn);
  if (isAdmitted) await noteHandedOver(name, view);
  return isAdmitted;
}
