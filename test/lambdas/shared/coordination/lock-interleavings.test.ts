import { DescribeExecutionCommand, SendTaskSuccessCommand, TaskTimedOut } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { acquireLock, inspectLock, releaseLock } from '../../../../lambdas/shared/coordination/lock.ts';
import { again, Interleaving, type Loss, losses, RUNS, START } from './interleaving.ts';

const SUBSCRIPTIONS = [1, 2, 3, 4];

/** An execution that changes a subscription once. */
interface Change {
  subscriptionId: number;
  isCreation: boolean;
  /** It is stopped when it has made its change, and *clean-up* gives the lock back. */
  isStopped: boolean;
}

interface Execution extends Change {
  execution: never;
  token: string;
  since: string;
  state: 'waits' | 'changes' | 'releases' | 'ended';
}

const changes = fc.array(
  fc.record<Change>({
    subscriptionId: fc.constantFrom(...SUBSCRIPTIONS),
    isCreation: fc.boolean(),
    isStopped: fc.boolean(),
  }),
  { minLength: 2, maxLength: 5 },
);

beforeEach(() => {
  process.env.TABLE_NAME = 'table';
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Executions that change subscriptions at the same time: each asks for the lock, and gives it back once it was told. */
class Changing {
  readonly calls: Interleaving;
  readonly #executions: readonly Execution[];

  constructor(changes: readonly Change[], scheduler: fc.Scheduler, losses: readonly Loss[] = []) {
    this.calls = new Interleaving(scheduler, losses, (command) => this.#answer(command));
    this.#executions = changes.map((change, index) => ({
      ...change,
      execution: `arn:aws:states:us-east-1:222222222222:execution:onboard:${index}` as never,
      token: `token of ${index}`,
      since: new Date(START + index).toISOString(),
      state: 'waits',
    }));
    for (const one of this.#executions) this.calls.begin(() => this.#acquire(one));
  }

  get states(): string[] {
    return this.#executions.map(({ state }) => state);
  }

  /** What the schedule does. */
  async watch(): Promise<void> {
    this.calls.begin(async () => {
      for (const subscription of SUBSCRIPTIONS) await again(() => inspectLock(subscription));
    });
    await this.calls.rest();
  }

  async #acquire(one: Execution): Promise<void> {
    await again(async () => {
      if (one.state !== 'waits') return;
      // Each attempt of the step has a token of its own.
      one.token += "'";
      await acquireLock({ ...one });
    });
  }

  async #change(one: Execution): Promise<void> {
    await this.calls.pause(`${one.token}: changed`);
    one.state = one.isStopped ? 'ended' : 'releases';
    await again(() => releaseLock(one.subscriptionId, one.execution));
    one.state = 'ended';
  }

  #answer(command: object): object {
    if (command instanceof SendTaskSuccessCommand) return this.#tell(command.input.taskToken!);
    if (!(command instanceof DescribeExecutionCommand)) throw new Error(command.constructor.name);
    const { executionArn } = command.input;
    const { state } = this.#executions.find(({ execution }) => execution === executionArn)!;
    return { status: state === 'ended' ? 'SUCCEEDED' : 'RUNNING' };
  }

  #tell(token: string): object {
    const one = this.#executions.find((other) => other.token === token && other.state === 'waits');
    if (!one) throw new TaskTimedOut({ message: 'no', $metadata: {} });
    one.state = 'changes';
    this.calls.begin(() => this.#change(one));
    const changing = this.#executions.filter(({ state }) => state === 'changes');
    const subscriptions = changing.map(({ subscriptionId }) => subscriptionId);
    expect(new Set(subscriptions).size).toBe(subscriptions.length);
    expect(subscriptions.length).toBeLessThanOrEqual(changing.some(({ isCreation }) => isCreation) ? 1 : 2);
    return {};
  }
}

test('whatever comes first, everybody gets the lock in turn, and nothing is left of it', () =>
  fc.assert(
    fc.asyncProperty(changes, fc.scheduler(), async (changes, scheduler) => {
      const play = new Changing(changes, scheduler);
      await play.calls.rest();
      expect(play.states).toEqual(changes.map(() => 'ended'));
      expect(play.calls.table.left()).toEqual([]);
    }),
    { numRuns: RUNS },
  ));

test('whatever is lost, the schedule sees to it that everybody gets the lock in turn', () =>
  fc.assert(
    fc.asyncProperty(changes, losses, fc.scheduler(), async (changes, losses, scheduler) => {
      const play = new Changing(changes, scheduler, losses);
      await play.calls.rest();
      for (let round = 0; round < 5; round += 1) {
        // So long a place is kept at most for one who is gone.
        play.calls.now += 16 * 60_000;
        await play.watch();
      }
      expect(play.states).toEqual(changes.map(() => 'ended'));
    }),
    { numRuns: RUNS },
  ));
