import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../../lambdas/offboard/decide-offboarding.ts';
import { decide, type Offboarding } from '../../../../lambdas/offboard/deciding/offboarding.ts';
import type {
  OwnEndpoint,
  ShownConnection,
} from '../../../../lambdas/offboard/deciding/offboarding-connections.ts';
import { connection } from '../../../connection.ts';

const ACCOUNT = '444455556666';
const VPC = 'vpc-0a71e831cb5152c43';
const OTHER_VPC = 'vpc-0b82f942dc6263d54';
const WHOLE = null;

const at = (time: string) => `2026-11-23T${time}.000Z`;
const endpoint = (changes: Partial<OwnEndpoint> = {}): OwnEndpoint => ({
  vpcEndpointId: 'vpce-a',
  vpcId: VPC,
  connection: 'orders',
  state: 'available',
  createdAt: at('10:00:00'),
  ...changes,
});
const OTHER = endpoint({ vpcEndpointId: 'vpce-b', vpcId: OTHER_VPC, createdAt: at('11:00:00') });
const shown = (associationId: string, time: string | null, changes: object = {}) => ({
  associationId,
  connectionId: `vpce-con-${associationId}`,
  type: 'vpc_endpoint',
  ownerId: ACCOUNT,
  endpointId: null,
  associationDate: time === null ? null : at(time),
  status: null,
  ...changes,
});
const ONE = shown('rsa-1', '10:00:05');
const TWO = shown('rsa-2', '11:00:05');
const service = (endpointId: string) => ({ endpointId, status: 'available', ownerId: null });

const UNNAMED = 'Redis Cloud shows a connection without what identifies it, so it was not disassociated';

const NOTHING_ASKED = { connections: [], endpoints: [], principal: false, privateLink: false };
const ADMITTED = { principal: ACCOUNT, type: 'aws_account', status: 'associated' };

interface Changes extends Partial<Omit<Offboarding, 'asked' | 'privateLink'>> {
  asked?: Partial<Offboarding['asked']>;
  privateLink?: Partial<Offboarding['privateLink']>;
}

/** A VPC goes whose account is admitted; there is neither an endpoint nor a connection. */
const given = ({ asked, privateLink, ...changes }: Changes = {}): Offboarding => ({
  connection: connection(),
  accountId: ACCOUNT,
  vpcId: VPC,
  onlyOurs: false,
  recorded: true,
  endpoints: [],
  unreachable: null,
  asked: { ...NOTHING_ASKED, ...asked },
  privateLink: { status: 'active', principal: ADMITTED, principalCount: 3, connections: [], ...privateLink },
  looks: 0,
  ...changes,
});
const GONE = { principal: null, principalCount: 2 };
const decided = (changes: Changes) => decide(given(changes));
const cut = (connections: ShownConnection[]) => ({ action: 'disassociate', connections });

