import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../clock.ts';
import { whyForeign } from '../../same-machine.ts';
import type { Credentials } from '../credentials.ts';
import { Ids } from '../ids.ts';
import { AwsError, type AwsServices, ConnectionLost } from '../service.ts';
import { unknownAction, type WireRequest, type WireResponse } from './messages.ts';
import { type Model, modelOf } from './models.ts';
import { decode, encode, encodeError, xmlError } from './protocols.ts';

const largestBody = 8 * 1024 * 1024;

export interface Front {
  /** What `AWS_ENDPOINT_URL` is set to. */
  url: string;
  close(): Promise<void>;
}

export interface FrontOptions {
  services: AwsServices;
  credentials: Credentials;
  clock: Clock;
  /** A free one if not given. */
  port?: number | undefined;
  /** Answers whoever signs nothing. */
  visitors?: RequestListener | undefined;
}

/**
 * The HTTP endpoint of all services of the local cloud, on loopback only. Unmodified SDK clients and the AWS
 * CLI reach it through `AWS_ENDPOINT_URL`: the service, the Region and the caller are found in the signature's
 * credential scope. Web pages in a browser of this machine are refused.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const ids = new Ids('request');
  const server = createServer((request, response) => {
    if (options.visitors && request.headers.authorization === undefined) {
      options.visitors(request, response);
      return;
    }
    const foreign = whyForeign(request);
    if (foreign !== undefined) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end(foreign);
      return;
    }
    const release = options.clock.hold(() => `a request to AWS (${request.method} ${request.url})`);
    answer(options, request, ids.uuid())
      .then((answered) => send(response, answered))
      // The caller went away while it was sending, or is to get no answer.
      .catch(() => response.destroy())
      .finally(release);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Signature {
  accessKeyId: string;
  region: string;
  signingName: string;
}

async function answer(
  options: FrontOptions,
  request: IncomingMessage,
  requestId: string,
): Promise<WireResponse> {
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const signature = readSignature(headers.get('authorization') ?? '');
  if (!signature) {
    const message = 'Request is missing an AWS Signature Version 4.';
    return plainError(headers, '', { status: 403, code: 'MissingAuthenticationToken', message, requestId });
  }
  const model = await modelOf(signature.signingName);
  if (!model) {
    const message = `The local cloud has no endpoint for the service ${signature.signingName}.`;
    const error = { status: 404, code: 'UnknownOperationException', message, requestId };
    return plainError(headers, signature.signingName, error);
  }
  let response: WireResponse;
  try {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await readBody(request);
    const wireRequest = { method: request.method ?? '', url, headers, body };
    response = await perform(options, model, signature, wireRequest, requestId);
  } catch (error) {
    if (error instanceof ConnectionLost) throw error;
    response = encodeError(model, asAwsError(error), requestId);
  }
  response.headers['x-amzn-requestid'] = requestId;
  return response;
}

async function perform(
  { services, credentials }: FrontOptions,
  model: Model,
  { accessKeyId, region, signingName }: Signature,
  request: WireRequest,
  requestId: string,
): Promise<WireResponse> {
  const identity = credentials.lookup(accessKeyId, request.headers.get('x-amz-security-token'));
  const { operation, input } = decode(model, request);
  const actions = services.get(signingName)?.actions;
  if (!actions || !Object.hasOwn(actions, operation.name))
    throw unknownAction(model.protocol, operation.name);
  const output = await services.call(signingName, operation.name, input, { ...identity, region });
  return encode(model, operation, output, requestId);
}

function readSignature(authorization: string): Signature | undefined {
  const match = /Credential=([\w-]+)\/\d{8}\/([\w-]+)\/([\w-]+)\/aws4_request/.exec(authorization);
  return match ? { accessKeyId: match[1]!, region: match[2]!, signingName: match[3]! } : undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) throw new AwsError('RequestEntityTooLarge', 'The request is too large.', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Whatever is not an error of a service is a fault of the local cloud, and is said. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError('InternalFailure', `The local cloud failed: ${(error as Error).message}`, 500);
}

/** Services that the local cloud does not have, and whose clients read XML of S3's kind. */
const restXml = new Set(['cloudfront', 'route53', 's3', 's3-control', 's3express']);

/** For requests of which only the client's protocol is known, by what it sends and whom it asks. */
function plainError(
  headers: Map<string, string>,
  signingName: string,
  error: { status: number; code: string; message: string; requestId: string },
): WireResponse {
  const { status, code, message } = error;
  if (restXml.has(signingName)) return xmlError({ ...error, protocol: 'rest-xml' });
  if (headers.get('content-type')?.includes('x-www-form-urlencoded')) {
    return xmlError({ ...error, protocol: 'query' });
  }
  const type = { 'content-type': 'application/json', 'x-amzn-errortype': code };
  return { status, headers: type, body: JSON.stringify({ __type: code, message }) };
}

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  response.writeHead(status, headers);
  response.end(body);
}
