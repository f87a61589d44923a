import { PreconditionFailed } from '../../shared/errors.ts';
import { LAGGING_POLLS, MAX_POLLS } from '../../shared/workflows/bounds.ts';
import { isLive } from '../../shared/workflows/endpoint-state.ts';
import { isThroughNetwork } from '../../shared/workflows/service-network.ts';
import { deletionStep } from './deletions.ts';
import { isDenied, isExpelled, type Look, type Memory, remember } from './evidence.ts';
import {
  canBeNamed,
  connectionsOf,
  type EndpointConnection,
  isAsked,
  isOfEndpoint,
  keyOf,
  type OwnEndpoint,
} from './offboarding-connections.ts';
import { privateLinkStepOfAccount } from './private-link.ts';

/** What an offboarding has asked for, and so does not ask for again. */
export interface Asked {
  /** Connections to be disassociated, by their `keyOf`. */
  connections: readonly string[];
  /** Endpoints to be deleted, by their ids. */
  endpoints: readonly string[];
  /** The removal of the principal. */
  principal: boolean;
  /** Redis Cloud has taken that removal. */
  removed?: boolean | null | undefined;
  /** The deletion of the PrivateLink. */
  privateLink: boolean;
}

/** What an offboarding has seen in this look, and what it has done so far. */
export interface Offboarding extends Look {
  connection: {
    name: string;
    contract: string;
    deletePrivateLinkWhenUnused: boolean;
    serviceNetwork?: { arn: string } | null | undefined;
  };
  accountId: string;
  /** Null: the whole account goes. */
  vpcId: string | null;
  /** An account that this system has not admitted is left alone. */
  onlyOurs: boolean;
  /** Whether this system has a record of admitting the account. */
  recorded: boolean;
  /** The records of this connection in the account: sort keys of the table. */
  records?: readonly { sk: string; vpcEndpointId?: string | null | undefined }[] | null | undefined;
  /** This system's endpoints in the account, of all connections of the Region. */
  endpoints: readonly OwnEndpoint[];
  /** Endpoints that only their tags, or only the record, call this system's own: they are left alone. */
  strays?: readonly { id: string; vpcId: string; connection: string; why: string }[] | null | undefined;
  /** Where the whole account goes: its endpoints that this system has not made. */
  others?: readonly string[] | null | undefined;
  /** Why the account could not be looked into; there are no `endpoints` then. */
  accessError: string | null;
  /** The account's view of the PrivateLink; its status is `none` where there is none. */
  privateLink: Look['privateLink'] & {
    errorMessage?: string | null | undefined;
    /** Connections of everybody. */
    connectionCount?: number | null | undefined;
    /** The account's own. */
    connections: readonly EndpointConnection[];
  };
  asked: Asked;
  /** What Redis Cloud refuses for good, and why: connections to be disassociated, or the PrivateLink to be deleted. */
  refused?:
    | { connections?: string | null | undefined; privateLink?: string | null | undefined }
    | null
    | undefined;
  /** The execution that is onboarding something else of the account just now. */
  alsoOnboarding?: string | null | undefined;
  /** How many looks there have been. */
  polls: number;
  /** The notes of the decision before. */
  notes?: readonly string[] | null | undefined;
}

type Step =
  | { action: 'wait'; reason: string }
  | { action: 'disassociate'; connections: EndpointConnection[] }
  | { action: 'delete-endpoint'; vpcEndpointId: string; vpcId: string }
  | { action: 'remove-principal' }
  | { action: 'delete-private-link' }
  | {
      action: 'done';
      /** The account was not to stay admitted, and is not: this system's records of it are forgotten. */
      isNotAdmitted: boolean;
      /** It is not, after this system had admitted it or this execution has asked for its removal. */
      principalRemoved: boolean;
      accessError: string | null;
      /** Nobody can say which of the account's connections is the VPC's, so none was cut: it may be connected still. */
      staysConnected: boolean;
    }
  | { action: 'give-up'; reason: string };

/** The one thing to do next, with all that a person should know of the offboarding so far. */
export type Decision = Step & { notes: string[]; memory: Memory };

/**
 * Endpoints that one execution deletes. Each takes a look, which is some 75 of the 25,000 events that an execution has
 * ("Step Functions service quotas").
 */
