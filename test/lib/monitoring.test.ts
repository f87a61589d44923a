import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { METRICS, NAMESPACE } from '../../lambdas/shared/runtime/metrics.ts';
import { DEFAULT_NAMES } from '../../lib/names.ts';

const { HUB_STACK } = DEFAULT_NAMES;

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of any resource
  Properties: any;
}

const { Resources, Outputs } = JSON.parse(readFileSync(`dist/test/${HUB_STACK}.template.json`, 'utf8')) as {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: { Ref: string } }>;
};

const ofType = (type: string) => Object.entries(Resources).filter(([, { Type }]) => Type === type);
const [[topicId, topic] = ['', undefined]] = ofType('AWS::SNS::Topic');
const alarms = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

describe('the topic', () => {
  test('is one, encrypted with the key of the stack, and named in an output', () => {
    expect(ofType('AWS::SNS::Topic')).toHaveLength(1);
    expect(topic!.Properties.KmsMasterKeyId).toBeDefined();
    expect(Outputs.AlertsTopicArn!.Value).toEqual({ Ref: topicId });
  });

  test('takes messages over TLS only, and of services only those of this account’s alarms', () => {
    const [[, policy] = ['', undefined]] = ofType('AWS::SNS::TopicPolicy');
    const statements = policy!.Properties.PolicyDocument.Statement;
    expect(statements).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '222222222222' },
          ArnLike: { 'aws:SourceArn': expect.anything() },
        },
      }),
    ]);
    expect(JSON.stringify(statements[1].Condition)).toContain(':alarm:redis-privatelink-*');
  });
});

describe('every alarm', () => {
  test.each(alarms.map((alarm) => [alarm.AlarmName, alarm]))('%s', (name, alarm) => {
    // It tells the topic, says what it means and leads to its section.
    expect(alarm.AlarmActions).toEqual([{ Ref: topicId }]);
    expect(alarm.OKActions ?? [{ Ref: topicId }]).toEqual([{ Ref: topicId }]);
    const section = `Alarm ${name.replace('redis-privatelink-', '')}`;
    expect(alarm.AlarmDescription).toMatch(
      new RegExp(`^.+\\.\n\nFirst: [\\s\\S]+\n\nRunbook: docs/operations\\.md, section "${section}"$`),
    );
    // "DescribeAlarms", AlarmDescription: 1,024 characters; and nothing is left to be filled in but what only a person knows.
    expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1_024);
    expect(alarm.AlarmDescription).not.toMatch(/REGION|HUB|\]\(/);
    expect(name).toMatch(/^redis-privatelink-/);
    expect(alarm.TreatMissingData).toBeDefined();
    expect((alarm.Metrics ?? []).length).toBeLessThanOrEqual(11);
  });

  test('looks at no rule by the name that CloudFormation gives a rule of another bus', () => {
    const lost = alarms.find(({ AlarmName }) => AlarmName === 'redis-privatelink-events-lost');
    const dimensions = lost!.Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: object } }) =>
      MetricStat ? [(MetricStat.Metric as { Dimensions: { Name: string; Value: object }[] }).Dimensions] : [],
    );
    const ofBus = dimensions.filter((names: { Name: string }[]) =>
      names.some(({ Name }) => Name === 'EventBusName'),
    );
    expect(ofBus.length).toBeGreaterThan(3);
    for (const names of ofBus) {
      const { Value } = names.find(({ Name }: { Name: string }) => Name === 'RuleName')!;
      expect(Value).toEqual({
        'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': [expect.anything(), 'Arn'] }] }],
      });
    }
  });

  test('looks at a metric that is measured', () => {
    const own = alarms.filter(({ Namespace }) => Namespace === NAMESPACE);
    expect(own.length).toBeGreaterThan(8);
    for (const { MetricName } of own) expect(Object.keys(METRICS)).toContain(MetricName);
  });
});

test('the dashboard shows every metric of this system', () => {
  const [[, dashboard] = ['', undefined]] = ofType('AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(dashboard!.Properties.DashboardBody);
  const hidden = Object.keys(METRICS).filter(
    (name) => !body.includes(`\\"${NAMESPACE}\\",\\"${name}\\"`) && name !== 'Reconciliations',
  );
  expect(hidden).toEqual([]);
});

test('what nobody waits for and fails goes to the dead-letter queue', () => {
  const [[queue] = ['']] = ofType('AWS::SQS::Queue');
  const kept = ofType('AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties);
  const destination = { OnFailure: { Destination: { 'Fn::GetAtt': [queue, 'Arn'] } } };
  expect(kept.map(({ DestinationConfig }) => DestinationConfig)).toEqual([
    destination,
    destination,
    destination,
  ]);
  const invoked = ofType('AWS::Events::Rule').flatMap(([, { Properties }]) =>
    Properties.Targets.map(({ Arn }: { Arn: { 'Fn::GetAtt'?: string[] } }) => Arn['Fn::GetAtt']?.[0]),
  );
  // A label on a VPC wakes nobody: the next event writes it.
  const functions = ofType('AWS::Lambda::Function')
    .filter(([, { Properties }]) => Properties.FunctionName !== 'redis-privatelink-write-status')
    .map(([id]) => id);
  expect(kept.map(({ FunctionName }) => FunctionName.Ref).sort()).toEqual(
    invoked.filter((id) => functions.includes(id)).sort(),
  );
});
