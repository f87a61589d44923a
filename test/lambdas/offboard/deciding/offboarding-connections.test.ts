import { describe, expect, test } from '@jest/globals';
import type { EndpointConnection } from '../../../../lambdas/offboard/deciding/offboarding-connections.ts';
import { connection } from '../../../connection.ts';
import {
  type Changes,
  cut,
  decided,
  endpoint,
  ONE,
  OTHER,
  OTHER_VPC,
  service,
  shown,
  TWO,
  VPC,
  WHOLE,
} from './situation.ts';

describe('which connections are disassociated', () => {
  test.each<[string, Changes, EndpointConnection[]]>([
    ['all of the account that goes', { vpcId: WHOLE, privateLink: { connections: [ONE, TWO] } }, [ONE, TWO]],
    [
      'all of it, where it cannot be looked into',
      { vpcId: WHOLE, accessError: 'no role', privateLink: { connections: [ONE] } },
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
      { accessError: 'no role', privateLink: { connections: [ONE] } },
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
        accessError: 'no role',
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
      'one that has lacked what identifies it for long',
      { endpoints: [endpoint()], polls: 20, privateLink: { connections: [{ ...ONE, type: null }] } },
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

  test.each(['associationId', 'type', 'ownerId'])(
    'none yet, where a reading shows one without %s: another one may show it',
    (member) => {
      const privateLink = { connections: [{ ...ONE, [member]: null }] };
      expect(decided({ endpoints: [endpoint()], privateLink })).toEqual({
        action: 'wait',
        reason: 'Redis Cloud shows a connection without what identifies it',
        notes: [],
      });
    },
  );

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
    accessError: 'no role',
    privateLink: { connections },
  };
  const records = [{ sk: `connection#orders#${VPC}`, vpcEndpointId: 'vpce-a' }];
  expect(decided({ ...blind, records })).toMatchObject(cut([connections[0]!]));
  expect(decided({ ...blind, records: [] })).toMatchObject({ action: 'done' });
});
