import type { Clock, Timer } from '../clock.ts';
import type { Access } from './authorization/access.ts';
import { type Need, onResource } from './authorization/need.ts';
import { type Bus, Buses, busArnOf, partsOfBusArn, type Rule, type Tag } from './eventbridge/buses.ts';
import { type DeliveryReport, Dispatcher } from './eventbridge/dispatcher.ts';
import { checkEntries, eventOf, type PutEventsEntry, toSeconds } from './eventbridge/put-events.ts';
import { Rules } from './eventbridge/rules.ts';
import { Targets } from './eventbridge/targets.ts';
import type { CloudEvent } from './events.ts';
import { Ids } from './ids.ts';
import { type Action, AwsError, type AwsService, type AwsServices, type Caller } from './service.ts';

export type { DeliveryReport } from './eventbridge/dispatcher.ts';

export interface EventBridgeOptions {
  clock: Clock;
  services: AwsServices;
  /** Decides about the roles that targets name and about buses. */
  access: Access;
  /** Fires rules with a schedule. Without it they are kept and do nothing, so that virtual time can come to rest. */
  fireSchedules?: boolean;
}

interface PutPermission {
  EventBusName?: string;
  Policy?: string;
  Action?: string;
  Principal?: string;
  StatementId?: string;
  Condition?: { Type: string; Key: string; Value: string };
}

