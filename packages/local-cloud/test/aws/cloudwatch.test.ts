import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PutMetricAlarm } from '../../src/aws/cloudwatch/alarm.ts';
import { type AlarmChange, CloudWatch } from '../../src/aws/cloudwatch/cloudwatch.ts';
import { AwsServices, type Caller } from '../../src/aws/service.ts';
import { Sns } from '../../src/aws/sns.ts';
import { Activity, VirtualClock } from '../../src/clock.ts';

const caller: Caller = {
  accountId: '222222222222',
  region: 'us-east-1',
  arn: 'arn:aws:iam::222222222222:root',
};
const metric = { ...caller, namespace: 'Ours', name: 'Failed', dimensions: { workflow: 'orders' } };
const MINUTE = 60_000;

const settings: PutMetricAlarm = {
  AlarmName: 'failures',
  Namespace: 'Ours',
  MetricName: 'Failed',
  Dimensions: [{ Name: 'workflow', Value: 'orders' }],
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 2,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
};

let clock: VirtualClock;
let services: AwsServices;
let cloudWatch: CloudWatch;
let sns: Sns;
let changes: AlarmChange[];

beforeEach(() => {
  clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
  services = new AwsServices();
  cloudWatch = new CloudWatch({ clock, services });
  sns = new Sns({ clock, services });
  for (const service of [cloudWatch, sns]) services.register(service);
  changes = [];
  cloudWatch.observe((change) => changes.push(change));
});

const put = (changed: Partial<PutMetricAlarm> = {}) =>
  services.call('monitoring', 'PutMetricAlarm', { ...settings, ...changed }, caller);

async function state(): Promise<string> {
  const { MetricAlarms } = (await services.call('monitoring', 'DescribeAlarms', {}, caller)) as {
    MetricAlarms: { StateValue: string }[];
  };
  return MetricAlarms[0]!.StateValue;
}

/** Watches the alarms while `work` goes on. */
async function watched(work: (activity: Activity) => Promise<void>): Promise<void> {
  await Activity.run(clock, async (activity) => {
    const stop = cloudWatch.watch();
    try {
      // From here on, each minute's evaluation comes before what the test does in that minute.
      await activity.sleep(1_000);
      await work(activity);
    } finally {
      stop();
    }
  });
}

describe('an alarm', () => {
  test('is raised when its statistic reaches the threshold, and ends when the data are past', async () => {
    await put();
    await watched(async (activity) => {
      await activity.sleep(6 * MINUTE);
      cloudWatch.record(metric, 1);
      await activity.sleep(MINUTE);
      expect(await state()).toBe('OK');
      cloudWatch.record(metric, 1);
      await activity.sleep(MINUTE);
      expect(await state()).toBe('ALARM');
      await activity.sleep(6 * MINUTE);
      expect(await state()).toBe('OK');
    });
    expect(changes.map(({ from, at }) => [from, new Date(at).toISOString().slice(11, 16)])).toEqual([
      ['INSUFFICIENT_DATA', '09:05'],
      ['OK', '09:08'],
      ['ALARM', '09:12'],
    ]);
  });

  test('looks at its own dimensions only', async () => {
    await put();
    await watched(async (activity) => {
      for (const dimensions of [{}, { workflow: 'offboard' }] as Record<string, string>[]) {
        cloudWatch.record({ ...metric, dimensions }, 5);
      }
      await activity.sleep(6 * MINUTE);
      expect(await state()).toBe('OK');
    });
  });

  test.each([
    ['ignore', 'ALARM'],
    ['missing', 'INSUFFICIENT_DATA'],
    ['notBreaching', 'OK'],
    ['breaching', 'ALARM'],
  ])('that treats missing data as %s becomes %s without any', async (TreatMissingData, expected) => {
    await put({ TreatMissingData });
    await watched(async (activity) => {
      cloudWatch.record(metric, 2);
      await activity.sleep(10 * MINUTE);
      expect(await state()).toBe(expected);
    });
  });

  test('of several periods needs as many of them as it says', async () => {
    await put({ EvaluationPeriods: 3, DatapointsToAlarm: 2, Period: 60 });
    await watched(async (activity) => {
      cloudWatch.record(metric, 2);
      await activity.sleep(MINUTE);
      expect(await state()).toBe('OK');
      cloudWatch.record(metric, 2);
      await activity.sleep(MINUTE);
      expect(await state()).toBe('ALARM');
    });
  });

  test('that misses what never came is raised when it has been there for its whole range', async () => {
    await put({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      EvaluationPeriods: 2,
      Period: 3600,
    });
    await watched(async (activity) => {
      await activity.sleep(119 * MINUTE);
      expect(await state()).not.toBe('ALARM');
      await activity.sleep(2 * MINUTE);
      expect(await state()).toBe('ALARM');
    });
  });

  test('adds up several metrics', async () => {
    const stat = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'Ours', MetricName }, Period: 300, Stat: 'Sum' },
    });
    const { Namespace, MetricName, Dimensions, Statistic, Period, ...rest } = settings;
    const Metrics = [{ Id: 'sum', Expression: 'FILL(a, 0) + FILL(b, 0)' }, stat('a', 'A'), stat('b', 'B')];
    await services.call('monitoring', 'PutMetricAlarm', { ...rest, Metrics }, caller);
    await watched(async (activity) => {
      cloudWatch.record({ ...metric, name: 'A', dimensions: {} }, 1);
      await activity.sleep(MINUTE);
      expect(await state()).toBe('OK');
      cloudWatch.record({ ...metric, name: 'B', dimensions: {} }, 1);
      await activity.sleep(MINUTE);
      expect(await state()).toBe('ALARM');
    });
  });

  test.each<[string, Partial<PutMetricAlarm>]>([
    ['another operator', { ComparisonOperator: 'LessThanLowerThreshold' }],
    ['a percentile', { Statistic: 'p90' }],
    ['a window of more than a day', { EvaluationPeriods: 289 }],
    ['another expression', { Metrics: [{ Id: 'e', Expression: 'ANOMALY_DETECTION_BAND(m1)' }] }],
    ['a member that it does not know', { ThresholdMetricId: 'x' } as Partial<PutMetricAlarm>],
  ])('is refused with %s', async (_, changed) => {
    await expect(put(changed)).rejects.toMatchObject({ code: 'ValidationError' });
  });
});

