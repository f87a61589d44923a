import type { Access } from '../authorization/access.ts';
import type { CloudEvent } from '../events.ts';
import { partitionOf } from '../iam/roles.ts';
import type { AwsServices, Caller } from '../service.ts';
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

/** EventBridge's own name as a principal. */
const eventsService = 'events.amazonaws.com';

type Send = (delivery: Delivery, input: string, caller: Caller) => Promise<void>;

/** Hands events to targets. */
export class Targets {
  readonly #services: AwsServices;
  readonly #access: Access;
  readonly #buses: Buses;
  readonly #forward: (event: CloudEvent, busArn: string) => void;

  /** `forward` puts the event of another bus on a bus that exists. */
  constructor(options: {
    services: AwsServices;
    access: Access;
    buses: Buses;
    forward: (event: CloudEvent, busArn: string) => void;
  }) {
    this.#services = options.services;
    this.#access = options.access;
    this.#buses = options.buses;
    this.#forward = options.forward;
  }

  readonly #kinds = new Map<string, Send>([
    ['states', (...given) => this.#startExecution(...given)],
    ['events', (...given) => this.#putEvent(...given)],
    ['lambda', (...given) => this.#invoke(...given)],
    ['sqs', (...given) => this.#sendMessage(...given)],
    ['sns', (...given) => this.#publish(...given)],
  ]);

  /** @throws DeliveryError */
  async send(delivery: Delivery): Promise<void> {
    const send = this.#kinds.get(serviceOf(delivery.target.Arn))!;
    const { text, isDeliverable } = this.inputOf(delivery);
    if (!isDeliverable) throw new DeliveryError('INVALID_JSON', 'Invalid input for target.', false);
    const caller = this.#callerFor(delivery);
    try {
      await send(delivery, text, caller);
    } catch (error) {
      throw failureOf(error);
    }
  }

  inputOf({ event, rule, target, ingestedAt }: Delivery): { text: string; isDeliverable: boolean } {
    return inputFor(event, target, { ruleArn: rule.arn, ruleName: rule.name, ingestedAt });
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
  #callerFor({ id, rule, target }: Delivery): Caller {
    if (target.RoleArn === undefined) return callerOf(rule);
    const role = this.#access.serviceRole(target.RoleArn, eventsService, rule);
    if (!role) {
      const message = `EventBridge cannot assume the role ${target.RoleArn} for the rule ${rule.arn}.`;
      throw new DeliveryError('FAILED_TO_ASSUME_ROLE', message, false);
    }
    const session = `arn:${partitionOf(rule.region)}:sts::${role.accountId}:assumed-role/${role.name}/${id.replaceAll('-', '')}`;
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
    this.#access.require(caller, {
      action: 'events:PutEvents',
      resource: bus.arn,
      policy: bus.statements,
      context: { 'events:source': event.source, 'events:detail-type': event['detail-type'] },
    });
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
