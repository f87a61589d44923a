import type { Caller } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Group } from './definition.ts';
import { type ExecutionEvent, History } from './history.ts';
import type { Interruption } from './interruption.ts';
import type { Json, Payload } from './json.ts';
import type { Retries } from './retry.ts';
import type { Revision } from './revision.ts';
import { sessionOf } from './role.ts';

export type { Revision } from './revision.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution. Dates are milliseconds since the epoch; input and output are JSON texts. */
export class Execution {
  readonly arn: string;
  readonly name: string;
  readonly revision: Revision;
  readonly input: string;
  readonly inputValue: Json;
  /** Which child of its Map Run it is. */
  readonly iteration: number | undefined;
  startDate: number;
  stopDate: number | undefined;
  status: ExecutionStatus = 'RUNNING';
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  redriveCount = 0;
  redriveDate: number | undefined;
  /** As AWS bills them: every state entered, every retry, every redrive; none of an Express workflow. */
  stateTransitions = 0;
  readonly log: History;
  /** Where it stands; gone when it succeeded. A redrive goes on from here. */
  frame: Frame | undefined;
  interruption: Interruption | undefined;
  /** Its state machine is being deleted: it ends where it would enter its next state. */
  doomed = false;
  /** Called once when it ends. */
  readonly whenEnded: (() => void)[] = [];

  constructor(options: {
    arn: string;
    name: string;
    revision: Revision;
    input: Payload;
    iteration?: number | undefined;
    clock: Clock;
    observe: (execution: Execution, event: ExecutionEvent) => void;
  }) {
    this.arn = options.arn;
    this.name = options.name;
    this.revision = options.revision;
    this.input = options.input.text;
    this.inputValue = options.input.value;
    this.iteration = options.iteration;
    this.startDate = options.clock.now();
    // Express workflows have no quota of events ("Choosing workflow type in Step Functions").
    const most = this.isExpress ? Number.POSITIVE_INFINITY : undefined;
    this.log = new History(options.clock, (event) => options.observe(this, event), most);
  }

  /** It is billed by the time that it takes, tells no event bus of itself, and leaves no history but its log. */
  get isExpress(): boolean {
    return this.revision.mapRun?.isExpress ?? false;
  }

  countTransition(): void {
    if (!this.isExpress) this.stateTransitions += 1;
  }

  get stateMachineName(): string {
    return this.revision.stateMachineName;
  }

  get history(): readonly ExecutionEvent[] {
    return this.log.events;
  }

  get waits(): ExecutionWait[] {
    return this.status === 'RUNNING' && this.frame ? waitsOf(this.frame) : [];
  }

  /** Who the tasks' calls come from: a session of the state machine's role. */
  get caller(): Caller {
    return sessionOf(this.revision, this.name);
  }
}

/** A state in which an execution is: in several at once inside a Parallel or Map state. */
export interface ExecutionWait {
  readonly state: string;
  /** Milliseconds since the epoch, as the others. */
  readonly since: number;
  /** When a wait is over, the next attempt begins, or an answer will not be waited for any longer. */
  readonly until: number | undefined;
  /** Attempts of this visit that have failed. */
  readonly retries: number;
}

function waitsOf({ state, enteredAt: since, until, retries, fanOut }: Frame): ExecutionWait[] {
  const inside = (fanOut?.frames ?? []).filter((frame) => frame.started && !frame.output);
  return inside.length > 0
    ? inside.flatMap(waitsOf)
    : [{ state, since, until, retries: retries?.count ?? 0 }];
}

/** The workflow's variables in one scope: inner scopes see the outer ones and cannot change them. */
export class Variables {
  readonly #parent: Variables | undefined;
  readonly #own = new Map<string, Json>();

  constructor(parent?: Variables) {
    this.#parent = parent;
  }

  assign(values: Record<string, Json>): void {
    for (const [name, value] of Object.entries(values)) this.#own.set(name, value);
  }

  /** Adds every variable in sight to `target`. */
  copyTo(target: Record<string, unknown>): void {
    this.#parent?.copyTo(target);
    for (const [name, value] of this.#own) target[name] = value;
  }
}

/** One thread of states: a whole execution, a branch or an iteration. What a redrive needs, and nothing else. */
export class Frame {
  readonly group: Group;
  readonly variables: Variables;
  /** `$states.context.Map.Item`, inside an iteration. */
  readonly item: { readonly Index: number; readonly Value: Json } | undefined;
  state: string;
  input: Payload;
  /** The event that the next one follows. */
  previous = 0;
  started = false;
  /** The `…StateEntered` event of the current state; 0 before it. */
  enteredId = 0;
  enteredAt = 0;
  retries: Retries | undefined;
  /** When what it waits for comes, or will not be waited for any longer. */
  until: number | undefined;
  /** What the current Parallel or Map state has started. */
  fanOut: FanOut | undefined;
  /** Set when the thread has come to its end. */
  output: Payload | undefined;

  constructor(group: Group, input: Payload, variables: Variables, item?: Frame['item']) {
    this.group = group;
    this.state = group.startAt;
    this.input = input;
    this.variables = variables;
    this.item = item;
  }

  /** The current state gets a fresh start, as a redrive gives it: the next event follows its entry. */
  renew(): void {
    this.retries = undefined;
    const type = this.group.states.get(this.state)?.type;
    // "Reenters the Fail state and fails again."
    if (type === 'Fail') this.enteredId = 0;
    if (this.enteredId !== 0) this.previous = this.enteredId;
    for (const frame of this.fanOut?.frames ?? []) {
      if (frame.started && !frame.output) frame.renew();
    }
  }
}

/** The branches or iterations of a Parallel or inline Map state, or the Map Run of a distributed one. */
export interface FanOut {
  /** The `…StateStarted` or `MapRunStarted` event. */
  readonly startedId: number;
  readonly frames: readonly Frame[];
  readonly mapRun?: MapRun;
}

/** The children of a distributed Map state. */
export interface MapRun {
  readonly arn: string;
  readonly label: string;
  /** One for each child: its input, how many items that holds, and the child once it has been started. */
  readonly children: { readonly input: Payload; readonly items: number; execution?: Execution }[];
  redriveCount: number;
}
