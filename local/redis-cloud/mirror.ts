import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, type ProviderSide, zonesOf } from 'local-cloud';
import { RequestMeter } from './request-meter.ts';
import { findRoute } from './routes.ts';
import { sharedResources } from './shared-resources.ts';

export interface Mirror {
  /** What the functions call, e.g. `http://127.0.0.1:41234/v1`. */
  url: string;
  calls: RequestMeter;
  close(): Promise<void>;
}

/**
 * Stands before another Redis Cloud server: hands every request on unchanged, counts it, and makes true on the
 * local AWS what the answers say that Redis Cloud has shared. The other server knows nothing of the local AWS.
 */
export async function startMirror(options: {
  clock: Clock;
  provider: ProviderSide;
  /** The other server, up to and with its `/v1`. */
  target: string;
}): Promise<Mirror> {
  const { clock, provider, target } = options;
  const calls = new RequestMeter();
  const server = createServer(async (request, response) => {
    try {
      const path = (request.url ?? '/').replace(/^\/v1/, '');
      const route = findRoute(`/v1${path.split('?', 1)[0]}`);
      calls.arrive(route?.operations[request.method as never] ?? 'unknown', clock.now());
      const answer = await fetch(target + path, {
        method: request.method ?? 'GET',
        headers: forwarded(request),
        body: await body(request),
        redirect: 'manual',
        signal: AbortSignal.timeout(30_000),
      });
      const text = await answer.text();
      for (const resource of resources(text)) mirror(resource);
      const {
        connection: _,
        'content-encoding': __,
        'content-length': ___,
        ...headers
      } = Object.fromEntries(answer.headers);
      response.writeHead(answer.status, headers).end(text);
    } catch {
      // As if the server itself had not answered.
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  /** Whom each share or service was offered to when it was last seen. */
  const admitted = new Map<string, string[]>();

  function mirror(resource: Resource): void {
    const accounts = (resource.principals ?? [])
      .map((one) => /\d{12}/.exec(typeof one === 'string' ? one : (one.principal ?? ''))?.[0])
      .filter((account) => account !== undefined);
    const { shareArn, shareName = 'share', resourceConfigurationArn, serviceName, databases = [] } = resource;
    if (shareArn && resourceConfigurationArn) {
      const region = resourceConfigurationArn.split(':')[3] ?? '';
      provider.offerShare({
        shareArn,
        shareName,
        region,
        resourceConfigurationArn,
        resources: sharedResources(resourceConfigurationArn, databases),
        zoneIds: zoneIdsOf(region),
      });
      for (const account of accounts) provider.invite(shareArn, account);
      for (const account of gone(shareArn, accounts)) provider.withdraw(shareArn, account);
    }
    if (serviceName) {
      const region = serviceName.split('.')[3] ?? '';
      provider.offerService({ serviceName, region, zoneIds: zoneIdsOf(region) });
      for (const account of accounts) provider.admit(serviceName, account);
      for (const account of gone(serviceName, accounts)) provider.expel(serviceName, account);
    }
  }

  function gone(offer: string, accounts: string[]): string[] {
    const before = admitted.get(offer) ?? [];
    admitted.set(offer, accounts);
    return before.filter((account) => !accounts.includes(account));
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a completed read carries, as far as it concerns AWS. */
interface Resource {
  principals?: (string | { principal?: string })[];
  shareArn?: string;
  shareName?: string;
  resourceConfigurationArn?: string;
  databases?: { databaseId: number; port: number }[];
  serviceName?: string;
}

function zoneIdsOf(region: string): string[] {
  return zonesOf(region).map(({ id }) => id);
}

function resources(text: string): Resource[] {
  try {
    const { response } = JSON.parse(text) as { response?: { resource?: Resource } };
    return response?.resource ? [response.resource] : [];
  } catch {
    return [];
  }
}

function forwarded({ headers }: IncomingMessage): Record<string, string> {
  const { 'x-api-key': key, 'x-api-secret-key': secret, 'content-type': type } = headers;
  return Object.fromEntries(
    Object.entries({ 'x-api-key': key, 'x-api-secret-key': secret, 'content-type': type }).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

async function body(request: IncomingMessage): Promise<string | undefined> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text || undefined;
}