describe('which connections are disassociated', () => {
  test.each<[string, Changes, ShownConnection[]]>([
    ['all of the account that goes', { vpcId: WHOLE, privateLink: { connections: [ONE, TWO] } }, [ONE, TWO]],
    [
      'all of it, where it cannot be looked into',
      { vpcId: WHOLE, unreachable: 'no role', privateLink: { connections: [ONE] } },
      [ONE],
    ],
    [
      'not again what has been asked for',
      { vpcId: WHOLE, asked: { connections: ['rsa-1'] }, privateLink: { connections: [ONE, TWO] } },
      [TWO],
    ],
    ["the VPC's only one", { endpoints: [endpoint()], privateLink: { connections: [ONE] } }, [ONE]],
    [
      'the only one, although nobody knows since when it is',
      { endpoints: [endpoint({ createdAt: null })], privateLink: { connections: [shown('rsa-1', null)] } },
      [shown('rsa-1', null)],
    ],
    [
      'the first, for the endpoint that came first',
      { endpoints: [OTHER, endpoint()], privateLink: { connections: [TWO, ONE] } },
      [ONE],
    ],
    [
      'the second, for the endpoint that came second',
      { vpcId: OTHER_VPC, endpoints: [OTHER, endpoint()], privateLink: { connections: [TWO, ONE] } },
      [TWO],
    ],
    [
      'the one with the id of the endpoint',
      {
        endpoints: [endpoint(), OTHER],
        privateLink: {
          connections: [shown('rsa-9', null), shown('rsa-8', null, { connectionId: 'vpce-a' })],
        },
      },
      [shown('rsa-8', null, { connectionId: 'vpce-a' })],
    ],
    [
      'the rest by time, where some name their endpoint',
      {
        endpoints: [endpoint(), OTHER],
        privateLink: { connections: [shown('rsa-8', null, { endpointId: 'vpce-b' }), ONE] },
      },
      [ONE],
    ],
    [
      'the rest by time, where some are called like their endpoint',
      {
        endpoints: [endpoint(), OTHER],
        privateLink: { connections: [shown('rsa-8', null, { connectionId: 'vpce-b' }), ONE] },
      },
      [ONE],
    ],
    [
      "not counting another connection's endpoints",
      {
        endpoints: [endpoint(), endpoint({ vpcEndpointId: 'vpce-c', connection: 'caches' })],
        privateLink: { connections: [ONE] },
      },
      [ONE],
    ],
    [
      'not counting dead endpoints',
      { endpoints: [endpoint(), { ...OTHER, state: 'failed' }], privateLink: { connections: [ONE] } },
      [ONE],
    ],
    [
      'the only one, of a VPC that cannot be looked into',
      { unreachable: 'no role', privateLink: { connections: [ONE] } },
      [ONE],
    ],
    [
      'the recorded ones, of an account that a person has admitted and that cannot be looked into',
      {
        vpcId: WHOLE,
        connection: connection({ contract: 'endpoint-service' }),
        onlyOurs: true,
        recorded: false,
        records: [
          { sk: `connection#orders#${VPC}`, vpcEndpointId: 'vpce-a' },
          { sk: `connection#orders#${OTHER_VPC}`, vpcEndpointId: 'vpce-b' },
        ],
        unreachable: 'no role',
        privateLink: { connections: [service('vpce-a'), service('vpce-b'), service('vpce-theirs')] },
      },
      [service('vpce-a'), service('vpce-b')],
    ],
  ])('%s', (_, changes, connections) => {
    expect(decided(changes)).toEqual({ ...cut(connections), notes: [] });
  });

  test('those of an endpoint service, by the endpoint', () => {
    const changes: Changes = {
      connection: connection({ contract: 'endpoint-service' }),
      endpoints: [endpoint(), OTHER],
      privateLink: { connections: [service('vpce-b'), service('vpce-a')] },
    };
    expect(decided(changes)).toMatchObject(cut([service('vpce-a')]));
    expect(decided({ ...changes, asked: { connections: ['vpce-a'] } })).toMatchObject({
      action: 'delete-endpoint',
    });
  });

  const UNSURE = [expect.stringContaining('cannot be told')];
  test.each<[string, Changes, unknown[]]>([
    [
      'more connections than endpoints',
      { endpoints: [endpoint()], privateLink: { connections: [ONE, TWO] } },
      UNSURE,
    ],
    ['fewer', { endpoints: [endpoint(), OTHER], privateLink: { connections: [ONE] } }, UNSURE],
    [
      'a connection that is older than the endpoint',
      { endpoints: [endpoint()], privateLink: { connections: [shown('rsa-1', '09:00:00')] } },
      UNSURE,
    ],
    [
      'both connections after both endpoints',
      { endpoints: [endpoint(), OTHER], privateLink: { connections: [shown('rsa-1', '11:00:01'), TWO] } },
      UNSURE,
    ],
    [
      'a time that is missing',
      { endpoints: [endpoint(), OTHER], privateLink: { connections: [ONE, shown('rsa-2', null)] } },
      UNSURE,
    ],
    [
      'a time without a fraction, which may be a second later',
      {
        endpoints: [endpoint(), { ...OTHER, createdAt: '2026-11-23T10:00:05.500Z' }],
        privateLink: { connections: [{ ...ONE, associationDate: '2026-11-23T10:00:05Z' }, TWO] },
      },
      UNSURE,
    ],
    [
      'another that was asked for before',
      {
        endpoints: [endpoint(), OTHER],
        asked: { connections: ['rsa-0'] },
        privateLink: { connections: [ONE, TWO] },
      },
      [],
    ],
    ['no connection', { endpoints: [endpoint()] }, []],
    [
      "another VPC's by its endpoint",
      { endpoints: [endpoint()], privateLink: { connections: [service('vpce-b')] } },
      [],
    ],
    [
      'one that lacks what identifies it',
      { endpoints: [endpoint()], privateLink: { connections: [{ ...ONE, type: null }] } },
      [expect.stringContaining('without what identifies it')],
    ],
  ])('none, with %s: the endpoint is deleted', (_, changes, notes) => {
    expect(decided(changes)).toEqual({
      action: 'delete-endpoint',
      vpcEndpointId: 'vpce-a',
      vpcId: VPC,
      notes,
    });
  });

  test('one that was written without a fraction of its second', () => {
    const written = { ...ONE, associationDate: '2026-11-23T10:00:00Z' };
    const endpoints = [endpoint({ createdAt: '2026-11-23T10:00:00.700Z' })];
    expect(decided({ endpoints, privateLink: { connections: [written] } })).toMatchObject(cut([written]));
  });
});

