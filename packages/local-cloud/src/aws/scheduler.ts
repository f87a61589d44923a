import { Activity, type Clock } from '../clock.ts';
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

interface CreateScheduleInput {
  Name: string;
  GroupName?: string;
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
  readonly target: Target;
}

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
    CreateSchedule: (input: CreateScheduleInput, { accountId, region }) => {
      acceptOnly(input, members, 'ValidationException');
      if (!/^arn:[\w-]+:states:/.test(input.Target.Arn)) {
        const message = `The local cloud's schedules start state machines, not ${input.Target.Arn}.`;
        throw new AwsError('ValidationException', message);
      }
      const { Name, GroupName = 'default', ScheduleExpression, State = 'ENABLED', Target: target } = input;
      const { next } = parseSchedule(ScheduleExpression);
      const arn = `arn:${partitionOf(region)}:scheduler:${region}:${accountId}:schedule/${GroupName}/${Name}`;
      if (this.#schedules.has(arn)) {
        throw new AwsError('ConflictException', `Schedule ${Name} already exists.`, 409);
      }
      const schedule = { arn, accountId, region, target };
      this.#schedules.set(arn, schedule);
      if (this.#fireSchedules && State === 'ENABLED') this.#fireAlong(schedule, next);
      return { ScheduleArn: arn };
    },
  };

  /** @param next when it fires next after a time; both in milliseconds since the epoch */
  #fireAlong(schedule: Schedule, next: (time: number) => number | undefined): void {
    const wait = (from: number) => {
      const time = next(from);
      if (time === undefined) return;
      this.#clock.after(time - this.#clock.now(), () => {
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
