import type { ExecutionEvent } from '../../src/states/history.ts';
import type { Json } from '../../src/states/json.ts';
import { type Event, essence, pick } from './event.ts';
import { inOrderOf, kept } from './order.ts';
import type { Recording } from './recording.ts';
import { type Replayed, replay } from './replay.ts';
import { same } from './same.ts';

/** What is compared, from coarse to fine. */
export const TIERS = ['outcome', 'states', 'events', 'causes'] as const;
export type Tier = (typeof TIERS)[number];

/** For each tier what differs; nothing where all is the same. */
export type Verdict = { readonly [tier in Tier]: string | undefined } | { readonly refused: string };

export async function judge(recording: Recording): Promise<Verdict> {
  return verdictOn(recording, await replay(recording));
}

function verdictOn(recording: Recording, replayed: Replayed): Verdict {
  if ('refused' in replayed) return replayed;
  const { execution, problems } = replayed;
  const { outcome } = recording;
  const recorded = kept(recording.recorded, recording);
  const actual = inOrderOf(recorded, kept(execution.history.map(eventOf), recording), recording);
  const states = (events: readonly Event[]) =>
    events.filter(({ type }) => type.endsWith('StateEntered')).map(({ details }) => details.name as Json);
  const ended = { ...execution, output: execution.output } as Record<string, unknown>;
  return {
    outcome: firstDifference([outcome], [pick(ended, Object.keys(outcome))], (one) => one),
    states: firstDifference(states(recorded), states(actual), (name) => name),
    events: firstDifference(recorded, actual, essence) ?? problems[0],
    causes: firstDifference(causes(recorded), causes(actual), (cause) => cause),
  };
}

function eventOf({ type, details = {} }: ExecutionEvent): Event {
  return { type, details };
}

function causes(events: readonly Event[]): unknown[] {
  return events
    .filter(({ type }) => /Failed$|TimedOut$/.test(type))
    .map(({ details }) => details.cause ?? null);
}

function firstDifference<T, U>(
  recorded: readonly T[],
  actual: readonly U[],
  shown: (one: T & U) => unknown,
): string | undefined {
  for (let index = 0; index < Math.max(recorded.length, actual.length); index += 1) {
    const [wanted, found] = [recorded, actual].map((list) =>
      index < list.length ? shown(list[index] as T & U) : undefined,
    );
    if (index >= recorded.length || index >= actual.length || !same(wanted, found)) {
      return `${index + 1}: ${JSON.stringify(wanted)} in AWS, ${JSON.stringify(found)} here`;
    }
  }
  return undefined;
}
