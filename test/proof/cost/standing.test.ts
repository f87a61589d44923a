import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { inventory, rhythm } from '../../../proof/cost/report.ts';
import { standingOf } from '../../../proof/cost/standing.ts';

/** A folder with a template of the hub that has these resources. */
function assembly(...resources: [string, object][]): string {
  const folder = mkdtempSync(join(tmpdir(), 'cost-'));
  const Resources = Object.fromEntries(
    resources.map(([Type, Properties], index) => [`R${index}`, { Type, Properties }]),
  );
  writeFileSync(join(folder, 'redis-privatelink-hub.template.json'), JSON.stringify({ Resources }));
  return folder;
}

const schedule = (ScheduleExpression: string): [string, object] => [
  'AWS::Scheduler::Schedule',
  { ScheduleExpression },
];

describe('what stands', () => {
  test('is counted in the template of the hub', () => {
    const { usage, reconciliations } = standingOf('dist/test');
    expect(usage).toMatchObject({ keys: 1, secrets: 1 });
    expect(reconciliations).toBeGreaterThan(29);
  });

  test('is what docs/cost.md says: else the page was counted with another template', () => {
    const standing = standingOf('dist/test');
    const page = readFileSync('docs/cost.md', 'utf8');
    expect(page).toContain(rhythm(standing));
    expect(page).toContain(inventory(standing));
  });

  test.each([
    ['rate(6 hours)', 730 / 6],
    ['rate(15 minutes)', 730 * 4],
    ['rate(1 day)', 730 / 24],
  ])('reconciles as often as %s says', (expression, runs) => {
    expect(standingOf(assembly(schedule(expression))).reconciliations).toBeCloseTo(runs);
    expect(() => standingOf(assembly(schedule('cron(0 9 * * ? *)')))).toThrow(/cron/);
  });

  test('has an alarm for each metric of an expression, and its own metrics once', () => {
    const own = (MetricName: string) => ({ Namespace: 'own', MetricName });
    const { usage } = standingOf(
      assembly(
        ['AWS::CloudWatch::Alarm', own('a')],
        ['AWS::CloudWatch::Alarm', { Namespace: 'AWS/States', MetricName: 'a' }],
        [
          'AWS::CloudWatch::Alarm',
          {
            Metrics: [
              { MetricStat: { Metric: own('a') } },
              { MetricStat: { Metric: own('b') } },
              { Expression: 'a/b' },
            ],
          },
        ],
      ),
    );
    expect(usage).toMatchObject({ alarms: 4, metrics: 2 });
  });
});
