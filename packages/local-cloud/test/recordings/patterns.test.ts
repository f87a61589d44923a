import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { falsifiedPattern, judgePatterns, type PatternRecording } from './patterns.ts';

const folder = process.env.RECORDINGS;
const withRecordings = folder ? describe : describe.skip;

/** True of AWS, and written for this test. */
const own: PatternRecording[] = [
  { label: 'match', event: '{"a":1}', pattern: '{"a":[1]}', want: true },
  { label: 'none', event: '{"a":"1"}', pattern: '{"a":[1]}', want: false },
  {
    label: 'refusal',
    event: '{}',
    pattern: '{"a":1}',
    want: 'exc',
    msg: {
      exception_message: {
        Error: { Message: 'Event pattern is not valid. Reason: "a" must be an object or an array' },
      },
    },
  },
];

describe('the judge of patterns', () => {
  test('finds what is the same', () => {
    expect(judgePatterns(own)).toEqual({ same: 3, different: [], refused: [] });
  });

  test('notices falsified answers', () => {
    const { same, different, refused } = judgePatterns(own.map(falsifiedPattern));
    expect({ same, different: different.length, refused: refused.length }).toEqual({
      same: 0,
      different: 2,
      refused: 1,
    });
  });

  test('notices another reason', () => {
    const msg = { exception_message: { Error: { Message: 'Another reason' } } };
    expect(judgePatterns([{ ...own[2]!, msg }]).different).toHaveLength(1);
  });
});

withRecordings(
  'event patterns that AWS recorded (the folder is in the environment variable RECORDINGS)',
  () => {
    const read = (): PatternRecording[] =>
      JSON.parse(readFileSync(join(folder!, 'event-patterns.json'), 'utf8'));

    test('have the same answers here', () => {
      const { same, different, refused } = judgePatterns(read());
      process.stdout.write(
        `event patterns: ${same} same, ${different.length} different, ${refused.length} refused\n`,
      );
      expect({ different, refused }).toEqual({ different: [], refused: [] });
      expect(same).toBeGreaterThan(0);
    });

    test('are noticed when they are falsified', () => {
      const recordings = read();
      const { different, refused } = judgePatterns(recordings.map(falsifiedPattern));
      expect(different.length + refused.length).toBe(recordings.length);
    });
  },
);