test('a recorded endpoint tells its connection where the account cannot be looked into', () => {
  const connections = [service('vpce-a'), service('vpce-b')];
  const blind: Changes = {
    connection: connection({ contract: 'endpoint-service' }),
    unreachable: 'no role',
    privateLink: { connections },
  };
  const records = [{ sk: `connection#orders#${VPC}`, vpcEndpointId: 'vpce-a' }];
  expect(decided({ ...blind, records })).toMatchObject(cut([connections[0]!]));
  expect(decided({ ...blind, records: [] })).toMatchObject({ action: 'done' });
});

describe('which endpoint is deleted', () => {
  const doomed = { action: 'delete-endpoint', vpcEndpointId: 'vpce-a', vpcId: VPC };
  test.each(['available', 'pending', 'pendingAcceptance', 'rejected', 'failed', 'expired', 'partial'])(
    'one that is %s',
    (state) => {
      expect(decided({ endpoints: [endpoint({ state })] })).toMatchObject(doomed);
    },
  );

  test('one after the other, where the account goes', () => {
    const endpoints = [endpoint(), OTHER];
    expect(decided({ vpcId: WHOLE, endpoints })).toMatchObject(doomed);
    const asked = { endpoints: ['vpce-a'] };
    expect(decided({ vpcId: WHOLE, endpoints, asked, looks: 1 })).toMatchObject({ vpcEndpointId: 'vpce-b' });
  });

  test('also where there is no PrivateLink any more', () => {
    expect(decided({ endpoints: [endpoint()], privateLink: { status: 'none', ...GONE } })).toMatchObject(
      doomed,
    );
  });

  test.each([
    ['is being deleted', { endpoints: [endpoint({ state: 'deleting' })] }],
    ['was asked for', { endpoints: [endpoint()], asked: { endpoints: ['vpce-a'] } }],
  ])('none that %s: it is waited for', (_, changes) => {
    expect(decided({ looks: 1, ...changes })).toMatchObject({
      action: 'wait',
      reason: expect.stringContaining('vpce-a'),
    });
  });

  test('none of so many that one execution would not come to its end', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        endpoint({ vpcEndpointId: `vpce-${index}`, vpcId: `vpc-${index}` }),
      );
    expect(decided({ vpcId: WHOLE, endpoints: many(250) })).toMatchObject({ action: 'delete-endpoint' });
    expect(() => decided({ vpcId: WHOLE, endpoints: many(251) })).toThrow(
      /^Account 444455556666 has 251 VPC endpoints of connection orders, .* then redrive this execution\.$/,
    );
    expect(decided({ endpoints: [endpoint(), ...many(251)] })).toMatchObject({ vpcEndpointId: 'vpce-a' });
    // AWS shows deleted ones for a while.
    const dead = many(251).map((one) => ({ ...one, state: 'deleted' }));
    expect(decided({ vpcId: WHOLE, endpoints: [...dead, endpoint()] })).toMatchObject({
      vpcEndpointId: 'vpce-a',
    });
  });

  test('again each minute, one that was asked for and does not go', () => {
    const asked = { endpoints: ['vpce-a'] };
    const steps = (state: string) =>
      [1, 2, 3, 4, 5, 8].map((looks) => decided({ looks, asked, endpoints: [endpoint({ state })] }).action);
    expect(steps('available')).toEqual([
      'wait',
      'wait',
      'wait',
      'delete-endpoint',
      'wait',
      'delete-endpoint',
    ]);
    expect(new Set(steps('deleting'))).toEqual(new Set(['wait']));
    // Others that have not been asked yet come first.
    expect(decided({ vpcId: WHOLE, looks: 4, asked, endpoints: [endpoint(), OTHER] })).toMatchObject({
      vpcEndpointId: 'vpce-b',
    });
  });

  test.each([
    ['is deleted', { endpoints: [endpoint({ state: 'deleted' })] }],
    ['is of another connection', { endpoints: [endpoint({ connection: 'caches' })] }],
  ])('none that %s', (_, changes) => {
    expect(decided(changes)).toMatchObject({ action: 'remove-principal' });
  });

  test('none of another VPC', () => {
    expect(decided({ endpoints: [OTHER] })).toMatchObject({ action: 'done' });
  });
});

