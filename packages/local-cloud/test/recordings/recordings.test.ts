import { describe, expect, test } from '@jest/globals';
import { falsified } from './falsify.ts';
import { type Recording, readRecordings } from './recording.ts';
import { countOf, differences, type Judged, refusedOf, table } from './report.ts';
import { judge, TIERS } from './tiers.ts';

const { RECORDINGS: folder } = process.env;

/** One in so many recordings is also tried with every falsification. */
const FALSIFIED = 5;

if (folder === undefined) {
  const why =
    'there are none here: RECORDINGS=/path npm test -- packages/local-cloud/test/recordings runs them';
  test.skip(`executions recorded by AWS (${why})`, () => {});
} else {
  const recordings = readRecordings(folder);
  describe('executions recorded by AWS', () => {
    test('run here as they ran there', async () => {
      const judged = await judgeAll(recordings);
      process.stdout.write(`${table(judged)}\n\n${differences(judged)}\n`);
      expect(TIERS.map((tier) => [tier, countOf(judged, tier).different])).toEqual(
        TIERS.map((tier) => [tier, []]),
      );
      expect(refusedOf(judged)).toEqual([]);
    });

    const some = recordings.filter((_, index) => index % FALSIFIED === 0);
    test.each(some.map((recording) => [recording.id, recording] as const))(
      'are noticed when they are falsified: %s',
      async (_, recording) => {
        for (const { tier, how, recording: other } of falsified(recording)) {
          const verdict = await judge(other);
          expect({ how, noticed: !('refused' in verdict) && verdict[tier] !== undefined }).toEqual({
            how,
            noticed: true,
          });
        }
      },
    );
  });
}

async function judgeAll(recordings: readonly Recording[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const recording of recordings) judged.push({ id: recording.id, verdict: await judge(recording) });
  return judged;
}
