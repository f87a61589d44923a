import type { ExecutionDocument, WaitView } from '../protocol.ts';

export function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}

export function day(milliseconds: number): string {
  const form = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  } as const;
  return new Date(milliseconds).toLocaleDateString('en-GB', form);
}

/** `3 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  const hours = Math.floor(minutes / 60);
  return `${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

export const STATUS: Record<ExecutionDocument['status'], string> = {
  RUNNING: 'runs',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  ABORTED: 'was stopped',
};

/** What an execution waits for, and until when. */
export function waits({ state, kind, until, retries, since }: WaitView, lastError: string | null): string {
  const end =
    until === null
      ? ''
      : day(until) === day(since)
        ? clockTime(until)
        : `${clockTime(until)} on ${day(until)}`;
  switch (kind) {
    case 'time':
      return `${state}: waits until ${end}`;
    case 'retry':
      return `${state}: asked ${counted(retries, 'time')}${lastError ? `, not yet (${lastError})` : ''}${end ? `; asks again at ${end}` : ''}`;
    case 'answer':
      return `${state}: waits for an answer since ${clockTime(since)}${end ? `, until ${end} at most` : ''}`;
    case 'execution':
      return `${state}: waits for the workflow that it has started`;
    case 'call':
      return `${state}: since ${clockTime(since)}`;
  }
}

/** Ids, tags and names of the CLI are not broken at their hyphens; the text stays what it is when it is copied. */
const WHOLE = /(\b(?:vpce?|subnet|sg|ou|r)-[\da-z-]+|\b\w{1,64}(?:-\w{1,64}){1,8}=\S{1,64})/;

/** A text in pieces: every second one is to stay in one line. */
export function pieces(text: string): string[] {
  return text.split(WHOLE);
}

/** The executions that only lead to others, are parts of them, or clean up behind them. */
export function isBehindTheScenes({ workflow, isPart }: ExecutionDocument): boolean {
  return isPart || workflow === 'dispatch' || workflow === 'clean-up';
}
