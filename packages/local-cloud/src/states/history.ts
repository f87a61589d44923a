import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import { HistoryFull } from './errors.ts';
import type { Json } from './json.ts';

export type { HistoryEventType } from '@aws-sdk/client-sfn';

/** The most events one execution may have ("Avoid reaching the history quota"). */
export const MAX_EVENTS = 25_000;

/**
 * One event of an execution's history, kept small. `details` are the members of AWS's `…EventDetails`, of which
 * there is one for each type; inputs and outputs are JSON texts.
 */
export interface ExecutionEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly type: HistoryEventType;
  readonly details?: Readonly<Record<string, unknown>>;
}

export class History {
  readonly events: ExecutionEvent[] = [];
  readonly #clock: Clock;
  readonly #observe: (event: ExecutionEvent) => void;
  readonly #most: number;

  /** @param most how many events it may have. */
  constructor(clock: Clock, observe: (event: ExecutionEvent) => void, most = MAX_EVENTS) {
    this.#clock = clock;
    this.#observe = observe;
    this.#most = most;
  }

  get lastId(): number {
    return this.events.length;
  }

  /**
   * @returns the event's id.
   * @throws HistoryFull when only the event that ends the execution has room.
   */
  add(type: HistoryEventType, previousEventId: number, details?: Record<string, unknown>): number {
    const id = this.events.length + 1;
    if (id >= this.#most && !ENDS.has(type)) throw new HistoryFull();
    const event = { id, previousEventId, timestamp: this.#clock.now(), type, details };
    this.events.push(event);
    this.#observe(event);
    return id;
  }
}

const ENDS: ReadonlySet<HistoryEventType> = new Set<HistoryEventType>([
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionAborted',
  'ExecutionTimedOut',
]);

/** Members with data of the execution, each with the member that says whether it was cut short. */
const DATA = new Map([
  ['input', 'inputDetails'],
  ['output', 'outputDetails'],
  ['assignedVariables', 'assignedVariablesDetails'],
]);

/** The event as `GetExecutionHistory` shows it. */
export function toHistoryEvent(
  event: ExecutionEvent,
  includeExecutionData: boolean,
): Record<string, unknown> {
  const { id, previousEventId, type } = event;
  const shown: Record<string, unknown> = { timestamp: new Date(event.timestamp), type, id, previousEventId };
  if (!event.details) return shown;
  const details: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(event.details)) {
    if (value === undefined) continue;
    const about = DATA.get(member);
    if (about !== undefined && !includeExecutionData) continue;
    details[member] = value;
    if (about !== undefined) details[about] = { truncated: false };
  }
  shown[detailsMember(type)] = details;
  return shown;
}

function detailsMember(type: HistoryEventType): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/** `assignedVariables`: each variable's JSON text, in the order of the names. */
export function assignedVariables(assigned: Record<string, Json>): Record<string, string> | undefined {
  const names = Object.keys(assigned).sort();
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, JSON.stringify(assigned[name])]));
}
