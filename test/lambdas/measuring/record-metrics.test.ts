import { describe, expect, jest, test } from '@jest/globals';
import { type Announcement, handler, valuesOf } from '../../../lambdas/measuring/record-metrics.ts';

const announcement = (type: string, detail: Announcement['detail']): Announcement => ({
  'detail-type': type,
  time: '2026-11-20T09:01:40Z',
  detail,
});

describe('an announcement counts', () => {
  test.each<[string, Announcement['detail'], object]>([
    ['Account Admitted', { created: true }, { Admitted: 1 }],
    ['Account Admitted', { created: false }, {}],
    [
      'VPC Connected',
      { created: true, since: '2026-11-20T09:00:00.500Z' },
      { Connected: 1, TimeToConnect: 99.5 },
    ],
    ['VPC Connected', { created: false, since: '2026-11-20T09:00:00.500Z' }, {}],
    ['VPC Disconnected', {}, { Disconnected: 1 }],
    ['Account Disconnected', {}, { Disconnected: 1 }],
    ['Execution Failed', { needsPerson: true }, { Failed: 1 }],
    ['Execution Failed', { needsPerson: false }, {}],
    [
      'Reconciliation Finished',
      { counts: { onboard: 2, offboard: 1, dueNext: 4, accounts: 9 }, incomplete: ['one', 'two'] },
      { Reconciliations: 1, ReconciliationGaps: 2, Differences: 7, InvitationsNearExpiry: 0, Leftovers: 0 },
    ],
    ['Reconciliation Finished', { dryRun: true, counts: { onboard: 2 }, incomplete: [] }, {}],
    ['Something Else', {}, {}],
  ])('%s %j as %j', (type, detail, values) => {
    expect(valuesOf(announcement(type, detail))).toEqual(values);
  });
});

test('the metrics go into the log, in all and by connection and workflow', async () => {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  try {
    await handler(
      announcement('Execution Failed', { needsPerson: true, connection: 'orders', workflow: 'onboard' }),
    );
  } finally {
    write.mockRestore();
  }
  expect(JSON.parse(lines[0]!)).toEqual({
    _aws: {
      Timestamp: Date.parse('2026-11-20T09:01:40Z'),
      CloudWatchMetrics: [
        {
          Namespace: 'RedisPrivateLink',
          Dimensions: [[], ['connection'], ['workflow']],
          Metrics: [{ Name: 'Failed', Unit: 'Count' }],
        },
      ],
    },
    connection: 'orders',
    workflow: 'onboard',
    Failed: 1,
  });
});
