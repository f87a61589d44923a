import { describe, expect, test } from '@jest/globals';
import { ASSUMED } from '../../../proof/cost/assumptions.ts';
import type { Counted } from '../../../proof/cost/measure.ts';
import { monthOf } from '../../../proof/cost/month.ts';
import { dollars } from '../../../proof/cost/prices.ts';
import { documented } from '../../../proof/cost/report.ts';

const counted: Counted = {
  accounts: 100,
  connectAll: { transitions: 4_000, invocations: 2_000 },
  reconcile: { transitions: 500 },
  join: { transitions: 60, events: 5 },
  leave: { transitions: 80, events: 2 },
};
const standing = { usage: { keys: 1, secrets: 1, alarms: 10 }, reconciliations: 120 };

describe('a month', () => {
  test('is what stands, the reconciliations, and the accounts that come and go', () => {
    const { hub } = monthOf(counted, standing);
    const changes = 100 * ASSUMED.changeOfMonth;
    expect(hub.lines['Step Functions']).toBeCloseTo(((500 * 120 + (60 + 80) * changes) / 1_000) * 0.025);
    expect(hub.lines.KMS).toBe(1);
    expect(hub.lines['Secrets Manager']).toBe(0.4);
    expect(hub.lines['Alarms, metrics, dashboard']).toBeCloseTo(1);
    expect(hub.lines.EventBridge).toBeCloseTo((7 * changes) / 1_000_000);
    expect(hub.total).toBeCloseTo(Object.values(hub.lines).reduce((total, line) => total + line, 0));
    expect(hub.dominates).toBe('Step Functions');
  });

  test('has what connecting all costs apart from it', () => {
    const { once } = monthOf(counted, standing);
    expect(once.lines['Step Functions']).toBeCloseTo(0.1);
    expect(once.lines.KMS).toBe(0);
  });

  test('bills the members an endpoint by the hour, or by the hour and the zone', () => {
    const { members } = monthOf(counted, standing);
    expect(members.resourceShare.lines['Endpoint hours']).toBeCloseTo(100 * 730 * 0.02);
    expect(members.endpointService.lines['Endpoint hours']).toBeCloseTo(100 * 730 * 3 * 0.01);
    expect(members.resourceShare.lines.Traffic).toBe(
      dollars('endpointGigabytes', 100 * ASSUMED.gigabytesThroughEndpoint),
    );
  });

  test('is written with what dominates, what was counted and where the prices are from', () => {
    const page = documented({ standing, counted: [counted], months: [monthOf(counted, standing)] });
    expect(page).toMatch(/The largest part: Step Functions at 100 \(\d+ %\)/);
    expect(page).toMatch(/\| 100 \| an account is closed \| 80\.0 \|/);
    expect(page).toContain('https://aws.amazon.com/step-functions/pricing/');
  });
});
