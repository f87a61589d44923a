import { isAssociation } from '../../shared/workflows/service-network.ts';
import type { OwnEndpoint } from './offboarding-connections.ts';

/** An endpoint that does not go although it was asked to is asked again each minute or so. */
const POLLS_BETWEEN_REQUESTS = 4;

type DeletionStep =
  | { action: 'delete-endpoint'; vpcEndpointId: string; vpcId: string }
  | { action: 'wait'; reason: string };

/** What is to be done about endpoints, and then about the association with the account's service network. */
export function deletionStep(
  { asked, polls }: { asked: { endpoints: readonly string[] }; polls: number },
  left: readonly OwnEndpoint[],
): DeletionStep | undefined {
  const inVpcs = left.filter(({ vpcEndpointId }) => !isAssociation(vpcEndpointId));
  const due = inVpcs.length > 0 ? inVpcs : left;
  const standing = due.filter(({ state }) => state !== 'deleting');
  const isTimeToAskAgain = polls % POLLS_BETWEEN_REQUESTS === 0;
  const next =
    standing.find(({ vpcEndpointId }) => !asked.endpoints.includes(vpcEndpointId)) ??
    (isTimeToAskAgain ? standing[0] : undefined);
  if (next) return { action: 'delete-endpoint', vpcEndpointId: next.vpcEndpointId, vpcId: next.vpcId };
  const [first] = due;
  if (!first) return undefined;
  const what = isAssociation(first.vpcEndpointId) ? 'association' : 'VPC endpoint';
  return { action: 'wait', reason: `${what} ${first.vpcEndpointId} is ${first.state}` };
}
