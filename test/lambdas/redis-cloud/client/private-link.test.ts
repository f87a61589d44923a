import { describe, expect, test } from '@jest/globals';
import {
  NO_PRIVATE_LINK,
  readPrivateLink,
  viewOf,
} from '../../../../lambdas/redis-cloud/client/private-link.ts';
import { ACCOUNT, service, share } from './fixtures.ts';

const CONFIGURATION = 'arn:aws:vpc-lattice:us-east-1:999999999999:resourceconfiguration/rcfg-1';
const SHARE = 'arn:aws:ram:us-east-1:999999999999:resource-share/s-1';
const SERVICE = 'com.amazonaws.vpce.us-east-1.vpce-svc-1';

const shareResource = {
  status: 'active',
  principals: [{ principal: ACCOUNT, status: 'associated', alias: 'x', type: 'aws_account' }],
  resourceConfigurationId: 'rcfg-1',
  resourceConfigurationArn: CONFIGURATION,
  shareArn: SHARE,
  shareName: 'orders-share',
  connections: [
    {
      associationId: 'rsa-1',
      connectionId: 'vpce-con-1',
      type: 'vpc_endpoint',
      ownerId: ACCOUNT,
      associationDate: '2026-11-23T12:00:00Z',
    },
  ],
  databases: [{ databaseId: 51, port: 12345, rlEndpoint: 'redis.example.com' }],
  subscriptionId: 12345,
  regionId: 111,
  errorMessage: '',
  links: [],
};

const serviceResource = {
  status: 'active',
  serviceName: SERVICE,
  principals: [`arn:aws:iam::${ACCOUNT}:root`],
  connections: [{ endpointId: 'vpce-1', status: 'available' }],
};

function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown.');
}

