import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { organizations, unknownUnits } from '../../../lambdas/shared/workflows/organization.ts';

let server: Server;
let throttled: number;
let requests: number;

beforeAll(async () => {
  server = createServer((_, response) => {
    requests += 1;
    const isThrottled = requests <= throttled;
    const body = isThrottled ? { __type: 'TooManyRequestsException', Message: 'slower' } : { Accounts: [] };
    response
      .writeHead(isThrottled ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAHUB',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  throttled = 1;
  requests = 0;
});

test('a unit about which Organizations does not answer now is asked about again', async () => {
  expect((await unknownUnits(['ou-ab12-l3zc8b3h'], [])).size).toBe(0);
  expect(requests).toBe(2);
});

test('any other call is for the workflow to make again', async () => {
  await expect(organizations().send(new ListAccountsCommand({}))).rejects.toMatchObject({
    name: 'AwsUnavailable',
  });
  expect(requests).toBe(1);
});
