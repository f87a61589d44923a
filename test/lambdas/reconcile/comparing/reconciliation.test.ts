import { describe, expect, test } from '@jest/globals';
import { type Knowledge, reconcile } from '../../../../lambdas/reconcile/comparing/reconciliation.ts';
import { connection } from '../../../connection.ts';
import {
  A,
  B,
  endpoint,
  find,
  found,
  group,
  know,
  OTHER_VPC,
  orders,
  outcomes,
  REGION,
  read,
  snapshot,
  VPC,
} from './knowledge.ts';

test('where all is as it should be, nothing is to be done', () => {
  expect(reconcile(know())).toEqual({
    executions: [],
    differences: [],
    due: [],
    reported: [],
    incomplete: [],
    notDeleted: [],
    unowned: [],
    connected: { orders: 1 },
    counts: {
      accounts: 1,
      vpcs: 1,
      endpoints: 1,
      principals: 1,
      onboard: 0,
      offboard: 0,
      dueNext: 0,
      reported: 0,
      invitationsNearExpiry: 0,
      leftovers: 0,
      unreachable: 0,
    },
  });
});

describe('a VPC that is to be connected', () => {
  const endpoints = (...list: object[]) => find(found({ endpoints: list }));

  test.each<[string, Partial<Knowledge>, string | null]>([
    ['has an endpoint that is available', {}, null],
    ['has an endpoint that is pending', endpoints(endpoint({ state: 'pending' })), null],
    ['waits for acceptance', endpoints(endpoint({ state: 'pendingAcceptance' })), null],
    ['has a dead endpoint beside a live one', endpoints(endpoint({ state: 'failed' }), endpoint()), null],
    ['has no endpoint', { ...endpoints(), ...read({ owners: [] }) }, 'it has no endpoint'],
    ['has an endpoint of another connection', endpoints(endpoint({ connection: 'x' })), 'it has no endpoint'],
    [
      'has an endpoint in another VPC',
      endpoints(endpoint({ vpcId: OTHER_VPC, state: 'deleting' })),
      'it has no endpoint',
    ],
    ['has a failed endpoint', endpoints(endpoint({ state: 'failed' })), 'endpoint vpce-1 is failed'],
    ['has a rejected endpoint', endpoints(endpoint({ state: 'rejected' })), 'endpoint vpce-1 is rejected'],
    ['has an expired endpoint', endpoints(endpoint({ state: 'expired' })), 'endpoint vpce-1 is expired'],
    ['is losing its endpoint', endpoints(endpoint({ state: 'deleting' })), 'endpoint vpce-1 is deleting'],
    ['is of an account without principal', read({ principals: [] }), 'the account is not admitted'],
    [
      'is of an account whose role is admitted',
      read({ principals: [], others: [`arn:aws:iam::${A}:role/x`] }),
      'the account is not admitted',
    ],
    ['has a principal without status', read({ principals: [`${A} -`] }), null],
    ['has a principal on its way', read({ principals: [`${A} associating`] }), null],
    [
      'has a principal that left',
      read({ principals: [`${A} disassociated`] }),
      'the principal is disassociated',
    ],
    [
      'has a principal that leaves',
      read({ principals: [`${A} disassociating`] }),
      'the principal is disassociating',
    ],
    ['has a failed principal', read({ principals: [`${A} failed`] }), 'the principal is failed'],
    [
      'has a new principal before the old',
      read({ principals: [`${A} associated`, `${A} disassociated`] }),
      null,
    ],
    [
      'has a new principal after the old',
      read({ principals: [`${A} disassociated`, `${A} associated`] }),
      null,
    ],
    [
      'has a security group without its rules',
      find(found({ groups: [group({ complete: false })] })),
      'security group sg-1 lacks rules',
    ],
    [
      'has a security group without its rules that its endpoint does not use',
      find(
        found({
          endpoints: [endpoint({ securityGroupIds: ['sg-2'] })],
          groups: [group({ complete: false })],
        }),
      ),
      null,
    ],
    [
      'has a security group without its rules that only a dead endpoint uses',
      find(
        found({
          endpoints: [endpoint({ state: 'failed' }), endpoint({ securityGroupIds: ['sg-2'] })],
          groups: [group({ complete: false })],
        }),
      ),
      null,
    ],
    [
      "has another connection's group",
      find(found({ groups: [group({ complete: false, connection: 'x' })] })),
      null,
    ],
    [
      "has another VPC's group",
      find(found({ groups: [group({ complete: false, vpcId: OTHER_VPC })] })),
      null,
    ],
    [
      'uses a group of its own',
      {
        connections: [connection({ endpoint: { ...orders.endpoint, securityGroup: { name: 'redis' } } })],
        ...find(found({ groups: [group({ complete: false })] })),
      },
      null,
    ],
  ])('%s', (_, changes, why) => {
    const { differences } = reconcile(know(changes));
    expect(differences.filter(({ vpcId }) => vpcId === VPC)).toEqual(
      why === null
        ? []
        : [
            {
              workflow: 'onboard',
              connection: 'orders',
              accountId: A,
              vpcId: VPC,
              region: REGION,
              why,
              outcome: 'start',
            },
          ],
    );
  });

  test('is onboarded for all that is missing at once', () => {
    const { executions, differences } = reconcile(
      know({ ...find(found({ endpoints: [] })), ...read({ principals: [], owners: [] }) }),
    );
    expect(differences[0]?.why).toBe('the account is not admitted; it has no endpoint');
    expect(executions).toEqual([
      {
        workflow: 'onboard',
        name: expect.stringMatching(new RegExp(`^orders-${A}-${VPC}-[0-9a-f]{12}$`)),
        input: { connection: 'orders', accountId: A, vpcId: VPC, region: REGION, because: 'reconciliation' },
      },
    ]);
  });

  test.each<[string, string | null, 'tagged' | 'all', boolean]>([
    ['names it among others', ' sessions\torders ', 'tagged', true],
    ['names it in part', 'orders-2', 'tagged', false],
    ['is not there', null, 'tagged', false],
    ['is not there, and every VPC counts', null, 'all', true],
  ])('is one whose tag %s', (_, tags, vpcs, isWanted) => {
    const changes = {
      connections: [connection({ vpcs })],
      ...find(found({ vpcs: [{ vpcId: VPC, tags }], endpoints: [] })),
      ...read({ owners: [] }),
    };
    expect(outcomes(know(changes))).toEqual(isWanted ? [`start onboard orders ${A} ${VPC}`] : []);
  });

  test('is one in the Region of the connection, of an account that the connection is offered to', () => {
    const abroad = connection({ name: 'abroad', region: 'eu-west-1' });
    const changes = {
      connections: [orders, abroad],
      accounts: [`${A} 0`, `${B} 1`],
      findings: [
        found({ vpcs: [{ vpcId: VPC, tags: 'orders abroad' }] }),
        found({
          accountId: B,
          region: 'eu-west-1',
          vpcs: [{ vpcId: OTHER_VPC, tags: 'orders abroad' }],
          endpoints: [],
        }),
      ],
      snapshots: new Map([
        ['orders', snapshot()],
        ['abroad', snapshot({ principals: [], owners: [] })],
      ]),
    };
    expect(outcomes(know(changes))).toEqual([`start onboard abroad ${B} ${OTHER_VPC}`]);
  });
});

