import { beforeEach, describe, expect, test } from '@jest/globals';
import { anEvent, Harness, hub, member, policy, region, root, start, stranger } from './harness.ts';

const functionArn = `arn:aws:lambda:${region}:${hub}:function:f`;
const entry = { Source: 'test', DetailType: 'Something', Detail: '{"a":1}' };

let cloud: Harness;
beforeEach(() => {
  cloud = new Harness();
});

function payloads(): unknown[] {
  return cloud.calls.map(({ input }) => JSON.parse(String(input.Payload)));
}

describe('PutEvents', () => {
  test('makes the event of the caller, and delivers it a moment later', async () => {
    await cloud.rule({ Arn: functionArn });
    const answer = await cloud.call('PutEvents', { Entries: [{ ...entry, Resources: ['arn:r'] }] });
    expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(cloud.calls).toEqual([]);
    await cloud.pass(1000);
    expect(payloads()).toEqual([
      {
        version: '0',
        id: answer.Entries[0].EventId,
        'detail-type': 'Something',
        source: 'test',
        account: hub,
        time: '2026-11-20T10:15:30Z',
        region,
        resources: ['arn:r'],
        detail: { a: 1 },
      },
    ]);
    expect(cloud.calls[0]!.time).toBe(start + 200);
  });

  test('takes the time of an entry', async () => {
    await cloud.rule({ Arn: functionArn });
    await cloud.call('PutEvents', { Entries: [{ ...entry, Time: new Date(0) }] });
    await cloud.pass(1000);
    expect(payloads()).toMatchObject([{ time: '1970-01-01T00:00:00Z' }]);
  });

  test('answers each entry for itself', async () => {
    await cloud.rule({ Arn: functionArn });
    const Entries = [
      { ...entry, Detail: '{' },
      { ...entry, Detail: '[]' },
      { ...entry, Source: undefined },
      entry,
      { ...entry, EventBusName: 'none' },
    ];
    const answer = await cloud.call('PutEvents', { Entries });
    expect(answer.FailedEntryCount).toBe(4);
    expect(answer.Entries.map(({ ErrorCode }: { ErrorCode?: string }) => ErrorCode)).toEqual([
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      undefined,
      'InvalidArgument',
    ]);
    await cloud.pass(1000);
    expect(payloads()).toMatchObject([{ detail: { a: 1 } }]);
  });

  test('refuses too many entries, and too much in them', async () => {
    const refused = { name: 'ValidationException' };
    await expect(cloud.call('PutEvents', { Entries: [] })).rejects.toMatchObject(refused);
    await expect(cloud.call('PutEvents', { Entries: Array(11).fill(entry) })).rejects.toMatchObject(refused);
    const half = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(128 * 1024) }) };
    await expect(cloud.call('PutEvents', { Entries: [half, half] })).rejects.toMatchObject(refused);
    await expect(cloud.call('PutEvents', { Entries: [half] })).resolves.toMatchObject({
      FailedEntryCount: 0,
    });
  });

  test('takes the sources of AWS from root users only', async () => {
    const Entries = [{ ...entry, Source: 'aws.ec2' }];
    await cloud.role(hub, 'r', 'events:PutEvents');
    const session = { ...root(hub), arn: `arn:aws:sts::${hub}:assumed-role/r/s` };
    expect(await cloud.call('PutEvents', { Entries })).toMatchObject({ FailedEntryCount: 0 });
    expect(await cloud.call('PutEvents', { Entries }, session)).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }],
    });
  });

  test('asks for the permission of the caller’s role', async () => {
    await cloud.role(hub, 'other', 'events:DescribeRule');
    await cloud.role(hub, 'sender', 'events:PutEvents');
    const as = (role: string) => ({ ...root(hub), arn: `arn:aws:sts::${hub}:assumed-role/${role}/s` });
    await expect(cloud.call('PutEvents', { Entries: [entry] }, as('other'))).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringContaining('because no identity-based policy allows the events:PutEvents action'),
    });
    expect(await cloud.call('PutEvents', { Entries: [entry] }, as('sender'))).toMatchObject({
      FailedEntryCount: 0,
    });
  });

  test('reaches another account’s bus only if its policy says so', async () => {
    const { EventBusArn } = await cloud.call('CreateEventBus', { Name: 'shared' });
    const Entries = [{ ...entry, EventBusName: EventBusArn }];
    const denied = { code: 'AccessDeniedException' };
    await expect(cloud.call('PutEvents', { Entries }, root(member))).rejects.toMatchObject(denied);
    await cloud.call('PutPermission', {
      EventBusName: 'shared',
      Action: 'events:PutEvents',
      Principal: '*',
      StatementId: 's',
      Condition: { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-1234567890' },
    });
    expect(await cloud.call('PutEvents', { Entries }, root(member))).toMatchObject({ FailedEntryCount: 0 });
    await expect(cloud.call('PutEvents', { Entries }, root(stranger))).rejects.toMatchObject(denied);
  });
});

