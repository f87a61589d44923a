import { describe, expect, test } from '@jest/globals';
import { reconcile } from '../../../../lambdas/reconcile/comparing/reconciliation.ts';
import { fitting, reportOf } from '../../../../lambdas/reconcile/comparing/reconciliation-report.ts';
import { endpoint, found, know, read, unreachable } from './knowledge.ts';

const run = { run: 'run-1', at: '2026-11-20T10:00:00.000Z', dryRun: false };

/** A reconciliation with that many differences and accounts that could not be looked into. */
function outcome(differences: number, unreached: number) {
  const ids = Array.from({ length: differences + unreached }, (_, index) => String(100_000_000_000 + index));
  return reconcile(
    know({
      accounts: ids.map((id) => `${id} 0`),
      findings: ids.map((accountId, index) =>
        index < differences
          ? found({ accountId, endpoints: [endpoint({ state: 'failed' })] })
          : unreachable({ accountId, error: 'é'.repeat(100) }),
      ),
      ...read({ principals: [], owners: [] }),
    }),
  );
}

describe('a report', () => {
  test('holds everything where that fits', () => {
    const { incomplete, differences, reported, counts } = outcome(100, 100);
    expect(JSON.parse(reportOf(run, outcome(100, 100), 380_000))).toEqual({
      ...run,
      counts,
      incomplete,
      differences,
      reported,
      leftOut: { incomplete: 0, differences: 0, reported: 0 },
    });
  });

  test.each([
    [3_000, 3_000],
    [10_000, 0],
    [0, 10_000],
  ])('of %i differences and %i accounts out of reach is cut, fits and says so', (differences, unreached) => {
    const long = outcome(differences, unreached);
    const text = reportOf(run, long, 380_000);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(380_000);
    // Of the room, not much is left empty.
    expect(Buffer.byteLength(text)).toBeGreaterThan(190_000);
    const { leftOut, ...report } = JSON.parse(text);
    for (const list of ['incomplete', 'differences', 'reported'] as const) {
      expect(report[list]).toEqual(long[list].slice(0, report[list].length));
      expect(report[list].length + leftOut[list]).toBe(long[list].length);
      expect(report[list].length).toBeGreaterThanOrEqual(Math.min(long[list].length, 300));
    }
    expect(report.counts).toEqual(long.counts);
  });
});

test('nothing in it speaks to a terminal, whatever others have written', () => {
  const written = { ...outcome(1, 1), incomplete: ['a\u001b[2Jb\u202ec\nd'] };
  expect(JSON.parse(reportOf(run, written, 380_000)).incomplete).toEqual(['a [2Jb c d']);
});

test('a list is cut to what it takes as JSON', () => {
  const list = ['aé', 'b', 'c'];
  const bytes = Buffer.byteLength(JSON.stringify(list)) + 1;
  expect(fitting(list, bytes).kept).toEqual(list);
  expect(fitting(list, bytes - 1).kept).toEqual(['aé', 'b']);
});
