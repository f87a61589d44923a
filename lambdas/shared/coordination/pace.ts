import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, type Key, table } from './table.ts';

/**
 * How long something takes that is looked at until it is done, so that the first look comes when it should be:
 *
 *   pk `pace#<what>`, sk `<kind>`: low, high (seconds), slow, early (see `Pace`), at (ISO time of the latest), expires
 *     (seconds since the epoch)
 *
 * The measure is this system's own: from the answer to the request until it was seen done.
 */

/** What was learned is true of a day: what was slow once is not slow for ever. */
const FORGOTTEN_AFTER = 24 * 60 * 60 * 1_000;

/** Whether it has become quicker is tried after so many that were as long as they should be: each try costs a look. */
const PATIENCE = 1;

/** It takes longer than `low` seconds, and not longer than `high`. */
export interface Pace {
  low: number;
  high: number;
  /** Whether the latest one took so much longer that it was not believed. The next one like it is. */
  slow: boolean;
  /** How many first looks in a row have seen one done, since it was known to the second. */
  early: number;
}

/** When it was looked at, in seconds from the answer to the request. */
export interface Observed {
  /** The first look, which did not see it done; 0 if it did. */
  unfinished: number;
  /** The look that saw it done. */
  done: number;
}

/** How the looks after the first follow each other: the first pause in seconds, and by what each next one is longer. */
export interface Looks {
  pause: number;
  growth: number;
}

/** What is known before anything was seen: it takes about so many seconds. */
export function guessOf(seconds: number): Pace {
  return { low: 0, high: 2 * seconds, slow: false, early: 0 };
}

/** Whole seconds after which it should be done, and not more than `longest`: the looks after the first cost little. */
export function expectedOf({ low, high }: Pace, longest: number): number {
  return Math.min(Math.max(Math.ceil((low + high) / 2), 1), longest);
}

/**
 * What one more teaches. Where looks have seen it unfinished and then done, it is known as exactly as they follow each
 * other. Where the first look saw it done, it lies before that. If it is known to the second, it may have become
 * quicker, which is tried after some: then each next first look comes earlier, by three times as much as the one
 * before.
 */
export function learned(pace: Pace, { unfinished, done }: Observed, { pause, growth }: Looks): Pace {
  const { low, high, early } = pace;
  if (unfinished === 0) {
    const isKnown = early > 0 || Math.ceil((low + done) / 2) >= Math.floor(done);
    if (!isKnown) return { low, high: done, slow: false, early };
    if (early < PATIENCE) return { low: Math.min(low, done), high: done, slow: false, early: early + 1 };
    const width = Math.max(high - low, 1);
    return { low: Math.max(0, Math.min(low, done) - 2 * width), high: done, slow: false, early };
  }
  if (!pace.slow && done > 3 * high + 10) return { ...pace, slow: true };
  // The last pause, of all pauses since the first look: the sum of the schedule, solved for it.
  const last = (pause + (growth - 1) * (done - unfinished)) / growth;
  return { low: Math.max(unfinished, done - last), high: done, slow: false, early: 0 };
}

export async function readPace(pk: string, kind: string): Promise<Pace | undefined> {
  const Item = await read(pk, kind);
  // DynamoDB deletes what has expired within days.
  const [low, high] = [Number(Item?.low?.N), Number(Item?.high?.N)];
  if (!(ageOf(Item) < FORGOTTEN_AFTER) || !(low >= 0 && low <= high)) return undefined;
  return { low, high, slow: Item?.slow?.BOOL ?? false, early: Number(Item?.early?.N ?? 0) };
}

/** Milliseconds since the latest one; NaN: there is none. */
export async function paceAge(pk: string, kind: string): Promise<number> {
  return ageOf(await read(pk, kind));
}

async function read(pk: string, kind: string) {
  return (await dynamodb().send(new GetItemCommand({ ...table(), Key: key(pk, kind) }))).Item;
}

function ageOf(item: Awaited<ReturnType<typeof read>>): number {
  return Date.now() - Date.parse(item?.at?.S ?? '');
}

export async function writePace(pk: string, kind: string, pace: Pace): Promise<void> {
  const now = Date.now();
  const Item = {
    ...key(pk, kind),
    low: { N: pace.low.toFixed(1) },
    high: { N: pace.high.toFixed(1) },
    slow: { BOOL: pace.slow },
    early: { N: String(pace.early) },
    at: { S: new Date(now).toISOString() },
    expires: { N: String(Math.ceil((now + FORGOTTEN_AFTER) / 1_000)) },
  };
  await dynamodb().send(new PutItemCommand({ ...table(), Item }));
}

function key(pk: string, kind: string): Key {
  return { pk: { S: pk }, sk: { S: kind } };
}