describe('the principal', () => {
  test.each<[string, Changes]>([
    ['the whole account goes', { vpcId: WHOLE }],
    ['the whole account goes that cannot be looked into', { vpcId: WHOLE, unreachable: 'no role' }],
    ['the last VPC goes', {}],
    [
      'the last VPC goes whose disassociated connection is still shown',
      { asked: { connections: ['rsa-1'] }, privateLink: { connections: [ONE] } },
    ],
    ['other VPCs have dead endpoints', { endpoints: [{ ...OTHER, state: 'failed' }] }],
    ['other VPCs have other connections', { endpoints: [{ ...OTHER, connection: 'caches' }] }],
    ['this system has not admitted it, but is told to', { vpcId: WHOLE, recorded: false }],
    [
      'the whole account goes, though a connection cannot be named',
      {
        vpcId: WHOLE,
        privateLink: { connections: [shown('rsa-1', null, { type: null })] },
        notes: [UNNAMED],
      },
    ],
    [
      'another VPC is recorded, but has no endpoint any more',
      { records: [{ sk: `connection#orders#${OTHER_VPC}` }] },
    ],
    ['it has failed', { privateLink: { principal: { ...ADMITTED, status: 'failed' } } }],
    ['it is a remnant', { privateLink: { principal: { ...ADMITTED, status: 'disassociated' } } }],
    ['it has no status', { privateLink: { principal: { ...ADMITTED, status: null } } }],
    [
      'the only VPC cannot be looked into',
      {
        unreachable: 'no role',
        records: [
          { sk: 'connection#orders' },
          { sk: `connection#orders#${VPC}` },
          { sk: `connection#orders-eu#${OTHER_VPC}` },
        ],
      },
    ],
  ])('is removed when %s', (_, changes) => {
    expect(decided(changes)).toEqual({ action: 'remove-principal', notes: changes.notes ?? [] });
  });

  test.each<[string, Changes, RegExp]>([
    ['another VPC is connected', { endpoints: [OTHER] }, /its VPC vpc-0b82f942dc6263d54 is connected too/],
    ['another VPC is being connected', { endpoints: [{ ...OTHER, state: 'pending' }] }, /is connected too/],
    ['another onboarding needs it', { alsoOnboarding: 'orders-1' }, /execution orders-1 is onboarding it/],
    [
      'somebody else has made a connection',
      { looks: 9, privateLink: { connections: [ONE] } },
      /a connection of it that this system did not make/,
    ],
    [
      'nobody can tell whose the connections are',
      { unreachable: 'no role', privateLink: { connections: [ONE, TWO] } },
      /cannot be told/,
    ],
    [
      'another VPC is recorded, and nobody can look',
      {
        unreachable: 'no role',
        records: [{ sk: `connection#orders#${OTHER_VPC}` }],
        privateLink: { connections: [ONE] },
      },
      /is recorded as connected too/,
    ],
  ])('stays when %s', (_, changes, note) => {
    expect(decided(changes)).toMatchObject({
      action: 'done',
      principalRemoved: false,
      notes: [expect.stringMatching(note)],
    });
  });

  test('stays for an onboarding only of another VPC: the account goes with all of them', () => {
    expect(decided({ vpcId: WHOLE, alsoOnboarding: 'orders-1' })).toMatchObject({
      action: 'remove-principal',
    });
  });

  test.each<[string, Changes]>([
    ['its removal was asked for', { asked: { principal: true } }],
    ['it is just being removed', { privateLink: { principal: { ...ADMITTED, status: 'disassociating' } } }],
    ['a connection may only still be shown', { looks: 8, privateLink: { connections: [ONE] } }],
  ])('is waited for when %s', (_, changes) => {
    expect(decided(changes)).toMatchObject({ action: 'wait', reason: expect.any(String) });
  });

  test.each<[string, Changes, boolean]>([
    ['removed', { asked: { principal: true }, privateLink: GONE }, true],
    [
      'removed and a remnant',
      { asked: { principal: true }, privateLink: { principal: { ...ADMITTED, status: 'disassociated' } } },
      true,
    ],
    ['gone already', { privateLink: GONE }, true],
    ['gone with the PrivateLink', { privateLink: { status: 'none', ...GONE } }, true],
    ['gone, but another VPC is connected', { endpoints: [OTHER], privateLink: GONE }, false],
  ])('is reported as %s', (_, changes, principalRemoved) => {
    expect(decided(changes)).toMatchObject({ action: 'done', principalRemoved });
  });
});