const MAX_ENDPOINTS = 250;

/**
 * Decides what comes next in the safe order: disassociate the connections, delete the endpoints, remove the
 * principal, and delete the PrivateLink where the configuration asks for it and nobody is left. What is asked for at
 * Redis Cloud is asked for once, and the number of looks is bounded.
 *
 * @throws PreconditionFailed if there are more endpoints than one execution can delete.
 */
export function decide(input: Offboarding): Decision {
  const notes = new Set(input.notes ?? []);
  for (const { id, vpcId, connection, why } of input.strays ?? []) {
    const isConcerned = connection === input.connection.name && (input.vpcId ?? vpcId) === vpcId;
    if (isConcerned) notes.add(`VPC endpoint ${id} is left alone: ${why}`);
  }
  const step = nextStep(input, notes);
  // Each deleted endpoint has cost a look that was not spent on waiting.
  const isOverdue = input.polls > MAX_POLLS + input.asked.endpoints.length;
  return {
    ...(isOverdue && step.action !== 'done' ? givenUp(input, step, notes) : step),
    notes: [...notes],
    memory: remember(input),
  };
}

function nextStep(input: Offboarding, notes: Set<string>): Step {
  const { connection, accountId, vpcId, privateLink, asked } = input;
  const own = input.endpoints.filter((endpoint) => endpoint.connection === connection.name);
  const going = own.filter((endpoint) => vpcId === null || endpoint.vpcId === vpcId);
  const left = going.filter(({ state }) => state !== 'deleted');
  if (left.length > MAX_ENDPOINTS) {
    throw new PreconditionFailed(
      `Account ${accountId} has ${left.length} VPC endpoints of connection ${connection.name}, and one offboarding deletes at most ${MAX_ENDPOINTS}. No more than their parameters was deleted. Offboard some VPCs by themselves, with {"connection":"${connection.name}","accountId":"${accountId}","vpcId":"vpc-…"}; then redrive this execution.`,
    );
  }

  const isOurs =
    input.recorded ||
    own.length + asked.endpoints.length > 0 ||
    (input.accessError !== null && goingRecords(input).length > 0);
  if (input.onlyOurs && !isOurs) {
    notes.add(`account ${accountId} was not admitted by this system, so it is left alone`);
    return done(input, false);
  }
  // Redis Cloud has nothing of it: its service network's owner stays.
  if (isThroughNetwork(connection, input)) {
    return deletionStep(input, left) ?? { ...done(input, false), isNotAdmitted: vpcId === null };
  }
  if (privateLink.status !== 'active' && privateLink.status !== 'none') {
    const why = privateLink.errorMessage ? `: ${privateLink.errorMessage}` : '';
    return { action: 'wait', reason: `the PrivateLink is ${privateLink.status}${why}` };
  }
  // Connections are cut before endpoints are deleted, and an answer that shows none may be wrong.
  if (privateLink.status === 'none' && !isDenied(input)) {
    return { action: 'wait', reason: 'whether there is no PrivateLink is not sure yet' };
  }

  const { connections, nameless } = connectionsToCut(input, going, own, notes);
  if (connections.length > 0) return { action: 'disassociate', connections };
  // An endpoint that is deleted while it is connected may leave a PrivateLink that only Redis can delete.
  if (nameless && left.length > 0 && input.polls <= LAGGING_POLLS) {
    return { action: 'wait', reason: 'Redis Cloud shows a connection without what identifies it' };
  }
  if (nameless) {
    notes.add('Redis Cloud shows a connection without what identifies it, so it was not disassociated');
  }

  return (
    deletionStep(input, left) ??
    principalStep(input, own, notes) ??
    connectionsStep(input, notes) ??
    privateLinkStepOfAccount(input, notes) ??
    done(input, stayReason(input, own) === undefined)
  );
}

