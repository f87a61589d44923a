import { partitionOf } from '../iam/roles.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Caller } from '../service.ts';
import { type Bus, type Buses, partsOfBusArn, type Rule, type Tag, type Target } from './buses.ts';
import { checkInput } from './input.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { parseSchedule } from './schedule.ts';

interface PutRule {
  Name: string;
  EventBusName?: string;
  EventPattern?: string;
  ScheduleExpression?: string;
  State?: string;
  Description?: string;
  RoleArn?: string;
  Tags?: Tag[];
}

/** Of a bus's rules and of a rule's targets: more are refused (EventBridge quotas). */
const mostRules = 300;
const mostTargets = 5;

/** Targets that the local cloud delivers to, and whether they need a role. */
const targetKinds = [
  { arn: /^arn:[\w-]+:states:([a-z0-9-]+):(\d{12}):stateMachine:\S+$/, role: true },
  { arn: /^arn:[\w-]+:events:([a-z0-9-]+):(\d{12}):event-bus\/[/.\-\w]+$/, role: true },
  { arn: /^arn:[\w-]+:lambda:([a-z0-9-]+):(\d{12}):function:[\w:$-]+$/, role: false },
  { arn: /^arn:[\w-]+:sqs:([a-z0-9-]+):(\d{12}):[\w-]+$/, role: false },
  { arn: /^arn:[\w-]+:sns:([a-z0-9-]+):(\d{12}):[\w-]+$/, role: false },
];

const targetMembers = new Set([
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'DeadLetterConfig',
  'RetryPolicy',
]);

/** Keeps the rules of all buses and their targets. */
export class Rules {
  readonly #buses: Buses;
  readonly #scheduleChanged: (rule: Rule) => void;
  /** Thousands of accounts get the same patterns: each is compiled once. */
  readonly #patterns = new Map<string, Pattern>();

  /** `scheduleChanged` is told of rules with a schedule that were put, switched or deleted. */
  constructor(options: { buses: Buses; scheduleChanged: (rule: Rule) => void }) {
    this.#buses = options.buses;
    this.#scheduleChanged = options.scheduleChanged;
  }

  /** @throws AwsError `InvalidEventPatternException` */
  pattern(text: string): Pattern {
    let pattern = this.#patterns.get(text);
    if (!pattern) {
      pattern = compilePattern(text);
      this.#patterns.set(text, pattern);
    }
    return pattern;
  }

