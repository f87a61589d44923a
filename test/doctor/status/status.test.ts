import { describe, expect, test } from '@jest/globals';
import { page } from '../../../doctor/status/page.ts';
import { printed } from '../../../doctor/status/printed.ts';
import type { Item } from '../../../doctor/status/records.ts';
import { type Readings, statusOf } from '../../../doctor/status/status.ts';
import {
  ACCOUNT,
  admitted,
  at,
  connected,
  failed,
  OFFBOARD,
  ONBOARD,
  pk,
  readings,
  VPC,
} from './readings.ts';

const unmended = (items: Item[], more: Partial<Readings> = {}) =>
  statusOf(readings(items, more)).failures.map(({ error }) => error);

test('accounts and VPCs are told by connection', () => {
  const { connections, needsPerson } = statusOf(readings([admitted, connected]));
  expect(connections).toMatchObject([
    {
      name: 'orders',
      accounts: [{ accountId: ACCOUNT, admittedAt: at(9), vpcs: [{ vpcId: VPC, names: 2, missing: 0 }] }],
    },
    { name: 'carts', accounts: [] },
  ]);
  expect(needsPerson).toEqual([]);
});

describe('a failure', () => {
  test('is listed with what to do, and needs a person', () => {
    const { failures, needsPerson } = statusOf(readings([failed]));
    expect(failures).toMatchObject([
      {
        workflow: 'onboard',
        command: `aws stepfunctions redrive-execution --region us-east-1 --execution-arn ${ONBOARD}`,
        section: 'docs/operations.md#quotaexceeded',
      },
    ]);
    expect(needsPerson).toEqual(['1 failure not mended']);
  });

  test('says where another execution is at it', () => {
    const run = {
      workflow: 'onboard',
      execution: `${ONBOARD}-2`,
      since: at(12),
      state: null,
      lastError: null,
    };
    const place = { connection: 'orders', accountId: ACCOUNT, vpcId: VPC };
    const again = (workflow: string) =>
      printed(statusOf(readings([failed], { running: [{ ...run, workflow, place }] })));
    expect(again('onboard')).toContain(`orders ${ACCOUNT} ${VPC}: another execution is at it`);
    expect(again('offboard')).not.toContain('another execution');
  });

  test.each<[string, Item[], Partial<Readings>]>([
    ['its execution runs again', [failed], { standings: new Map([[ONBOARD, 'RUNNING']]) }],
    ['its execution was redriven well', [failed], { standings: new Map([[ONBOARD, 'SUCCEEDED']]) }],
    ['the VPC was connected later', [failed, { ...connected, at: at(12) }], {}],
    ['nobody was told', [{ ...failed, toldAt: '-' }], {}],
    [
      'a later reconciliation finds no difference there',
      [failed],
      {
        reconciliation: {
          at: at(12),
          incomplete: [],
          reported: [],
          held: [],
          differences: [{ connection: 'orders', accountId: ACCOUNT, vpcId: 'vpc-2' }],
        },
      },
    ],
    ['what was to be removed is gone', [{ ...failed, execution: OFFBOARD }], {}],
  ])('is over when %s', (_, items, more) => {
    expect(unmended(items, more)).toEqual([]);
  });

  test.each<[string, Item[], Partial<Readings>]>([
    ['the connection is older', [failed, connected], {}],
    ['the VPC was noted later without an endpoint', [failed, { pk, sk: connected.sk, at: at(12) }], {}],
    ['what was to be removed is there', [{ ...failed, execution: OFFBOARD }, connected], {}],
    [
      'a later reconciliation cannot tell',
      [failed],
      { reconciliation: { at: at(12), incomplete: ['x'], reported: [], held: [], differences: null } },
    ],
    [
      'a later reconciliation finds the same difference',
      [failed],
      {
        reconciliation: {
          at: at(12),
          incomplete: [],
          reported: [],
          held: [],
          differences: [{ connection: 'orders', accountId: ACCOUNT, vpcId: VPC }],
        },
      },
    ],
  ])('is not over when %s', (_, items, more) => {
    expect(unmended(items, more)).toEqual(['QuotaExceeded']);
  });
});

