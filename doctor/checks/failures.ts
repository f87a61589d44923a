import type { Check } from '../examination.ts';
import { CannotTell, missing, ok } from '../finding.ts';
import { read } from '../status/read.ts';
import { counted, statusOf } from '../status/status.ts';

/** Nothing has failed that nobody has mended since. */
export const failures: Check = {
  name: 'failures that are not mended',
  places: ['hub'],
  async look(examination) {
    const readings = await read(examination);
    // Without the hub stack, that has been said.
    if (!readings.table && readings.unseen.length === 0) return [];
    const [unseen] = readings.unseen;
    if (unseen !== undefined) throw new CannotTell(unseen.slice(unseen.indexOf(': ') + 2));
    const { length } = statusOf(readings).failures;
    if (length === 0) return [ok('no failure waits to be mended')];
    return [
      missing(
        `${counted(length, 'failure')} not mended`,
        `npm run status -- --config ${examination.config} says which, why, and what to do`,
      ),
    ];
  },
};
