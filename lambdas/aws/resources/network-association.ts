import {
  CreateServiceNetworkResourceAssociationCommand,
  DeleteServiceNetworkResourceAssociationCommand,
  GetResourceConfigurationCommand,
  GetServiceNetworkCommand,
  ListServiceNetworkResourceAssociationsCommand,
  type ServiceNetworkResourceAssociationSummary,
  type VPCLatticeClient,
} from '@aws-sdk/client-vpc-lattice';
import * as z from 'zod/mini';
import { allPages } from '../../shared/aws/client.ts';
import { codeOf } from '../../shared/aws/errors.ts';
import {
  type AskedAssociation,
  noteAssociation,
  readAssociation,
} from '../../shared/coordination/handed-over.ts';
import { EndpointNotFound, PreconditionFailed, ShareNotVisible } from '../../shared/errors.ts';
import { readEnvironment } from '../../shared/runtime/environment.ts';
import type { ExecutionName } from '../../shared/runtime/inputs.ts';
import { tagsOf } from './tags.ts';

/** What the stack tells a function that associates, where a connection has a service network. */
export const AssociatingEnvironment = z.object({
  /** The configuration's own tags, as JSON. */
  TAGS: z.optional(z.string()),
});

/** What is associated with what, for whom. */
export interface WantedAssociation {
  connection: string;
  networkArn: string;
  resourceConfigurationArn: string;
  /** Whether VPCs resolve the databases' own names through the network. */
  privateDns: boolean;
  executionName: ExecutionName | null | undefined;
}

/** The association of the resource configuration with the network, whoever has made it; undefined: there is none. */
export async function findAssociation(
  lattice: VPCLatticeClient,
  {
    networkArn,
    resourceConfigurationArn,
  }: Pick<WantedAssociation, 'networkArn' | 'resourceConfigurationArn'>,
): Promise<ServiceNetworkResourceAssociationSummary | undefined> {
  const all = await unlessNotThere([], () =>
    allPages(async (nextToken) => {
      const list = new ListServiceNetworkResourceAssociationsCommand({
        serviceNetworkIdentifier: networkArn,
        resourceConfigurationIdentifier: resourceConfigurationArn,
        nextToken,
      });
      const answer = await lattice.send(list);
      return { items: answer.items, nextToken: answer.nextToken };
    }),
  );
  const found = all.filter((one) => one.resourceConfigurationArn === resourceConfigurationArn);
  return found.find(({ status }) => status === 'ACTIVE') ?? found[0];
}

/** Clocks of AWS and of Lambda may differ by so many milliseconds. */
const SKEW = 60_000;

/**
 * Whether this system has made the association: it has the id that AWS answered with, or the answer was not heard, and it
 * has come after it was asked for, when there was none. That it has the tags AWS sees to when it is ended.
 */
export function isOwn(
  { id, createdAt }: ServiceNetworkResourceAssociationSummary,
  asked: AskedAssociation | undefined,
): boolean {
  if (!asked) return false;
  if (asked.id !== null) return id === asked.id;
  return createdAt !== undefined && createdAt.getTime() > asked.at - SKEW;
}

/** Whether it serves: endpoints of the network reach what is behind the configuration. */
export function isInForce({ status }: ServiceNetworkResourceAssociationSummary): boolean {
  return status === 'ACTIVE' || status === 'PARTIAL';
}

/**
 * Sees to it that the association is there, with the private names that the connection is to have. It is made once, and
 * then found.
 *
 * @throws ShareNotVisible while it is coming or going.
 * @throws PreconditionFailed where it cannot be what it has to be, and what to do.
 */
export async function requireAssociation(
  lattice: VPCLatticeClient,
  wanted: WantedAssociation,
  found: ServiceNetworkResourceAssociationSummary | undefined,
): Promise<void> {
  const { networkArn, resourceConfigurationArn, privateDns, connection } = wanted;
  if (!found) return associate(lattice, wanted);
  const subject = `The association ${found.id} of ${resourceConfigurationArn} with ${networkArn}`;
  if (isInForce(found)) {
    if (!privateDns || found.privateDnsEnabled !== false) return;
    throw new PreconditionFailed(
      `${subject} has no private DNS names, which connection ${connection} is to have, and none can be added. Delete it, and this system makes another one; or set endpoint.privateDns to false.`,
    );
  }
  if (found.status === 'CREATE_FAILED' || found.status === 'DELETE_FAILED') {
    throw new PreconditionFailed(
      `${subject} is ${found.status} (${found.failureCode ?? 'AWS gives no reason'}). Delete it, then redrive this execution: it makes another one.`,
    );
  }
  throw new ShareNotVisible(`${subject} is ${found.status}.`);
}