/** Connections of what goes that have not been asked to be disassociated, and whether there are some that cannot be. */
function connectionsToCut(
  input: Offboarding,
  going: readonly OwnEndpoint[],
  own: readonly OwnEndpoint[],
  notes: Set<string>,
): { connections: EndpointConnection[]; nameless: boolean } {
  const { connection, vpcId, privateLink, asked } = input;
  let concerned: readonly EndpointConnection[] = privateLink.connections;
  if (vpcId !== null || !mayExpel(input)) {
    concerned =
      input.accessError === null
        ? certainConnections(input, going, own, notes)
        : connectionsOfRecordedEndpoints(input);
  }
  const unasked = concerned.filter((one) => isOfEndpoint(one) && !isAsked(one, asked.connections));
  if (input.refused?.connections && unasked.length > 0) {
    notes.add(
      `Redis Cloud refuses to disassociate connections, so they were not: ${input.refused.connections}`,
    );
    return { connections: [], nameless: false };
  }
  for (const { endpointId } of unasked) {
    if (endpointId && input.others?.includes(endpointId)) {
      notes.add(
        `VPC endpoint ${endpointId}, which this system did not make, is cut at Redis Cloud and stays in the account`,
      );
    }
  }
  const nameable = unasked.filter((one) => canBeNamed(one, connection.contract));
  return { connections: nameable, nameless: nameable.length < unasked.length };
}

/** Those that surely are connections of the VPC's endpoints. */
function certainConnections(
  { privateLink, asked }: Offboarding,
  going: readonly OwnEndpoint[],
  own: readonly OwnEndpoint[],
  notes: Set<string>,
): EndpointConnection[] {
  // Once some have been asked for, counting connections and endpoints tells nothing any more.
  const countable = privateLink.connections.filter(
    ({ endpointId }) => endpointId || asked.connections.length === 0,
  );
  const found = connectionsOf(going, own, countable);
  const isUnsure = going.some(isLive) && countable.some(({ endpointId }) => !endpointId);
  if (found.length === 0 && isUnsure) {
    notes.add(
      "which of the account's connections is this VPC's cannot be told, so the endpoint was deleted without disassociating it first",
    );
  }
  return found;
}

/** The records of the VPCs that go. */
function goingRecords({ connection, vpcId, records }: Offboarding) {
  const prefix = `connection#${connection.name}#`;
  return (records ?? []).filter(({ sk }) => (vpcId === null ? sk.startsWith(prefix) : sk === prefix + vpcId));
}

/**
 * Where the account cannot be looked into: those of the recorded endpoints, or the account's only one, if the
 * account is not to stay for another VPC.
 */
function connectionsOfRecordedEndpoints(input: Offboarding): readonly EndpointConnection[] {
  const { connections } = input.privateLink;
  const [only, ...others] = connections;
  const endpointIds = new Set(goingRecords(input).map(({ vpcEndpointId }) => vpcEndpointId));
  const found = connections.filter(({ endpointId }) => endpointId && endpointIds.has(endpointId));
  if (found.length > 0) return found;
  return only && others.length === 0 && isOfEndpoint(only) && !staysForGood(input, []) ? connections : [];
}

/** What is still to be done about the principal. */
function principalStep(
  input: Offboarding,
  own: readonly OwnEndpoint[],
  notes: Set<string>,
): Step | undefined {
  const { accountId, privateLink, asked, polls } = input;
  const { principal } = privateLink;
  if (isExpelled(input)) return undefined;
  const reason = stayReason(input, own);
  if (!principal) {
    if (reason !== undefined) return undefined;
    // To ask for it although it is not shown tells more than a reading: there is none, or it goes.
    if (privateLink.status === 'none' && isDenied(input) && !asked.principal) {
      if (isToExpel(input)) return { action: 'remove-principal' };
      notes.add('Redis Cloud shows no PrivateLink');
      return undefined;
    }
    return {
      action: 'wait',
      reason: `whether account ${accountId} is not admitted any more is not sure yet`,
    };
  }
  if (asked.principal || principal.status === 'disassociating') {
    return {
      action: 'wait',
      reason: `the principal of account ${accountId} is ${principal.status ?? 'still there'}`,
    };
  }
  if (reason === undefined) return { action: 'remove-principal' };
  const mayPass = input.accessError === null && !staysForGood(input, own);
  if (mayPass && polls <= LAGGING_POLLS) return { action: 'wait', reason };
  notes.add(`account ${accountId} stays admitted: ${reason}`);
  return undefined;
}

/** Whether this system is to remove the account's principal, seen or not. */
function isToExpel({ recorded, onlyOurs, vpcId }: Offboarding): boolean {
  return recorded || (vpcId === null && !onlyOurs);
}

