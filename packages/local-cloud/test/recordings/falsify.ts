import type { Json } from '../../src/states/json.ts';
import type { RecordedEvent, Recording } from './recording.ts';
import type { Tier } from './tiers.ts';

/** A recording that AWS did not make, and the tier that must notice it. */
export interface Falsified {
  readonly how: string;
  readonly tier: Tier;
  readonly recording: Recording;
}

/** What no execution answers. */
const FALSE: Json = { falsified: true };

/** Every way to falsify the recording that it has room for. */
export function falsified(recording: Recording): Falsified[] {
  const { outcome, recorded } = recording;
  const found: Falsified[] = [];
  const add = (how: string, tier: Tier, change: Partial<Recording> | undefined) => {
    if (change) found.push({ how, tier, recording: { ...recording, ...change } });
  };
  const first = (type: RegExp) => recorded.findIndex(({ type: own }) => type.test(own));
  const without = (index: number) => (index < 0 ? undefined : { recorded: recorded.toSpliced(index, 1) });
  const changed = (index: number, details: Record<string, Json>) => {
    const event = recorded[index];
    if (!event) return undefined;
    const other: RecordedEvent = { ...event, details: { ...event.details, ...details } };
    return { recorded: recorded.with(index, other) };
  };

  if (outcome.output !== undefined) {
    add('another output', 'outcome', { outcome: { ...outcome, output: FALSE } });
  }
  if (outcome.error !== undefined) {
    add('another error', 'outcome', { outcome: { ...outcome, error: 'Falsified' } });
  }
  add('another status', 'outcome', { outcome: { ...outcome, status: 'FALSIFIED' } });
  add('a state less', 'states', without(first(/StateEntered$/)));
  add('an event less', 'events', without(first(/(Started|Scheduled|Exited|Succeeded)$/)));
  add('another output of a state', 'events', changed(first(/StateExited$/), { output: FALSE }));
  add('another error of an event', 'events', changed(first(/Failed$/), { error: 'Falsified' }));
  const failed = recorded.findIndex(({ details }) => details.cause !== undefined);
  add('another cause', 'causes', changed(failed, { cause: 'falsified' }));
  add('other arguments of a task', 'events', changed(first(/^TaskScheduled$/), { parameters: FALSE }));
  return found;
}
