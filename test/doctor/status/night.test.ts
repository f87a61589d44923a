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

describe('one cause of many failures', () => {
  const refused = (vpcId: string, hour: number): Item => ({
    pk,
    sk: `failure#orders#${vpcId}`,
    at: at(hour),
    execution: `${ONBOARD}-${vpcId}`,
    status: 'FAILED',
    error: 'AccessDenied',
    cause: JSON.stringify({
      errorMessage: `Could not connect ${vpcId}. The keys are not valid. Its answer: {"timestamp":"${at(hour)}"}`,
    }),
    toldAt: at(hour),
  });
  const night = statusOf(
    readings([failed, ...Array.from({ length: 12 }, (_, index) => refused(`vpc-${index}`, 11 + index))]),
  );

  test('is told once, with every place and its command', () => {
    const text = printed(night);
    expect(text.match(/The keys are not valid/g)).toHaveLength(1);
    expect(text).toMatch(/AccessDenied {2}onboard, 12 times, the last 2026-11-20 22:00Z/);
    expect(text).toMatch(/QuotaExceeded {2}onboard, 2026-11-20 11:00Z/);
    for (let index = 2; index < 12; index += 1) {
      expect(text).toMatch(
        new RegExp(` vpc-${index}\n +aws stepfunctions redrive-execution .*-vpc-${index}\n`),
      );
    }
    expect(text).toContain('and 2 more: --json has all');
    expect(text).toMatch(
      /All of them, when the cause is mended:\n +aws stepfunctions start-execution .*-reconcile/,
    );
    expect(text).toContain(`redrive-execution --region us-east-1 --execution-arn ${ONBOARD}\n`);
  });

  test('is on the page once, too', async () => {
    const html = await page(night);
    const list = html.slice(html.indexOf('<h2>Failed, and not mended'));
    expect(list.match(/The keys are not valid/g)).toHaveLength(1);
    expect(list.match(/<code>aws stepfunctions redrive/g)).toHaveLength(13);
    expect(list).toMatch(/All of them, when the cause is mended:<br><code>aws stepfunctions start-execution/);
  });
});

describe('a VPC that is recorded as connected is in doubt', () => {
  const doubts = (items: Item[], more: Partial<Readings> = {}) => {
    const status = statusOf(readings(items, more));
    const doubt = status.connections[0]!.accounts[0]!.vpcs[0]!.isInDoubt;
    expect(printed(status).includes('1 VPC connected, 1 of them in doubt')).toBe(doubt);
    expect(printed(status).includes('in doubt: see below')).toBe(doubt);
    return doubt;
  };
  const differing = (hour: number): Partial<Readings> => ({
    reconciliation: {
      at: at(hour),
      incomplete: [],
      reported: [],
      held: [],
      differences: [{ connection: 'orders', accountId: ACCOUNT, vpcId: VPC }],
    },
  });

  test('where something has failed about it since', () => {
    expect(doubts([admitted, connected, failed])).toBe(true);
    expect(doubts([admitted, connected, { ...failed, execution: OFFBOARD, sk: 'failure#orders' }])).toBe(
      true,
    );
  });
  test('where something runs about it', () => {
    const run = { workflow: 'onboard', execution: ONBOARD, since: at(11), state: null, lastError: null };
    const place = { connection: 'orders', accountId: ACCOUNT };
    expect(doubts([admitted, connected], { running: [{ ...run, place: { ...place, vpcId: VPC } }] })).toBe(
      true,
    );
    expect(doubts([admitted, connected], { running: [{ ...run, place: { ...place, vpcId: null } }] })).toBe(
      false,
    );
  });
  test('where a later reconciliation has found that it is not as it should be', () => {
    expect(doubts([admitted, connected], differing(11))).toBe(true);
    expect(doubts([admitted, connected], differing(9))).toBe(false);
    const held = [{ connection: 'orders', accountId: ACCOUNT, vpcId: VPC, why: 'Redis Cloud is silent' }];
    const partly = { at: at(11), incomplete: ['connection orders'], reported: [], held, differences: null };
    expect(doubts([admitted, connected], { reconciliation: partly })).toBe(true);
  });
  test('and else is not', () => {
    expect(doubts([admitted, connected])).toBe(false);
    expect(doubts([admitted, connected, { ...failed, sk: 'failure#orders#vpc-2' }])).toBe(false);
  });
});

test('what a reconciliation could not do names the section of the runbook, and what is held back for one reason is together', () => {
  const why = 'the connection could not be read: RateLimited: Redis Cloud answered HTTP 429.';
  const held = ['vpc-1', 'vpc-2'].map((vpcId) => ({ connection: 'orders', accountId: ACCOUNT, vpcId, why }));
  const reported = [
    {
      kind: 'unreachable account',
      accountId: ACCOUNT,
      what: 'MemberRoleNotAssumable: The role cannot be assumed.',
    },
    { kind: 'unowned endpoint', accountId: ACCOUNT, what: 'It is not of this system.' },
  ];
  const text = printed(
    statusOf(
      readings([], { reconciliation: { at: at(11), incomplete: [], reported, held, differences: null } }),
    ),
  );
  expect(text).toMatch(/cannot be assumed\.\n +docs\/operations\.md#memberrolenotassumable\n/);
  expect(text.match(/docs\/operations\.md#/g)).toHaveLength(1);
  expect(text).toMatch(/held back: .* vpc-1\n +held back: .* vpc-2\n +the connection could not be read/);
  expect(text.match(/could not be read/g)).toHaveLength(1);
});
