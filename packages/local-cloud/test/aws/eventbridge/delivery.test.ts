import { beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../src/aws/service.ts';
import {
  anEvent,
  Harness,
  hub,
  machineArn,
  member,
  policy,
  queueArn,
  region,
  root,
  start,
} from './harness.ts';

const functionArn = `arn:aws:lambda:${region}:${hub}:function:f`;
const topicArn = `arn:aws:sns:${region}:${hub}:topic`;
const busArn = `arn:aws:events:${region}:${hub}:event-bus/organization`;

let cloud: Harness;
beforeEach(() => {
  cloud = new Harness();
});

describe('a state machine', () => {
  test('is started in the target’s role, with the event and a name of its own', async () => {
    const RoleArn = await cloud.role(hub, 'starter', 'states:StartExecution');
    await cloud.rule({ Arn: machineArn, RoleArn });
    const event = anEvent();
    cloud.events.publish(event, hub, region);
    cloud.events.publish(event, hub, region);
    await cloud.pass(1000);
    const [first, second] = cloud.calls;
    expect(first).toMatchObject({ action: 'StartExecution', input: { stateMachineArn: machineArn } });
    expect(JSON.parse(first!.input.input)).toEqual(event);
    expect(first!.input.name).toMatch(/^6a7e8feb-b491-4cf7-a9f1-bf3703467718_[\w-]{36}$/);
    expect(second!.input.name).not.toBe(first!.input.name);
    expect(first!.caller).toMatchObject({ accountId: hub, region, service: 'events.amazonaws.com' });
    expect(first!.caller.arn).toMatch(new RegExp(`^arn:aws:sts::${hub}:assumed-role/starter/`));
  });

  test.each([
    ['FAILED_TO_ASSUME_ROLE', 'states:StartExecution', { Principal: { Service: 'lambda.amazonaws.com' } }],
    ['NO_PERMISSIONS', 'states:StopExecution', {}],
  ])('is not started: %s', async (code, action, trust) => {
    const RoleArn = await cloud.role(hub, 'starter', action, trust);
    await cloud.rule({ Arn: machineArn, RoleArn });
    cloud.events.publish(anEvent(), hub, region);
    await cloud.pass(1000);
    expect(cloud.calls).toEqual([]);
    expect(cloud.reports).toMatchObject([{ failure: { code }, retries: 0, deadLettered: false }]);
  });
});

describe('a function, a topic and a queue', () => {
  test('get the event from EventBridge on behalf of the rule', async () => {
    await cloud.deadLetterQueue();
    const RuleArn = await cloud.rule({ Arn: functionArn });
    const Targets = [
      { Id: 'topic', Arn: topicArn, Input: '"hello"' },
      { Id: 'queue', Arn: queueArn, InputPath: '$.detail' },
    ];
    await cloud.call('PutTargets', { Rule: 'rule', Targets });
    cloud.events.publish(anEvent(), hub, region);
    await cloud.pass(1000);
    const caller = { accountId: hub, region, arn: RuleArn, service: 'events.amazonaws.com' };
    expect(cloud.calls).toMatchObject([
      { action: 'Invoke', input: { FunctionName: functionArn, InvocationType: 'Event' }, caller },
      { action: 'Publish', input: { TopicArn: topicArn, Message: '"hello"' }, caller },
    ]);
    expect(await cloud.deadLetters()).toEqual([{ body: '{"a":1}', attributes: {} }]);
  });
});

describe('a failing target', () => {
  const target = { Arn: functionArn, DeadLetterConfig: { Arn: queueArn } };
  const unavailable = () => new AwsError('ServiceException', 'Try again.', 500);

  test('is called again later, and then has the event', async () => {
    await cloud.rule(target);
    cloud.failures.push(unavailable(), new AwsError('TooManyRequestsException', 'Slower.', 429));
    cloud.events.publish(anEvent(), hub, region);
    await cloud.pass(10_000);
    const [first, second, third] = cloud.calls.map(({ time }) => time - start);
    expect(first).toBe(200);
    expect(second! - first!).toBeGreaterThanOrEqual(500);
    expect(second! - first!).toBeLessThanOrEqual(1000);
    expect(third! - second!).toBeGreaterThanOrEqual(1000);
    expect(third! - second!).toBeLessThanOrEqual(2000);
    expect(cloud.reports).toMatchObject([{ retries: 2, deadLettered: false }]);
    expect(cloud.reports[0]!.failure).toBeUndefined();
  });

  test('loses the event to the dead-letter queue after the last retry', async () => {
    await cloud.deadLetterQueue();
    const RULE_ARN = await cloud.rule({ ...target, RetryPolicy: { MaximumRetryAttempts: 2 } });
    cloud.failures.push(unavailable(), unavailable(), unavailable());
    const event = anEvent();
    cloud.events.publish(event, hub, region);
    await cloud.pass(10_000);
    expect(cloud.calls).toHaveLength(3);
    expect(await cloud.deadLetters()).toEqual([
      {
        body: JSON.stringify(event),
        attributes: {
          RULE_ARN,
          TARGET_ARN: functionArn,
          ERROR_CODE: 'INTERNAL_ERROR',
          ERROR_MESSAGE: 'Try again.',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          RETRY_ATTEMPTS: '2',
        },
      },
    ]);
  });

  test('loses the event when it has become too old', async () => {
    await cloud.deadLetterQueue();
    await cloud.rule({ ...target, RetryPolicy: { MaximumEventAgeInSeconds: 60 } });
    cloud.failures.push(...Array.from({ length: 20 }, unavailable));
    cloud.events.publish(anEvent(), hub, region);
    await cloud.pass(120_000);
    expect(await cloud.deadLetters()).toMatchObject([
      { attributes: { EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' } },
    ]);
    expect(cloud.calls.at(-1)!.time - start).toBeLessThanOrEqual(60_000);
    expect(cloud.calls.length).toBeGreaterThan(4);
  });

  test.each([
    ['NO_PERMISSIONS', 'AccessDeniedException', 403],
    ['NO_RESOURCE', 'ResourceNotFoundException', 404],
    ['INVALID_PARAMETER', 'InvalidRequestContentException', 400],
    ['ERROR_FROM_TARGET', 'SomethingElse', 400],
  ])('is not called again after a permanent error: %s', async (ERROR_CODE, code, status) => {
    await cloud.deadLetterQueue();
    await cloud.rule(target);
    cloud.failures.push(new AwsError(code, 'No.', status));
    cloud.events.publish(anEvent(), hub, region);
    await cloud.pass(5000);
    expect(cloud.calls).toHaveLength(1);
    const [letter] = await cloud.deadLetters();
    expect(letter!.attributes).toMatchObject({ ERROR_CODE });
    expect(letter!.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
    expect(letter!.attributes).not.toHaveProperty('RETRY_ATTEMPTS');
  });

  test('is not called with an input that is no JSON, which goes to the dead-letter queue as it is', async () => {
    await cloud.deadLetterQueue();
    const InputTransformer = { InputPathsMap: { t: '$.detail.t' }, InputTemplate: '"<t>"' };
    await cloud.rule({ ...target, InputTransformer });
    cloud.events.publish(anEvent({ detail: { t: 'say "no"' } }), hub, region);
    await cloud.pass(5000);
    expect(cloud.calls).toEqual([]);
    const [letter] = await cloud.deadLetters();
    expect(letter).toMatchObject({
      body: '"say "no""',
      attributes: { ERROR_CODE: 'INVALID_JSON', ERROR_MESSAGE: 'Invalid input for target.' },
    });
  });

  test('drops the event when the dead-letter queue does not admit EventBridge', async () => {
    await cloud.services.call('sqs', 'CreateQueue', { QueueName: 'dead-letters' }, root(hub));
    await cloud.rule(target);
    cloud.failures.push(new AwsError('AccessDeniedException', 'No.', 403));
    cloud.events.publish(anEvent(), hub, region);
    await cloud.pass(5000);
    expect(cloud.reports).toMatchObject([{ failure: { code: 'NO_PERMISSIONS' }, deadLettered: false }]);
  });
});

describe('a bus of another account', () => {
  /** The hub's bus admits forwarders of the organization, and has a rule that calls a function. */
  async function hubBus(): Promise<void> {
    await cloud.call('CreateEventBus', { Name: 'organization' });
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'events:PutEvents',
      Resource: busArn,
      Condition: {
        StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' },
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*forwarder*' },
      },
    };
    await cloud.call('PutPermission', { EventBusName: 'organization', Policy: policy(statement) });
    await cloud.rule({ Arn: functionArn }, { bus: 'organization' });
  }

  async function forward(accountId: string, roleName = 'forwarder', trust: object = {}): Promise<void> {
    const RoleArn = await cloud.role(accountId, roleName, 'events:PutEvents', trust);
    await cloud.rule({ Arn: busArn, RoleArn }, { accountId });
    cloud.events.publish(anEvent(), accountId, region);
    await cloud.pass(1000);
  }

  function codes(): (string | undefined)[] {
    return cloud.reports.map(({ failure }) => failure?.code);
  }

  test('gets the event unchanged from a forwarder of the organization', async () => {
    await hubBus();
    await forward(member);
    expect(cloud.calls.map(({ input }) => JSON.parse(String(input.Payload)))).toEqual([anEvent()]);
    expect(codes()).toEqual([undefined, undefined]);
  });

  test('gets events of another Region', async () => {
    await hubBus();
    const RoleArn = await cloud.role(member, 'forwarder', 'events:PutEvents');
    const caller = root(member, 'eu-west-1');
    await cloud.call('PutRule', { Name: 'r', EventPattern: '{"source":["test"]}' }, caller);
    await cloud.call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: busArn, RoleArn }] }, caller);
    cloud.events.publish(anEvent(), member, 'eu-west-1');
    await cloud.pass(1000);
    expect(cloud.calls).toHaveLength(1);
  });

  test('refuses an account outside the organization', async () => {
    await hubBus();
    await forward('333333333333');
    expect(codes()).toEqual(['NO_PERMISSIONS']);
    expect(cloud.calls).toEqual([]);
  });

  test('refuses a role that its policy does not name', async () => {
    await hubBus();
    await forward(member, 'someone');
    expect(codes()).toEqual(['NO_PERMISSIONS']);
  });

  test('is out of reach for a rule that the role’s trust policy does not name', async () => {
    await hubBus();
    await forward(member, 'forwarder', {
      Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:events:*:${member}:rule/other-*` } },
    });
    expect(codes()).toEqual(['FAILED_TO_ASSUME_ROLE']);
  });

  test('that does not exist is told as a missing resource', async () => {
    await forward(member);
    expect(codes()).toEqual(['NO_RESOURCE']);
  });

  test('does not send the event on to a third bus', async () => {
    await hubBus();
    const RoleArn = await cloud.role(hub, 'onward', 'events:PutEvents');
    const Arn = `arn:aws:events:${region}:${hub}:event-bus/default`;
    await cloud.rule({ Arn, RoleArn }, { bus: 'organization', name: 'onward' });
    await forward(member);
    expect(codes().toSorted()).toEqual(['THIRD_ACCOUNT_HOP_DETECTED', undefined, undefined]);
  });
});