describe('publish', () => {
  test('keeps the event as it is', async () => {
    await cloud.rule({ Arn: functionArn });
    const event = anEvent();
    cloud.events.publish(event, hub, region);
    await cloud.pass(1000);
    expect(payloads()).toEqual([event]);
    expect(cloud.reports).toMatchObject([{ event, accountId: hub, region, retries: 0, deadLettered: false }]);
    expect(cloud.reports[0]!.failure).toBeUndefined();
  });

  test('reaches only the bus of that account, Region and name', async () => {
    await cloud.call('CreateEventBus', { Name: 'own' });
    await cloud.rule({ Arn: functionArn }, { bus: 'own' });
    cloud.events.publish(anEvent(), hub, region);
    cloud.events.publish(anEvent(), member, region);
    cloud.events.publish(anEvent(), hub, 'eu-west-1');
    await cloud.pass(1000);
    expect(cloud.calls).toEqual([]);
    cloud.events.publish(anEvent(), hub, region, 'own');
    await cloud.pass(1000);
    expect(cloud.calls).toHaveLength(1);
    expect(() => cloud.events.publish(anEvent(), hub, region, 'none')).toThrow('none');
  });
});

describe('rules', () => {
  const EventPattern = '{"source":["test"]}';

  test('are told with their pattern, bus and state', async () => {
    await cloud.call('CreateEventBus', { Name: 'own', Tags: [{ Key: 'k', Value: 'v' }] });
    const input = {
      Name: 'r',
      EventBusName: 'own',
      EventPattern,
      Description: 'd',
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    const { RuleArn } = await cloud.call('PutRule', input);
    expect(RuleArn).toBe(`arn:aws:events:${region}:${hub}:rule/own/r`);
    const rule = {
      Name: 'r',
      Arn: RuleArn,
      EventPattern,
      State: 'ENABLED',
      Description: 'd',
      EventBusName: 'own',
    };
    expect(await cloud.call('DescribeRule', { Name: 'r', EventBusName: 'own' })).toMatchObject(rule);
    expect(await cloud.call('ListRules', { EventBusName: 'own' })).toMatchObject({ Rules: [rule] });
    expect(await cloud.call('ListRules', { EventBusName: 'own', NamePrefix: 'x' })).toMatchObject({
      Rules: [],
    });
    expect(await cloud.call('ListTagsForResource', { ResourceARN: RuleArn })).toEqual({ Tags: input.Tags });
  });

  test('are listed in pages', async () => {
    for (const Name of ['a', 'b', 'c']) await cloud.call('PutRule', { Name, EventPattern });
    const { Rules, NextToken } = await cloud.call('ListRules', { Limit: 2 });
    const rest = await cloud.call('ListRules', { Limit: 2, NextToken });
    expect([...Rules, ...rest.Rules].map(({ Name }: { Name: string }) => Name)).toEqual(['a', 'b', 'c']);
    expect(rest.NextToken).toBeUndefined();
  });

  test('keep their targets when they are put again', async () => {
    await cloud.rule({ Arn: functionArn });
    await cloud.call('PutRule', { Name: 'rule', EventPattern: '{"source":["other"]}' });
    expect(await cloud.call('ListTargetsByRule', { Rule: 'rule' })).toMatchObject({
      Targets: [{ Id: 't', Arn: functionArn }],
    });
    cloud.events.publish(anEvent(), hub, region);
    cloud.events.publish(anEvent({ source: 'other' }), hub, region);
    await cloud.pass(1000);
    expect(payloads()).toMatchObject([{ source: 'other' }]);
  });

  test('rest while they are disabled', async () => {
    await cloud.rule({ Arn: functionArn });
    await cloud.call('DisableRule', { Name: 'rule' });
    cloud.events.publish(anEvent(), hub, region);
    await cloud.pass(1000);
    expect(cloud.calls).toEqual([]);
    await cloud.call('EnableRule', { Name: 'rule' });
    cloud.events.publish(anEvent(), hub, region);
    await cloud.pass(1000);
    expect(cloud.calls).toHaveLength(1);
  });

  test('are deleted after their targets', async () => {
    await cloud.rule({ Arn: functionArn });
    await expect(cloud.call('DeleteRule', { Name: 'rule' })).rejects.toThrow('has targets');
    await cloud.call('RemoveTargets', { Rule: 'rule', Ids: ['t'] });
    await cloud.call('DeleteRule', { Name: 'rule' });
    await expect(cloud.call('DescribeRule', { Name: 'rule' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test.each([
    ['an unknown operator', { EventPattern: '{"source":[{"like":"a"}]}' }, 'InvalidEventPatternException'],
    ['neither pattern nor schedule', {}, 'ValidationException'],
    ['a name with a slash', { Name: 'a/b', EventPattern }, 'ValidationException'],
    ['a role of its own', { EventPattern, RoleArn: 'arn:aws:iam::1:role/r' }, 'ValidationException'],
    ['a state that the local cloud lacks', { EventPattern, State: 'PAUSED' }, 'ValidationException'],
    ['a bus that nobody made', { EventPattern, EventBusName: 'none' }, 'ResourceNotFoundException'],
  ])('with %s are refused', async (_name, input, name) => {
    await expect(cloud.call('PutRule', { Name: 'r', ...input })).rejects.toMatchObject({ name });
  });

  test('with a schedule belong to the default bus', async () => {
    await cloud.call('CreateEventBus', { Name: 'own' });
    const input = { Name: 'r', EventBusName: 'own', ScheduleExpression: 'rate(1 hour)' };
    await expect(cloud.call('PutRule', input)).rejects.toThrow('default event bus');
  });
});

describe('targets', () => {
  test.each([
    ['of an unknown kind', { Arn: `arn:aws:kinesis:${region}:${hub}:stream/s` }],
    ['in another Region', { Arn: `arn:aws:lambda:eu-west-1:${hub}:function:f` }],
    ['that need a role and have none', { Arn: `arn:aws:states:${region}:${hub}:stateMachine:m` }],
    ['with parameters of other services', { Arn: functionArn, EcsParameters: {} }],
    ['with too many retries', { Arn: functionArn, RetryPolicy: { MaximumRetryAttempts: 186 } }],
    ['with too short a life', { Arn: functionArn, RetryPolicy: { MaximumEventAgeInSeconds: 59 } }],
    [
      'with a FIFO dead-letter queue',
      { Arn: functionArn, DeadLetterConfig: { Arn: `arn:aws:sqs:${region}:${hub}:q.fifo` } },
    ],
    [
      'with changed input for a bus',
      {
        Arn: `arn:aws:events:${region}:${member}:event-bus/b`,
        RoleArn: 'arn:aws:iam::1:role/r',
        InputPath: '$',
      },
    ],
  ])('%s are refused', async (_name, target) => {
    await expect(cloud.rule(target)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('are at most five', async () => {
    await cloud.rule({ Arn: functionArn });
    const Targets = Array.from({ length: 5 }, (_, index) => ({ Id: `t${index}`, Arn: functionArn }));
    await expect(cloud.call('PutTargets', { Rule: 'rule', Targets })).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });
});

describe('buses', () => {
  test('keep the policy that was put on them', async () => {
    const { EventBusArn } = await cloud.call('CreateEventBus', { Name: 'own', Description: 'd' });
    expect(EventBusArn).toBe(`arn:aws:events:${region}:${hub}:event-bus/own`);
    const Policy = policy({
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: EventBusArn,
    });
    await cloud.call('PutPermission', { EventBusName: 'own', Policy });
    expect(await cloud.call('DescribeEventBus', { Name: 'own' })).toMatchObject({
      Name: 'own',
      Arn: EventBusArn,
      Description: 'd',
      Policy,
    });
  });

  test('are made once', async () => {
    await cloud.call('CreateEventBus', { Name: 'own' });
    const again = { name: 'ResourceAlreadyExistsException' };
    await expect(cloud.call('CreateEventBus', { Name: 'own' })).rejects.toMatchObject(again);
    await expect(cloud.call('CreateEventBus', { Name: 'default' })).rejects.toMatchObject(again);
  });

  test('refuse a policy that cannot be evaluated', async () => {
    const Policy = policy({ Effect: 'Allow', Principal: '*', Action: 'a', Condition: { Maybe: { a: 'b' } } });
    await expect(cloud.call('PutPermission', { Policy })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('TestEventPattern', () => {
  test('compares an event with a pattern', async () => {
    const test = (EventPattern: string) =>
      cloud.call('TestEventPattern', { EventPattern, Event: JSON.stringify(anEvent()) });
    expect(await test('{"source":["test"]}')).toEqual({ Result: true });
    expect(await test('{"source":["other"]}')).toEqual({ Result: false });
    await expect(cloud.call('TestEventPattern', { EventPattern: '{"a":[1]}', Event: '{}' })).rejects.toThrow(
      'id',
    );
  });
});

describe('schedules', () => {
  test('rest unless they are asked to fire', async () => {
    await cloud.call('PutRule', { Name: 'r', ScheduleExpression: 'rate(1 hour)' });
    await cloud.call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: functionArn }] });
    await cloud.pass(7_300_000);
    expect(cloud.calls).toEqual([]);
  });

  test('fire by the clock until they are disabled', async () => {
    cloud = new Harness({ fireSchedules: true });
    const { RuleArn } = await cloud.call('PutRule', { Name: 'r', ScheduleExpression: 'rate(1 hour)' });
    await cloud.call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: functionArn }] });
    await cloud.pass(2 * 3_600_000 + 1000);
    expect(payloads()).toMatchObject([
      { 'detail-type': 'Scheduled Event', time: '2026-11-20T11:15:30Z', resources: [RuleArn], detail: {} },
      { source: 'aws.events', time: '2026-11-20T12:15:30Z' },
    ]);
    await cloud.call('DisableRule', { Name: 'r' });
    await cloud.pass(2 * 3_600_000);
    expect(cloud.calls).toHaveLength(2);
  });
});
