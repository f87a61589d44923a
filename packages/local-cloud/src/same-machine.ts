import type { IncomingMessage } from 'node:http';

/** This machine's names, and those that SDKs put before them for some actions: `sync-127.0.0.1:4566`. */
const OWN_HOST = /^([\w.-]+[.-])?127\.0\.0\.1(:\d+)?$|^(localhost|\[::1\])(:\d+)?$/;

/**
 * Why the request is to be refused: a web page in a browser has made it, or it came to this machine by a name that is
 * somebody else's (DNS rebinding). Undefined: it is from a program of this machine.
 */
export function whyForeign({ headers }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  if (!OWN_HOST.test(host)) return `The Host of the request is not this machine: ${JSON.stringify(host)}.`;
  if (origin !== undefined) return `The request is from a web page: ${JSON.stringify(origin)}.`;
  return undefined;
}
