import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Bundle } from './bundle.ts';
import { document } from './document.ts';
import type { Mirror } from './mirror.ts';
import type { Command } from './protocol.ts';

/** How often a line is sent that says nothing, so that both sides notice a connection that is dead, in milliseconds. */
const SIGN_OF_LIFE = 15_000;
const LONGEST_COMMAND = 16_384;

/** Somebody asks for what is not there or not possible. The message says what to do. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What the page shows, and what may be done by it. */
export interface Subject {
  mirror: Mirror;
  /** Is called before a browser is told everything: documents are as they are now. */
  refresh(): void;
  /** What is fetched when it is looked at: an execution's history, a definition, a section of the runbook. */
  fetch(path: string, query: URLSearchParams): Promise<unknown>;
  /** @throws Refusal */
  perform(command: Command): Promise<void>;
  /** Never leave: whatever they are part of is sent with `[hidden]` in their place. */
  secrets: readonly string[];
}

/**
 * Answers browsers on this machine. A page of another site can neither read anything nor have anything done: it comes
 * with another `Origin`, or by another name of this address with another `Host`.
 *
 * @returns the listener, and what ends the pushes
 */
export function servePage(
  subject: Subject,
  bundle: Promise<Bundle>,
): { listener: RequestListener; close(): void } {
  const ends = new Set<() => void>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    checkHost(request);
    if (request.method === 'POST' && url.pathname === '/commands') {
      checkOrigin(request);
      await subject.perform(await readCommand(request));
      response.writeHead(204).end();
      return;
    }
    if (request.method !== 'GET') throw new Refusal(405, `${request.method} is not for ${url.pathname}.`);
    const { script, style } = await bundle;
    if (url.pathname === '/') {
      subject.refresh();
      send(response, 'text/html; charset=utf-8', hide(document(subject.mirror)));
    } else if (url.pathname === '/page.js') send(response, 'text/javascript; charset=utf-8', script);
    else if (url.pathname === '/page.css') send(response, 'text/css; charset=utf-8', style);
    else if (url.pathname === '/events') push(response);
    else
      send(
        response,
        'application/json',
        hide(JSON.stringify(await subject.fetch(url.pathname, url.searchParams))),
      );
  }

  function push(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    subject.refresh();
    const stop = subject.mirror.listen((text) => response.write(`data: ${hide(text)}\n\n`));
    const alive = setInterval(() => response.write(':\n\n'), SIGN_OF_LIFE);
    const end = () => {
      stop();
      clearInterval(alive);
      ends.delete(end);
      response.end();
    };
    ends.add(end);
    response.on('close', end);
  }

  function hide(text: string): string {
    return subject.secrets.reduce((shown, secret) => shown.replaceAll(secret, '[hidden]'), text);
  }

  return {
    listener: (request, response) => {
      answer(request, response).catch((error: unknown) => {
        if (response.headersSent) {
          response.destroy();
          return;
        }
        const status = error instanceof Refusal ? error.status : 500;
        response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' });
        response.end(hide(JSON.stringify({ error: (error as Error).message })));
      });
    },
    close() {
      for (const end of ends) end();
      subject.mirror.close();
    },
  };
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { ...HEADERS, 'content-type': type }).end(text);
}

/** A name that resolves to this machine and is somebody else's comes with that name (DNS rebinding). */
function checkHost({ headers, socket }: IncomingMessage): void {
  const names = ['127.0.0.1', 'localhost'].map((name) => `${name}:${socket.localPort}`);
  if (!names.includes(headers.host ?? '')) {
    throw new Refusal(403, `This page is at http://${names[0]}, not at ${headers.host}.`);
  }
}

function checkOrigin({ headers }: IncomingMessage): void {
  if (headers.origin !== `http://${headers.host}`) {
    throw new Refusal(
      403,
      `Only this page may have something done, not ${headers.origin ?? 'a request without origin'}.`,
    );
  }
  if (headers['content-type'] !== 'application/json') throw new Refusal(415, 'A command is JSON.');
}

async function readCommand(request: IncomingMessage): Promise<Command> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LONGEST_COMMAND) throw new Refusal(413, 'A command is not that long.');
  }
  try {
    return JSON.parse(text) as Command;
  } catch {
    throw new Refusal(400, 'A command is JSON.');
  }
}
