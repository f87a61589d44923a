import { describe, expect, test } from '@jest/globals';
import { Activity, ProviderSide, VirtualClock } from 'local-cloud';
import { startRedisCloud } from '../../../local/redis-cloud/server.ts';
import {
  type Client,
  codeOf,
  headers,
  keys,
  PUBLISHED,
  service,
  standard,
  withRedisCloud,
} from './harness.ts';

const link = '/subscriptions/51/private-link';
const serviceLink = '/subscriptions/52/private-link';
const one = '111111111111';
const two = '222222222222';
const create = { shareName: 'share', principal: one, type: 'aws_account', alias: 'One' };
const admit = (principal: string, type = 'aws_account') => ({ principal, type });

async function created({ finish, sleep }: Client): Promise<void> {
  expect((await finish('POST', link, create)).status).toBe('processing-completed');
  await sleep(40_000);
}

async function resource({ finish }: Client, path = link) {
  return (await finish('GET', path)).response.resource;
}

describe('a resource share', () => {
  test('is initialised, first unseen, and then active with its first principal invited', () =>
    withRedisCloud({}, async (client) => {
      const task = await client.finish('POST', link, create);
      expect(task.response).toEqual({ resourceId: 51 });
      expect(await resource(client)).toEqual({ links: [] });
      await client.sleep(5_000);
      expect(await resource(client)).toEqual({
        status: 'initializing',
        principals: [{ principal: one, status: 'initializing', alias: 'One', type: 'aws_account' }],
        shareName: 'share',
        connections: [],
        databases: [],
        subscriptionId: 51,
        errorMessage: '',
        links: [],
      });
      expect(client.provider.done).toEqual([]);
      await client.sleep(35_000);
      expect(await resource(client)).toEqual({
        status: 'active',
        principals: [{ principal: one, status: 'associating', alias: 'One', type: 'aws_account' }],
        resourceConfigurationId: expect.stringMatching(/^rcfg-[0-9a-f]{17}$/),
        resourceConfigurationArn: expect.stringMatching(
          /^arn:aws:vpc-lattice:us-east-1:900000000001:resourceconfiguration\/rcfg-[0-9a-f]{17}$/,
        ),
        shareArn: expect.stringMatching(
          /^arn:aws:ram:us-east-1:900000000001:resource-share\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
        ),
        shareName: 'share',
        connections: [],
        databases: [
          {
            databaseId: 7,
            port: 12345,
            rlEndpoint: 'redis-12345.internal.c51.us-east-1-1.ec2.redns.redis-cloud.com',
          },
        ],
        subscriptionId: 51,
        errorMessage: '',
        links: [],
      });
      expect(client.provider.done).toEqual(['offer share', `invite ${one}`]);
    }));

  test('exists once', () =>
    withRedisCloud({}, async (client) => {
      await created(client);
      expect(codeOf(await client.finish('POST', link, create))).toBe('PRIVATE_LINK_ALREADY_EXISTS');
    }));

  test('shows the state of each invitation', () =>
    withRedisCloud({}, async (client) => {
      await created(client);
      for (const [state, status] of [
        ['pending', 'associating'],
        ['accepted', 'associated'],
        ['expired', 'disassociated'],
      ] as const) {
        client.provider.states.set(one, state);
        expect((await resource(client)).principals[0].status).toBe(status);
      }
    }));

  test('admits a principal once, even if its invitation expired', () =>
    withRedisCloud({}, async (client) => {
      await created(client);
      expect((await client.finish('POST', `${link}/principals`, admit(two))).status).toBe(
        'processing-completed',
      );
      client.provider.states.set(two, 'expired');
      const again = await client.finish('POST', `${link}/principals`, admit(two));
      expect(codeOf(again)).toBe('PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS');
      expect(client.provider.done.filter((what) => what === `invite ${two}`)).toHaveLength(1);
    }));

  test('lets a removed principal go after a while, and only once', () =>
    withRedisCloud({}, async (client) => {
      await created(client);
      await client.finish('DELETE', `${link}/principals`, { principal: one });
      expect((await resource(client)).principals[0].status).toBe('disassociating');
      await client.sleep(4_000);
      expect((await resource(client)).principals).toEqual([]);
      expect(client.provider.done.at(-1)).toBe(`withdraw ${one}`);
      const again = await client.finish('DELETE', `${link}/principals`, { principal: one });
      expect(codeOf(again)).toBe('PRIVATE_LINK_PRINCIPAL_NOT_FOUND');
    }));

  test('admits roles and users, and keeps an account that still has one of them', () =>
    withRedisCloud({}, async (client) => {
      await created(client);
      const role = `arn:aws:iam::${one}:role/team/reader`;
      const user = `arn:aws:iam::${two}:user/ann`;
      await client.finish('POST', `${link}/principals`, admit(role, 'iam_role'));
      await client.finish('POST', `${link}/principals`, admit(user, 'iam_user'));
      await client.finish('DELETE', `${link}/principals`, { principal: one });
      await client.sleep(4_000);
      const { principals } = await resource(client);
      expect(principals.map(({ principal }: { principal: string }) => principal)).toEqual([role, user]);
      expect(client.provider.done).not.toContain(`withdraw ${one}`);
    }));

  test('accepts an organization, which then never appears', () =>
    withRedisCloud({}, async (client) => {
      await created(client);
      const organization = admit(
        'arn:aws:organizations::111111111111:organization/o-abcdefghij',
        'organization',
      );
      const task = await client.finish('POST', `${link}/principals`, organization);
      expect(task.status).toBe('processing-completed');
      expect((await resource(client)).principals).toHaveLength(1);
    }));

  test.each([
    [admit('12345678901'), 'PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE'],
    [admit(`arn:aws:iam::${two}:root`), 'PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE'],
    [admit(`arn:aws:iam::${two}:role/r`, 'iam_user'), 'PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE'],
    [admit(two, 'organization'), 'PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE'],
    [admit('900000000001'), 'PRIVATE_LINK_PRINCIPAL_CANNOT_BE_OWNER_ACCOUNT'],
  ])('does not admit %j', (body, code) =>
    withRedisCloud({}, async (client) => {
      await created(client);
      expect(codeOf(await client.finish('POST', `${link}/principals`, body))).toBe(code);
      expect((await resource(client)).principals).toHaveLength(1);
    }),
  );

  test('lists the connections until they are cut', () =>
    withRedisCloud({}, async (client) => {
      await created(client);
      client.provider.connect(one, 'vpce-0a1');
      const { connections } = await resource(client);
      expect(connections).toEqual([
        {
          associationId: 'rsa-vpce-0a1',
          connectionId: 'vpce-con-vpce-0a1',
          type: 'vpc_endpoint',
          ownerId: one,
          associationDate: '1970-01-01T00:00:00.000Z',
        },
      ]);
      const body = (principalId: string) => ({
        connections: [{ associationId: 'rsa-vpce-0a1', type: 'vpc_endpoint', principalId }],
      });
      const path = `${link}/connections/disassociate`;
      expect(codeOf(await client.finish('POST', path, body(two)))).toBe('PRIVATE_LINK_SERVICE_ERROR');
      expect((await client.finish('POST', path, body(one))).status).toBe('processing-completed');
      expect(client.provider.done.at(-1)).toBe('disassociate rsa-vpce-0a1');
      expect((await resource(client)).connections).toEqual([]);
    }));

  test('is deleted when no principal is left, and can be created again', () =>
    withRedisCloud({ ways: { 'none-shape': 'empty' } }, async (client) => {
      await created(client);
      const { shareArn } = await resource(client);
      expect(codeOf(await client.finish('DELETE', link))).toBe(
        'PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK',
      );
      await client.finish('DELETE', `${link}/principals`, { principal: one });
      await client.sleep(4_000);
      expect((await client.finish('DELETE', link)).status).toBe('processing-completed');
      expect(client.provider.done.at(-1)).toBe('remove offer');
      expect((await resource(client)).status).toBe('deleting');
      await client.sleep(30_000);
      expect(await resource(client)).toEqual({ links: [] });
      expect(codeOf(await client.finish('DELETE', link))).toBe('PRIVATE_LINK_NOT_FOUND');
      await created(client);
      expect((await resource(client)).shareArn).not.toBe(shareArn);
    }));

  test.each([
    ['blocks', 'GENERAL_ERROR'],
    ['harmless', undefined],
  ] as const)('deleted after an endpoint went without disassociation (%s)', (way, code) =>
    withRedisCloud({ ways: { 'deleted-endpoint': way } }, async (client) => {
      await created(client);
      client.provider.connect(one, 'vpce-0a1');
      expect((await resource(client)).connections).toHaveLength(1);
      client.provider.deleteEndpoint('vpce-0a1');
      await client.finish('DELETE', `${link}/principals`, { principal: one });
      await client.sleep(4_000);
      const { response } = await client.finish('DELETE', link);
      expect(response.error?.type ?? response.error).toBe(code);
    }),
  );

  test('is deleted after an endpoint went that was cut before', () =>
    withRedisCloud({ ways: { 'deleted-endpoint': 'blocks' } }, async (client) => {
      await created(client);
      client.provider.connect(one, 'vpce-0a1');
      expect((await resource(client)).connections).toHaveLength(1);
      client.provider.endpoints[0]!.state = 'failed';
      await resource(client);
      client.provider.deleteEndpoint('vpce-0a1');
      await client.finish('DELETE', `${link}/principals`, { principal: one });
      await client.sleep(4_000);
      expect((await client.finish('DELETE', link)).status).toBe('processing-completed');
    }));

  test('is deleted after the safe order', () =>
    withRedisCloud({}, async (client) => {
      await created(client);
      client.provider.connect(one, 'vpce-0a1');
      const [connection] = (await resource(client)).connections;
      await client.finish('POST', `${link}/connections/disassociate`, {
        connections: [
          {
            associationId: connection.associationId,
            connectionId: connection.connectionId,
            type: connection.type,
            principalId: connection.ownerId,
          },
        ],
      });
      client.provider.deleteEndpoint('vpce-0a1');
      await client.finish('DELETE', `${link}/principals`, { principal: one });
      await client.sleep(4_000);
      expect((await client.finish('DELETE', link)).status).toBe('processing-completed');
    }));

  test('answers the endpoint script, once it is active', () =>
    withRedisCloud({}, async (client) => {
      const path = `${link}/endpoint-script`;
      expect(codeOf(await client.finish('GET', path))).toBe('PRIVATE_LINK_NOT_FOUND');
      await created(client);
      const { resourceConfigurationArn } = await resource(client);
      const script = await resource(client, path);
      expect(Object.keys(script)).toEqual(['resourceEndpointScript', 'terraformAwsScript']);
      expect(script.resourceEndpointScript).toContain(resourceConfigurationArn);
      expect(script.terraformAwsScript).toContain(resourceConfigurationArn);
    }));

  test('is not created with a first principal that cannot be admitted', () =>
    withRedisCloud({}, async (client) => {
      const body = { ...create, principal: '900000000001' };
      expect(codeOf(await client.finish('POST', link, body))).toBe(
        'PRIVATE_LINK_PRINCIPAL_CANNOT_BE_OWNER_ACCOUNT',
      );
      expect(client.cloud.privateLink(51)).toBeUndefined();
    }));
});

