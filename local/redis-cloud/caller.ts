import type { BackEnd } from './back-end.ts';

/** Calls the Redis Cloud API as whoever has the keys. */
export function callerOf({
  url,
  keys,
}: BackEnd): (method: string, path: string, body: object) => Promise<void> {
  return async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-api-key': keys.apiKey,
        'x-api-secret-key': keys.secretKey,
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}.`);
  };
}