describe('reading a PrivateLink', () => {
  test('of a resource share', () => {
    expect(readPrivateLink(shareResource, share)).toEqual({
      status: 'active',
      errorMessage: null,
      principals: [{ principal: ACCOUNT, accountId: ACCOUNT, type: 'aws_account', status: 'associated' }],
      listsPrincipals: true,
      resourceConfigurationArn: CONFIGURATION,
      resourceConfigurationId: 'rcfg-1',
      shareArn: SHARE,
      shareName: 'orders-share',
      serviceName: null,
      connections: [
        {
          associationId: 'rsa-1',
          connectionId: 'vpce-con-1',
          type: 'vpc_endpoint',
          ownerId: ACCOUNT,
          endpointId: null,
          associationDate: '2026-11-23T12:00:00Z',
          status: null,
        },
      ],
      databases: [{ databaseId: 51, port: 12345, rlEndpoint: 'redis.example.com' }],
    });
  });

  test('of an endpoint service', () => {
    expect(readPrivateLink(serviceResource, service)).toEqual({
      ...NO_PRIVATE_LINK,
      status: 'active',
      serviceName: SERVICE,
      listsPrincipals: true,
      principals: [
        {
          principal: `arn:aws:iam::${ACCOUNT}:root`,
          accountId: ACCOUNT,
          type: 'aws_account',
          status: null,
        },
      ],
      connections: [
        {
          associationId: null,
          connectionId: null,
          type: null,
          ownerId: null,
          endpointId: 'vpce-1',
          associationDate: null,
          status: 'available',
        },
      ],
    });
  });

  test.each([{ links: [] }, {}, null, undefined, { subscriptionId: 12345, errorMessage: '', links: [] }])(
    '%j means that there is none',
    (resource) => {
      expect(readPrivateLink(resource, share)).toEqual(NO_PRIVATE_LINK);
    },
  );

  test('that is only just being initialised', () => {
    expect(readPrivateLink({ status: 'initializing', links: [] }, service).status).toBe('initializing');
  });

  test.each(['deleting', 'some-new-state'])('keeps the status %s', (status) => {
    expect(readPrivateLink({ ...shareResource, status }, share).status).toBe(status);
  });

  test('account ids that were written as numbers get their zeros back', () => {
    const privateLink = readPrivateLink(
      {
        ...shareResource,
        principals: [{ principal: 12345678901, type: 'aws_account' }, 99],
        connections: [{ associationId: 7, ownerId: 12345678901 }],
        databases: [{ databaseId: '51', port: '12345' }],
      },
      share,
    );

    expect(privateLink.principals.map(({ principal }) => principal)).toEqual([
      '012345678901',
      '000000000099',
    ]);
    expect(privateLink.connections[0]).toMatchObject({ associationId: '7', ownerId: '012345678901' });
    expect(privateLink.databases[0]).toEqual({ databaseId: 51, port: 12345, rlEndpoint: null });
  });

  test.each<[string, object, object]>([
    ['in capitals', { status: 'ACTIVE' }, { status: 'active' }],
    ['in words', { status: 'Some New State' }, { status: 'some-new-state' }],
    [
      'with the states of its principals in capitals',
      { principals: [{ principal: ACCOUNT, status: 'ASSOCIATED' }] },
      { principals: [{ status: 'associated' }] },
    ],
    [
      'with a principal for a list',
      { principals: { principal: ACCOUNT } },
      { principals: [{ principal: ACCOUNT }] },
    ],
    ['with ids as texts', { subscriptionId: '12345', regionId: null }, { status: 'active' }],
    ['with an error message of another form', { errorMessage: {} }, { errorMessage: null }],
    [
      'with databases that nobody can read',
      { databases: [null, 5, { databaseId: 'x', port: 0.5 }] },
      { databases: [{ databaseId: null, port: null }, { port: null }, { port: null }] },
    ],
    ['with members that nobody knows', { extra: { deep: [null] }, links: null }, { status: 'active' }],
    [
      'with a connection whose owner is an ARN',
      { connections: [{ associationId: 'rsa-1', ownerId: `arn:aws:iam::${ACCOUNT}:root` }] },
      { connections: [{ ownerId: `arn:aws:iam::${ACCOUNT}:root` }] },
    ],
  ])('written %s', (_, changes, expected) => {
    expect(readPrivateLink([{ ...shareResource, ...changes }], share)).toMatchObject(expected);
  });

  test.each(['deleted', 'NONE', 'not_found'])('that is %s is none if it shows nothing', (status) => {
    expect(readPrivateLink({ status, principals: [] }, share).status).toBe('none');
  });

  test('that is deleted and shows something is not none', () => {
    expect(readPrivateLink({ ...shareResource, status: 'deleted' }, share).status).toBe('deleted');
  });

  test('tells a list without anybody from no list', () => {
    const listing = (principals: unknown) =>
      readPrivateLink({ status: 'active', principals }, share).listsPrincipals;

    expect([[], null, undefined].map(listing)).toEqual([true, false, false]);
  });

  test('lists that are missing or null are empty', () => {
    expect(readPrivateLink({ status: 'active', principals: null }, share)).toMatchObject({
      principals: [],
      connections: [],
      databases: [],
    });
  });

  test('principals of unknown kinds are kept', () => {
    const principal = 'arn:aws:organizations::123456789012:organization/o-abc';
    const [listed] = readPrivateLink({ status: 'active', principals: [{ principal }] }, share).principals;

    expect(listed).toEqual({ principal, accountId: null, type: null, status: null });
  });

  test.each([
    ['text', 'no'],
    ['a list', []],
    ['a number', 5],
    ['a status that is an object', { status: {} }],
    ['principals that are no list', { status: 'active', principals: 5 }],
    ['a principal that is empty', { status: 'active', principals: {} }],
    ['a principal without a name', { status: 'active', principals: [{ status: 'associated' }] }],
    ['a principal that is null', { status: 'active', principals: [null] }],
    ['a connection that is a text', { status: 'active', connections: ['vpce-1'] }],
    ['content that is called none', { status: 'none', principals: [ACCOUNT] }],
    ['content without a status', { principals: [ACCOUNT] }],
  ])('%s is no PrivateLink', (_name, resource) => {
    expect(thrownBy(() => readPrivateLink(resource, share)).name).toBe('TaskWithoutResult');
  });

  test.each([
    [service, shareResource, '"resource-share"'],
    [service, { status: 'initializing', shareArn: SHARE }, '"resource-share"'],
    [share, serviceResource, '"endpoint-service"'],
  ])('the other contract is noticed', (target, resource, setting) => {
    const error = thrownBy(() => readPrivateLink(resource, target));

    expect(error.name).toBe('ContractMismatch');
    expect(error.message).toContain(`Set "contract" to ${setting} on connection "orders"`);
  });
});

