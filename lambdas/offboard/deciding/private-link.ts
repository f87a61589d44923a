import { LAGGING_POLLS, MAX_POLLS } from '../../shared/workflows/bounds.ts';
import { isAbsent, isDenied, isDeserted, type Look, type Memory, remember } from './evidence.ts';
import { type EndpointConnection, isAsked } from './offboarding-connections.ts';

type PrivateLinkStep = { action: 'delete-private-link' } | { action: 'wait'; reason: string };

const NOT_SURE = { action: 'wait', reason: 'whether there is no PrivateLink is not sure yet' } as const;

/** What is known of a PrivateLink that may go. */
export interface Unused extends Look {
  connection: { name: string; deletePrivateLinkWhenUnused: boolean };
  privateLink: Look['privateLink'] & {
    errorMessage?: string | null | undefined;
    /** Connections of everybody. */
    connectionCount?: number | null | undefined;
    /** Those of the account that leaves, if one does. */
    connections: readonly EndpointConnection[];
  };
  asked: Look['asked'] & { connections: readonly string[]; endpoints: readonly string[] };
  /** What Redis Cloud refuses for good, and why. */
  refused?: { privateLink?: string | null | undefined } | null | undefined;
  polls: number;
  /** The notes of the decision before. */
  notes?: readonly string[] | null | undefined;
}

/** What comes next where the PrivateLink is to go alone. */
export type UnusedDecision = (
  | PrivateLinkStep
  | {
      action: 'done';
      isNotAdmitted: false;
      principalRemoved: false;
      accessError: null;
      staysConnected: false;
    }
  | { action: 'give-up'; reason: string }
) & { notes: string[]; memory: Memory };

/**
 * Decides what comes next where nobody leaves, and the PrivateLink is to go if nobody uses it: on the same evidence as
 * with the last account.
 */
export function decideUnused(input: Unused): UnusedDecision {
  const notes = new Set(input.notes ?? []);
  const step = unusedStep(input, notes);
  const memory = remember(input);
  if (step && input.polls > MAX_POLLS) {
    const pending = step.action === 'wait' ? step.reason : 'its deletion is still to be asked for';
    const reason = `After ${input.polls} polls the PrivateLink of connection ${input.connection.name} has not gone: ${pending}.`;
    return { action: 'give-up', reason, notes: [...notes], memory };
  }
  const done = {
    action: 'done',
    isNotAdmitted: false,
    principalRemoved: false,
    accessError: null,
    staysConnected: false,
  } as const;
  return { ...(step ?? done), notes: [...notes], memory };
}

function unusedStep(input: Unused, notes: Set<string>): PrivateLinkStep | undefined {
  const { status, principalCount, errorMessage } = input.privateLink;
  if (status === 'none') {
    return isDenied(input) ? undefined : NOT_SURE;
  }
  if (status !== 'active') {
    const why = errorMessage ? `: ${errorMessage}` : '';
    return { action: 'wait', reason: `the PrivateLink is ${status}${why}` };
  }
  if (principalCount > 0 && !input.asked.privateLink) {
    notes.add(`the PrivateLink stays: ${principalCount} principals are admitted to it`);
  }
  return privateLinkStep(input, notes);
}

/**
 * What is to be done about the PrivateLink when an account has left: the account is finished, whatever comes of it. What
 * stays is said, and a reconciliation tries again.
 */
export function privateLinkStepOfAccount(input: Unused, notes: Set<string>): PrivateLinkStep | undefined {
  const step = privateLinkStep(input, notes);
  if (step?.action !== 'wait' || input.polls <= MAX_POLLS + input.asked.endpoints.length) return step;
  notes.add(`the PrivateLink stays: ${step.reason}`);
  return undefined;
}

function privateLinkStep(input: Unused, notes: Set<string>): PrivateLinkStep | undefined {
  const { connection, privateLink, asked, polls } = input;
  if (privateLink.status === 'none') {
    return connection.deletePrivateLinkWhenUnused && !isAbsent(input) ? NOT_SURE : undefined;
  }
  if (asked.privateLink && privateLink.principalCount > 0) {
    // Nobody was left when it was deleted.
    notes.add('another account has joined meanwhile, so there is a new PrivateLink, which stays');
    return undefined;
  }
  if (asked.privateLink) return { action: 'wait', reason: 'the PrivateLink is still there' };
  if (!connection.deletePrivateLinkWhenUnused || privateLink.principalCount > 0) return undefined;
  if (input.refused?.privateLink) {
    notes.add(`the PrivateLink stays: ${input.refused.privateLink}`);
    return undefined;
  }
  const cut = privateLink.connections.filter((one) => isAsked(one, asked.connections));
  const left = (privateLink.connectionCount ?? 0) - cut.length;
  if (left > 0) {
    const reason = `the PrivateLink stays: Redis Cloud shows ${left} connections that this system has not cut`;
    if (polls <= LAGGING_POLLS) return { action: 'wait', reason };
    notes.add(reason);
    return undefined;
  }
  return isDeserted(input)
    ? { action: 'delete-private-link' }
    : { action: 'wait', reason: 'whether nobody is admitted any more is not sure yet' };
}