test('what waits is told: approvals, the queue for a lock, deletions', () => {
  const items: Item[] = [
    { pk, sk: `approval#orders#${VPC}`, at: at(10), state: 'asked' },
    { pk, sk: 'approval#carts', at: at(10), state: 'approved' },
    { pk: 'turn#12345', sk: 'holder', execution: ONBOARD, since: at(10) },
    { pk: 'turn#12345', sk: `waiting#${at(12)}#x` },
    { pk: 'turn#12345', sk: `waiting#${at(11)}#y` },
    { pk: 'standing', sk: `${ACCOUNT}#orders#${VPC}`, kind: 'deletion', at: at(9), until: at(13) },
    { pk: 'standing', sk: `${ACCOUNT}#orders#vpc-2`, kind: 'deletion', at: at(9), until: at(11) },
  ];
  const { waiting, needsPerson } = statusOf(readings(items));
  expect(waiting.approvals).toMatchObject([{ connection: 'orders', vpcId: VPC }]);
  expect(waiting.locks).toEqual([
    { subscriptionId: '12345', holder: { execution: ONBOARD, since: at(10) }, waiting: [at(11), at(12)] },
  ]);
  expect(waiting.deletions).toMatchObject([{ vpcId: VPC }]);
  expect(needsPerson).toEqual([
    expect.stringMatching(/^1 approval to give/),
    expect.stringMatching(/^a lock is held and nothing runs/),
  ]);
});

const hold = (sk: string, until: string): Item => ({
  pk: 'holds',
  sk,
  because: 'reconciliation',
  reason: 'the VPC does not ask for the connection',
  at: at(10),
  until,
});

test('a removal that is held needs a person, and has the commands that answer it', async () => {
  const items = [hold(`orders#${ACCOUNT}#${VPC}`, at(13)), hold(`carts#${ACCOUNT}#account`, at(11))];
  const status = statusOf(readings(items));
  expect(status.waiting.holds).toEqual([
    {
      connection: 'orders',
      accountId: ACCOUNT,
      vpcId: VPC,
      at: at(10),
      until: at(13),
      reason: 'the VPC does not ask for the connection',
      release: `aws stepfunctions start-execution --region us-east-1 --state-machine-arn arn:aws:states:us-east-1:222222222222:stateMachine:redis-privatelink-offboard --input '{"connection":"orders","release":["${ACCOUNT}/${VPC}"]}'`,
      refuse: expect.stringContaining(`{"connection":"orders","refuse":["${ACCOUNT}/${VPC}"]}`),
    },
  ]);
  expect(status.needsPerson).toEqual(['1 removal held: release or refuse, or nothing is removed']);
  for (const text of [printed(status), await page(status)]) {
    expect(text).toContain('the VPC does not ask for the connection');
    expect(text).toContain('would go:');
  }
});

test('what people have done by hand is told, and needs nobody', async () => {
  const items: Item[] = [
    { pk: 'standing', sk: `${ACCOUNT}#orders#${VPC}`, kind: 'wish', at: at(9), by: 'somebody' },
    { pk: 'standing', sk: `${ACCOUNT}#carts#account`, kind: 'refusal', at: at(10) },
  ];
  const status = statusOf(readings(items));
  expect(status.byHand).toEqual({
    wishes: [{ accountId: ACCOUNT, connection: 'orders', vpcId: VPC, at: at(9), by: 'somebody' }],
    refusals: [{ accountId: ACCOUNT, connection: 'carts', vpcId: null, at: at(10), by: null }],
  });
  expect(status.needsPerson).toEqual([]);
  expect(printed(status)).toContain(`disconnected: carts ${ACCOUNT}`);
  expect(await page(status)).toContain(`connected: orders ${ACCOUNT} ${VPC}`);
});

