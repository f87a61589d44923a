import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { jest } from '@jest/globals';
import * as fc from 'fast-check';
import { FakeTable } from './fake-table.ts';

/** How many orders of calls are tried. `INTERLEAVINGS=20000 npm test -- interleavings` tries more. */
export const RUNS = Number(process.env.INTERLEAVINGS ?? 200);

export const START = Date.parse('2026-11-23T12:00:00Z');

/** One call, by its number, that never arrives, or whose answer does not. */
export interface Loss {
  call: number;
  isAnswer: boolean;
}

export const losses = fc.array(fc.record<Loss>({ call: fc.nat(60), isAnswer: fc.boolean() }), {
  maxLength: 3,
});

class Lost extends Error {}

/** Runs a step: a function one of whose calls is lost fails, and the step tries again. */
export async function again(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    }
  }
}

/**
 * Functions that work at the same time, with one table. Their calls of AWS come one by one, in the order that
 * `scheduler` draws, a millisecond after each other. Mocks are restored by whoever plays.
 */
export class Interleaving {
  readonly table = new FakeTable();
  now = START;
  readonly #scheduler: fc.Scheduler;
  readonly #work: Promise<void>[] = [];

  /** `stepFunctions` answers what Step Functions is asked. */
  constructor(scheduler: fc.Scheduler, losses: readonly Loss[], stepFunctions: (command: object) => object) {
    this.#scheduler = scheduler;
    let calls = 0;
    const send = (answer: (command: object) => object) => async (command: object) => {
      await this.pause(command.constructor.name);
      const call = calls;
      calls += 1;
      this.now += 1;
      const loss = losses.find((one) => one.call === call);
      if (loss && !loss.isAnswer) throw new Lost();
      const answered = answer(command);
      if (loss) throw new Lost();
      return answered;
    };
    const table = send((command) => this.table.send(command as never));
    jest.spyOn(Date, 'now').mockImplementation(() => this.now);
    jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(table as never);
    jest.spyOn(SFNClient.prototype, 'send').mockImplementation(send(stepFunctions) as never);
  }

  /** Has this be done beside everything else. */
  begin(work: () => Promise<void>): void {
    this.#work.push(work());
  }

  /** Others may come first. */
  pause(label: string): Promise<void> {
    return this.#scheduler.schedule(Promise.resolve(), label);
  }

  /** Waits until nobody works any more. */
  async rest(): Promise<void> {
    // Work begins more work.
    for (let done = 0; done < this.#work.length; ) {
      done = this.#work.length;
      await this.#scheduler.waitFor(Promise.all(this.#work));
    }
  }
}