describe('an account of which only ours is to go', () => {
  const stranger: Changes = {
    vpcId: WHOLE,
    onlyOurs: true,
    recorded: false,
    connection: connection({ deletePrivateLinkWhenUnused: true }),
  };

  test.each<[string, Changes]>([
    ['its principal', {}],
    ['its connections', { privateLink: { connections: [ONE] } }],
    ['the PrivateLink', { privateLink: { principal: null, principalCount: 0 } }],
    [
      'its principal, for the sake of another connection',
      { endpoints: [endpoint({ connection: 'caches' })] },
    ],
    ['a PrivateLink that is busy', { privateLink: { status: 'busy' } }],
  ])('keeps %s if this system has not admitted it', (_, changes) => {
    expect(decided({ ...stranger, ...changes })).toMatchObject({
      action: 'done',
      principalRemoved: false,
      notes: [expect.stringContaining('not admitted by this system')],
    });
  });

  test('goes if there is a record', () => {
    expect(decided({ ...stranger, recorded: true })).toMatchObject({ action: 'remove-principal' });
  });

  test('loses the endpoints that this system made, and their connections', () => {
    const shared: Changes = { ...stranger, endpoints: [endpoint()], privateLink: { connections: [ONE] } };
    expect(decided(shared)).toMatchObject({ action: 'disassociate', connections: [ONE] });
    const { connections } = { connections: ['rsa-1'] };
    expect(decided({ ...shared, asked: { connections } })).toMatchObject({ action: 'delete-endpoint' });
  });

  test.each<[string, Changes]>([
    ['its last endpoint is deleted', { vpcId: WHOLE, onlyOurs: true, asked: { endpoints: ['vpce-a'] } }],
    ['its last VPC goes', { vpcId: VPC, onlyOurs: true }],
    ['a person sends its last VPC away', { vpcId: VPC, onlyOurs: false }],
  ])('stays admitted by whoever has admitted it when %s', (_, changes) => {
    expect(decided({ ...stranger, ...changes, endpoints: [endpoint({ state: 'deleted' })] })).toMatchObject({
      action: 'done',
      principalRemoved: false,
      notes: [expect.stringContaining('not admitted by this system')],
    });
  });

  test('goes if a person wants the whole account gone', () => {
    expect(decided({ ...stranger, onlyOurs: false })).toMatchObject({ action: 'remove-principal' });
  });
});

