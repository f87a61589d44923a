import { Access } from '../../../src/aws/authorization/access.ts';
import { type DeliveryReport, EventBridge } from '../../../src/aws/eventbridge.ts';
import type { CloudEvent } from '../../../src/aws/events.ts';
import { Iam } from '../../../src/aws/iam/roles.ts';
import { type Action, AwsServices, type Caller } from '../../../src/aws/service.ts';
import { Sqs } from '../../../src/aws/sqs.ts';
import { Activity, VirtualClock } from '../../../src/clock.ts';

export const region = 'us-east-1';
export const hub = '111111111111';
export const member = '222222222222';
export const stranger = '333333333333';
export const start = Date.UTC(2026, 10, 20, 10, 15, 30);

export const machineArn = `arn:aws:states:${region}:${hub}:stateMachine:dispatch`;
export const queueArn = `arn:aws:sqs:${region}:${hub}:dead-letters`;

export function root(accountId: string, where = region): Caller {
  return { accountId, region: where, arn: `arn:aws:iam::${accountId}:root` };
}

/** A call of a target, as the target saw it. */
export interface Call {
  action: string;
  // biome-ignore lint/suspicious/noExplicitAny: the input of any action
  input: any;
  caller: Caller;
  time: number;
}

/** EventBridge with IAM, SQS and recorders in place of the other targets. */
export class Harness {
  readonly clock = new VirtualClock(start);
  readonly services = new AwsServices();
  readonly calls: Call[] = [];
  readonly reports: DeliveryReport[] = [];
  readonly events: EventBridge;
  /** Thrown by the recorders, one for each call, until there are none left. */
  readonly failures: Error[] = [];

  constructor(options: { fireSchedules?: boolean } = {}) {
    const iam = new Iam({ clock: this.clock });
    const { clock, services } = this;
    const membership = {
      organizationOf: (accountId: string) => (accountId === stranger ? undefined : 'o-1234567890'),
      isActive: () => true,
    };
    const access = new Access({ clock, iam, membership });
    services.guard = access;
    this.events = new EventBridge({
      clock,
      services,
      access,
      ...options,
    });
    this.events.observe((report) => this.reports.push(report));
    for (const service of [iam, this.events, new Sqs({ clock })]) services.register(service);
    for (const [signingName, action, permission] of [
      ['states', 'StartExecution', 'states:StartExecution'],
      ['lambda', 'Invoke', 'lambda:InvokeFunction'],
      ['sns', 'Publish', 'sns:Publish'],
    ] as const) {
      const admitsEvents = {
        Effect: 'Allow',
        Action: '*',
        Principal: { Service: 'events.amazonaws.com' },
      } as const;
      const needs = { [action]: () => [{ action: permission, resource: '*', policy: [admitsEvents] }] };
      services.register({ signingName, actions: { [action]: this.#record(action) }, needs });
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: the output of any action
  call(action: string, input: unknown, caller = root(hub)): Promise<any> {
    const service = ['CreateRole', 'PutRolePolicy'].includes(action) ? 'iam' : 'events';
    return this.services.call(service, action, input, caller);
  }

  async pass(milliseconds: number): Promise<void> {
    await Activity.run(this.clock, (activity) => activity.sleep(milliseconds));
  }

  /** A role that EventBridge may assume for the rules of its account, and that may do the action. */
  async role(accountId: string, name: string, action: string, trust: object = {}): Promise<string> {
    const caller = root(accountId);
    const assume = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
      ...trust,
    };
    await this.call('CreateRole', { RoleName: name, AssumeRolePolicyDocument: policy(assume) }, caller);
    const permission = { Effect: 'Allow', Action: action, Resource: '*' };
    const document = { RoleName: name, PolicyName: 'p', PolicyDocument: policy(permission) };
    await this.call('PutRolePolicy', document, caller);
    return `arn:aws:iam::${accountId}:role/${name}`;
  }

  /** A rule for the source `test` with one target. */
  async rule(
    target: object,
    options: { accountId?: string; bus?: string; name?: string } = {},
  ): Promise<string> {
    const { accountId = hub, bus: EventBusName, name: Name = 'rule' } = options;
    const caller = root(accountId);
    const input = { Name, EventBusName, EventPattern: '{"source":["test"]}' };
    const { RuleArn } = await this.call('PutRule', input, caller);
    await this.call('PutTargets', { Rule: Name, EventBusName, Targets: [{ Id: 't', ...target }] }, caller);
    return RuleArn;
  }

  async deadLetterQueue(): Promise<void> {
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
    };
    const input = { QueueName: 'dead-letters', Attributes: { Policy: policy(statement) } };
    await this.services.call('sqs', 'CreateQueue', input, root(hub));
  }

  /** The messages in the dead-letter queue: body and attributes. */
  async deadLetters(): Promise<{ body: string; attributes: Record<string, string> }[]> {
    const caller = root(hub);
    const { QueueUrl } = (await this.services.call(
      'sqs',
      'GetQueueUrl',
      { QueueName: 'dead-letters' },
      caller,
    )) as { QueueUrl: string };
    const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    const { Messages = [] } = (await this.services.call('sqs', 'ReceiveMessage', input, caller)) as {
      Messages?: { Body: string; MessageAttributes?: Record<string, { StringValue: string }> }[];
    };
    return Messages.map(({ Body, MessageAttributes = {} }) => ({
      body: Body,
      attributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
      ),
    }));
  }

  #record(action: string): Action {
    return (input, caller) => {
      this.calls.push({ action, input, caller, time: this.clock.now() });
      const failure = this.failures.shift();
      if (failure) throw failure;
      return {};
    };
  }
}

export function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function anEvent(overrides: Partial<CloudEvent> = {}): CloudEvent {
  return {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': 'Something',
    source: 'test',
    account: member,
    time: '2026-11-20T09:00:00Z',
    region: 'eu-west-1',
    resources: ['arn:one'],
    detail: { a: 1 },
    ...overrides,
  };
}