describe('a connected VPC', () => {
  const published = (digest: string) => [{ connection: 'orders', vpcId: VPC, digest }];
  const why = (changes: Parameters<typeof know>[0]) =>
    reconcile(know(changes)).differences.map((difference) => difference.why);

  test.each<[string, object, string[]]>([
    ['are missing', { parameters: [] }, ['its parameters are missing']],
    ['differ', { parameters: published('b2') }, ['its parameters are not those of its endpoint']],
    ['could not be read', { parameters: null }, []],
    [
      'are to be of names that are not known yet',
      { parameters: [], endpoints: [endpoint({ parameters: null })] },
      [],
    ],
  ])('whose parameters %s', (_, changes, reasons) => {
    expect(why(find(found(changes)))).toEqual(reasons);
  });

  test('has no parameters where the connection publishes none', () => {
    expect(
      why({ connections: [connection({ parameters: false })], ...find(found({ parameters: [] })) }),
    ).toEqual([]);
  });
});

describe('the plan', () => {
  const many: Partial<Knowledge> = {
    accounts: [`${A} 0`, `${B} 0`],
    findings: [found({ accountId: B, endpoints: [] }), found({ endpoints: [] })],
    ...read({ principals: [`${B} associated`, `${A} associated`], owners: [] }),
  };

  test('is the same however the findings come, run by run under names of its own', () => {
    const one = reconcile(know(many));
    const findings = (many.findings ?? []).toReversed();
    expect(reconcile(know({ ...many, findings }))).toEqual(one);
    expect(one.executions.map(({ input }) => input.accountId)).toEqual([A, B]);

    const next = reconcile(know({ ...many, run: 'run-2' }));
    const names = [...one.executions, ...next.executions].map(({ name }) => name);
    expect(new Set(names).size).toBe(4);
  });

  test('has names that Step Functions takes', () => {
    const long = connection({ name: 'a'.repeat(32) });
    const { executions } = reconcile(
      know({
        ...many,
        run: 'r'.repeat(80),
        connections: [{ ...long, vpcs: 'all' }],
        snapshots: new Map([[long.name, snapshot()]]),
      }),
    );
    expect(executions).toHaveLength(2);
    for (const { name } of executions) expect(name).toMatch(/^[\w-]{1,80}$/);
  });

  test('covers ten thousand accounts', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => String(100_000_000_000 + index));
    const { counts, executions, due } = reconcile(
      know({
        accounts: ids.map((id) => `${id} 0`),
        findings: ids.map((accountId, index) =>
          found({ accountId, ...(index % 2 ? { endpoints: [] } : {}), ...(index % 3 ? {} : { vpcs: [] }) }),
        ),
        ...read({ principals: ids.map((id) => `${id} associated`), owners: [] }),
      }),
    );
    expect(counts).toMatchObject({ accounts: 10_000, principals: 10_000, endpoints: 5_000, vpcs: 6_666 });
    // Of 3,333 differences a run repairs what an execution has events for.
    expect([executions.length, due.length]).toEqual([1_500, 1_667]);
  });
});