  put(input: PutRule, caller: Caller): { RuleArn: string } {
    const { Name, EventPattern, ScheduleExpression, State = 'ENABLED', Description, RoleArn, Tags } = input;
    const bus = this.#buses.find(input.EventBusName, caller);
    if (typeof Name !== 'string' || !/^[.\-\w]{1,64}$/.test(Name))
      throw invalid(`${Name} is not the name of a rule.`);
    if (EventPattern === undefined && ScheduleExpression === undefined) {
      throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    if (ScheduleExpression !== undefined && bus.name !== 'default') {
      throw invalid('ScheduleExpression is supported only on the default event bus.');
    }
    if (State !== 'ENABLED' && State !== 'DISABLED')
      throw invalid(`The local cloud has no rule state ${State}.`);
    if (RoleArn !== undefined) throw invalid('The local cloud knows roles of targets, not of rules.');
    const known = bus.rules.get(Name);
    if (!known && bus.rules.size >= mostRules) throw limitExceeded();
    const rule: Rule = {
      name: Name,
      arn: ruleArn(bus, Name),
      accountId: bus.accountId,
      region: bus.region,
      busName: bus.name,
      description: Description,
      enabled: State === 'ENABLED',
      patternText: EventPattern,
      pattern: EventPattern === undefined ? undefined : this.pattern(EventPattern),
      scheduleExpression: ScheduleExpression,
      schedule: ScheduleExpression === undefined ? undefined : parseSchedule(ScheduleExpression),
      targets: known?.targets ?? new Map(),
      // Tags of a rule that exists do not change by putting it again.
      tags: known?.tags ?? Tags ?? [],
    };
    if (known) Object.assign(known, rule);
    else bus.rules.set(Name, rule);
    this.#scheduleChanged(known ?? rule);
    return { RuleArn: rule.arn };
  }

  delete(input: { Name: string; EventBusName?: string }, caller: Caller): object {
    const bus = this.#buses.find(input.EventBusName, caller);
    const rule = bus.rules.get(input.Name);
    if (!rule) return {};
    if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
    rule.enabled = false;
    bus.rules.delete(input.Name);
    this.#scheduleChanged(rule);
    return {};
  }

  switch(input: { Name: string; EventBusName?: string }, caller: Caller, enabled: boolean): object {
    const rule = this.find(input.Name, input.EventBusName, caller);
    rule.enabled = enabled;
    this.#scheduleChanged(rule);
    return {};
  }

  list(
    input: { NamePrefix?: string; EventBusName?: string; NextToken?: string; Limit?: number },
    caller: Caller,
  ) {
    const bus = this.#buses.find(input.EventBusName, caller);
    const rules = [...bus.rules.values()].filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
    const { items, nextToken } = pageOf(rules, {
      listing: `rules:${bus.arn}`,
      limit: input.Limit ?? 100,
      most: 100,
      token: input.NextToken,
      invalidToken: 'ValidationException',
    });
    return { Rules: items.map(viewOf), NextToken: nextToken };
  }

  describe(input: { Name: string; EventBusName?: string }, caller: Caller) {
    const rule = this.find(input.Name, input.EventBusName, caller);
    return { ...viewOf(rule), CreatedBy: rule.accountId };
  }

  putTargets(input: { Rule: string; EventBusName?: string; Targets?: Target[] }, caller: Caller) {
    const rule = this.find(input.Rule, input.EventBusName, caller);
    const { Targets = [] } = input;
    if (Targets.length === 0) throw invalid('At least one target is required.');
    for (const target of Targets) checkTarget(target, rule);
    const ids = new Set([...rule.targets.keys(), ...Targets.map(({ Id }) => Id)]);
    if (ids.size > mostTargets) throw limitExceeded();
    for (const target of Targets) rule.targets.set(target.Id, structuredClone(target));
    return { FailedEntryCount: 0, FailedEntries: [] };
  }

  removeTargets(input: { Rule: string; EventBusName?: string; Ids?: string[] }, caller: Caller) {
    const rule = this.find(input.Rule, input.EventBusName, caller);
    for (const id of input.Ids ?? []) rule.targets.delete(id);
    return { FailedEntryCount: 0, FailedEntries: [] };
  }

  listTargets(
    input: { Rule: string; EventBusName?: string; NextToken?: string; Limit?: number },
    caller: Caller,
  ) {
    const rule = this.find(input.Rule, input.EventBusName, caller);
    const { items, nextToken } = pageOf([...rule.targets.values()], {
      listing: `targets:${rule.arn}`,
      limit: input.Limit ?? 100,
      most: 100,
      token: input.NextToken,
      invalidToken: 'ValidationException',
    });
    return { Targets: items, NextToken: nextToken };
  }

  /** @throws AwsError `ResourceNotFoundException` */
  find(name: string, busName: string | undefined, caller: Caller): Rule {
    const bus = this.#buses.find(busName, caller);
    const rule = bus.rules.get(name);
    if (!rule) {
      const message = `Rule ${name} does not exist on EventBus ${bus.name}.`;
      throw new AwsError('ResourceNotFoundException', message);
    }
    return rule;
  }
}

function checkTarget(target: Target, rule: Rule): void {
  const { Id, Arn, RoleArn, RetryPolicy = {}, DeadLetterConfig } = target;
  if (typeof Id !== 'string' || !/^[.\-\w]{1,64}$/.test(Id))
    throw invalid(`${Id} is not the id of a target.`);
  const unknown = Object.entries(target).find(
    ([name, value]) => value !== undefined && !targetMembers.has(name),
  );
  if (unknown) throw invalid(`The local cloud has no targets with ${unknown[0]} (target ${Id}).`);
  const kind = targetKinds.find(({ arn }) => arn.test(Arn));
  const parts = kind?.arn.exec(Arn);
  if (!kind || !parts) throw invalid(`The local cloud delivers no events to ${Arn} (target ${Id}).`);
  if (kind.role && !RoleArn) throw invalid(`RoleArn is required for target ${Arn}.`);
  if (partsOfBusArn(Arn)) {
    if ([target.Input, target.InputPath, target.InputTransformer].some((given) => given !== undefined)) {
      throw invalid(`Modifying the input for target ${Arn} is not supported.`);
    }
  } else if (parts[1] !== rule.region) {
    throw invalid(`Provided Arn is not in correct format or region. Target ${Id} must be in ${rule.region}.`);
  }
  if (Arn.split(':')[2] === 'states' && parts[2] !== rule.accountId) {
    throw invalid(`The state machine of target ${Id} must be in the account of the rule.`);
  }
  checkRange('MaximumRetryAttempts', RetryPolicy.MaximumRetryAttempts, 0, 185);
  checkRange('MaximumEventAgeInSeconds', RetryPolicy.MaximumEventAgeInSeconds, 60, 86_400);
  const queue = DeadLetterConfig?.Arn;
  if (queue !== undefined && /^arn:[\w-]+:sqs:([a-z0-9-]+):\d{12}:[\w-]+$/.exec(queue)?.[1] !== rule.region) {
    throw invalid(`The dead-letter queue of target ${Id} must be a standard queue in ${rule.region}.`);
  }
  checkInput(Id, target);
}

function checkRange(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw invalid(`${name} must be from ${least} to ${most}.`);
}

function ruleArn(bus: Bus, name: string): string {
  const onBus = bus.name === 'default' ? name : `${bus.name}/${name}`;
  return `arn:${partitionOf(bus.region)}:events:${bus.region}:${bus.accountId}:rule/${onBus}`;
}

function viewOf(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.patternText,
    ScheduleExpression: rule.scheduleExpression,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    Description: rule.description,
    EventBusName: rule.busName,
  };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function limitExceeded(): AwsError {
  return new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}
