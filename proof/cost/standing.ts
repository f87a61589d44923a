import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_NAMES } from '../../lib/names.ts';
import { ASSUMED } from './assumptions.ts';
import type { Usage } from './usage.ts';

const { HUB_STACK } = DEFAULT_NAMES;

interface Template {
  // biome-ignore lint/suspicious/noExplicitAny: the properties of any resource
  Resources: Record<string, { Type: string; Properties: any }>;
}

/** What the hub has all month, whatever happens, by its template; and how often it reconciles in a month. */
export interface Standing {
  usage: Usage;
  reconciliations: number;
}

/** @param assembly the folder of the synthesized stacks */
export function standingOf(assembly: string): Standing {
  const file = join(assembly, `${HUB_STACK}.template.json`);
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as Template;
  const ofType = (type: string) =>
    Object.values(Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties);
  const alarms = ofType('AWS::CloudWatch::Alarm');
  return {
    usage: {
      keys: ofType('AWS::KMS::Key').length,
      secrets: ofType('AWS::SecretsManager::Secret').length,
      alarms: alarms.flatMap(metricsOf).length,
      dashboards: ofType('AWS::CloudWatch::Dashboard').length,
      metrics: ownMetrics(alarms.flatMap(metricsOf)).size,
    },
    reconciliations: ofType('AWS::Scheduler::Schedule')
      .map(({ ScheduleExpression }) => ASSUMED.hoursOfMonth / hoursOf(ScheduleExpression))
      .reduce((total, runs) => total + runs, 0),
  };
}

interface Metric {
  Namespace: string;
  MetricName: string;
  Dimensions?: object[];
}

/** An alarm has one metric, or several in an expression. CloudWatch bills each. */
function metricsOf(alarm: Metric & { Metrics?: { MetricStat?: { Metric: Metric } }[] }): Metric[] {
  if (!alarm.Metrics) return [alarm];
  return alarm.Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
}

/** AWS's own metrics cost nothing. */
function ownMetrics(metrics: Metric[]): Set<string> {
  const own = metrics.filter(({ Namespace }) => !Namespace.startsWith('AWS/'));
  return new Set(
    own.map(({ Namespace, MetricName, Dimensions = [] }) =>
      JSON.stringify([Namespace, MetricName, Dimensions]),
    ),
  );
}

const HOURS: Record<string, number> = { minute: 1 / 60, hour: 1, day: 24 };

/** Of a Scheduler's `rate(6 hours)`. */
function hoursOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (!count) throw new Error(`Not a schedule whose runs can be counted: ${expression}`);
  return Number(count) * HOURS[unit!]!;
}
