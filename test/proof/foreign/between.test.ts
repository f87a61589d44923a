import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Between, madeBy, type Repair, standBetween } from '../../../proof/foreign/between.ts';

const repair: Repair = {
  what: 'it knows one account only',
  concerns: ({ action }) => action === 'organizations:DescribeAccount',
  headers: (asked) => madeBy('111111111111', asked),
  answer: (_, body) => body.replace('Status', 'State'),
};

describe('what stands between everybody and a program', () => {
  let world: Server;
  let between: Between;
  const seen: { authorization: string | undefined; body: string }[] = [];
  let status = 200;

  beforeEach(async () => {
    seen.length = 0;
    status = 200;
    world = createServer(async (request, response) => {
      seen.push({ authorization: request.headers.authorization, body: await text(request) });
      response.writeHead(status, { 'x-amzn-requestid': 'r' }).end('{"Status":"ACTIVE"}');
    }).listen(0, '127.0.0.1');
    await once(world, 'listening');
    between = await standBetween(`http://127.0.0.1:${(world.address() as AddressInfo).port}`, [repair]);
  });
  afterEach(async () => {
    await between.close();
    world.close();
  });

  const ask = (service: string, target: string) =>
    fetch(between.url, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=222222222222/20260101/us-east-1/${service}/aws4_request, Signature=0`,
        'x-amz-target': target,
      },
      body: '{"AccountId":"444455556666"}',
    });

  test('repairs a request and its answer, and says that it did', async () => {
    expect(between.used.size).toBe(0);
    const answer = await ask('organizations', 'AWSOrganizationsV20161128.DescribeAccount');
    expect(await answer.text()).toBe('{"State":"ACTIVE"}');
    expect(seen[0]!.authorization).toContain('Credential=111111111111/20260101/us-east-1/organizations/');
    expect(seen[0]!.body).toBe('{"AccountId":"444455556666"}');
    expect([...between.used]).toEqual([repair]);
  });

  test('passes everything else on as it is', async () => {
    const answer = await ask('states', 'AWSStepFunctions.StartExecution');
    expect(await answer.text()).toBe('{"Status":"ACTIVE"}');
    expect(answer.headers.get('x-amzn-requestid')).toBe('r');
    expect(seen[0]!.authorization).toContain('Credential=222222222222/');
    expect(between.used.size).toBe(0);
  });

  test('leaves a refusal as it is', async () => {
    status = 400;
    const answer = await ask('organizations', 'AWSOrganizationsV20161128.DescribeAccount');
    expect([answer.status, await answer.text()]).toEqual([400, '{"Status":"ACTIVE"}']);
  });

  test('answers 502 where the program does not answer', async () => {
    const closed = once(world, 'close');
    world.closeAllConnections();
    world.close();
    await closed;
    expect((await ask('states', 'AWSStepFunctions.StartExecution')).status).toBe(502);
  });
});