describe('the actions of an alarm', () => {
  const TopicArn = 'arn:aws:sns:us-east-1:222222222222:alerts';

  async function raise(): Promise<void> {
    await put({ AlarmActions: [TopicArn], OKActions: [TopicArn], AlarmDescription: 'Something failed.' });
    await watched(async (activity) => {
      cloudWatch.record(metric, 2);
      await activity.sleep(10 * MINUTE);
    });
  }

  test('publish what has changed', async () => {
    await services.call('sns', 'CreateTopic', { Name: 'alerts' }, caller);
    await raise();
    expect(sns.published.map(({ subject }) => subject)).toEqual([
      'ALARM: "failures" in us-east-1',
      'OK: "failures" in us-east-1',
    ]);
    expect(JSON.parse(sns.published[0]!.message)).toMatchObject({
      AlarmName: 'failures',
      AlarmDescription: 'Something failed.',
      NewStateValue: 'ALARM',
    });
    expect(changes.flatMap(({ failures }) => failures)).toEqual([]);
  });

  test('are noted as failed where there is no topic', async () => {
    await raise();
    expect(changes[0]!.failures).toEqual([expect.stringContaining('NotFound')]);
  });
});

describe('a line of a log', () => {
  const line = (content: object) =>
    cloudWatch.readLogLine({ accountId: '222222222222', region: 'us-east-1', line: JSON.stringify(content) });
  const embedded = {
    _aws: {
      Timestamp: Date.parse('2026-11-20T09:00:00Z'),
      CloudWatchMetrics: [
        { Namespace: 'Ours', Dimensions: [[], ['workflow']], Metrics: [{ Name: 'Failed', Unit: 'Count' }] },
      ],
    },
    workflow: 'orders',
    Failed: [1, 1],
  };

  test('in the embedded metric format counts under each set of dimensions', async () => {
    await put();
    await put({ AlarmName: 'in-all', Dimensions: [] });
    await watched(async (activity) => {
      line(embedded);
      await activity.sleep(MINUTE);
    });
    expect(changes.map(({ alarm }) => [alarm.settings.AlarmName, alarm.state])).toEqual([
      ['failures', 'ALARM'],
      ['in-all', 'ALARM'],
    ]);
  });

  test.each([{ Failed: 2 }, { ...embedded, Failed: 'many' }, { ...embedded, _aws: {} }])(
    'that is none counts for nothing: %j',
    async (content) => {
      await put();
      await watched(async (activity) => {
        line(content);
        cloudWatch.readLogLine({ ...caller, line: '{not JSON' });
        await activity.sleep(6 * MINUTE);
        expect(await state()).toBe('OK');
      });
    },
  );
});
