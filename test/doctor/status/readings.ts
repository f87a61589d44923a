import { type Item, recordsOf } from '../../../doctor/status/records.ts';
import type { Readings } from '../../../doctor/status/status.ts';

export const ACCOUNT = '444455556666';
export const VPC = 'vpc-0a71e831cb5152c43';
export const ONBOARD = 'arn:aws:states:us-east-1:222222222222:execution:redis-privatelink-onboard:one';
export const OFFBOARD = ONBOARD.replace('onboard', 'offboard');
export const at = (hour: number) => `2026-11-20T${String(hour).padStart(2, '0')}:00:00.000Z`;

export const pk = `account#${ACCOUNT}`;
export const admitted: Item = { pk, sk: 'connection#orders', at: at(9) };
export const connected: Item = {
  pk,
  sk: `connection#orders#${VPC}`,
  at: at(10),
  vpcEndpointId: 'vpce-1',
  endpoints: '[{},{}]',
  missing: '[]',
};
export const failed: Item = {
  pk,
  sk: `failure#orders#${VPC}`,
  at: at(11),
  execution: ONBOARD,
  status: 'FAILED',
  error: 'QuotaExceeded',
  cause: JSON.stringify({ errorType: 'QuotaExceeded', errorMessage: 'The VPC has the most <endpoints>.' }),
  toldAt: at(11),
};

export function readings(items: Item[], more: Partial<Readings> = {}): Readings {
  return {
    now: Date.parse(at(12)),
    offboard: OFFBOARD.replace('execution', 'stateMachine').replace(':one', ''),
    reconcile: OFFBOARD.replace('execution', 'stateMachine').replace('offboard:one', 'reconcile'),
    connections: [
      { name: 'orders', subscriptionId: 12_345, region: 'us-east-1', contract: 'resource-share' },
      { name: 'carts', subscriptionId: 12_346, region: 'us-east-1', contract: 'resource-share' },
    ],
    table: 'the-table',
    records: recordsOf(items),
    running: [],
    standings: new Map(),
    reconcileEveryMinutes: 60,
    reconciliation: { at: at(8), incomplete: [], reported: [], held: [], differences: [] },
    notes: [],
    unseen: [],
    ...more,
  };
}
