import type { CloudEvent } from '../events.ts';
import { partitionOf } from '../iam/roles.ts';
import type { AwsServices, Caller } from '../service.ts';
import { type Authorization, eventsService } from './authorization.ts';
import { type Buses, partsOfBusArn, type Rule, type Target } from './buses.ts';
import { DeliveryError, failureOf } from './failure.ts';
import { inputFor } from './input.ts';

/** One event on its way to one target. */
export interface Delivery {
  /** The same in all attempts. */
  readonly id: string;
  readonly event: CloudEvent;
  readonly rule: Rule;
  readonly target: Target;
  /** When the event reached the rule's bus, in milliseconds since the epoch. */
  readonly ingestedAt: number;
  /** Whether another bus sent the event to the rule's bus. */
  readonly forwarded: boolean;
}

type Send = (delivery: Delivery, input: string, caller: Caller) => Promise<void>;

/** Hands events to targets. */
export class Targets {
  readonly #services: AwsServices;
  readonly #authorization: Authorization;
  readonly #buses: Buses;
  readonly #forward: (event: CloudEvent, busArn: string) => void;

  /** `forward` puts the event of another bus on a bus that exists. */
  constructor(options: {
    services: AwsServices;
    authorization: Authorization;
    buses: Buses;
    forward: (event: CloudEvent, busArn: string) => void;
  }) {
    this.#services = options.services;
    this.#authorization = options.authorization;
    this.#buses = options.buses;
    this.#forward = options.forward;
  }

  readonly #kinds = new Map<string, { action: string; send: Send }>([
    ['states', { action: 'states:StartExecution', send: (...given) => this.#startExecution(...given) }],
    ['events', { action: 'events:PutEvents', send: (...given) => this.#putEvent(...given) }],
    ['lambda', { action: 'lambda:InvokeFunction', send: (...given) => this.#invoke(...given) }],
    ['sqs', { action: 'sqs:SendMessage', send: (...given) => this.#sendMessage(...given) }],
    ['sns', { action: 'sns:Publish', send: (...given) => this.#publish(...given) }],
  ]);

  /** @throws DeliveryError */
  async send(delivery: Delivery): Promise<void> {
    const { event, rule, target, ingestedAt } = delivery;
    const kind = this.#kinds.get(serviceOf(target.Arn))!;
    const caller = this.#callerFor(delivery, kind.action);
    let input: string;
    try {
      input = inputFor(event, target, { ruleArn: rule.arn, ruleName: rule.name, ingestedAt });
    } catch (error) {
      throw new DeliveryError('INVALID_JSON', (error as Error).message, false);
    }
    try {
      await kind.send(delivery, input, caller);
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** Sends a message as the rule: for queues, dead-letter queues among them, that trust EventBridge. */
  async enqueue(rule: Rule, queueArn: string, message: object, caller = callerOf(rule)): Promise<void> {
    const [, , , , QueueOwnerAWSAccountId, QueueName] = queueArn.split(':');
    const queue = { QueueName, QueueOwnerAWSAccountId };
    const { QueueUrl } = (await this.#services.call('sqs', 'GetQueueUrl', queue, caller)) as {
      QueueUrl: string;
    };
    await this.#services.call('sqs', 'SendMessage', { QueueUrl, ...message }, caller);
  }

  /** A session of the target's role, or EventBridge itself on behalf of the rule. */
  #callerFor({ id, rule, target }: Delivery, action: string): Caller {
    if (target.RoleArn === undefined) return callerOf(rule);
    const role = this.#authorization.assume(target.RoleArn, rule);
    if (!role) {
      const message = `EventBridge cannot assume the role ${target.RoleArn} for the rule ${rule.arn}.`;
      throw new DeliveryError('FAILED_TO_ASSUME_ROLE', message, false);
    }
    const session = `arn:${partitionOf(rule.region)}:sts::${role.accountId}:assumed-role/${role.name}/${id.replaceAll('-', '')}`;
    if (!this.#authorization.roleMay(role, action, target.Arn)) {
      const message = `User: ${session} is not authorized to perform: ${action} on resource: ${target.Arn} because no identity-based policy allows the ${action} action`;
      throw new DeliveryError('NO_PERMISSIONS', message, false);
    }
    return { accountId: role.accountId, region: rule.region, arn: session, service: eventsService };
  }

  async #startExecution({ id, event, target }: Delivery, input: string, caller: Caller): Promise<void> {
    const name = `${event.id}_${id}`;
    const request = { stateMachineArn: target.Arn, name, input };
    await this.#services.call('states', 'StartExecution', request, caller);
  }

  async #invoke({ target }: Delivery, input: string, caller: Caller): Promise<void> {
    const request = { FunctionName: target.Arn, InvocationType: 'Event', Payload: Buffer.from(input) };
    await this.#services.call('lambda', 'Invoke', request, caller);
  }

  async #sendMessage({ rule, target }: Delivery, input: string, caller: Caller): Promise<void> {
    await this.enqueue(rule, target.Arn, { MessageBody: input }, caller);
  }

  async #publish({ target }: Delivery, input: string, caller: Caller): Promise<void> {
    await this.#services.call('sns', 'Publish', { TopicArn: target.Arn, Message: input }, caller);
  }

  /**
   * The event keeps its id, account, Region and time. It does not go further than one bus (EventBridge User
   * Guide, "Sending and receiving events between event buses").
   */
  async #putEvent(delivery: Delivery, _input: string, caller: Caller): Promise<void> {
    const { event, rule, target, forwarded } = delivery;
    const { accountId, region, name } = partsOfBusArn(target.Arn)!;
    if (forwarded) {
      const code = region === rule.region ? 'THIRD_ACCOUNT_HOP_DETECTED' : 'THIRD_REGION_HOP_DETECTED';
      const message = `Events that ${rule.busName} received from another event bus are not forwarded to a third one.`;
      throw new DeliveryError(code, message, false);
    }
    const bus = this.#buses.get(accountId, region, name);
    if (!bus) throw new DeliveryError('NO_RESOURCE', `Event bus ${target.Arn} does not exist.`, false);
    const described = { source: event.source, detailType: event['detail-type'] };
    if (!this.#authorization.mayPutEvents(caller, bus, described)) {
      const message = `User: ${caller.arn} is not authorized to perform: events:PutEvents on resource: ${bus.arn}`;
      throw new DeliveryError('NO_PERMISSIONS', message, false);
    }
    this.#forward(event, bus.arn);
  }
}

/** The service in an ARN, which tells the kind of a target. */
export function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

/** EventBridge on behalf of a rule: resource policies see the rule as `aws:SourceArn`. */
function callerOf(rule: Rule): Caller {
  return { accountId: rule.accountId, region: rule.region, arn: rule.arn, service: eventsService };
}