test('an account with thousands of VPCs makes nobody wait: the places of a run go round', () => {
  const many = Array.from({ length: 3_000 }, (_, index) => `vpc-${String(index).padStart(17, '0')}`);
  const vpcs = (ids: string[]) => ids.map((vpcId) => ({ vpcId, tags: 'orders' }));
  const { executions, differences } = reconcile(
    know({
      accounts: [`${A} 0`, `${B} 0`],
      findings: [
        found({ accountId: A, vpcs: vpcs(many), endpoints: [] }),
        found({ accountId: B, vpcs: vpcs(many.slice(0, 2)), endpoints: [] }),
      ],
      ...read({ principals: [`${A} associated`, `${B} associated`], owners: [] }),
    }),
  );
  expect(differences).toHaveLength(3_002);
  expect(executions.slice(0, 4).map(({ input }) => input.accountId)).toEqual([A, B, A, B]);
});

describe('a default VPC, where every VPC is wanted', () => {
  const all = { connections: [connection({ vpcs: 'all' })] };
  const byDefault = (changes: Parameters<typeof found>[0] = {}) =>
    found({ vpcs: [{ vpcId: VPC, tags: null, isDefault: true }], ...changes });

  test('is not connected, unless the configuration says so', () => {
    const unconnected = find(byDefault({ endpoints: [] }));
    const wants = (connections: Knowledge['connections']) =>
      reconcile(know({ ...unconnected, connections })).executions.map(({ input }) => input.vpcId ?? null);
    expect(wants(all.connections)).toEqual([]);
    expect(wants([connection({ vpcs: 'all', includeDefaultVpcs: true })])).toEqual([VPC]);
  });

  test('stays connected if it is', () => {
    const { executions, due } = reconcile(know({ ...all, ...find(byDefault()) }));
    expect([executions, due]).toEqual([[], []]);
  });
});

