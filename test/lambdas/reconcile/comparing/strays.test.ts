import { describe, expect, test } from '@jest/globals';
import { type Knowledge, reconcile } from '../../../../lambdas/reconcile/comparing/reconciliation.ts';
import { connection } from '../../../connection.ts';
import { A, B, endpoint, find, found, know, orders, read, snapshot, unreachable, VPC } from './knowledge.ts';

describe('reported, and left alone', () => {
  const service = connection({ contract: 'endpoint-service' });

  test.each<[string, Partial<Knowledge>, string[]]>([
    ['a principal that is no account', read({ others: ['arn:aws:iam::1:role/x'] }), ['other principal']],
    [
      'more connections of an account than it has endpoints',
      read({ owners: [A, A] }),
      ['connection not made by this system'],
    ],
    [
      'a connection while the own endpoint is dead',
      find(found({ endpoints: [endpoint({ state: 'failed' })] })),
      ['connection not made by this system'],
    ],
    [
      "a connection beside another connection's endpoint",
      {
        connections: [orders, connection({ name: 'sessions' })],
        snapshots: new Map([
          ['orders', snapshot()],
          ['sessions', snapshot({ owners: [] })],
        ]),
        accounts: [`${A} 0,1`],
        ...find(
          found({
            vpcs: [{ vpcId: VPC, tags: 'sessions' }],
            endpoints: [endpoint({ connection: 'sessions' })],
          }),
        ),
      },
      ['connection not made by this system'],
    ],
    [
      'but not a connection whose endpoint is just being deleted',
      find(found({ endpoints: [endpoint({ state: 'deleting' })] })),
      [],
    ],
    [
      'an endpoint that reaches fewer databases than there are',
      { ...read({ databases: 3 }), ...find(found({ endpoints: [endpoint({ reached: 3 })] })) },
      ['incomplete endpoint'],
    ],
    [
      'but not one that reaches all of them, and the metrics',
      { ...read({ databases: 3 }), ...find(found({ endpoints: [endpoint({ reached: 4 })] })) },
      [],
    ],
    [
      'but not one of which AWS does not tell what it reaches',
      { ...read({ databases: 3 }), ...find(found({ endpoints: [endpoint({ reached: null })] })) },
      [],
    ],
    [
      'an endpoint of which something has failed',
      find(found({ endpoints: [endpoint({ failed: ['database 51 has failed: x (Y)'] })] })),
      ['incomplete endpoint'],
    ],
    [
      'an endpoint in fewer zones than its VPC',
      find(found({ endpoints: [endpoint({ otherZones: [{ zone: 'use1-az2', subnetId: 'subnet-2' }] })] })),
      ['incomplete endpoint'],
    ],
    [
      'a partial endpoint',
      find(found({ endpoints: [endpoint({ state: 'partial' })] })),
      ['incomplete endpoint'],
    ],
    ['but not connections of an account that nobody looked into', read({ owners: [A, B, B] }), []],
    [
      "an endpoint that is nobody's",
      { connections: [service], ...read({ owners: ['endpoint:vpce-1', 'endpoint:vpce-9'] }) },
      ['connection not made by this system'],
    ],
    [
      'but not an endpoint that may be of an account that nobody could look into',
      {
        connections: [service],
        accounts: [`${A} 0`, `${B} 0`],
        findings: [found(), unreachable({ accountId: B })],
        ...read({ owners: ['endpoint:vpce-9'] }),
      },
      ['unreachable account'],
    ],
    [
      'but not an endpoint that may be of an account that is leaving',
      {
        connections: [service],
        recorded: new Set([`${B} orders`]),
        ...read({ principals: [`${A} associated`, `${B} associated`], owners: ['endpoint:vpce-9'] }),
      },
      [],
    ],
    [
      'a connection of which nothing is known',
      read({ owners: [A, 'association:rsa-1'] }),
      ['connection not made by this system'],
    ],
    [
      'an endpoint of a connection that is not configured any more',
      find(found({ endpoints: [endpoint(), endpoint({ vpcEndpointId: 'vpce-2', connection: 'gone' })] })),
      ['endpoint of no connection'],
    ],
    [
      'but not such an endpoint that is going',
      find(found({ endpoints: [endpoint(), endpoint({ connection: 'gone', state: 'deleting' })] })),
      [],
    ],
    [
      'an endpoint of a connection that has moved to another Region',
      {
        connections: [orders, connection({ name: 'sessions', region: 'eu-west-1' })],
        snapshots: new Map([
          ['orders', snapshot()],
          ['sessions', snapshot({ principals: [], owners: [] })],
        ]),
        ...find(found({ endpoints: [endpoint(), endpoint({ connection: 'sessions' })] })),
      },
      ['endpoint of no connection'],
    ],
    [
      'two endpoints in one VPC',
      {
        ...find(found({ endpoints: [endpoint(), endpoint({ vpcEndpointId: 'vpce-2' })] })),
        ...read({ owners: [A, A] }),
      },
      ['several endpoints'],
    ],
    [
      'but not a dead one beside a live one',
      find(found({ endpoints: [endpoint(), endpoint({ vpcEndpointId: 'vpce-2', state: 'failed' })] })),
      [],
    ],
  ])('%s', (_, changes, expected) => {
    const outcome = reconcile(know(changes));
    expect(outcome.reported.map(({ kind }) => kind)).toEqual(expected);
    expect(outcome.counts.reported).toBe(expected.length);
    expect(outcome.due.filter((key) => key.includes(A))).toEqual([]);
  });

  test('an endpoint of no connection is not offboarded, whatever its VPC asks for', () => {
    const changes = find(found({ vpcs: [], endpoints: [endpoint({ connection: 'gone' })] }));
    const knowledge = know({ ...changes, ...read({ owners: [] }) });
    const { differences, reported } = reconcile(knowledge);
    expect(differences).toEqual([]);
    expect(reported).toMatchObject([{ kind: 'endpoint of no connection', connection: 'gone', vpcId: VPC }]);
  });

  test.each<[string, object, boolean, string]>([
    ['a resource endpoint', orders, false, 'AWS adds no subnet to a resource endpoint: delete it'],
    [
      'an interface endpoint',
      service,
      true,
      'AWS refuses to add it there; the output of the onboarding says why',
    ],
  ])('what to do about %s in fewer zones than its VPC', (_, one, isRefused, advice) => {
    const otherZones = [
      { zone: 'use1-az2', subnetId: 'subnet-2', isRefused },
      { zone: 'use1-az4', subnetId: 'subnet-3', isRefused },
    ];
    const { reported, executions } = reconcile(
      know({
        connections: [one as typeof orders],
        ...read({ owners: ['endpoint:vpce-1'] }),
        ...find(found({ endpoints: [endpoint({ otherZones })] })),
      }),
    );
    const what = reported.find(({ kind }) => kind === 'incomplete endpoint')?.what;
    expect(what).toContain('it is not in use1-az2 (subnet-2), use1-az4 (subnet-3)');
    expect(what).toContain(advice);
    expect(executions).toEqual([]);
  });

  test('an interface endpoint comes into the zones that its VPC has later', () => {
    const otherZones = [{ zone: 'use1-az2', subnetId: 'subnet-2', isRefused: false }];
    const { reported, differences } = reconcile(
      know({
        connections: [service],
        ...read({ owners: ['endpoint:vpce-1'] }),
        ...find(found({ endpoints: [endpoint({ otherZones })] })),
      }),
    );
    expect(reported).toEqual([]);
    expect(differences).toMatchObject([{ outcome: 'start', why: 'its endpoint is not in use1-az2' }]);
  });
});