/**
 * Whether the account's principal is this system's to remove: if it has admitted the account, or if a person wants
 * the whole account gone.
 */
function mayExpel(input: Offboarding): boolean {
  return isToExpel(input) || !input.privateLink.principal;
}

/** Why the account stays admitted although its VPCs go, and will however long one waits. */
function staysForGood(input: Offboarding, own: readonly OwnEndpoint[]): string | undefined {
  if (!mayExpel(input)) return 'it was not admitted by this system';
  return input.vpcId === null ? undefined : staysForAnother(input, own);
}

/** Why the account stays admitted. */
function stayReason(input: Offboarding, own: readonly OwnEndpoint[]): string | undefined {
  const { vpcId, privateLink, asked } = input;
  const reason = staysForGood(input, own);
  if (reason !== undefined || vpcId === null) return reason;
  const foreign = privateLink.connections.filter((one) => !isAsked(one, asked.connections));
  if (foreign.length === 0) return undefined;
  return input.accessError === null
    ? 'Redis Cloud shows a connection of it that this system did not make'
    : "the account cannot be looked into, and whether its connections are this VPC's cannot be told";
}

/** Another VPC of the account that is, or is just being, connected by this system. */
function staysForAnother(input: Offboarding, own: readonly OwnEndpoint[]): string | undefined {
  const { connection, vpcId, alsoOnboarding } = input;
  if (alsoOnboarding) return `execution ${alsoOnboarding} is onboarding it`;
  const other = own.find((endpoint) => endpoint.vpcId !== vpcId && isLive(endpoint));
  if (other) return `its VPC ${other.vpcId} is connected too`;
  if (input.accessError === null) return undefined;
  const prefix = `connection#${connection.name}#`;
  const recorded = (input.records ?? []).find(({ sk }) => sk.startsWith(prefix) && sk !== prefix + vpcId);
  return recorded && `its VPC ${recorded.sk.slice(prefix.length)} is recorded as connected too`;
}

/** A disassociated connection disappears with its endpoint, unless that endpoint is not this system's to delete. */
function connectionsStep({ privateLink, asked, polls }: Offboarding, notes: Set<string>): Step | undefined {
  const listed = privateLink.connections.filter((one) => isAsked(one, asked.connections)).map(keyOf);
  if (listed.length === 0) return undefined;
  const reason = `Redis Cloud still shows ${listed.join(', ')}, which was disassociated`;
  if (polls <= LAGGING_POLLS) return { action: 'wait', reason };
  notes.add(reason);
  return undefined;
}

function done(input: Offboarding, mayNotStay: boolean): Extract<Step, { action: 'done' }> {
  const isNotAdmitted = mayNotStay && isExpelled(input);
  return {
    action: 'done',
    isNotAdmitted,
    principalRemoved: isNotAdmitted && (input.recorded || input.asked.principal),
    accessError: input.accessError,
    staysConnected: !isNotAdmitted && staysConnected(input),
  };
}

function staysConnected(input: Offboarding): boolean {
  const { accessError, vpcId, asked, privateLink } = input;
  const isRecorded = goingRecords(input).some(({ vpcEndpointId }) => vpcEndpointId);
  const isCut = asked.connections.length > 0 || asked.endpoints.length > 0;
  return accessError !== null && vpcId !== null && isRecorded && !isCut && privateLink.connections.length > 0;
}

function givenUp(input: Offboarding, step: Step, notes: Set<string>): Step {
  const { connection, accountId, vpcId, polls } = input;
  if (input.asked.privateLink && input.privateLink.principal === null && 'reason' in step) {
    // Nobody was left when it was asked to go, so the account has left.
    notes.add(`the PrivateLink stays: ${step.reason}`);
    const principalRemoved = input.recorded || input.asked.principal;
    return { ...done(input, true), isNotAdmitted: true, principalRemoved, staysConnected: false };
  }
  const what = vpcId === null ? `account ${accountId}` : `VPC ${vpcId} of account ${accountId}`;
  const pending = 'reason' in step ? step.reason : `${step.action} is still to be done`;
  return {
    action: 'give-up',
    reason: `After ${polls} polls ${what} has not left connection ${connection.name}: ${pending}.`,
  };
}
