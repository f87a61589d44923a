import { InvalidRequest, RedisCloudUnavailable } from '../../shared/errors.ts';
import { isDeeperThan } from '../../shared/runtime/depth.ts';
import { failedResponse } from './http-errors.ts';
import type { KeySource, Keys } from './keys.ts';
import { withoutKeys } from './redaction.ts';
import { type ApiRequest, describeRequest } from './request.ts';

/** Keeps the requests of everybody who uses the keys below Redis Cloud's limit. */
export interface Gate {
  /** @throws RateLimited if nothing may be sent now. */
  pass(): Promise<void>;
  /** Redis Cloud has refused a request for being too many (HTTP 429), and may say in how many seconds to come back. */
  refused(retryAfter: number | null): Promise<void>;
  /** Redis Cloud says how many requests are left of its limit. */
  remaining(count: number): Promise<void>;
}

/** Milliseconds that one attempt may take, answer included. */
const TIME_LIMIT = 10_000;

/** Bytes of an answer: ten thousand principals and connections have some four million. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Bytes of a refusal, of which a sentence is quoted. */
const MAX_BYTES_OF_REFUSAL = 64 * 1024;
/** Lists and objects in one another. Redis Cloud's own answers have some six levels. */
const MAX_LEVELS = 100;

/**
 * HTTP to the Redis Cloud API: one attempt a call, except that keys which were replaced meanwhile are read again
 * once. Redirects are refused, so that the keys travel nowhere else.
 */
export class RedisCloudHttp {
  readonly #baseUrl: string;
  readonly #keys: KeySource;
  readonly #gate: Gate | undefined;
  readonly #timeLimit: number;

  /**
   * @param baseUrl e.g. `https://api.redislabs.com/v1`; `http` only for this machine.
   * @throws InvalidRequest if the keys must not be sent to that address.
   */
  constructor(
    baseUrl: string,
    keys: KeySource,
    { gate, timeLimit = TIME_LIMIT }: { gate?: Gate | undefined; timeLimit?: number | undefined } = {},
  ) {
    this.#baseUrl = checkBaseUrl(baseUrl);
    this.#keys = keys;
    this.#gate = gate;
    this.#timeLimit = timeLimit;
  }

  /**
   * The answer's JSON, or null for an answer without a body.
   *
   * @throws RedisCloudUnavailable without a usable answer, and what {@link failedResponse} makes of a refusal.
   */
  async call(request: ApiRequest): Promise<unknown> {
    const keys = await this.#keys.current();
    let response = await this.#attempt(request, keys);
    if (response.status === 401) {
      const renewed = await this.#keys.renewed(keys);
      if (renewed) response = await this.#attempt(request, renewed);
    }
    const { status, text } = response;
    if (status < 200 || status > 299) throw failedResponse(request, status, text);
    if (text.trim() === '') return null;
    const unusable = (what: string) =>
      new RedisCloudUnavailable(`Could not ${describeRequest(request)}: Redis Cloud answered with ${what}.`);
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      throw unusable('something other than JSON');
    }
    if (isDeeperThan(MAX_LEVELS, answer)) throw unusable('too many lists and objects in one another');
    return answer;
  }

  async #attempt(request: ApiRequest, keys: Keys): Promise<{ status: number; text: string }> {
    await this.#gate?.pass();
    const { remaining, retryAfter, ...response } = await this.#send(request, keys);
    if (response.status === 429) await this.#gate?.refused(retryAfter);
    else if (remaining !== null) await this.#gate?.remaining(remaining);
    return response;
  }

  async #send(
    { method, path, body, ...request }: ApiRequest,
    keys: Keys,
  ): Promise<{ status: number; text: string; remaining: number | null; retryAfter: number | null }> {
    try {
      const response = await fetch(this.#baseUrl + path, {
        method,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'x-api-key': keys.apiKey,
          'x-api-secret-key': keys.secretKey,
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeLimit),
      });
      return {
        status: response.status,
        text: withoutKeys(await textOf(response), keys),
        remaining: numberIn(response.headers, 'x-rate-limit-remaining'),
        // It may be a date, too. Then the budget closes for as long as it does by itself.
        retryAfter: numberIn(response.headers, 'retry-after'),
      };
    } catch (error) {
      // The error itself stays here: fetch quotes header values, and thereby keys, in some of its messages.
      throw new RedisCloudUnavailable(
        `Could not ${describeRequest({ method, path, ...request })}: ${this.#reason(error)}. Address: ${this.#baseUrl}.`,
      );
    }
  }

  #reason(error: unknown): string {
    if (error instanceof TooLarge) return error.message;
    const { name, cause } = error as { name?: string; cause?: { code?: string } };
    if (name === 'TimeoutError') return `Redis Cloud did not answer within ${this.#timeLimit / 1000} s`;
    return `Redis Cloud could not be reached${cause?.code ? ` (${cause.code})` : ''}`;
  }
}

class TooLarge extends Error {}

function numberIn(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/**
 * The answer's text, of which no more is read than can be used: an answer may have no end, or be small only as long as
 * it is compressed. A refusal is cut.
 */
async function textOf(response: Response): Promise<string> {
  const most = response.ok ? MAX_BYTES : MAX_BYTES_OF_REFUSAL;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes <= most) continue;
    if (response.ok) throw new TooLarge(`Redis Cloud's answer has more than ${most / 1024 / 1024} MiB`);
    break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, most);
}

function checkBaseUrl(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  const local = url && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && local);
  if (!url || !safe || url.username || url.password || url.search || url.hash) {
    throw new InvalidRequest(
      'The address of the Redis Cloud API must be an https URL without user, query and fragment, such as ' +
        'https://api.redislabs.com/v1. Correct it in the configuration.',
    );
  }
  return url.href.replace(/\/+$/, '');
}