describe("an account's view", () => {
  const many = {
    ...readPrivateLink(shareResource, share),
    principals: Array.from({ length: 5000 }, (_, index) => {
      const accountId = String(100_000_000_000 + index);
      return { principal: accountId, accountId, type: 'aws_account', status: 'associated' };
    }),
  };

  test('says what concerns the account', () => {
    expect(viewOf(readPrivateLink(shareResource, share), ACCOUNT)).toEqual({
      status: 'active',
      errorMessage: null,
      principal: { principal: ACCOUNT, type: 'aws_account', status: 'associated' },
      principalCount: 1,
      listsPrincipals: true,
      connectionCount: 1,
      resourceConfigurationArn: CONFIGURATION,
      shareArn: SHARE,
      serviceName: null,
      connections: [
        expect.objectContaining({ associationId: 'rsa-1', connectionId: 'vpce-con-1', ownerId: ACCOUNT }),
      ],
      databases: [{ databaseId: 51, port: 12345, rlEndpoint: 'redis.example.com' }],
    });
  });

  test('has every key when there is nothing', () => {
    expect(viewOf(NO_PRIVATE_LINK, ACCOUNT)).toEqual({
      status: 'none',
      errorMessage: null,
      principal: null,
      principalCount: 0,
      listsPrincipals: false,
      connectionCount: 0,
      resourceConfigurationArn: null,
      shareArn: null,
      serviceName: null,
      connections: [],
      databases: [],
    });
  });

  test('is small with thousands of principals', () => {
    const view = viewOf(many, '100000004999');

    expect(view).toMatchObject({ principal: { principal: '100000004999' }, principalCount: 5000 });
    expect(JSON.stringify(view).length).toBeLessThan(1000);
  });

  test("leaves out other accounts' connections", () => {
    expect(viewOf(readPrivateLink(shareResource, share), '210987654321')).toMatchObject({
      principal: null,
      principalCount: 1,
      connections: [],
    });
  });

  test('finds the account by the ARN of its root', () => {
    expect(viewOf(readPrivateLink(serviceResource, service), ACCOUNT).principal).toEqual({
      principal: `arn:aws:iam::${ACCOUNT}:root`,
      type: 'aws_account',
      status: null,
    });
  });

  test('does not take a role of the account for the account', () => {
    const privateLink = readPrivateLink(
      { status: 'active', principals: [{ principal: `arn:aws:iam::${ACCOUNT}:role/app` }] },
      share,
    );

    expect(viewOf(privateLink, ACCOUNT).principal).toBeNull();
  });

  test('prefers the living one of two entries', () => {
    const principals = [
      { principal: ACCOUNT, status: 'disassociated' },
      { principal: ACCOUNT, status: 'associating' },
    ];

    expect(viewOf(readPrivateLink({ status: 'active', principals }, share), ACCOUNT)).toMatchObject({
      principal: { status: 'associating' },
      principalCount: 1,
    });
  });

  test.each([
    [['failed', 'associated'], 'associated'],
    [['disassociated', 'disassociating'], 'disassociating'],
    [['disassociated', 'failed'], 'failed'],
    [['failed', 'some-new-state'], 'some-new-state'],
    [['associating', null, 'associated'], 'associated'],
    [['initializing', 'associating'], 'associating'],
  ])('is of the one of %j that is most alive', (statuses, status) => {
    const spellings = [ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`, ACCOUNT];
    const principals = statuses.map((one, index) => ({ principal: spellings[index], status: one }));

    expect(viewOf(readPrivateLink({ status: 'active', principals }, share), ACCOUNT).principal?.status).toBe(
      status,
    );
  });

  test('has the connections of an owner that is written as an ARN', () => {
    const connections = [{ associationId: 'rsa-1', ownerId: `arn:aws:iam::${ACCOUNT}:root` }];

    expect(
      viewOf(readPrivateLink({ status: 'active', connections }, share), ACCOUNT).connections,
    ).toHaveLength(1);
  });

  test('counts connections without an owner only if the caller knows the endpoint', () => {
    const privateLink = readPrivateLink(serviceResource, service);

    expect(viewOf(privateLink, ACCOUNT).connections).toEqual([]);
    expect(viewOf(privateLink, ACCOUNT, ['vpce-2']).connections).toEqual([]);
    expect(viewOf(privateLink, ACCOUNT, ['vpce-1']).connections).toMatchObject([{ endpointId: 'vpce-1' }]);
  });
});
