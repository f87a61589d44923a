import {
  PrincipalAlreadyExists,
  PrivateLinkAlreadyExists,
  PrivateLinkNotFound,
  SubscriptionBusy,
  SubscriptionNotFound,
  TaskUnknown,
} from '../../shared/errors.ts';
import type { CodeMeaning } from './codes.ts';

/** The calls of the Redis Cloud API. What is said of one below is asked of each by the compiler. */
export type Operation =
  | 'getPrivateLink'
  | 'createPrivateLink'
  | 'deletePrivateLink'
  | 'addPrincipal'
  | 'removePrincipal'
  | 'disassociateConnections'
  | 'getEndpointScript'
  | 'getTask'
  | 'getSubscription';

/** What the statuses mean that say something else of each call, by HTTP or with a failed task, where no code does. */
interface Meanings {
  404: CodeMeaning;
  /** A conflict that says that something exists already. */
  '409, already exists': CodeMeaning;
  /** One that says nothing. */
  409: CodeMeaning;
}

const READ_AGAIN = 'Read the PrivateLink again.';

const NO_PRIVATE_LINK: CodeMeaning = { error: PrivateLinkNotFound, remedy: READ_AGAIN };

const NO_SUBSCRIPTION: CodeMeaning = {
  error: SubscriptionNotFound,
  remedy: 'Check "subscriptionId" and "activeActiveRegionId" of the connection in the configuration.',
};

const NO_TASK: CodeMeaning = {
  error: TaskUnknown,
  remedy:
    'A new task becomes known after a moment. If this one does not, redrive the execution: it looks at what is there.',
};

const CONFLICT: CodeMeaning = {
  error: SubscriptionBusy,
  remedy:
    'It exists already, somebody else changes it, or the subscription is not active: the next reading of the ' +
    'PrivateLink tells which.',
};

const ANY_CONFLICT = { 409: CONFLICT, '409, already exists': CONFLICT };

export const MEANINGS: Readonly<Record<Operation, Meanings>> = {
  getPrivateLink: { 404: NO_PRIVATE_LINK, ...ANY_CONFLICT },
  createPrivateLink: {
    404: NO_SUBSCRIPTION,
    ...ANY_CONFLICT,
    '409, already exists': { error: PrivateLinkAlreadyExists, remedy: READ_AGAIN },
  },
  deletePrivateLink: { 404: NO_PRIVATE_LINK, ...ANY_CONFLICT },
  addPrincipal: {
    404: NO_PRIVATE_LINK,
    ...ANY_CONFLICT,
    '409, already exists': { error: PrincipalAlreadyExists, remedy: READ_AGAIN },
  },
  removePrincipal: { 404: NO_PRIVATE_LINK, ...ANY_CONFLICT },
  disassociateConnections: { 404: NO_PRIVATE_LINK, ...ANY_CONFLICT },
  getEndpointScript: { 404: NO_PRIVATE_LINK, ...ANY_CONFLICT },
  getTask: { 404: NO_TASK, ...ANY_CONFLICT },
  getSubscription: { 404: NO_SUBSCRIPTION, ...ANY_CONFLICT },
};

/** What a call does, in the words of a message. */
export const DESCRIPTIONS: Readonly<Record<Operation, string>> = {
  getPrivateLink: 'read the PrivateLink',
  createPrivateLink: 'create the PrivateLink',
  deletePrivateLink: 'delete the PrivateLink',
  addPrincipal: 'add a principal to the PrivateLink',
  removePrincipal: 'remove a principal from the PrivateLink',
  disassociateConnections: 'disassociate connections from the PrivateLink',
  getEndpointScript: 'read the endpoint script',
  getTask: 'read the task',
  getSubscription: 'read the subscription',
};

/** @param text what Redis Cloud said beside the status */
export function meaningOfConflict(operation: Operation, text: string): CodeMeaning {
  return MEANINGS[operation][/already exist/i.test(text) ? '409, already exists' : 409];
}
