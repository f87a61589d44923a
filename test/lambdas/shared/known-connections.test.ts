import { describe, expect, test } from '@jest/globals';
import { formerConnections, formerNames } from '../../../lambdas/reconcile/comparing/former-connections.ts';
import {
  changeOf,
  destinationIn,
  destinationOf,
} from '../../../lambdas/shared/workflows/known-connections.ts';
import { connection } from '../../connection.ts';

const orders = connection();
const known = (...connections: (typeof orders)[]) =>
  new Map(connections.map((one) => [one.name, destinationOf(one)]));

describe('a connection that is configured for something else than what it has connected', () => {
  test.each([
    [{ subscriptionId: 99 }],
    [{ activeActiveRegionId: 1 }],
    [{ region: 'eu-west-1' }],
    [{ contract: 'endpoint-service' as const }],
  ])('is told, with what it was: %j', (change) => {
    expect(changeOf(connection(change), known(orders))).toMatch(
      /^connection orders is configured for subscription .*, and what it has connected is of subscription 12345 in us-east-1 \(resource-share\)\. .*another name beside it/,
    );
  });

  test.each([
    ['nothing of it', orders, known()],
    ['the same', connection({ shareName: 'other', vpcs: 'all' }), known(orders)],
    ['another subscription', orders, known(connection({ name: 'ledger', subscriptionId: 1 }))],
    [
      'another region of the subscription',
      connection({ activeActiveRegionId: 1 }),
      known(connection({ name: 'sessions', activeActiveRegionId: 2 })),
    ],
  ])('is none where %s is known', (_, one, before) => {
    expect(changeOf(one, before)).toBeUndefined();
  });

  test('is one that has another name, and is told how to say so', () => {
    expect(changeOf(connection({ name: 'billing' }), known(orders))).toMatch(
      /has the name orders, and connection billing would connect it a second time.*configure was: orders$/,
    );
  });
});

test('a note that cannot be read says nothing', () => {
  expect(destinationIn({ subscriptionId: { S: 'x' }, region: { S: 'us-east-1' } })).toBeUndefined();
});

describe('what a former configuration has left', () => {
  const recorded = (accounts: number, vpcs: number) => ({
    accounts: new Set(Array.from({ length: accounts }, (_, index) => String(444_455_550_000 + index))),
    vpcs,
  });
  const former = connection({ name: 'former', subscriptionId: 7 });

  test('is what no connection is configured for, or for something else', () => {
    const other = connection({ subscriptionId: 99 });
    expect(formerNames([orders], known(orders, former))).toEqual(['former']);
    expect(formerNames([other], known(orders))).toEqual(['orders']);
  });

  test('is known as long as something is recorded of it', () => {
    expect(
      formerConnections([orders], known(orders, former), new Map([['former', recorded(22, 30)]])),
    ).toEqual({
      changed: new Map(),
      over: [],
      reported: [
        {
          kind: 'connection not configured',
          connection: 'former',
          what: expect.stringMatching(/30 VPCs of 22 accounts \(444455550000, .*, 444455550019 and 2 more\)/),
        },
      ],
    });
    expect(formerConnections([orders], known(orders, former), new Map([['former', recorded(0, 0)]]))).toEqual(
      {
        changed: new Map(),
        over: ['former'],
        reported: [],
      },
    );
  });

  test('keeps a name from being used for something else, also under another name, until it is over', () => {
    const changed = connection({ subscriptionId: 99 });
    const renamed = connection({ name: 'billing' });
    const left = new Map([['orders', recorded(1, 0)]]);
    const over = new Map([['orders', recorded(0, 0)]]);
    expect([...formerConnections([changed], known(orders), left).changed.keys()]).toEqual(['orders']);
    expect([...formerConnections([renamed], known(orders), left).changed.keys()]).toEqual(['billing']);
    for (const one of [changed, renamed]) {
      expect(formerConnections([one], known(orders), over)).toMatchObject({
        changed: new Map(),
        over: ['orders'],
      });
    }
  });
});
