import { plain } from '../../shared/runtime/text.ts';
import type { Counts, Difference, Reconciliation } from './reconciliation.ts';
import type { Reported } from './strays.ts';

/** What a reconciliation has seen and done, for people. Long lists are cut. */
export interface Report {
  run: string;
  /** ISO time at which the run began. */
  at: string;
  /** Whether nothing was started. */
  dryRun: boolean;
  counts: Counts;
  /** What could not be looked at. */
  incomplete: string[];
  differences: Difference[];
  reported: Reported[];
  /** How many entries of each list did not fit. */
  leftOut: { incomplete: number; differences: number; reported: number };
}

/** Errors of AWS have some hundred characters. */
const LONGEST_TEXT = 4_000;
/** More than a report without its lists has. */
const ENVELOPE_BYTES = 2_000;

/** The report as JSON text of at most `bytes` bytes. */
export function reportOf(
  run: { run: string; at: string; dryRun: boolean },
  outcome: Reconciliation,
  bytes: number,
): string {
  const { counts } = outcome;
  const incomplete = withoutControls(outcome.incomplete);
  const differences = withoutControls(outcome.differences);
  const reported = withoutControls(outcome.reported);
  const room = bytes - ENVELOPE_BYTES;
  const first = fitting(incomplete, room / 5);
  const second = fitting(reported, room / 3);
  // The rest is for the differences.
  const third = fitting(differences, room - first.bytes - second.bytes);
  const report: Report = {
    ...run,
    counts,
    incomplete: first.kept,
    differences: third.kept,
    reported: second.kept,
    leftOut: {
      incomplete: incomplete.length - first.kept.length,
      differences: differences.length - third.kept.length,
      reported: reported.length - second.kept.length,
    },
  };
  return JSON.stringify(report);
}

/** What is in it was written by others: tags of member accounts, AWS, Redis Cloud. It is read in terminals. */
function withoutControls<T>(list: readonly T[]): T[] {
  return JSON.parse(JSON.stringify(list), (_name, value) =>
    typeof value === 'string' ? plain(value, LONGEST_TEXT) : value,
  );
}

/** The list's beginning, as far as it fits as JSON. */
export function fitting<T>(list: readonly T[], most: number): { kept: T[]; bytes: number } {
  let bytes = 2;
  const kept: T[] = [];
  for (const entry of list) {
    const more = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes + more > most) break;
    bytes += more;
    kept.push(entry);
  }
  return { kept, bytes };
}
