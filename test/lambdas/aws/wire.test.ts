import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { handler as describeVpc } from '../../../lambdas/aws/describe-vpc.ts';

// What the other tests stub: unmodified clients against a server that answers as AWS does.

interface Reply {
  status: number;
  body: string;
}

const ROLE_ASSUMED = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <Credentials><AccessKeyId>ASIAWIRE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
  <SessionToken>token</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`;

const ec2Error = (code: string, message: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`;
const stsError = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

let server: Server;
let replies: Record<string, Reply>;
const requests: { action: string; parameters: URLSearchParams; authorization: string }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const parameters = new URLSearchParams(body);
    const action = parameters.get('Action') ?? '';
    requests.push({ action, parameters, authorization: request.headers.authorization ?? '' });
    const reply = replies[action] ?? { status: 500, body: '' };
    response.writeHead(reply.status, { 'content-type': 'text/xml' }).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'AKIAHUB',
    AWS_SECRET_ACCESS_KEY: 'secret',
    CONNECTOR_ROLE_NAME: 'connector',
    EXTERNAL_ID: 'external-id',
    TAGS: '{}',
    AWS_REGION: 'us-east-1',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const payload = {
  accountId: '111122223333',
  connection: {
    name: 'orders',
    region: 'us-east-1',
    contract: 'resource-share',
    endpoint: {
      securityGroup: null,
      subnets: { minimumZones: 1, tag: null, waitMinutes: 60 },
      privateDns: true,
    },
  },
  vpcId: 'vpc-0123456789abcdef0',
  target: { resourceConfigurationArn: null, serviceName: null },
  waitingSince: 0,
};

describe('over the wire', () => {
  test('assumes the role, signs as it, and knows the error by its code', async () => {
    requests.length = 0;
    replies = {
      AssumeRole: { status: 200, body: ROLE_ASSUMED },
      DescribeVpcs: { status: 400, body: ec2Error('InvalidVpcID.NotFound', 'The vpc ID does not exist') },
    };
    await expect(describeVpc(payload)).rejects.toMatchObject({ name: 'VpcNotFound' });
    expect(requests.map(({ action }) => action)).toEqual(['AssumeRole', 'DescribeVpcs']);
    expect(requests[0]?.parameters.get('ExternalId')).toBe('external-id');
    expect(requests[0]?.authorization).toContain('Credential=AKIAHUB/');
    expect(requests[1]?.authorization).toContain('Credential=ASIAWIRE/');
    expect(requests[1]?.authorization).toContain('/us-east-1/ec2/aws4_request');
  });

  test.each([
    [400, 'RequestLimitExceeded', 'AwsUnavailable'],
    [503, 'Unavailable', 'AwsUnavailable'],
    [403, 'UnauthorizedOperation', 'AccessDenied'],
    [400, 'RequestExpired', 'AwsUnavailable'],
  ])('%i %s is %s after a single attempt', async (status, code, name) => {
    requests.length = 0;
    replies = {
      AssumeRole: { status: 200, body: ROLE_ASSUMED },
      DescribeVpcs: { status, body: ec2Error(code, 'AWS text') },
    };
    await expect(describeVpc(payload)).rejects.toMatchObject({ name });
    expect(requests.map(({ action }) => action)).toEqual(['AssumeRole', 'DescribeVpcs']);
  });

  test('a refused role is MemberRoleNotAssumable', async () => {
    replies = { AssumeRole: { status: 403, body: stsError('AccessDenied', 'not authorized') } };
    await expect(describeVpc(payload)).rejects.toMatchObject({ name: 'MemberRoleNotAssumable' });
  });

  test('a body that is no XML is an outage', async () => {
    replies = {
      AssumeRole: { status: 200, body: ROLE_ASSUMED },
      DescribeVpcs: { status: 502, body: 'Bad Gateway' },
    };
    await expect(describeVpc(payload)).rejects.toMatchObject({ name: 'AwsUnavailable' });
  });
});
