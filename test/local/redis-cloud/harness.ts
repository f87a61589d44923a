import { Activity, type Provider, type ProviderConnection, VirtualClock } from 'local-cloud';
import type { RedisCloudOptions, SubscriptionOffer } from '../../../local/redis-cloud/options.ts';
import { type RedisCloud, startRedisCloud } from '../../../local/redis-cloud/server.ts';
import type { Ways } from '../../../local/redis-cloud/ways.ts';

export const keys = { apiKey: 'account-key', secretKey: 'user-key' };
export const headers = { 'x-api-key': keys.apiKey, 'x-api-secret-key': keys.secretKey };

/** What the published documents say or show, where the local world has something less kind. */
export const PUBLISHED: Partial<Ways> = {
  'task-timestamp': 'last-change',
  'task-states': 'documented',
  'task-lifetime': 'long',
  'state-spelling': 'lower',
  numbers: 'numbers',
  'extra-members': 'none',
  'rate-limit-header': 'present',
  'error-message': 'empty',
  'expired-invitation': 'disassociated',
  remnant: 'remove-first',
  'connection-type': 'vpc_endpoint',
  'database-ports': 'right',
  'database-endpoint': 'other-name',
  'endpoint-script': 'both',
  'exists-answer': 'task',
  'absent-answer': 'task-code',
  'pending-limit-answer': 'task',
  'share-name': 'any',
  'delete-with-principals': 'refused',
};

export const standard: SubscriptionOffer = {
  subscriptionId: 51,
  region: 'us-east-1',
  contract: 'resource-share',
  zoneIds: ['use1-az1', 'use1-az2'],
  databases: [{ databaseId: 7, port: 12345 }],
};

export const service: SubscriptionOffer = { ...standard, subscriptionId: 52, contract: 'endpoint-service' };

export const activeActive: SubscriptionOffer[] = [
  { ...standard, subscriptionId: 60, regionId: 1 },
  { ...standard, subscriptionId: 60, regionId: 4, region: 'eu-west-1', zoneIds: ['euw1-az1'] },
  { ...standard, subscriptionId: 60, regionId: 9, region: 'eu-west-3', zoneIds: ['euw3-az1'], databases: [] },
];

/** The AWS side, as a test arranges it. Records what Redis Cloud does there. */
export class FakeProvider implements Provider {
  readonly done: string[] = [];
  readonly states = new Map<string, 'pending' | 'accepted' | 'expired'>();
  endpoints: ProviderConnection[] = [];

  connect(accountId: string, vpcEndpointId: string): void {
    this.endpoints.push({
      vpcEndpointId,
      accountId,
      state: 'available',
      createdAt: 0,
      associationId: `rsa-${vpcEndpointId}`,
      connectionId: `vpce-con-${vpcEndpointId}`,
    });
  }

  deleteEndpoint(id: string): void {
    this.endpoints = this.endpoints.filter(({ vpcEndpointId }) => vpcEndpointId !== id);
  }

  offerShare({ shareName }: Parameters<Provider['offerShare']>[0]): void {
    this.done.push(`offer ${shareName}`);
  }
  invite(_: string, accountId: string): void {
    this.done.push(`invite ${accountId}`);
    this.states.set(accountId, 'pending');
  }
  withdraw(_: string, accountId: string): void {
    this.done.push(`withdraw ${accountId}`);
    this.states.delete(accountId);
  }
  offerService({ region }: Parameters<Provider['offerService']>[0]): void {
    this.done.push(`offer in ${region}`);
  }
  admit(_: string, accountId: string): void {
    this.done.push(`admit ${accountId}`);
  }
  expel(_: string, accountId: string): void {
    this.done.push(`expel ${accountId}`);
  }
  removeOffer(): void {
    this.done.push('remove offer');
  }
  connections(): ProviderConnection[] {
    return this.endpoints;
  }
  principalState(_: string, accountId: string): 'pending' | 'accepted' | 'expired' | 'none' {
    return this.states.get(accountId) ?? 'none';
  }
  disassociate(_: string, id: string): void {
    this.done.push(`disassociate ${id}`);
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  body: any;
}

/** A client at work on virtual time: time passes only while it sleeps. */
export interface Client {
  cloud: RedisCloud;
  provider: FakeProvider;
  clock: VirtualClock;
  sleep(milliseconds: number): Promise<void>;
  request(
    method: string,
    path: string,
    body?: unknown,
    more?: { headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Makes a request, lets time pass until its task is finished, and returns that. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the task answers
  finish(method: string, path: string, body?: unknown): Promise<any>;
}

/** Runs `work` against a server of its own. */
export async function withRedisCloud(
  options: Partial<RedisCloudOptions>,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock(Date.parse('2026-11-01T00:00:00Z'));
  const provider = new FakeProvider();
  const cloud = await startRedisCloud({
    clock,
    provider,
    keys,
    subscriptions: [standard, service, ...activeActive],
    ...options,
    ways: { ...PUBLISHED, ...options.ways },
  });
  try {
    await Activity.run(clock, async (activity) => {
      const request: Client['request'] = async (method, path, body, more) => {
        const response = await fetch(cloud.url + path, {
          method,
          headers: {
            ...headers,
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...more?.headers,
          },
          body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
        });
        const text = await response.text();
        return {
          status: response.status,
          headers: response.headers,
          body: text === '' ? undefined : JSON.parse(text),
        };
      };
      const sleep = (milliseconds: number) => activity.sleep(milliseconds);
      const finish: Client['finish'] = async (method, path, body) => {
        const { status, body: task } = await request(method, path, body);
        if (status !== 202) throw new Error(`${method} ${path}: ${status}`);
        for (let polls = 0; polls < 300; polls += 1) {
          await sleep(500);
          const { body: view } = await request('GET', `/tasks/${task.taskId}`);
          if (['processing-completed', 'processing-error'].includes(view.status)) return view;
        }
        throw new Error('The task does not end.');
      };
      await work({ cloud, provider, clock, sleep, request, finish });
    });
  } finally {
    await cloud.close();
  }
}

/** The code that a task ended in, in either shape. */
export function codeOf(task: { response: { error: string | { type: string } } }): string {
  const { error } = task.response;
  return typeof error === 'string' ? error : error.type;
}
