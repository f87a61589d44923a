import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Mirror } from '../../page/mirror.ts';
import { Refusal, servePage } from '../../page/server.ts';

const SECRET = 'S3cret-key-of-somebody';
const done: unknown[] = [];
const mirror = new Mirror();
const page = servePage(
  {
    mirror,
    refresh() {},
    async fetch(path) {
      if (path !== '/there') throw new Refusal(404, `There is no ${path}.`);
      return { text: `It is ${SECRET}.` };
    },
    async perform(command) {
      done.push(command);
    },
    secrets: [SECRET],
  },
  Promise.resolve({ script: '1', style: '' }),
);
const server = createServer(page.listener);
let port: number;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  page.close();
  server.closeAllConnections();
  server.close();
});

/** With any headers, which fetch does not allow. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode!, text, headers: answer.headers }));
    });
    asked.on('error', reject).end(body);
  });
}

const own = () => ({ origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' });

test('a command of the page itself is carried out', async () => {
  const command = { do: 'speed', speed: 0 };
  expect((await ask('POST', '/commands', own(), JSON.stringify(command))).status).toBe(204);
  expect(done.splice(0)).toEqual([command]);
});

test.each([
  ['another site', { origin: 'http://example.com', 'content-type': 'application/json' }, 403],
  ['nobody in particular', { 'content-type': 'application/json' }, 403],
  ['a page without an origin', { origin: 'null', 'content-type': 'application/json' }, 403],
])('a command of %s is not', async (_who, headers, status) => {
  expect((await ask('POST', '/commands', headers, '{}')).status).toBe(status);
  expect(done).toEqual([]);
});

test.each([
  ['is no JSON', '{', 400],
  ['is too long', JSON.stringify({ do: 'x'.repeat(20_000) }), 413],
])('a command that %s is refused', async (_what, body, status) => {
  expect((await ask('POST', '/commands', own(), body)).status).toBe(status);
});

test('a form of another site cannot pass for a command', async () => {
  const headers = { ...own(), 'content-type': 'text/plain' };
  expect((await ask('POST', '/commands', headers, '{}')).status).toBe(415);
});

test.each(['/', '/events', '/page.js', '/there'])(
  '%s is not for a name of somebody else that leads here',
  async (path) => {
    const { status, text } = await ask('GET', path, { host: `rebound.example.com:${port}` });
    expect(status).toBe(403);
    expect(text).toContain(`http://127.0.0.1:${port}`);
  },
);

test('nothing is loaded from elsewhere, and no page is laid over this one', async () => {
  const { headers, text } = await ask('GET', '/');
  expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
});

test('what is not there says so', async () => {
  expect(await ask('GET', '/elsewhere')).toMatchObject({
    status: 404,
    text: '{"error":"There is no /elsewhere."}',
  });
  expect((await ask('DELETE', '/')).status).toBe(405);
});

test('a secret leaves by no door', async () => {
  mirror.setOne('message/', 1, { number: 1, time: 0, subject: SECRET, text: SECRET, approval: null });
  mirror.setOne('line/', 1, {
    number: 1,
    time: 0,
    accountId: '1',
    actor: '',
    text: `The key is ${SECRET}.`,
    mood: 'plain',
    isStep: false,
    execution: null,
  });
  expect((await ask('GET', '/there')).text).toBe('{"text":"It is [hidden]."}');
  expect((await ask('GET', '/')).text).toContain('The key is [hidden].');
  const events = await new Promise<string>((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/events' }, (answer) => {
      answer.setEncoding('utf8').once('data', (chunk: string) => {
        resolve(chunk);
        asked.destroy();
      });
    });
    asked.on('error', () => {}).end();
  });
  expect(events).toContain('The key is [hidden].');
  expect(events).not.toContain(SECRET);
});