test('what is left in an account needs a person until somebody says that it may stay', async () => {
  const left = (more: Item = {}): Item => ({
    pk: 'leftover',
    sk: `orders#${ACCOUNT}#${VPC}`,
    region: 'us-east-1',
    things: '[{"kind":"endpoint","id":"vpce-1"},{"kind":"security group","id":null}]',
    why: 'The role cannot be assumed.',
    since: at(9),
    ...more,
  });
  const reported = [{ kind: 'leftover', connection: 'orders', what: 'the same' }];
  const reconciliation = { at: at(11), incomplete: [], reported, held: [], differences: [] };
  const status = statusOf(readings([left()], { reconciliation }));
  expect(status.leftovers).toMatchObject([
    {
      accountId: ACCOUNT,
      vpcId: VPC,
      since: at(9),
      staysSince: null,
      leave: expect.stringContaining(`{"connection":"orders","leave":["${ACCOUNT}/${VPC}"]}`),
    },
  ]);
  expect(status.needsPerson).toEqual(['something left in 1 VPC: remove it, or say that it may stay']);
  for (const text of [printed(status), await page(status)]) {
    expect(text).toContain('endpoint vpce-1, perhaps its security group. The role cannot be assumed.');
  }
  const stays = statusOf(readings([left({ stays: at(10) })]));
  expect(stays.needsPerson).toEqual([]);
  expect(printed(stays)).toContain('it may stay, since');
});

test('a reconciliation that is missing, old, or reports something needs a person', () => {
  const of = (reconciliation: Readings['reconciliation']) =>
    statusOf(readings([], { reconciliation })).needsPerson;
  expect(of(null)).toEqual(['no reconciliation has reported yet: one begins every 60 minutes']);
  const old = { at: '2026-11-19T00:00:00.000Z', incomplete: [], reported: [], held: [], differences: [] };
  expect(of(old)).toEqual([`the last reconciliation was at ${old.at}`]);
  const reported = [{ kind: 'unknown principal', connection: 'orders', what: 'admitted by somebody else' }];
  expect(of({ ...old, at: at(11), reported })).toEqual(['1 thing left, which the reconciliation reports']);
  // What could not be read is no report that is missing.
  expect(of(undefined)).toEqual([]);
});

test('what is left of a connection that is configured no more is told', () => {
  const former = { ...connected, sk: `connection#former#${VPC}` };
  const note = `connection former is configured no more, and has 1 VPC of 1 account connected: ${ACCOUNT}`;
  expect(statusOf(readings([admitted, connected, former])).notes).toEqual([note]);
  expect(statusOf(readings([former]), { connection: 'orders' }).notes).toEqual([]);
  expect(statusOf(readings([admitted, connected])).notes).toEqual([]);
});

test('one connection or account may be asked for', () => {
  const items = [admitted, connected, failed];
  expect(statusOf(readings(items), { connection: 'carts' })).toMatchObject({
    connections: [{ name: 'carts' }],
    failures: [],
  });
  expect(statusOf(readings(items), { accountId: ACCOUNT }).failures).toHaveLength(1);
  expect(statusOf(readings(items), { accountId: '999999999999' }).connections).toMatchObject([
    { accounts: [] },
    { accounts: [] },
  ]);
});

const all = () =>
  statusOf(
    readings([admitted, connected, failed], {
      running: [
        {
          workflow: 'onboard',
          execution: ONBOARD,
          since: at(11),
          state: 'Describe VPC',
          lastError: null,
          place: { connection: 'orders', accountId: ACCOUNT, vpcId: VPC },
        },
      ],
      unseen: ['the table: AccessDenied on dynamodb:Scan'],
    }),
  );

test('people read it in 80 columns, but for commands', () => {
  const text = printed(all());
  expect(text).toContain('The VPC has the most <endpoints>.');
  expect(text).toContain('in “Describe VPC”');
  expect(text).toContain('the table: AccessDenied on dynamodb:Scan');
  expect(text).toContain('To do: 1 failure not mended.');
  const tooLong = text.split('\n').filter((line) => line.length > 80 && !line.includes('aws stepfunctions'));
  expect(tooLong).toEqual([]);
});

test('the page has the same, without scripts, and takes no text for markup', async () => {
  const html = await page(all());
  expect(html).toContain('The VPC has the most &#60;endpoints&#62;.');
  expect(html).toContain('2 names, in doubt');
  expect(await page(statusOf(readings([admitted, connected])))).toContain('connected: 2 names');
  expect(html).toContain('Describe VPC');
  // Its map is that of the local page, with every account and nothing that can be pressed.
  expect(html).toMatch(/class="map"[\s\S]*class="card provider"[\s\S]*class="card account +troubled"/);
  expect(html).toMatch(/<strong>✕ QuotaExceeded<\/strong>/);
  expect(html).not.toMatch(/<script|<link|<img|<button|<input|http:|src=/);
  expect(html).toMatch(/<html lang="en">/);
});
