import { Activity, type Clock, type Timer } from '../clock.ts';
import type { Access } from './authorization/access.ts';
import { parseSchedule } from './eventbridge/schedule.ts';
import { partitionOf } from './iam/roles.ts';
import { acceptOnly } from './members.ts';
import { type Action, AwsError, type AwsService, type AwsServices, type Caller } from './service.ts';

interface Target {
  Arn: string;
  RoleArn: string;
  Input?: string;
  DeadLetterConfig?: { Arn: string };
  RetryPolicy?: object;
}

interface ScheduleName {
  Name: string;
  GroupName?: string;
}

interface ScheduleInput extends ScheduleName {
  Description?: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone?: string;
  FlexibleTimeWindow: object;
  State?: string;
  Target: Target;
}

interface Schedule {
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  target: Target;
  /** What waits for its next time. */
  timer: Timer | undefined;
}

/** When it fires next after a time; both in milliseconds since the epoch. */
type Next = (time: number) => number | undefined;

const service = 'scheduler.amazonaws.com';

const members = [
  'Name',
  'GroupName',
  'Description',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'FlexibleTimeWindow',
  'State',
  'Target',
];

/**
 * EventBridge Scheduler. Schedules fire by themselves only where that is asked, so that virtual time can come to
 * rest; a story fires one when its time has come. A target that refuses is not asked again: nothing of the local cloud recovers from a
 * refusal by waiting. What could not be delivered goes to the dead-letter queue, by the schedule's role too.
 */
export class Scheduler implements AwsService {
  readonly signingName = 'scheduler';
  readonly #clock: Clock;
  readonly #services: AwsServices;
  readonly #access: Access;
  readonly #fireSchedules: boolean;
  readonly #schedules = new Map<string, Schedule>();

  constructor(options: { clock: Clock; services: AwsServices; access: Access; fireSchedules: boolean }) {
    this.#clock = options.clock;
    this.#fireSchedules = options.fireSchedules;
    this.#services = options.services;
    this.#access = options.access;
  }

  readonly actions: Record<string, Action> = {
    CreateSchedule: (input: ScheduleInput, caller) => {
      const next = check(input);
      const arn = arnOf(input, caller);
      if (this.#schedules.has(arn)) {
        throw new AwsError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
      }
      const { accountId, region } = caller;
      const schedule: Schedule = { arn, accountId, region, target: input.Target, timer: undefined };
      this.#schedules.set(arn, schedule);
      this.#start(schedule, input, next);
      return { ScheduleArn: arn };
    },
    UpdateSchedule: (input: ScheduleInput, caller) => {
      const next = check(input);
      const schedule = this.#find(input, caller);
      schedule.target = input.Target;
      this.#start(schedule, input, next);
      return { ScheduleArn: schedule.arn };
    },
    DeleteSchedule: (input: ScheduleName, caller) => {
      const schedule = this.#find(input, caller);
      schedule.timer?.cancel();
      this.#schedules.delete(schedule.arn);
      return {};
    },
  };

  #find(name: ScheduleName, caller: Caller): Schedule {
    const found = this.#schedules.get(arnOf(name, caller));
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Schedule ${name.Name} does not exist.`, 404);
  }

  #start(schedule: Schedule, { State = 'ENABLED' }: ScheduleInput, next: Next): void {
    schedule.timer?.cancel();
    if (this.#fireSchedules && State === 'ENABLED') this.#fireAlong(schedule, next);
  }

  #fireAlong(schedule: Schedule, next: Next): void {
    const wait = (from: number) => {
      const time = next(from);
      if (time === undefined) return;
      schedule.timer = this.#clock.after(time - this.#clock.now(), () => {
        wait(time);
        void Activity.run(this.#clock, () => this.#fire(schedule));
      });
    };
    wait(this.#clock.now());
  }

  /** Fires every schedule that starts the state machine of that ARN, as if its time had come. */
  async fire(stateMachineArn: string): Promise<void> {
    for (const schedule of this.#schedules.values()) {
      if (schedule.target.Arn === stateMachineArn) await this.#fire(schedule);
    }
  }

  async #fire({ arn, accountId, region, target }: Schedule): Promise<void> {
    const role = this.#access.serviceRole(target.RoleArn, service, { arn, accountId });
    // Without a role there is nobody to write to the dead-letter queue either.
    if (!role) return;
    const session = `arn:${partitionOf(region)}:sts::${role.accountId}:assumed-role/${role.name}/schedule`;
    const caller: Caller = { accountId, region, arn: session, service };
    const input = target.Input ?? '{}';
    try {
      await this.#services.call('states', 'StartExecution', { stateMachineArn: target.Arn, input }, caller);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      await this.#giveUp(target, input, error, caller);
    }
  }

  async #giveUp(
    { Arn, DeadLetterConfig }: Target,
    input: string,
    error: AwsError,
    caller: Caller,
  ): Promise<void> {
    if (!DeadLetterConfig) return;
    const [, , , , QueueOwnerAWSAccountId, QueueName] = DeadLetterConfig.Arn.split(':');
    const attributes = { TARGET_ARN: Arn, ERROR_CODE: error.code, ERROR_MESSAGE: error.message };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    );
    try {
      const queue = { QueueName, QueueOwnerAWSAccountId };
      const { QueueUrl } = (await this.#services.call('sqs', 'GetQueueUrl', queue, caller)) as {
        QueueUrl: string;
      };
      await this.#services.call(
        'sqs',
        'SendMessage',
        { QueueUrl, MessageBody: input, MessageAttributes },
        caller,
      );
    } catch (refusal) {
      // What the queue refuses is lost, as on AWS; the refusal is on record.
      if (!(refusal instanceof AwsError)) throw refusal;
    }
  }
}

function arnOf({ Name, GroupName = 'default' }: ScheduleName, { accountId, region }: Caller): string {
  return `arn:${partitionOf(region)}:scheduler:${region}:${accountId}:schedule/${GroupName}/${Name}`;
}

/** @throws AwsError for what the local cloud does not have, and for an expression that is none */
function check(input: ScheduleInput): Next {
  acceptOnly(input, members, 'ValidationException');
  if (!/^arn:[\w-]+:states:/.test(input.Target.Arn)) {
    const message = `The local cloud's schedules start state machines, not ${input.Target.Arn}.`;
    throw new AwsError('ValidationException', message);
  }
  return parseSchedule(input.ScheduleExpression).next;
}
