import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type Json } from '../../src/states/json.ts';

/** One event of a recorded history. JSON texts in its details have been parsed one level. */
export interface RecordedEvent {
  readonly type: string;
  readonly details: Readonly<Record<string, Json>>;
}

/** How a service answered one call of a task. */
export interface RecordedAnswer {
  /** What Step Functions gave to the service. */
  readonly given: Json;
  /** The index of the Map iteration. */
  readonly iteration?: number;
  /** The answer to the request itself, where the task waited for more. */
  readonly submitted?: Json;
  readonly result?: Json;
  readonly error?: { readonly error?: string; readonly cause?: string };
  /** The service never answered. */
  readonly timeout?: Json;
  readonly unfinished?: Json;
}

/** An execution as AWS recorded it, with what is needed to run it again. */
export interface Recording {
  readonly id: string;
  readonly template: Readonly<Record<string, Json>>;
  readonly input: Json;
  /** By the name of the Task state, in the order of the calls. */
  readonly replay: Readonly<Record<string, readonly RecordedAnswer[]>>;
  readonly outcome: {
    readonly status: string;
    readonly output?: Json;
    readonly error?: string;
    readonly cause?: string;
  };
  readonly recorded: readonly RecordedEvent[];
  /** States whose inner events may interleave. */
  readonly concurrent: readonly string[];
  /** The events inside Parallel states were sorted, and the one that ends them is missing. */
  readonly sortedParallel?: boolean;
}

/**
 * All recorded executions in a folder: its files `executions-*.json`.
 *
 * @throws Error that names the file, and the recording that is malformed.
 */
export function readRecordings(folder: string): Recording[] {
  const files = readdirSync(folder).filter((name) => /^executions-.*\.json$/.test(name));
  if (files.length === 0) throw new Error(`${folder} has no file executions-*.json.`);
  return files.sort().flatMap((name) => {
    const file = join(folder, name);
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new Error(`${file} is not JSON: ${(error as Error).message}`);
    }
    if (!Array.isArray(content)) throw new Error(`${file} must contain an array of recordings.`);
    return content.map((one, index) => checked(one, `${file}, recording ${index}`));
  });
}

/** @throws Error that says which member is missing or of another type. */
export function checked(one: unknown, where: string): Recording {
  if (!isObject(one)) throw new Error(`${where}: expected an object.`);
  const named = typeof one.id === 'string' ? `${where} (${one.id})` : where;
  const expect = (member: string, holds: boolean, what: string) => {
    if (!holds) throw new Error(`${named}: '${member}' must be ${what}.`);
  };
  expect('id', typeof one.id === 'string', 'a string');
  expect('template', isObject(one.template), 'an object');
  expect('input', one.input !== undefined, 'present');
  expect('replay', isObject(one.replay) && Object.values(one.replay).every(isAnswers), 'answers by state');
  expect('outcome', isObject(one.outcome) && typeof one.outcome.status === 'string', 'an outcome');
  expect('recorded', Array.isArray(one.recorded) && one.recorded.every(isEvent), 'a list of events');
  expect('concurrent', Array.isArray(one.concurrent), 'a list of states');
  return one as unknown as Recording;
}

function isAnswers(value: unknown): boolean {
  const ways = ['result', 'error', 'timeout', 'unfinished'];
  return (
    Array.isArray(value) && value.every((one) => isObject(one) && ways.some((way) => one[way] !== undefined))
  );
}

function isEvent(value: unknown): boolean {
  return isObject(value) && typeof value.type === 'string' && isObject(value.details);
}
