import { type Action, AwsServices, type Caller } from '../../src/aws/service.ts';
import { VirtualClock } from '../../src/clock.ts';
import {
  type ExecutionRecord,
  type StatusChangeEvent,
  StepFunctions,
} from '../../src/states/step-functions.ts';

export const START = Date.parse('2026-11-20T10:00:00Z');
export const CALLER: Caller = {
  accountId: '111111111111',
  region: 'us-east-1',
  arn: 'arn:aws:iam::111111111111:root',
};
export const ROLE = 'arn:aws:iam::111111111111:role/workflow';
export const FUNCTION = 'arn:aws:lambda:us-east-1:111111111111:function:work';

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
type Answer = any;

/** What a function is called with, and what it answers; an error it throws is its FunctionError. */
export type Work = (payload: Answer, attempt: number) => unknown;

/** Step Functions on a virtual clock, with a Lambda service of one function. */
export class Harness {
  readonly clock = new VirtualClock(START);
  readonly services = new AwsServices();
  readonly published: StatusChangeEvent[] = [];
  readonly states: StepFunctions;
  #machines = 0;

  constructor(work: Work = (payload) => payload, seed?: number) {
    this.states = new StepFunctions({
      clock: this.clock,
      services: this.services,
      publish: (event) => this.published.push(event),
      seed,
    });
    this.services.register(this.states);
    let attempts = 0;
    this.stub('lambda', {
      Invoke: async ({ Payload }) => {
        attempts += 1;
        try {
          const answer = await work(JSON.parse(Payload), attempts);
          return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: JSON.stringify(answer ?? null) };
        } catch (error) {
          if ((error as { code?: string }).code !== undefined) throw error;
          const { name, message } = error as Error;
          const cause = JSON.stringify({ errorType: name, errorMessage: message });
          return { StatusCode: 200, ExecutedVersion: '$LATEST', FunctionError: 'Unhandled', Payload: cause };
        }
      },
    });
  }

  stub(signingName: string, actions: Record<string, Action>): void {
    this.services.register({ signingName, actions });
  }

  call(action: string, input: unknown, caller = CALLER): Promise<Answer> {
    return this.services.call('states', action, input, caller);
  }

  /** The ARN of a new state machine. */
  async create(definition: object, name = `machine-${++this.#machines}`): Promise<string> {
    const text = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
    return (await this.call('CreateStateMachine', { name, definition: text, roleArn: ROLE })).stateMachineArn;
  }

  async start(stateMachineArn: string, input: unknown = {}, name?: string): Promise<ExecutionRecord> {
    const started = await this.call('StartExecution', {
      stateMachineArn,
      name,
      input: JSON.stringify(input),
    });
    return this.record(started.executionArn);
  }

  record(arn: string): ExecutionRecord {
    return [...this.states.executions()].find((execution) => execution.arn === arn)!;
  }

  /** Comes back when the execution has ended. */
  async ended(execution: ExecutionRecord): Promise<ExecutionRecord> {
    for (let turn = 0; execution.status === 'RUNNING'; turn += 1) {
      if (turn > 100_000) throw new Error('The execution does not end.');
      await new Promise((resolve) => setImmediate(resolve));
    }
    return execution;
  }

  /** Lets the clock come to `milliseconds` after the start. */
  async reach(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) =>
      this.clock.after(START + milliseconds - this.clock.now(), () => setImmediate(resolve)),
    );
  }

  async run(definition: object, input?: unknown): Promise<ExecutionRecord> {
    return this.ended(await this.start(await this.create(definition), input));
  }

  async output(definition: object, input?: unknown): Promise<Answer> {
    const execution = await this.run(definition, input);
    if (execution.status !== 'SUCCEEDED') throw new Error(`${execution.error}: ${execution.cause}`);
    return JSON.parse(execution.output!);
  }
}

/** A definition of one state. */
export function only(state: object): object {
  return { StartAt: 'Only', States: { Only: { End: true, ...state } } };
}

/** `id:type<-previousEventId` of every event. */
export function chain(execution: ExecutionRecord): string[] {
  return execution.history.map(({ id, type, previousEventId }) => `${id} ${type} <- ${previousEventId}`);
}

export function named(name: string, message = ''): Error {
  return Object.assign(new Error(message), { name });
}
