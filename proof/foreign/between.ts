import { once } from 'node:events';
import { createServer, request as forward, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request to AWS, as far as it tells what is asked for. */
export interface Asked {
  /** For example `organizations:DescribeAccount`. Empty for the services whose requests are paths. */
  action: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What is put right on the way to a world or back, where nothing would go on without it. */
export interface Repair {
  /** What the world does that AWS does not, as it is listed. */
  what: string;
  concerns(asked: Asked): boolean;
  /** Other headers for the request. */
  headers?(asked: Asked): IncomingHttpHeaders;
  /** Another body of the answer. */
  answer?(asked: Asked, body: string): string;
}

export interface Between {
  url: string;
  /** Those that had something to do. */
  used: ReadonlySet<Repair>;
  close(): Promise<void>;
}

/** The service that a request is signed for. */
export function serviceOf({ authorization = '' }: IncomingHttpHeaders): string {
  return /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization)?.[1] ?? '';
}

/** The same request, made by an account. */
export function madeBy(accountId: string, { headers }: Asked): IncomingHttpHeaders {
  const { authorization = '', 'x-amz-security-token': _, ...others } = headers;
  return { ...others, authorization: authorization.replace(/Credential=[^/]+/, `Credential=${accountId}`) };
}

function actionOf(headers: IncomingHttpHeaders, body: string): string {
  const target = headers['x-amz-target'];
  const action =
    typeof target === 'string' ? target.split('.').at(-1) : /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  return action === undefined ? '' : `${serviceOf(headers)}:${action}`;
}

/** Stands on loopback between everybody and a world, and repairs what has to be. */
export async function standBetween(target: string, repairs: readonly Repair[]): Promise<Between> {
  const used = new Set<Repair>();
  const server = createServer(async (incoming, outgoing) => {
    const bytes = await buffer(incoming);
    const isText = !/zip|octet/.test(incoming.headers['content-type'] ?? '') && bytes.length < 1_000_000;
    const body = isText ? bytes.toString() : '';
    const asked = { action: actionOf(incoming.headers, body), headers: incoming.headers, body };
    const concerned = repairs.filter((repair) => repair.concerns(asked));
    for (const one of concerned) used.add(one);
    const headers = concerned.reduce(
      (now, one) => one.headers?.({ ...asked, headers: now }) ?? now,
      incoming.headers,
    );
    const onward = forward(target + incoming.url, { method: incoming.method, headers }, async (answer) => {
      const given = await buffer(answer);
      const repairing = concerned.filter((one) => one.answer && (answer.statusCode ?? 500) < 300);
      const { 'content-length': _, 'transfer-encoding': __, ...kept } = answer.headers;
      const final =
        repairing.length === 0
          ? given
          : Buffer.from(repairing.reduce((now, one) => one.answer!(asked, now), given.toString()));
      outgoing.writeHead(answer.statusCode ?? 502, { ...kept, 'content-length': final.length }).end(final);
    });
    onward.on('error', (error) => outgoing.writeHead(502).end(String(error)));
    onward.end(bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    used,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
