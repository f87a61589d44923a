import { VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import type * as z from 'zod/mini';
import { readAssociation, readHandedOver } from '../../shared/coordination/handed-over.ts';
import { configuration } from '../../shared/workflows/configuration.ts';
import { networkOwner } from '../../shared/workflows/service-network.ts';
import type { MemberFunction } from '../call/actions.ts';
import { memberClient } from '../call/member-account.ts';
import type { OptionalExecution } from '../call/payload.ts';
import { findAssociation, isOwn } from '../resources/network-association.ts';
import type { OwnEndpoint } from './endpoints.ts';

/** The states of associations, in the words for endpoints. */
const STATES: Readonly<Record<string, string>> = {
  ACTIVE: 'available',
  PARTIAL: 'partial',
  CREATE_IN_PROGRESS: 'pending',
  CREATE_FAILED: 'failed',
  DELETE_IN_PROGRESS: 'deleting',
  DELETE_FAILED: 'failed',
};

/** Where in the account, and for whom, it is looked. */
interface Place {
  accountId: string;
  region: string;
  executionName: z.output<typeof OptionalExecution>;
  /** The function that looks. */
  call: MemberFunction;
}

/**
 * The associations with the service networks of this account, one for each connection, as far as there are any. They stand
 * beside endpoints, and are in no VPC: a connection through a network has one end for everybody, and this is it.
 *
 * @param onlyOwn without those that somebody else has made, which are not this system's to end.
 */
export async function associationsIn(
  { accountId, region, executionName, call }: Place,
  { onlyOwn }: { onlyOwn: boolean },
): Promise<OwnEndpoint[]> {
  const found: OwnEndpoint[] = [];
  for (const connection of configuration().connections) {
    if (networkOwner(connection) !== accountId || connection.region !== region) continue;
    if (!connection.serviceNetwork) continue;
    const networkArn = connection.serviceNetwork.arn;
    const asked = await readAssociation(connection.name);
    const handedOver = await readHandedOver(connection.name);
    // What was handed over is forgotten while the owner is not admitted, and the association may be there still.
    const shared = [handedOver, asked].flatMap((one) => one?.resourceConfigurationArn ?? []);
    for (const resourceConfigurationArn of new Set(shared)) {
      const lattice = await memberClient(VPCLatticeClient, call, { accountId, region }, executionName);
      const association = await findAssociation(lattice, { networkArn, resourceConfigurationArn });
      if (!association?.id || (onlyOwn && !isOwn(association, asked))) continue;
      found.push({
        vpcEndpointId: association.id,
        vpcId: '',
        connection: connection.name,
        state: STATES[association.status ?? ''] ?? 'pending',
        createdAt: association.createdAt?.toISOString() ?? null,
        subnetIds: [],
        securityGroupIds: [],
        parameters: null,
        reached: null,
        failed: [],
        otherZones: [],
      });
    }
  }
  return found;
}
