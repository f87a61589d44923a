import type { Check } from '../examination.ts';
import { CannotTell, missing, ok } from '../finding.ts';
import { read } from '../status/read.ts';
import { counted, statusOf } from '../status/status.ts';

/** Nothing has failed that nobody has mended since, and nothing waits for an answer. */
export const failures: Check = {
  name: 'failures, removals that are held and what is left',
  places: ['hub'],
  async look(examination) {
    const readings = await read(examination);
    // Without the hub stack, that has been said.
    if (!readings.table && readings.unseen.length === 0) return [];
    const [unseen] = readings.unseen;
    if (unseen !== undefined) throw new CannotTell(unseen.slice(unseen.indexOf(': ') + 2));
    const { failures: failed, waiting, leftovers } = statusOf(readings);
    const left = leftovers.filter(({ staysSince }) => staysSince === null).length;
    const command = `npm run status -- --config ${examination.config} says which, why, and what to do`;
    return [
      failed.length === 0
        ? ok('no failure waits to be mended')
        : missing(`${counted(failed.length, 'failure')} not mended`, command),
      waiting.holds.length === 0
        ? ok('no removal is held')
        : missing(
            `${counted(waiting.holds.length, 'removal')} held, for a person to release or refuse`,
            command,
          ),
      left === 0
        ? ok('nothing is left in an account that lets nobody in')
        : missing(`something is left in ${counted(left, 'VPC')}`, command),
    ];
  },
};