describe('an endpoint service', () => {
  const root = (accountId: string) => `arn:aws:iam::${accountId}:root`;

  test('is created empty, admits by ARN, connects, and lets go', () =>
    withRedisCloud({ ways: { 'none-shape': 'empty' } }, async (client) => {
      const { finish, provider, sleep } = client;
      await finish('POST', serviceLink, {});
      await sleep(40_000);
      await finish('POST', `${serviceLink}/principals`, { principal: root(one) });
      provider.connect(one, 'vpce-0b2');
      expect(await resource(client, serviceLink)).toEqual({
        status: 'active',
        serviceName: expect.stringMatching(/^com\.amazonaws\.vpce\.us-east-1\.vpce-svc-[0-9a-f]{17}$/),
        principals: [{ principal: root(one), status: 'associated' }],
        connections: [{ endpointId: 'vpce-0b2', status: 'available' }],
        subscriptionId: 52,
        errorMessage: '',
        links: [],
      });
      const script = await resource(client, `${serviceLink}/endpoint-script`);
      expect(script.endpointScript).toContain('create-vpc-endpoint');
      await finish('PUT', `${serviceLink}/connections/disassociate`, { endpointIds: ['vpce-0b2'] });
      provider.deleteEndpoint('vpce-0b2');
      await finish('DELETE', `${serviceLink}/principals`, { principals: [root(one)] });
      await sleep(4_000);
      await finish('DELETE', serviceLink);
      await sleep(30_000);
      expect(await resource(client, serviceLink)).toEqual({ links: [] });
      expect(provider.done).toEqual([
        'offer in us-east-1',
        `admit ${one}`,
        'disassociate vpce-0b2',
        `expel ${one}`,
        'remove offer',
      ]);
    }));

  test('removes all principals of a request, or none', () =>
    withRedisCloud({}, async (client) => {
      await client.finish('POST', serviceLink, {});
      await client.sleep(40_000);
      for (const id of [one, two]) {
        await client.finish('POST', `${serviceLink}/principals`, { principal: root(id) });
      }
      const path = `${serviceLink}/principals`;
      const wrong = { principals: [root(one), root('333333333333')] };
      expect(codeOf(await client.finish('DELETE', path, wrong))).toBe('PRIVATE_LINK_PRINCIPAL_NOT_FOUND');
      expect((await resource(client, serviceLink)).principals).toHaveLength(2);
      await client.finish('DELETE', path, { principals: [root(one), root(two)] });
      await client.sleep(4_000);
      expect((await resource(client, serviceLink)).principals).toEqual([]);
    }));

  test('does not admit a bare account id', () =>
    withRedisCloud({ subscriptions: [service] }, async (client) => {
      await client.finish('POST', serviceLink, {});
      await client.sleep(40_000);
      const task = await client.finish('POST', `${serviceLink}/principals`, { principal: one });
      expect(codeOf(task)).toBe('PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE');
    }));
});