describe('a VPC that was disconnected because somebody tried to delete it', () => {
  const missing = find(found({ endpoints: [] }));
  const noted = (until: string) => ({
    standing: new Map([
      [`${A}#orders#${VPC}`, { kind: 'deletion' as const, at: '2026-11-19T11:00:00.000Z', until }],
    ]),
  });

  test('is left alone for a day', () => {
    const { differences, reported } = reconcile(know({ ...missing, ...noted('2026-11-20T11:00:00.000Z') }));
    expect(differences).toMatchObject([
      {
        outcome: 'held',
        workflow: 'onboard',
        vpcId: VPC,
        reason: expect.stringContaining('tried to delete'),
      },
    ]);
    expect(reported.filter(({ kind }) => kind === 'VPC not deleted')).toEqual([]);
  });

  test('is connected again after it, which is reported', () => {
    const { differences, reported } = reconcile(know({ ...missing, ...noted('2026-11-20T09:00:00.000Z') }));
    expect(differences).toMatchObject([{ outcome: 'start', workflow: 'onboard', vpcId: VPC }]);
    expect(reported).toContainEqual(
      expect.objectContaining({ kind: 'VPC not deleted', accountId: A, vpcId: VPC }),
    );
  });

  test('is not mentioned once it is connected', () => {
    expect(reconcile(know(noted('2026-11-20T09:00:00.000Z'))).reported).toEqual([]);
  });
});

describe('what was done by hand', () => {
  const noted = (kind: 'wish' | 'refusal', at: string, what = VPC) =>
    [`${A}#orders#${what}`, { kind, at }] as const;
  const untagged = { vpcs: [{ vpcId: VPC, tags: null }] };

  test('an account that was disconnected by hand gets no invitation accepted', () => {
    const invited = {
      ...read({ principals: [`${A} associating`], owners: [] }),
      ...find(found({ vpcs: [], endpoints: [] })),
    };
    expect(outcomes(know(invited))).toEqual([`start onboard orders ${A}`]);
    const standing = new Map([noted('refusal', '2026-11-19', 'account')]);
    expect(outcomes(know({ ...invited, standing }))).toEqual([`held onboard orders ${A}`]);
  });

  test('a wish is connected although no tag asks for it, and not taken away', () => {
    const standing = new Map([noted('wish', '2026-11-19')]);
    expect(outcomes(know({ standing, ...find(found(untagged)) }))).toEqual([]);
    expect(outcomes(know({ standing, ...find(found({ ...untagged, endpoints: [] })) }))).toEqual([
      `start onboard orders ${A} ${VPC}`,
    ]);
  });

  test.each([
    ['of the VPC', VPC],
    ['of its account', 'account'],
  ])('a refusal %s is not connected again, and said in words', (_, what) => {
    const standing = new Map([noted('refusal', '2026-11-19', what)]);
    const { differences } = reconcile(know({ standing, ...find(found({ endpoints: [] })) }));
    expect(differences).toMatchObject([
      { outcome: 'held', reason: expect.stringMatching(/by hand at 2026-11-19.*start onboard to undo/) },
    ]);
  });

  test('the later one counts', () => {
    const standing = new Map([noted('refusal', '2026-11-18', 'account'), noted('wish', '2026-11-19')]);
    expect(outcomes(know({ standing, ...find(found({ endpoints: [] })) }))).toEqual([
      `start onboard orders ${A} ${VPC}`,
    ]);
  });
});
