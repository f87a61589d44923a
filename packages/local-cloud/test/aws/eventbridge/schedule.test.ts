import { describe, expect, test } from '@jest/globals';
import { parseSchedule } from '../../../src/aws/eventbridge/schedule.ts';

/** The next times after a Friday morning. */
function next(expression: string, count = 2): string[] {
  const schedule = parseSchedule(expression);
  let time = Date.UTC(2026, 10, 20, 10, 15, 30);
  return Array.from({ length: count }, () => {
    time = schedule.next(time)!;
    return new Date(time).toISOString().slice(0, 16);
  });
}

describe('a schedule', () => {
  test.each([
    ['rate(1 minute)', ['2026-11-20T10:16', '2026-11-20T10:17']],
    ['rate(12 hours)', ['2026-11-20T22:15', '2026-11-21T10:15']],
    ['cron(0 10 * * ? *)', ['2026-11-21T10:00', '2026-11-22T10:00']],
    ['cron(0/15 * * * ? *)', ['2026-11-20T10:30', '2026-11-20T10:45']],
    ['cron(5,10 8-9 ? * MON-FRI *)', ['2026-11-23T08:05', '2026-11-23T08:10']],
    ['cron(0 0 1 JAN,JUL ? 2027-2028)', ['2027-01-01T00:00', '2027-07-01T00:00']],
    ['cron(0 0 L * ? *)', ['2026-11-30T00:00', '2026-12-31T00:00']],
    ['cron(0 0 1W * ? *)', ['2026-12-01T00:00', '2027-01-01T00:00']],
    ['cron(0 0 ? * 3#2 *)', ['2026-12-08T00:00', '2027-01-12T00:00']],
    ['cron(0 0 ? * 6L *)', ['2026-11-27T00:00', '2026-12-25T00:00']],
    ['cron(0 0 ? * L *)', ['2026-11-21T00:00', '2026-11-28T00:00']],
  ])('%s', (expression, times) => {
    expect(next(expression)).toEqual(times);
  });

  test('moves a weekend day to the nearest weekday of the month', () => {
    // 1 May 2027 is a Saturday, 31 January 2027 a Sunday.
    expect(next('cron(0 0 1W 5 ? 2027)', 1)).toEqual(['2027-05-03T00:00']);
    expect(next('cron(0 0 31W 1 ? 2027)', 1)).toEqual(['2027-01-29T00:00']);
  });

  test('that is over does not come again', () => {
    expect(parseSchedule('cron(0 0 1 1 ? 2020)').next(Date.UTC(2026, 0, 1))).toBeUndefined();
  });

  test.each([
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(60 10 * * ? *)',
    'cron(0 10 * * ?)',
    'at(2026-11-20T00:00:00)',
  ])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(expect.objectContaining({ name: 'ValidationException' }));
  });
});
