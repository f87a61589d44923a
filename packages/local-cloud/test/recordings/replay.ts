import { AwsError, AwsServices, type Caller } from '../../src/aws/service.ts';
import { VirtualClock } from '../../src/clock.ts';
import { isObject, type Json } from '../../src/states/json.ts';
import { type ExecutionRecord, StepFunctions } from '../../src/states/step-functions.ts';
import { type Job, StatesError, type TaskCall, type TaskServices } from '../../src/states/task-services.ts';
import type { RecordedAnswer, Recording } from './recording.ts';
import { same } from './same.ts';

const START = Date.parse('2026-11-20T10:00:00Z');
const CALLER: Caller = {
  accountId: '111111111111',
  region: 'us-east-1',
  arn: 'arn:aws:iam::111111111111:root',
};
/** Turns of the event loop in which every recording ends. */
const MOST_TURNS = 100_000;

/** How a recording ran here: its execution, or why its definition was refused. */
export type Replayed =
  | { readonly execution: ExecutionRecord; readonly problems: readonly string[] }
  | { readonly refused: string };

/** Runs a recorded execution in virtual time; the services answer as recorded. */
export async function replay(recording: Recording): Promise<Replayed> {
  const clock = new VirtualClock(START);
  const services = new AwsServices();
  const tasks = new RecordedServices(recording, services);
  const states = new StepFunctions({ clock, services, tasks });
  services.register(states);
  const call = <T>(action: string, input: unknown) =>
    services.call('states', action, input, CALLER) as Promise<T>;
  let stateMachineArn: string;
  try {
    ({ stateMachineArn } = await call<{ stateMachineArn: string }>('CreateStateMachine', {
      name: 'recorded',
      definition: JSON.stringify(runnable(recording.template)),
      roleArn: 'arn:aws:iam::111111111111:role/recorded',
    }));
  } catch (error) {
    if (error instanceof AwsError) return { refused: error.message };
    throw error;
  }
  const { executionArn } = await call<{ executionArn: string }>('StartExecution', {
    stateMachineArn,
    input: JSON.stringify(recording.input),
  });
  const execution = [...states.executions()].find(({ arn }) => arn === executionArn)!;
  for (let turn = 0; execution.status === 'RUNNING' && turn < MOST_TURNS; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { execution, problems: tasks.problems };
}

/** The definition with resources that have a name where the recording has a placeholder. */
function runnable(value: Json, key?: string): Json {
  if (Array.isArray(value)) return value.map((item) => runnable(item));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, runnable(member as Json, name)]),
    );
  }
  if (key !== 'Resource' || typeof value !== 'string') return value;
  return value
    .replace('<partition>', 'aws')
    .replace('<region>', 'us-east-1')
    .replace(/<([\w-]+)(:\d+)?>/g, '$1');
}

class RecordedServices implements TaskServices {
  /** What the interpreter asked that AWS did not. */
  readonly problems: string[] = [];
  readonly #left: Map<string, RecordedAnswer[]>;
  readonly #services: AwsServices;
  readonly #followed = new Map<string, RecordedAnswer>();

  constructor({ replay }: Recording, services: AwsServices) {
    this.#left = new Map(Object.entries(replay).map(([state, answers]) => [state, [...answers]]));
    this.#services = services;
  }

  async call(task: TaskCall): Promise<Json> {
    const answer = this.#next(task);
    if (!same(answer.given, task.parameters)) {
      this.problems.push(`${task.state} was given ${JSON.stringify(task.parameters)}`);
    }
    if (answer.submitted === undefined) return task.wait(settled(answer));
    this.#followed.set(task.requestId, answer);
    if (task.token !== undefined) this.#answerToken(task.token, answer);
    return answer.submitted;
  }

  follow(task: TaskCall): Job {
    return { outcome: settled(this.#followed.get(task.requestId)!), abandon: () => {} };
  }

  #next({ state, iteration }: TaskCall): RecordedAnswer {
    const left = this.#left.get(state) ?? [];
    const index = left.findIndex((one) => one.iteration === undefined || one.iteration === iteration);
    const [answer] = index < 0 ? [] : left.splice(index, 1);
    if (answer) return answer;
    this.problems.push(`${state} made a call that AWS did not make`);
    throw new StatesError('States.Runtime', 'The recording has no answer for this call.');
  }

  #answerToken(taskToken: string, { result, error }: RecordedAnswer): void {
    const [action, input] = error
      ? ['SendTaskFailure', { taskToken, ...error }]
      : ['SendTaskSuccess', { taskToken, output: JSON.stringify(result) }];
    if (error ?? result !== undefined) void this.#services.call('states', action as string, input, CALLER);
  }
}

/** Never settles where the service never answered. */
function settled({ result, error }: RecordedAnswer): Promise<Json> {
  if (error) return Promise.reject(new StatesError(error.error, error.cause));
  if (result !== undefined) return Promise.resolve(result);
  return new Promise(() => {});
}
