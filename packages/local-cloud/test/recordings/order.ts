import { type Event, essence } from './event.ts';
import type { Recording } from './recording.ts';
import { same } from './same.ts';

const PARALLEL_END = /^ParallelState(Failed|Succeeded)$/;

/** The events that the recording has; where it sorted those inside Parallel states, it lost the one that ends them. */
export function kept(events: readonly Event[], { sortedParallel }: Recording): Event[] {
  return events.filter(({ type }) => !(sortedParallel && PARALLEL_END.test(type)));
}

/** The actual events, with those whose order means nothing in the order of the recorded ones that they match. */
export function inOrderOf(
  recorded: readonly Event[],
  actual: readonly Event[],
  recording: Recording,
): Event[] {
  const [wanted, found] = [recorded, actual].map((events) => unordered(events, recording));
  const result = [...actual];
  for (const [index, range] of found!.entries()) {
    const events = recorded.slice(wanted![index]?.start, wanted![index]?.end);
    const left = actual.slice(range.start, range.end);
    const matched = events.flatMap((event) => {
      const position = left.findIndex((one) => same(essence(event), essence(one)));
      return position < 0 ? [] : left.splice(position, 1);
    });
    result.splice(range.start, range.end - range.start, ...matched, ...left);
  }
  return result;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where the order of events means nothing. */
function unordered(events: readonly Event[], { concurrent, sortedParallel }: Recording): Range[] {
  const after = (start: number, ends: (event: Event) => boolean): Range => {
    const end = events.findIndex((event, index) => index >= start && ends(event));
    return { start, end: end < 0 ? events.length : end };
  };
  const ranges = events.flatMap(({ type, details: { name } }, index) => {
    if (sortedParallel && type === 'ParallelStateStarted') {
      return after(index + 1, (event) => /^ParallelState(Started|Exited)$|^Execution/.test(event.type));
    }
    if (!/^(Map|Parallel)StateEntered$/.test(type) || !concurrent.includes(name as string)) return [];
    return after(
      index + 1,
      (event) =>
        /^Execution/.test(event.type) || (/StateExited$/.test(event.type) && event.details.name === name),
    );
  });
  return ranges;
}
