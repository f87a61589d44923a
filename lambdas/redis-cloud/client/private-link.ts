import * as z from 'zod/mini';
import { ContractMismatch, TaskWithoutResult } from '../../shared/errors.ts';
import { isPlain, plain } from '../../shared/runtime/text.ts';
import { validate } from '../../shared/runtime/validation.ts';
import { type ConnectionTarget, describeTarget, shorten } from './connection.ts';
import { accountOf, samePrincipal, typeOf } from './principals.ts';
import { stateOf, unwrapped } from './spelling.ts';

/** A principal as Redis Cloud lists it. */
export interface ListedPrincipal {
  /** As Redis Cloud writes it: an account id or an ARN. */
  principal: string;
  accountId: string | null;
  type: string | null;
  /** In this client's spelling. */
  status: string | null;
}

/** A consumer's connection. Each contract fills in its own part. */
export interface ListedConnection {
  associationId: string | null;
  connectionId: string | null;
  /** As Redis Cloud writes it, because a disassociation repeats it. */
  type: string | null;
  /** The consumer's account, as Redis Cloud writes it. */
  ownerId: string | null;
  endpointId: string | null;
  /** When it came about, as Redis Cloud writes it. */
  associationDate: string | null;
  status: string | null;
}

/** A subscription's PrivateLink, in one form for both contracts. */
export interface PrivateLink {
  /** `none`, `initializing`, `active`, `deleting`, or whatever else Redis Cloud says. */
  status: string;
  errorMessage: string | null;
  principals: ListedPrincipal[];
  /** Whether there was a list of principals: one that is left out says of nobody that he is not admitted. */
  listsPrincipals: boolean;
  resourceConfigurationArn: string | null;
  resourceConfigurationId: string | null;
  shareArn: string | null;
  shareName: string | null;
  serviceName: string | null;
  connections: ListedConnection[];
  databases: ListedDatabase[];
}

/** A database behind a PrivateLink. */
export interface ListedDatabase {
  databaseId: number | null;
  /** Has been wrong in the past: what AWS's names say counts more. */
  port: number | null;
  rlEndpoint: string | null;
}

/** What a workflow needs to know about one account; small, however many principals there are. */
export interface PrivateLinkView {
  status: string;
  errorMessage: string | null;
  principal: { principal: string; type: string | null; status: string | null } | null;
  /** Principals that the PrivateLink lists, without those that are gone (`disassociated`). */
  principalCount: number;
  /** Whether the PrivateLink lists principals at all. */
  listsPrincipals: boolean;
  /** Connections of everybody. */
  connectionCount: number;
  resourceConfigurationArn: string | null;
  shareArn: string | null;
  serviceName: string | null;
  connections: ListedConnection[];
  /** At most 55 ("AWS PrivateLink", Redis Cloud documentation). */
  databases: ListedDatabase[];
}

