import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  joinRead,
  noteBegun,
  share,
  stopRead,
  watchRead,
} from '../../../../lambdas/shared/coordination/shared-reads.ts';
import { again, Interleaving, type Loss, losses, RUNS } from './interleaving.ts';

const SUBJECT = { subscriptionId: 1 };

interface Execution {
  execution: never;
  token: string;
  since: number;
  state: 'looks' | 'has seen' | 'was stopped';
}

beforeEach(() => {
  process.env.TABLE_NAME = 'table';
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Executions that look at one PrivateLink at the same time. Those that are stopped give up by *clean-up*. */
class Looking {
  readonly calls: Interleaving;
  readonly #executions: readonly Execution[];

  constructor(areStopped: readonly boolean[], scheduler: fc.Scheduler, losses: readonly Loss[] = []) {
    this.calls = new Interleaving(scheduler, losses, (command) => this.#answer(command));
    this.#executions = areStopped.map((_, index) => ({
      execution: `arn:aws:states:us-east-1:222222222222:execution:onboard:${index}` as never,
      token: `token of ${index}`,
      since: 0,
      state: 'looks',
    }));
    for (const [index, one] of this.#executions.entries()) {
      this.calls.begin(async () => {
        await this.calls.pause('begins to look');
        one.since = this.calls.now;
        await this.#look(one);
      });
      if (areStopped[index]) this.calls.begin(() => this.#stop(one));
    }
  }

  get states(): string[] {
    return this.#executions.map(({ state }) => state);
  }

  /** What comes in a quarter of an hour: the schedule, and the time-out of the step that waits, which is tried again. */
  async wait(): Promise<void> {
    this.calls.now += 15 * 60_000;
    this.calls.begin(() => again(() => watchRead(SUBJECT)));
    await this.calls.rest();
    for (const one of this.#executions) this.calls.begin(() => this.#look(one));
    await this.calls.rest();
  }

  async #look(one: Execution): Promise<void> {
    const { execution } = one;
    let { token } = one;
    await again(async () => {
      // What fails is tried again, unless the step has done so already. Each attempt has a token of its own.
      while (one.state === 'looks' && one.token === token) {
        one.token += "'";
        token = one.token;
        const since = new Date(one.since).toISOString();
        const part = await joinRead(SUBJECT, { execution, token, since, accountId: '444455556666' });
        if (part.role === 'waits') return;
        if (part.role === 'begins') {
          const begunAt = this.calls.now;
          await this.calls.pause('Redis Cloud accepts the reading');
          await noteBegun(SUBJECT, execution, { taskId: 'task', begunAt, dueAt: begunAt });
        } else {
          const { begunAt } = part;
          await this.calls.pause('Redis Cloud has read');
          await share(SUBJECT, execution, { begunAt, answer: async () => ({ begunAt }) });
          if (one.token === token) this.#see(one, begunAt);
        }
      }
    });
  }

  async #stop(one: Execution): Promise<void> {
    await this.calls.pause('is stopped');
    if (one.state !== 'looks') return;
    one.state = 'was stopped';
    await again(() => stopRead(SUBJECT, one.execution));
  }

  #see(one: Execution, begunAt: number): void {
    if (one.state !== 'looks') return;
    expect(begunAt).toBeGreaterThanOrEqual(one.since);
    one.state = 'has seen';
  }

  #answer(command: object): object {
    if (command instanceof DescribeExecutionCommand) {
      const { executionArn } = command.input;
      const { state } = this.#executions.find(({ execution }) => execution === executionArn)!;
      return { status: state === 'looks' ? 'RUNNING' : 'SUCCEEDED' };
    }
    if (command instanceof SendTaskSuccessCommand) {
      const one = this.#waiting(command.input.taskToken!);
      const { begunAt } = JSON.parse(command.input.output!) as { begunAt: number };
      this.#see(one, begunAt);
    } else if (command instanceof SendTaskFailureCommand) {
      const one = this.#waiting(command.input.taskToken!);
      this.calls.begin(() => this.#look(one));
    } else throw new Error(command.constructor.name);
    return {};
  }

  #waiting(token: string): Execution {
    const one = this.#executions.find((other) => other.token === token && other.state === 'looks');
    if (!one) throw new TaskTimedOut({ message: 'no', $metadata: {} });
    return one;
  }
}

test('whatever comes first, everybody sees what was read after he began to look, and nothing is left of it', () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 5 }), fc.scheduler(), async (count, scheduler) => {
      const areStopped = Array(count).fill(false);
      const play = new Looking(areStopped, scheduler);
      await play.calls.rest();
      expect(play.states).toEqual(areStopped.map(() => 'has seen'));
      expect(play.calls.table.left().filter(({ reader, token }) => reader ?? token)).toEqual([]);
    }),
    { numRuns: RUNS },
  ));

test('whatever is lost and whoever is stopped, everybody else sees in the end', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 2, maxLength: 5 }),
      losses,
      fc.scheduler(),
      async (areStopped, losses, scheduler) => {
        const play = new Looking(areStopped, scheduler, losses);
        await play.calls.rest();
        for (let round = 0; round < 3; round += 1) await play.wait();
        expect(play.states).not.toContain('looks');
      },
    ),
    { numRuns: RUNS },
  ));