/** @param instead the answer where AWS does not know what is asked for */
async function unlessNotThere<T>(instead: T, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (codeOf(error) === 'ResourceNotFoundException') return instead;
    throw error;
  }
}

async function associate(lattice: VPCLatticeClient, wanted: WantedAssociation): Promise<void> {
  const { networkArn, resourceConfigurationArn, privateDns, connection, executionName } = wanted;
  await requireNetwork(lattice, networkArn);
  await requireLeave(lattice, resourceConfigurationArn, networkArn);
  const { TAGS = '{}' } = readEnvironment(AssociatingEnvironment);
  const tags = tagsOf(connection, executionName ?? 'a person', JSON.parse(TAGS));
  const create = new CreateServiceNetworkResourceAssociationCommand({
    resourceConfigurationIdentifier: resourceConfigurationArn,
    serviceNetworkIdentifier: networkArn,
    privateDnsEnabled: privateDns,
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
  });
  const subject = `${resourceConfigurationArn} with ${networkArn}`;
  await noteAssociation(connection, resourceConfigurationArn, null);
  try {
    const { id, status } = await lattice.send(create);
    if (id) await noteAssociation(connection, resourceConfigurationArn, id);
    throw new ShareNotVisible(`The association of ${subject} has been asked for and is ${status}.`);
  } catch (error) {
    switch (codeOf(error)) {
      case 'ConflictException':
        throw new ShareNotVisible(`The association of ${subject} is being made by somebody else.`);
      case 'ResourceNotFoundException':
        throw new ShareNotVisible(`AWS does not know ${subject} yet. AWS says: ${(error as Error).message}`);
      case 'ValidationException':
        throw new PreconditionFailed(
          `AWS refuses to associate ${subject}. AWS says: ${(error as Error).message}`,
        );
      default:
        throw error;
    }
  }
}

/** @throws PreconditionFailed where there is no such network. */
async function requireNetwork(lattice: VPCLatticeClient, networkArn: string): Promise<void> {
  const read = new GetServiceNetworkCommand({ serviceNetworkIdentifier: networkArn });
  if (await unlessNotThere(undefined, () => lattice.send(read))) return;
  throw new PreconditionFailed(
    `The service network ${networkArn} does not exist. Offer the connection through another one, under another name.`,
  );
}

/** @throws PreconditionFailed where the owner of the configuration does not allow networks that may be shared. */
async function requireLeave(
  lattice: VPCLatticeClient,
  resourceConfigurationArn: string,
  networkArn: string,
): Promise<void> {
  const read = new GetResourceConfigurationCommand({
    resourceConfigurationIdentifier: resourceConfigurationArn,
  });
  const configuration = await unlessNotThere(undefined, () => lattice.send(read));
  if (!configuration) throw new ShareNotVisible(`AWS does not show ${resourceConfigurationArn} yet.`);
  if (configuration.allowAssociationToShareableServiceNetwork !== false) return;
  throw new PreconditionFailed(
    `Redis Cloud does not allow ${resourceConfigurationArn} in service networks that may be shared, as ${networkArn} is. Ask Redis, or leave serviceNetwork out: each VPC then has an endpoint of its own.`,
  );
}

/**
 * Ends the association with the connection's service network that this system has made.
 *
 * @throws EndpointNotFound when it is gone.
 * @throws PreconditionFailed when this system has not made it.
 */
export async function endAssociation(
  lattice: VPCLatticeClient,
  connection: string,
  id: string,
): Promise<void> {
  const asked = await readAssociation(connection);
  if (!asked || (asked.id !== null && asked.id !== id)) {
    throw new PreconditionFailed(`Association ${id} is left alone: this system has not made it.`);
  }
  const end = new DeleteServiceNetworkResourceAssociationCommand({
    serviceNetworkResourceAssociationIdentifier: id,
  });
  if (await unlessNotThere(undefined, () => lattice.send(end))) return;
  throw new EndpointNotFound(`Association ${id} does not exist any more.`);
}