// A schema takes longer to make than to load: it is made when the first answer comes, not when a function starts.
const Resource = z.lazy(() => {
  // Redis Cloud writes some identifiers as numbers, and leaves out or empties what it does not know. A number that is
  // too large to be exact is another one than Redis Cloud's.
  const textOf = <T extends z.ZodMiniType<string>>(form: T) =>
    z.pipe(
      z.nullish(z.union([form, z.int()])),
      z.transform((value) => (value == null || value === '' ? null : String(value))),
    );
  /** An identifier or a name: ARNs have at most 2,048 characters ("IAM quotas"). */
  const text = textOf(z.string().check(z.maxLength(2_048), z.refine(isPlain, 'must be visible characters')));
  /** A status or a sentence: what is longer than anything known is shortened. */
  const said = z.pipe(
    textOf(z.string()),
    z.transform((value) => value && plain(value, 200)),
  );
  const state = z.pipe(
    said,
    z.transform((value) => value && stateOf(value)),
  );
  /** What decides nothing may have any form: then it is as if it were not there. */
  const orNull = <T extends z.ZodMiniType<string | number | null>>(form: T) =>
    z.catch(form, null as z.output<T>);
  const integer = z.pipe(
    z.nullish(z.union([z.int(), z.string().check(z.regex(/^\d{1,15}$/))])),
    z.transform((value) => (value == null ? null : Number(value))),
  );
  /** An account id that was written as a number has lost its leading zeros. */
  const padded = z.transform((value: string | null) =>
    value && /^\d{1,11}$/.test(value) ? value.padStart(12, '0') : value,
  );
  const account = z.pipe(text, padded);
  /** Whatever somebody has admitted: only accounts are dealt with. */
  const admitted = z.pipe(textOf(z.string()), padded);
  // A list of one may have lost its brackets.
  const listOf = <T extends z.ZodMiniType>(item: T) =>
    z.pipe(
      z.transform((value: unknown) => (isObject(value) ? [value] : value)),
      z.pipe(
        z.nullish(z.array(item)),
        z.transform((items) => items ?? []),
      ),
    );

  const Principal = z.union([
    z.object({ principal: admitted, type: orNull(text), status: state }),
    z.pipe(
      admitted,
      z.transform((principal) => ({ principal, type: null, status: null })),
    ),
  ]);

  return z.object({
    status: state,
    errorMessage: orNull(said),
    principals: listOf(Principal),
    resourceConfigurationArn: text,
    resourceConfigurationId: text,
    shareArn: text,
    shareName: orNull(text),
    // The one place that names the field: the endpoint-service description leaves its name open.
    serviceName: text,
    connections: listOf(
      z.object({
        associationId: text,
        connectionId: text,
        type: text,
        ownerId: account,
        endpointId: text,
        associationDate: orNull(text),
        status: orNull(state),
      }),
    ),
    databases: z.catch(
      listOf(
        z.catch(z.object({ databaseId: orNull(integer), port: orNull(integer), rlEndpoint: orNull(text) }), {
          databaseId: null,
          port: null,
          rlEndpoint: null,
        }),
      ),
      [],
    ),
  });
});

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What may be written in place of leaving a PrivateLink out that is gone. */
const GONE = new Set(['none', 'deleted', 'not-found']);

/** The PrivateLink of a subscription that has none. */
export const NO_PRIVATE_LINK: PrivateLink = {
  status: 'none',
  errorMessage: null,
  principals: [],
  listsPrincipals: false,
  resourceConfigurationArn: null,
  resourceConfigurationId: null,
  shareArn: null,
  shareName: null,
  serviceName: null,
  connections: [],
  databases: [],
};

/**
 * Reads the resource of a completed read. An empty one means that there is none (or that one is only just being
 * initialised, which looks the same).
 *
 * @throws ContractMismatch if it has the form of the other contract.
 * @throws TaskWithoutResult if it has no known form.
 */
export function readPrivateLink(resource: unknown, target: ConnectionTarget): PrivateLink {
  const found = unwrapped(resource) ?? {};
  const result = validate(Resource, found);
  if (!result.valid) throw unreadable(target, result.problems.join('; '));
  const { status, ...rest } = result.value;
  const principals = rest.principals.map(({ principal, type, status }) => {
    if (principal === null) throw unreadable(target, 'principals: one has no name');
    return { principal, accountId: accountOf(principal), type: type ?? typeOf(principal), status };
  });
  const handedOver = [
    rest.resourceConfigurationArn,
    rest.resourceConfigurationId,
    rest.shareArn,
    rest.serviceName,
  ];
  const empty = principals.length + rest.connections.length === 0 && handedOver.every((id) => id === null);
  if (status === null && !empty) throw unreadable(target, 'status: is missing');
  if (status === 'none' && !empty) throw unreadable(target, 'status: is none, though it shows something');
  const listsPrincipals = isObject(found) && found.principals != null;
  const isGone = status === null || (empty && GONE.has(status));
  const privateLink = { ...rest, status: isGone ? 'none' : status, principals, listsPrincipals };
  checkContract(privateLink, target);
  return privateLink;
}

/**
 * The part of a PrivateLink that concerns one account: its own principal (a role or user of the account does not
 * stand for it) and its own connections. Redis Cloud may not say whose an `endpoint-service` connection is, so
 * those through one of `endpointIds`, which the caller knows to be the account's, count as its own as well.
 */
