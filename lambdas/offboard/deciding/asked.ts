import { MAX_POLLS } from '../../shared/workflows/bounds.ts';
import type { Asked, Decision } from './offboarding.ts';
import { keyOf, type OwnEndpoint } from './offboarding-connections.ts';

/** What will have been asked for when the decision is carried out. */
export function askedAfter(decision: Decision, asked: Asked): Asked {
  switch (decision.action) {
    case 'disassociate': {
      const keys = decision.connections.map(keyOf).filter((key) => key !== null);
      return { ...asked, connections: [...asked.connections, ...keys] };
    }
    case 'delete-endpoint':
      return { ...asked, endpoints: [...new Set([...asked.endpoints, decision.vpcEndpointId])] };
    case 'remove-principal':
      return { ...asked, principal: true };
    case 'delete-private-link':
      return { ...asked, privateLink: true };
    default:
      return asked;
  }
}

/** The same, where a change at Redis Cloud comes to nothing: what it was to do there is asked for again. */
export function askedAnew(asked: Asked): Asked {
  return { ...asked, connections: [], principal: false, privateLink: false };
}

/**
 * Whether all endpoints that are left of what goes are being deleted, and this execution has asked for it, as it has
 * asked Redis Cloud to let them go: then there is nothing to do but to wait.
 */
export function areGoing(
  endpoints: readonly Pick<OwnEndpoint, 'connection' | 'state' | 'vpcEndpointId' | 'vpcId'>[],
  going: {
    connection: string;
    vpcId: string | null;
    asked: Pick<Asked, 'connections' | 'endpoints'>;
    polls: number;
  },
): boolean {
  const { connection, vpcId, asked, polls } = going;
  const left = endpoints.filter(
    (one) =>
      one.connection === connection && one.state !== 'deleted' && (vpcId === null || one.vpcId === vpcId),
  );
  return (
    polls <= MAX_POLLS &&
    asked.connections.length > 0 &&
    left.length > 0 &&
    left.every(({ state, vpcEndpointId }) => state === 'deleting' && asked.endpoints.includes(vpcEndpointId))
  );
}
