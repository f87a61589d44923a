import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** `silence` never answers; `hang-up` closes the connection. */
export type Answer =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  | 'silence'
  | 'hang-up';

/** An HTTP server on loopback that answers from a script, one answer a request, and remembers the requests. */
export class ScriptedServer {
  readonly received: Received[] = [];
  readonly #server: Server;
  #script: Answer[] = [];

  constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on('request', async (request, response) => {
      const { method = '', url = '', headers } = request;
      scripted.received.push({ method, path: url, headers, body: await text(request) });
      const answer = scripted.#script.shift() ?? { status: 599, body: 'The script has no more answers.' };
      if (answer === 'silence') return;
      if (answer === 'hang-up') return void request.socket.destroy();
      const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets what was received and what was to be answered, and answers these from now on. */
  script(...answers: Answer[]): void {
    this.received.length = 0;
    this.#script = answers;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
