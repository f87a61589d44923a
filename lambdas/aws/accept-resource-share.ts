import {
  AcceptResourceShareInvitationCommand,
  GetResourceShareInvitationsCommand,
  GetResourceSharesCommand,
  ListPendingInvitationResourcesCommand,
  RAMClient,
  type ResourceShareInvitation,
} from '@aws-sdk/client-ram';
import { VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import * as z from 'zod/mini';
import { allPages } from '../shared/aws/client.ts';
import { codeOf } from '../shared/aws/errors.ts';
import { forgetHandedOver, noteHandedOver, readHandedOver } from '../shared/coordination/handed-over.ts';
import { InvitationExpired, PreconditionFailed, ShareNotVisible } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { requireProvider, untrusted } from '../shared/workflows/provider.ts';
import { principalFor } from '../shared/workflows/service-network.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, Connection, OptionalExecution } from './call/payload.ts';
import { findAssociation, isInForce, requireAssociation } from './resources/network-association.ts';

const CALL = 'accept-resource-share';

const ShareArn = z
  .string()
  .check(
    z.regex(/^arn:[\w-]+:ram:[\w-]+:\d{12}:resource-share\/[\w-]+$/, 'must be the ARN of a resource share'),
  );

/**
 * Accepts the invitation to the connection's resource share on behalf of the member account.
 *
 * @throws ShareNotVisible when the account sees neither the share nor an invitation, which follows admission
 *   after a moment.
 * @throws InvitationExpired when the last invitation expired: removing the principal and adding it again brings
 *   a new one.
 * @throws UntrustedTarget when the share is in another Region, another account's than the configuration names, or holds
 *   anything else than resource configurations.
 * @throws PreconditionFailed when somebody rejected the invitation.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: Connection,
    shareArn: ShareArn,
    executionName: OptionalExecution,
  }),
  async ({ accountId, connection, shareArn, executionName }) => {
    requireProvider(connection, { shareArn });
    return connection.serviceNetwork
      ? joinNetwork(connection, connection.serviceNetwork.arn, executionName)
      : acceptShare(connection, accountId, shareArn, executionName);
  },
);

/** Accepts the share, if that has not been done. */
async function acceptShare(
  connection: Connection,
  accountId: string,
  shareArn: string,
  executionName: z.output<typeof OptionalExecution>,
): Promise<Acceptance> {
  const { name, region } = connection;
  const share = `the resource share ${shareArn} of connection ${name}`;
  const ram = await memberClient(RAMClient, CALL, { accountId, region }, executionName);

  const invitations = await listInvitations(ram, shareArn);
  const pending = invitations.find((invitation) => invitation.status === 'PENDING');
  const invitationArn = pending?.resourceShareInvitationArn;
  if (invitationArn) {
    const acceptance = await whilePending(accountId, share, async () => {
      await requireExpected(ram, invitationArn, connection, shareArn);
      await ram.send(new AcceptResourceShareInvitationCommand({ resourceShareInvitationArn: invitationArn }));
    });
    return { status: acceptance };
  }
  if (await isAccepted(ram, shareArn)) return { status: 'already-accepted' as const };

  const last = invitations.sort(byTime).at(-1)?.status;
  if (last === 'EXPIRED') throw expired(accountId, share);
  if (last === 'REJECTED') {
    throw new PreconditionFailed(
      `Account ${accountId} rejected the invitation to ${share}. Offboard the account and onboard it again for a new one.`,
    );
  }
  throw new ShareNotVisible(`Account ${accountId} does not see ${share} in ${region} yet.`);
}

/** News from Redis Cloud to a consumer takes seconds: a share that is not seen so much later has been taken back. */
const SEEN_AFTER = 15 * 60_000;

/**
 * The same for the account that owns the connection's service network, and the association of the network with what is
 * shared. Whoever is connected through the network needs it, so each looks whether it is there.
 */
async function joinNetwork(
  connection: Connection,
  networkArn: string,
  executionName: z.output<typeof OptionalExecution>,
): Promise<Acceptance> {
  const { name, region, endpoint } = connection;
  const owner = principalFor(connection, '');
  const handedOver = await readHandedOver(name);
  if (!handedOver)
    throw new ShareNotVisible(`What Redis Cloud shares for connection ${name} is not known just now.`);
  const { resourceConfigurationArn, shareArn, at, principal, isAccepted } = handedOver;
  const lattice = await memberClient(VPCLatticeClient, CALL, { accountId: owner, region }, executionName);
  const wanted = {
    connection: name,
    networkArn,
    resourceConfigurationArn,
    privateDns: endpoint.privateDns,
    executionName,
  };
  const found = await findAssociation(lattice, wanted);
  const serves = found !== undefined && isInForce(found);
  if (serves) {
    await requireAssociation(lattice, wanted, found);
    if (isAccepted || principal?.status === 'associated') return { status: 'already-accepted' };
  }
  try {
    const acceptance = await acceptShare(connection, owner, shareArn, executionName);
    // So that those who come next need not look.
    const { at: _, ...view } = handedOver;
    await noteHandedOver(name, { ...view, isAccepted: true });
    if (!serves) await requireAssociation(lattice, wanted, found);
    return acceptance;
  } catch (error) {
    if (!(error instanceof ShareNotVisible) || Date.now() - at < SEEN_AFTER) throw error;
    // An association may outlive the admission; a reconciliation sees that the owner is not admitted.
    if (serves) return { status: 'already-accepted' };
    if (found) throw error;
    await forgetHandedOver(name);
    throw expired(owner, `what is shared for connection ${name}`);
  }
}

interface Acceptance {
  status: 'accepted' | 'already-accepted';
}

async function listInvitations(ram: RAMClient, shareArn: string): Promise<ResourceShareInvitation[]> {
  try {
    return await allPages(async (nextToken) => {
      const answer = await ram.send(
        new GetResourceShareInvitationsCommand({ resourceShareArns: [shareArn], nextToken }),
      );
      return { items: answer.resourceShareInvitations, nextToken: answer.nextToken };
    });
  } catch (error) {
    if (isUnknown(error)) return [];
    throw error;
  }
}

/** An accepted share has no pending invitation; it is listed among the shares of other accounts. */
async function isAccepted(ram: RAMClient, shareArn: string): Promise<boolean> {
  try {
    const shares = await allPages(async (nextToken) => {
      const answer = await ram.send(
        new GetResourceSharesCommand({
          resourceOwner: 'OTHER-ACCOUNTS',
          resourceShareArns: [shareArn],
          nextToken,
        }),
      );
      return { items: answer.resourceShares, nextToken: answer.nextToken };
    });
    return shares.some((share) => share.status === 'ACTIVE');
  } catch (error) {
    if (isUnknown(error)) return false;
    throw error;
  }
}

/** What Redis Cloud shares, as AWS RAM calls it ("Shareable AWS resources", AWS RAM User Guide). */
const SHARED_TYPE = 'vpc-lattice:ResourceConfiguration';

/**
 * Accepting brings whatever a share holds into the account, so that the provider could hand over subnets or license
 * keys as well. What AWS RAM does not tell (nothing, or no type) is no reason to refuse: the owner has been looked at.
 */
async function requireExpected(
  ram: RAMClient,
  invitationArn: string,
  connection: Connection,
  shareArn: string,
): Promise<void> {
  const held = await allPages(async (nextToken) => {
    const answer = await ram.send(
      new ListPendingInvitationResourcesCommand({
        resourceShareInvitationArn: invitationArn,
        resourceRegionScope: 'ALL',
        nextToken,
      }),
    );
    return { items: answer.resources, nextToken: answer.nextToken };
  });
  const others = new Set(held.flatMap(({ type }) => (type && !isShared(type) ? [type] : [])));
  if (others.size === 0) return;
  const types = [...others].sort().join(', ');
  throw untrusted(connection, shareArn, `which holds more than a resource configuration (${types})`);
}

function isShared(type: string): boolean {
  return type.toLowerCase() === SHARED_TYPE.toLowerCase();
}

/** Another execution may accept the invitation meanwhile, and it may expire. */
async function whilePending(
  accountId: string,
  share: string,
  work: () => Promise<void>,
): Promise<Acceptance['status']> {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    switch (codeOf(error)) {
      case 'ResourceShareInvitationAlreadyAcceptedException':
        return 'already-accepted';
      case 'ResourceShareInvitationExpiredException':
        throw expired(accountId, share);
      case 'ResourceShareInvitationArnNotFoundException':
        throw new ShareNotVisible(`The invitation of account ${accountId} to ${share} is gone; look again.`);
      default:
        throw error;
    }
  }
}

function expired(accountId: string, share: string): InvitationExpired {
  return new InvitationExpired(
    `The invitation of account ${accountId} to ${share} expired before it was accepted. ` +
      'Remove the account from the principals of the PrivateLink and add it again for a new one.',
  );
}

/** How RAM answers about a share that the account does not see. */
function isUnknown(error: unknown): boolean {
  return ['UnknownResourceException', 'ResourceArnNotFoundException'].includes(codeOf(error));
}

function byTime(a: ResourceShareInvitation, b: ResourceShareInvitation): number {
  return (a.invitationTimestamp?.getTime() ?? 0) - (b.invitationTimestamp?.getTime() ?? 0);
}