/** EventBridge: buses, rules and the delivery of events to targets, by the clock. */
export class EventBridge implements AwsService {
  readonly signingName = 'events';
  readonly actions: Record<string, Action> = {
    PutEvents: (input: { Entries?: PutEventsEntry[]; EndpointId?: string }, caller) =>
      this.#putEvents(input, caller),
    CreateEventBus: (input, caller) => this.#createBus(input, caller),
    DescribeEventBus: (input: { Name?: string }, caller) => describeBus(this.#buses.find(input.Name, caller)),
    PutPermission: (input: PutPermission, caller) => this.#putPermission(input, caller),
    PutRule: (input, caller) => this.#rules.put(input, caller),
    DescribeRule: (input, caller) => this.#rules.describe(input, caller),
    ListRules: (input, caller) => this.#rules.list(input, caller),
    DeleteRule: (input, caller) => this.#rules.delete(input, caller),
    EnableRule: (input, caller) => this.#rules.switch(input, caller, true),
    DisableRule: (input, caller) => this.#rules.switch(input, caller, false),
    PutTargets: (input, caller) => this.#rules.putTargets(input, caller),
    RemoveTargets: (input, caller) => this.#rules.removeTargets(input, caller),
    ListTargetsByRule: (input, caller) => this.#rules.listTargets(input, caller),
    ListTagsForResource: (input: { ResourceARN: string }, caller) => ({
      Tags: this.#tagsOf(input.ResourceARN, caller),
    }),
    TestEventPattern: (input: { EventPattern: string; Event: string }) => ({
      Result: this.#rules.pattern(input.EventPattern).matches(wholeEvent(input.Event)),
    }),
  };

  readonly needs = {
    PutEvents: ({ Entries = [] }: { Entries?: PutEventsEntry[] }, caller: Caller): Need[] =>
      Entries.map((entry) => this.#needOf(entry, caller)),
    ...onResource('events', ['DescribeEventBus'], ({ Name }, caller) => ({
      resource: busArnOf(Name, caller),
    })),
  };

  #needOf({ EventBusName, Source, DetailType }: PutEventsEntry, caller: Caller): Need {
    const resource = busArnOf(EventBusName, caller);
    const { accountId, region, name } = partsOfBusArn(resource) ?? {};
    const bus = accountId && region ? this.#buses.get(accountId, region, name) : undefined;
    const context = { 'events:source': Source, 'events:detail-type': DetailType };
    return { action: 'events:PutEvents', resource, policy: bus?.statements ?? [], context };
  }

  readonly #clock: Clock;
  readonly #fireSchedules: boolean;
  readonly #ids = new Ids('eventbridge');
  readonly #buses = new Buses();
  readonly #rules: Rules;
  readonly #dispatcher: Dispatcher;
  readonly #timers = new Map<string, Timer>();

  constructor({ clock, services, access, fireSchedules = false }: EventBridgeOptions) {
    this.#clock = clock;
    this.#fireSchedules = fireSchedules;
    this.#rules = new Rules({
      buses: this.#buses,
      scheduleChanged: (rule) => this.#schedule(rule, clock.now()),
    });
    const targets = new Targets({
      services,
      access,
      buses: this.#buses,
      forward: (event, busArn) => this.#receive(event, busArn, true),
    });
    this.#dispatcher = new Dispatcher({ clock, ids: this.#ids, targets });
  }

  /**
   * Puts an event on a bus as it is, with its id, time, source and resources: for the services of the local
   * cloud, which may send what no caller may. Usable as the `Publish` of other services.
   *
   * @throws AwsError `ResourceNotFoundException` for a bus that nobody made
   */
  publish(event: CloudEvent, accountId: string, region: string, busName = 'default'): void {
    const bus = this.#buses.get(accountId, region, busName);
    if (!bus) throw new AwsError('ResourceNotFoundException', `Event bus ${busName} does not exist.`);
    this.#match(event, bus, false);
  }

  /** Calls back when a delivery has ended, well or not. */
  observe(observer: (report: DeliveryReport) => void): void {
    this.#dispatcher.observe(observer);
  }

  #receive(event: CloudEvent, busArn: string, forwarded: boolean): void {
    const { accountId, region, name } = partsOfBusArn(busArn)!;
    const bus = this.#buses.get(accountId, region, name);
    if (bus) this.#match(event, bus, forwarded);
  }

  #match(event: CloudEvent, bus: Bus, forwarded: boolean): void {
    for (const rule of bus.rules.values()) {
      if (rule.enabled && rule.pattern?.matches(event)) this.#dispatcher.dispatch(event, rule, forwarded);
    }
  }

  #putEvents(input: { Entries?: PutEventsEntry[]; EndpointId?: string }, caller: Caller) {
    if (input.EndpointId !== undefined) {
      throw new AwsError('ValidationException', 'The local cloud has no global endpoints.');
    }
    let failed = 0;
    const results = checkEntries(input.Entries).map((entry) => {
      try {
        const { event, bus } = eventOf(entry, caller, {
          buses: this.#buses,
          now: this.#clock.now(),
          newId: () => this.#ids.uuid(),
        });
        this.#match(event, bus, false);
        return { EventId: event.id };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        failed += 1;
        return { ErrorCode: error.code, ErrorMessage: error.message };
      }
    });
    return { FailedEntryCount: failed, Entries: results };
  }

  #createBus(input: Record<string, unknown>, caller: Caller) {
    const known = ['Name', 'Description', 'Tags'];
    const unknown = Object.keys(input).find((name) => input[name] !== undefined && !known.includes(name));
    if (unknown)
      throw new AwsError('ValidationException', `The local cloud has no event buses with ${unknown}.`);
    const bus = this.#buses.create(input, caller, this.#clock.now());
    return { EventBusArn: bus.arn, Description: bus.description };
  }

  /** Sets the whole policy, or the statement of that id. */
  #putPermission(input: PutPermission, caller: Caller): object {
    const bus = this.#buses.find(input.EventBusName, caller);
    const { Policy, Action, Principal, StatementId, Condition } = input;
    if (Policy !== undefined) {
      this.#buses.setPolicy(bus, Policy, this.#clock.now());
      return {};
    }
    if (Action !== 'events:PutEvents' || !StatementId || !/^(\d{12}|\*)$/.test(Principal ?? '')) {
      const message = 'Action events:PutEvents, Principal and StatementId are required without a Policy.';
      throw new AwsError('ValidationException', message);
    }
    const account = `arn:${bus.arn.split(':')[1]}:iam::${Principal}:root`;
    const statement = {
      Sid: StatementId,
      Effect: 'Allow',
      Principal: Principal === '*' ? '*' : { AWS: account },
      Action,
      Resource: bus.arn,
      ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
    };
    const others = bus.statements.filter(({ Sid }) => Sid !== StatementId);
    const policy = { Version: '2012-10-17', Statement: [...others, statement] };
    this.#buses.setPolicy(bus, JSON.stringify(policy), this.#clock.now());
    return {};
  }

  #tagsOf(arn: string, caller: Caller): Tag[] {
    const bus = partsOfBusArn(arn);
    if (bus) return this.#buses.find(arn, caller).tags;
    const path = /^arn:[\w-]+:events:[a-z0-9-]+:\d{12}:rule\/(?:(.+)\/)?([^/]+)$/.exec(arn);
    const rule = path && this.#rules.find(path[2]!, path[1], caller);
    if (rule?.arn !== arn) throw new AwsError('ResourceNotFoundException', `There is no ${arn}.`);
    return rule.tags;
  }

  /** Fires the rules of an account and Region that have a schedule, as if their time had come. */
  fireSchedules(accountId: string, region: string): void {
    // Rules have a schedule on the default bus only.
    for (const rule of this.#buses.get(accountId, region)!.rules.values()) {
      if (rule.enabled && rule.schedule) this.#come(rule, this.#clock.now());
    }
  }

  /** Sets the timer for the rule's next turn after `from`, and takes back the one before. */
  #schedule(rule: Rule, from: number): void {
    this.#timers.get(rule.arn)?.cancel();
    this.#timers.delete(rule.arn);
    const next = this.#fireSchedules && rule.enabled ? rule.schedule?.next(from) : undefined;
    if (next === undefined) return;
    const timer = this.#clock.after(next - this.#clock.now(), () => {
      this.#schedule(rule, next);
      this.#come(rule, next);
    });
    this.#timers.set(rule.arn, timer);
  }

  /** The rule's time has come. */
  #come(rule: Rule, time: number): void {
    const { arn, accountId, region } = rule;
    const event: CloudEvent = {
      version: '0',
      id: this.#ids.uuid(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: accountId,
      time: toSeconds(time),
      region,
      resources: [arn],
      detail: {},
    };
    this.#dispatcher.dispatch(event, rule, false);
  }
}

function describeBus(bus: Bus) {
  return {
    Name: bus.name,
    Arn: bus.arn,
    Description: bus.description,
    Policy: bus.policy,
    CreationTime: new Date(bus.createdAt),
    LastModifiedTime: new Date(bus.modifiedAt),
  };
}

/** TestEventPattern wants the event's mandatory fields. */
function wholeEvent(json: string): object {
  const required = ['id', 'account', 'source', 'time', 'region', 'detail-type'];
  let event: unknown;
  try {
    event = JSON.parse(json);
  } catch {
    throw new AwsError('ValidationException', 'Parameter Event is not valid.');
  }
  const isWhole = typeof event === 'object' && event !== null;
  if (!isWhole || required.some((name) => !Object.hasOwn(event as object, name))) {
    throw new AwsError('ValidationException', 'Parameter Event is not valid.');
  }
  return event as object;
}