describe('"there is none"', () => {
  test('comes in six shapes, in turn', () =>
    withRedisCloud({}, async ({ request, finish }) => {
      expect((await request('GET', link)).status).toBe(404);
      expect(codeOf(await finish('GET', link))).toMatch(/_NOT_FOUND$/);
      expect((await finish('GET', link)).response.resource).toEqual({ links: [] });
      expect((await finish('GET', link)).response.error).toMatchObject({ status: '404 NOT_FOUND' });
      expect((await finish('GET', link)).response.resource).toBeNull();
      expect((await request('GET', link)).status).toBe(204);
      expect((await request('GET', link)).status).toBe(404);
    }));
});

test('on the local AWS, the invitation is sent, accepted and expires', async () => {
  const clock = new VirtualClock(0);
  const provider = new ProviderSide({ clock });
  const cloud = await startRedisCloud({ clock, provider, keys, subscriptions: [standard], ways: PUBLISHED });
  const post = (path: string, body: unknown) =>
    fetch(cloud.url + path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const statuses = () =>
    (cloud.privateLink(51)!.principals as { status: string }[]).map(({ status }) => status);
  try {
    await Activity.run(clock, async (activity) => {
      await post(link, create);
      await activity.sleep(61_000);
      expect(statuses()).toEqual(['associating']);
      await post(`${link}/principals`, admit(two));
      await activity.sleep(20_000);
      expect(statuses()).toEqual(['associating', 'associating']);
      for (const { invitation } of provider.invitationsTo(one, 'us-east-1')) provider.accept(invitation);
      expect(statuses()).toEqual(['associated', 'associating']);
      await activity.sleep(12 * 3_600_000);
      expect(statuses()).toEqual(['associated', 'disassociated']);
    });
  } finally {
    await cloud.close();
  }
});