describe('the PrivateLink', () => {
  const unused = { principal: null, principalCount: 0 };
  const asConfigured = connection({ deletePrivateLinkWhenUnused: true });

  test('is deleted where it is configured and nobody is left', () => {
    expect(decided({ connection: asConfigured, privateLink: unused })).toEqual({
      action: 'delete-private-link',
      notes: [],
    });
  });

  test.each<[string, Changes]>([
    ['it is not configured', { privateLink: unused }],
    ['somebody is left', { connection: asConfigured, privateLink: { principal: null, principalCount: 1 } }],
    ['there is none', { connection: asConfigured, privateLink: { ...unused, status: 'none' } }],
  ])('is not when %s', (_, changes) => {
    expect(decided(changes)).toMatchObject({ action: 'done', privateLinkRemoved: false });
  });

  test('is waited for until it is gone', () => {
    const changes = { connection: asConfigured, asked: { privateLink: true } };
    expect(decided({ ...changes, privateLink: unused })).toMatchObject({ action: 'wait' });
    expect(decided({ ...changes, privateLink: { ...unused, status: 'deleting' } })).toMatchObject({
      action: 'wait',
      reason: 'the PrivateLink is deleting',
    });
    expect(decided({ ...changes, privateLink: { ...unused, status: 'none' } })).toMatchObject({
      action: 'done',
      privateLinkRemoved: true,
    });
  });

  test.each(['initializing', 'deleting', 'busy', 'failed'])('is waited for while it is %s', (status) => {
    expect(decided({ endpoints: [endpoint()], privateLink: { status } })).toMatchObject({ action: 'wait' });
  });
});

describe('the end', () => {
  test('says what has gone and what could not be reached', () => {
    const changes: Changes = {
      vpcId: WHOLE,
      unreachable: 'the role is missing',
      asked: { connections: ['rsa-1'], endpoints: ['vpce-a'], principal: true },
      privateLink: GONE,
      notes: ['something before'],
    };
    expect(decided(changes)).toEqual({
      action: 'done',
      principalRemoved: true,
      privateLinkRemoved: false,
      removedEndpoints: ['vpce-a'],
      unreached: 'the role is missing',
      notes: ['something before'],
    });
  });

  test('comes although a disassociated connection stays listed, after a while', () => {
    const changes: Changes = {
      vpcId: WHOLE,
      asked: { connections: ['rsa-1'], principal: true },
      privateLink: { ...GONE, connections: [ONE] },
    };
    expect(decided({ ...changes, looks: 8 })).toMatchObject({ action: 'wait' });
    expect(decided({ ...changes, looks: 9 })).toMatchObject({
      action: 'done',
      notes: [expect.stringContaining('still shows rsa-1')],
    });
  });

  const stuck: Changes = { asked: { principal: true } };
  test('is given up after 120 looks, and says what is missing', () => {
    expect(decided({ ...stuck, looks: 120 })).toMatchObject({ action: 'wait' });
    expect(decided({ ...stuck, looks: 121 })).toMatchObject({
      action: 'give-up',
      reason:
        'After 121 looks VPC vpc-0a71e831cb5152c43 of account 444455556666 has not left connection orders: the principal of account 444455556666 is associated.',
    });
    expect(decided({ vpcId: WHOLE, looks: 121 })).toMatchObject({
      action: 'give-up',
      reason: expect.stringContaining('remove-principal is still to be done'),
    });
  });

  test('is not given up for having many endpoints, nor when it is reached', () => {
    expect(decided({ asked: { principal: true, endpoints: ['vpce-a'] }, looks: 121 })).toMatchObject({
      action: 'wait',
    });
    expect(decided({ asked: { principal: true }, looks: 121, privateLink: GONE })).toMatchObject({
      action: 'done',
    });
  });

  test('notes nothing twice', () => {
    const once = decided({ endpoints: [OTHER] }).notes;
    expect(decided({ endpoints: [OTHER], notes: once }).notes).toEqual(once);
  });
});