export function viewOf(
  privateLink: PrivateLink,
  accountId: string | null,
  endpointIds: readonly string[] = [],
): PrivateLinkView {
  const own = privateLink.principals.filter(
    ({ principal }) => accountId !== null && samePrincipal(principal, accountId),
  );
  const principal = foremost(own);
  return {
    status: privateLink.status,
    errorMessage: privateLink.errorMessage,
    principal: principal
      ? { principal: principal.principal, type: principal.type, status: principal.status }
      : null,
    principalCount: standing(privateLink.principals),
    listsPrincipals: privateLink.listsPrincipals,
    connectionCount: privateLink.connections.length,
    resourceConfigurationArn: privateLink.resourceConfigurationArn,
    shareArn: privateLink.shareArn,
    serviceName: privateLink.serviceName,
    databases: privateLink.databases.slice(0, MAX_DATABASES).map(brief),
    connections: privateLink.connections.filter(
      ({ ownerId, endpointId }) =>
        (accountId !== null && ownerOf(ownerId) === accountId) ||
        (ownerId === null && endpointId !== null && endpointIds.includes(endpointId)),
    ),
  };
}

/** As many as a PrivateLink carries, with room: whatever is listed must fit into a step's 256 KiB. */
const MAX_DATABASES = 100;
/** A DNS name has at most 253 characters. */
const LONGEST_ENDPOINT = 300;

function brief({ databaseId, port, rlEndpoint }: ListedDatabase): ListedDatabase {
  const isTooLong = (rlEndpoint ?? '').length > LONGEST_ENDPOINT;
  return { databaseId, port, rlEndpoint: isTooLong ? null : rlEndpoint };
}

/**
 * The same for many accounts: each one's part, without looking through the whole for each. It has no connections,
 * which can be more than a step can be answered with.
 */
export function viewer(privateLink: PrivateLink): (accountId: string) => PrivateLinkView {
  const principals = Map.groupBy(privateLink.principals, ({ principal }) => accountOf(principal));
  const principalCount = standing(privateLink.principals);
  return (accountId) => {
    const part = { ...privateLink, principals: principals.get(accountId) ?? [], connections: [] };
    return { ...viewOf(part, accountId), principalCount, connectionCount: privateLink.connections.length };
  };
}

/** The account at the other end of a connection, which Redis Cloud may write as an ARN. */
export function ownerOf(ownerId: string | null): string | null {
  return ownerId === null ? null : (accountOf(ownerId) ?? ownerId);
}

/** From what is alive to what is not; a state that nobody has written down stands between. */
const STATES = [
  'associated',
  'associating',
  null,
  'initializing',
  'disassociating',
  'failed',
  'disassociated',
];
const OTHER_STATE = STATES.indexOf(null);

/**
 * The one that counts of several principals of one account: one that was removed can stay listed beside its
 * successor, and an account can be listed by its number and by the ARN of its root.
 */
export function foremost(principals: ListedPrincipal[]): ListedPrincipal | undefined {
  const rank = ({ status }: ListedPrincipal) => {
    const place = STATES.indexOf(status);
    return place < 0 ? OTHER_STATE : place;
  };
  return principals.toSorted((a, b) => rank(a) - rank(b))[0];
}

function standing(principals: ListedPrincipal[]): number {
  return principals.filter(({ status }) => status !== 'disassociated').length;
}

function checkContract(privateLink: PrivateLink, target: ConnectionTarget): void {
  const { resourceConfigurationArn, resourceConfigurationId, shareArn, serviceName } = privateLink;
  const share = resourceConfigurationArn ?? resourceConfigurationId ?? shareArn;
  const speaks = share && !serviceName ? 'resource-share' : serviceName && !share ? 'endpoint-service' : null;
  if (speaks === null || speaks === target.contract) return;
  throw new ContractMismatch(
    `Redis Cloud hands over ${describeTarget(target)} by the contract ${speaks}, but the configuration says ` +
      `${target.contract}. Set "contract" to "${speaks}" on connection "${target.name}".`,
  );
}

function unreadable(target: ConnectionTarget, problem: string): TaskWithoutResult {
  return new TaskWithoutResult(
    `Redis Cloud's description of the PrivateLink of ${describeTarget(target)} cannot be read: ${shorten(problem)}. ` +
      'Redrive the execution; if it fails again, look at the subscription in the Redis Cloud console.',
  );
}
