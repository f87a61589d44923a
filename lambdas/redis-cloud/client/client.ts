import { RedisCloudUnavailable } from '../../shared/errors.ts';
import { type ConnectionTarget, privateLinkPath, shorten } from './connection.ts';
import { type ConnectionToCut, contracts } from './contracts.ts';
import { type Gate, RedisCloudHttp } from './http.ts';
import type { KeySource } from './keys.ts';
import { type ApiRequest, describeRequest } from './request.ts';
import { stateOf, unwrapped } from './spelling.ts';
import { readTask, TASK_ID, type Task } from './tasks.ts';

/** The task that a call started, or null if Redis Cloud answered without one. */
export interface Started {
  taskId: string | null;
}

/**
 * The PrivateLink part of the Redis Cloud API, in both contracts, for standard and Active-Active subscriptions.
 * Every operation starts a task, reads included. Methods throw the named errors of {@link RedisCloudHttp}.
 */
export class RedisCloud {
  readonly #http: RedisCloudHttp;

  /** @param options.timeLimit milliseconds that one HTTP attempt may take, 10 s by default. */
  constructor(options: { baseUrl: string; keys: KeySource; gate?: Gate; timeLimit?: number }) {
    const { baseUrl, keys, gate, timeLimit } = options;
    this.#http = new RedisCloudHttp(baseUrl, keys, { gate, timeLimit });
  }

  getPrivateLink(target: ConnectionTarget): Promise<Started> {
    const path = privateLinkPath(target);
    return this.#start({ operation: 'getPrivateLink', method: 'GET', path, target });
  }

  /** In the `resource-share` contract this also admits `principal`. */
  async createPrivateLink(target: ConnectionTarget, principal: string): Promise<Started> {
    const path = privateLinkPath(target);
    const body = contracts[target.contract].createBody(target, principal);
    return this.#start({ operation: 'createPrivateLink', method: 'POST', path, body, target });
  }

  deletePrivateLink(target: ConnectionTarget): Promise<Started> {
    const path = privateLinkPath(target);
    return this.#start({ operation: 'deletePrivateLink', method: 'DELETE', path, target });
  }

  /** @param principal an account id or the ARN of an account's root, a role or a user. */
  async addPrincipal(target: ConnectionTarget, principal: string): Promise<Started> {
    const path = `${privateLinkPath(target)}/principals`;
    const body = contracts[target.contract].addPrincipalBody(target, principal);
    return this.#start({ operation: 'addPrincipal', method: 'POST', path, body, target });
  }

  /** @param principal in any form, not necessarily the one in which it was added. */
  async removePrincipal(target: ConnectionTarget, principal: string): Promise<Started> {
    const path = `${privateLinkPath(target)}/principals`;
    const body = contracts[target.contract].removePrincipalBody(target, principal);
    return this.#start({ operation: 'removePrincipal', method: 'DELETE', path, body, target });
  }

  /** Cuts consumers' connections, given as the read returned them. */
  async disassociateConnections(target: ConnectionTarget, connections: ConnectionToCut[]): Promise<Started> {
    const { disassociateMethod: method, disassociateBody } = contracts[target.contract];
    const path = `${privateLinkPath(target)}/connections/disassociate`;
    const body = disassociateBody(target, connections);
    return this.#start({ operation: 'disassociateConnections', method, path, body, target });
  }

  getEndpointScript(target: ConnectionTarget): Promise<Started> {
    const { endpointScriptQuery } = contracts[target.contract];
    const path = `${privateLinkPath(target)}/endpoint-script${endpointScriptQuery}`;
    return this.#start({ operation: 'getEndpointScript', method: 'GET', path, target });
  }

  async getTask(taskId: string): Promise<Task> {
    const path = `/tasks/${encodeURIComponent(taskId)}`;
    return readTask(
      await this.#http.call({ operation: 'getTask', method: 'GET', path, target: null }),
      taskId,
    );
  }

  /** The subscription's status, e.g. `active` or `pending`; null if the answer tells none. It starts no task. */
  async getSubscriptionStatus(target: ConnectionTarget): Promise<string | null> {
    const path = `/subscriptions/${target.subscriptionId}`;
    const answer = await this.#http.call({ operation: 'getSubscription', method: 'GET', path, target });
    const { status } = (unwrapped(answer) ?? {}) as { status?: unknown };
    return typeof status === 'string' && status.trim() !== '' ? stateOf(status) : null;
  }

  async #start(request: ApiRequest): Promise<Started> {
    const answer = await this.#http.call(request);
    if (answer === null) return { taskId: null };
    const { taskId } = (unwrapped(answer) ?? {}) as { taskId?: unknown };
    if (typeof taskId === 'string' && TASK_ID.test(taskId)) return { taskId };
    if (Number.isSafeInteger(taskId)) return { taskId: String(taskId) };
    throw new RedisCloudUnavailable(
      `Could not ${describeRequest(request)}: Redis Cloud's answer names no task: ${shorten(JSON.stringify(answer))}.`,
    );
  }
}