test('an account with two VPCs leaves in the safe order, the last one with the PrivateLink', () => {
  const world = {
    endpoints: [endpoint(), OTHER],
    connections: [ONE, TWO],
    principal: ADMITTED as typeof ADMITTED | null,
    status: 'active',
  };
  const leave = (vpcId: string): string[] => {
    const actions: string[] = [];
    const asked: Offboarding['asked'] = { ...NOTHING_ASKED };
    for (let looks = 0; looks < 30; looks++) {
      const decision = decide({
        ...given({ vpcId, looks, asked, connection: connection({ deletePrivateLinkWhenUnused: true }) }),
        endpoints: world.endpoints,
        privateLink: { ...world, principalCount: world.principal ? 1 : 0 },
      });
      actions.push('vpcEndpointId' in decision ? `delete ${decision.vpcEndpointId}` : decision.action);
      // What was begun in the round before comes to its end.
      world.endpoints = world.endpoints.filter(({ state }) => state !== 'deleting');
      if (decision.action === 'done') return actions;
      if (decision.action === 'disassociate') {
        asked.connections = [
          ...asked.connections,
          ...decision.connections.map((one) => one.associationId ?? ''),
        ];
        world.connections = world.connections.filter((one) => !decision.connections.includes(one));
      }
      if (decision.action === 'delete-endpoint') {
        asked.endpoints = [...asked.endpoints, decision.vpcEndpointId];
        world.endpoints = world.endpoints.map((one) =>
          one.vpcEndpointId === decision.vpcEndpointId ? { ...one, state: 'deleting' } : one,
        );
      }
      if (decision.action === 'remove-principal') {
        asked.principal = true;
        world.principal = null;
      }
      if (decision.action === 'delete-private-link') {
        asked.privateLink = true;
        world.status = 'none';
      }
    }
    return actions;
  };
  expect(leave(VPC)).toEqual(['disassociate', 'delete vpce-a', 'wait', 'done']);
  expect(world).toMatchObject({ connections: [TWO], principal: ADMITTED, status: 'active' });
  expect(leave(OTHER_VPC)).toEqual([
    'disassociate',
    'delete vpce-b',
    'wait',
    'remove-principal',
    'delete-private-link',
    'done',
  ]);
});

describe('the function', () => {
  const input = given({ endpoints: [endpoint()], privateLink: { connections: [ONE] } });

  test('hands back connections as they were shown', async () => {
    expect(await handler(input)).toEqual({ ...cut([ONE]), notes: [] });
  });

  test.each([
    ['an account id', { ...input, accountId: '4' }],
    ['a VPC id', { ...input, vpcId: 'vpc-1' }],
    ['a look', { ...input, privateLink: null }],
  ])('refuses what is not %s', async (_, wrong) => {
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    await expect(handler(wrong)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});
