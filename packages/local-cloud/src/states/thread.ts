import type { AwsServices } from '../aws/service.ts';
import type { Activity, Clock } from '../clock.ts';
import type { State } from './definition.ts';
import { inState, StatesError } from './errors.ts';
import type { Execution, Frame, Revision } from './execution.ts';
import { type Bounds, type Expected, hasType } from './field-reader.ts';
import type { HistoryEventType } from './history.ts';
import type { Interruption } from './interruption.ts';
import type { Json, Payload } from './json.ts';
import { EvaluationError, type Evaluator, type Template } from './jsonata.ts';
import type { Random } from './random.ts';
import type { TaskServices } from './task-services.ts';
import type { TaskTokens } from './task-tokens.ts';

/** What the interpreter needs of the service around it. */
export interface Host {
  readonly clock: Clock;
  readonly services: AwsServices;
  readonly random: Random;
  readonly evaluator: Evaluator;
  readonly tokens: TaskTokens;
  readonly tasks: TaskServices;
  /** Calls back when the execution ends, at once if it has. Undefined for an unknown one. */
  whenEnded(executionArn: string, callback: (execution: Execution) => void): void;
  /** Starts a child workflow of a distributed Map state. */
  startChild(revision: Revision, input: Payload, iteration: number): Execution;
  redrive(execution: Execution): void;
  stop(executionArn: string): void;
}

/** What an expression sees beside the input, the variables and the context as it is. */
export interface Sight {
  readonly result?: Json;
  readonly errorOutput?: Json;
  /** `$states.context.Map.Item`, where it is not the thread's own. */
  readonly item?: Frame['item'];
}

/** One thread of states at work: a frame, and what it works with. */
export class Thread {
  readonly host: Host;
  readonly execution: Execution;
  readonly frame: Frame;
  readonly activity: Activity;
  readonly interruption: Interruption;
  /** `$states.context.Task.Token`, while a task's arguments are evaluated. */
  taskToken: string | undefined;

  constructor(
    host: Host,
    execution: Execution,
    frame: Frame,
    activity: Activity,
    interruption: Interruption,
  ) {
    this.host = host;
    this.execution = execution;
    this.frame = frame;
    this.activity = activity;
    this.interruption = interruption;
  }

  /** A thread of its own for a branch or an iteration. */
  fork(frame: Frame, activity: Activity, interruption: Interruption): Thread {
    return new Thread(this.host, this.execution, frame, activity, interruption);
  }

  get state(): State {
    return this.frame.group.states.get(this.frame.state)!;
  }

  /** Adds the thread's next event. */
  add(type: HistoryEventType, details?: Record<string, unknown>): number {
    this.frame.previous = this.execution.log.add(type, this.frame.previous, details);
    return this.frame.previous;
  }

  sleep(milliseconds: number): Promise<void> {
    this.frame.until = this.host.clock.now() + milliseconds;
    return this.interruption.wait<void>(this.activity, ({ resolve }) => {
      const timer = this.host.clock.after(milliseconds, resolve);
      return () => {
        this.frame.until = undefined;
        timer.cancel();
      };
    });
  }

  /**
   * Evaluates a field of the current state.
   *
   * @throws StatesError States.QueryEvaluationError, after the event that says so
   */
  async evaluate(field: Template, expected?: Expected, sight: Sight = {}): Promise<Json> {
    if (field.kind === 'constant') return field.value;
    try {
      const value = await this.host.evaluator.evaluate(field, this.#bindings(sight));
      this.interruption.check();
      if (expected === undefined || field.kind !== 'expression' || hasType(value, expected)) return value;
      throw new EvaluationError(unexpected(field, expected, value), field.location);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      this.interruption.check();
      throw this.evaluationFailed(error.message, error.location);
    }
  }

  /**
   * Records that a field of the current state does not evaluate to what it must.
   *
   * @param location the field's path; undefined for the state's input.
   * @returns what the state then fails with: `States.QueryEvaluationError`.
   */
  evaluationFailed(problem: string, location: string | undefined): StatesError {
    const { state, enteredId } = this.frame;
    const error = 'States.QueryEvaluationError';
    const cause = inState(state, enteredId, problem);
    this.add('EvaluationFailed', { error, cause, location, state });
    return new StatesError(error, cause);
  }

  /** A number that may be given as an expression. */
  async evaluateNumber(
    field: Template | undefined,
    expected: Bounds,
    options: { readonly takesText?: boolean } = {},
  ): Promise<number | undefined> {
    return field && Number(await this.evaluate(field, { ...expected, ...options }));
  }

  #bindings({ item, ...results }: Sight): Record<string, unknown> {
    const bindings: Record<string, unknown> = Object.create(null);
    this.frame.variables.copyTo(bindings);
    bindings.states = {
      input: this.frame.input.value,
      ...results,
      context: this.#context(item ?? this.frame.item),
    };
    return bindings;
  }

  #context(item: Frame['item']): Record<string, Json> {
    const { execution, frame } = this;
    const { revision } = execution;
    const context: Record<string, Json> = {
      Execution: {
        Id: execution.arn,
        Input: execution.inputValue,
        StartTime: new Date(execution.startDate).toISOString(),
        Name: execution.name,
        RoleArn: revision.roleArn,
        RedriveCount: execution.redriveCount,
        ...(execution.redriveDate === undefined
          ? {}
          : { RedriveTime: new Date(execution.redriveDate).toISOString() }),
      },
      StateMachine: { Id: revision.stateMachineArn, Name: revision.stateMachineName },
      State: {
        Name: frame.state,
        EnteredTime: new Date(frame.enteredAt).toISOString(),
        ...('retry' in this.state ? { RetryCount: frame.retries?.count ?? 0 } : {}),
      },
    };
    if (this.taskToken !== undefined) context.Task = { Token: this.taskToken };
    if (item) context.Map = { Item: item };
    return context;
  }
}

function unexpected(field: Template & { kind: 'expression' }, expected: Expected, value: Json): string {
  const described = `The JSONata expression '${field.source}' specified for the field '${field.location}' returned an unexpected result type.`;
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const wanted = typeof expected === 'object' ? 'number' : expected;
  const shown = `'${type}' for value: ${JSON.stringify(value)}`;
  if (type !== wanted || typeof expected !== 'object')
    return `${described} Expected '${wanted}', but was ${shown}`;
  const kind = expected.integer ? 'an integer' : 'a number';
  return `${described} Expected ${kind} from ${expected.minimum} to ${expected.maximum}, but was ${shown}`;
}

/** Which execution it is, in which state, and what that waits for. */
export function describeThread({ name, revision }: Execution, frame: Frame | undefined): string {
  const execution = `execution ${revision.stateMachineName}:${name}`;
  if (!frame) return execution;
  const state = frame.group.states.get(frame.state);
  const since = frame.enteredAt === 0 ? '' : ` since ${new Date(frame.enteredAt).toISOString()}`;
  return `${execution} is in “${frame.state}”${since}${state ? awaited(state) : ''}`;
}

function awaited(state: State): string {
  if (state.type === 'Parallel') return ', for its branches';
  if (state.type === 'Map') return ', for its iterations';
  if (state.type !== 'Task') return '';
  const { pattern } = state.resource;
  if (pattern === 'token') return ', for an answer to its task token';
  return pattern === 'response' ? '' : ', for the execution that it has started';
}
