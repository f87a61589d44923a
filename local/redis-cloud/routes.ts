import type { Contract } from './contract.ts';

/** The operations that answer with a task. */
export type TaskOperation =
  | 'getPrivateLink'
  | 'createPrivateLink'
  | 'deletePrivateLink'
  | 'addPrincipal'
  | 'removePrincipal'
  | 'disassociateConnections'
  | 'getEndpointScript';

export type Operation = TaskOperation | 'getTask' | 'listTasks' | 'getSubscription' | 'listRegions';

/** Where a request goes. Which operation it is can depend on the subscription's contract. */
export interface Route {
  /** By method. */
  operations: Partial<Record<string, Operation>>;
  subscriptionId?: number;
  regionId?: number;
  taskId?: string;
}

const id = '([1-9][0-9]{0,9})';
const privateLink = `/subscriptions/${id}(?:/regions/${id})?/private-link`;

const table: { path: RegExp; operations: Record<string, Operation> }[] = [
  { path: exactly('/tasks'), operations: { GET: 'listTasks' } },
  { path: exactly(`/subscriptions/${id}`), operations: { GET: 'getSubscription' } },
  { path: exactly(`/subscriptions/${id}/regions`), operations: { GET: 'listRegions' } },
  {
    path: exactly(privateLink),
    operations: { GET: 'getPrivateLink', POST: 'createPrivateLink', DELETE: 'deletePrivateLink' },
  },
  {
    path: exactly(`${privateLink}/principals`),
    operations: { POST: 'addPrincipal', DELETE: 'removePrincipal' },
  },
  {
    path: exactly(`${privateLink}/connections/disassociate`),
    operations: { POST: 'disassociateConnections', PUT: 'disassociateConnections' },
  },
  { path: exactly(`${privateLink}/endpoint-script`), operations: { GET: 'getEndpointScript' } },
];

const task = exactly('/tasks/([A-Za-z0-9-]{1,64})');

function exactly(path: string): RegExp {
  return new RegExp(`^/v1${path}$`);
}

/** Finds the route of a path, which includes `/v1`; `undefined` if the API has no such path. */
export function findRoute(path: string): Route | undefined {
  const taskId = task.exec(path)?.[1];
  if (taskId !== undefined) return { operations: { GET: 'getTask' }, taskId };
  for (const { path: pattern, operations } of table) {
    const match = pattern.exec(path);
    if (!match) continue;
    const [subscriptionId, regionId] = match.slice(1).map((text) => (text ? Number(text) : undefined));
    // Ids are int32 in the published API document.
    if ([subscriptionId, regionId].some((number) => number !== undefined && number >= 2 ** 31)) return;
    return { operations, subscriptionId, regionId };
  }
  return undefined;
}

/** The method by which a contract disassociates connections. */
export const disassociateMethod: Record<Contract, string> = {
  'resource-share': 'POST',
  'endpoint-service': 'PUT',
};
