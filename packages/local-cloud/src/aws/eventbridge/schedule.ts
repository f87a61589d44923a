import { AwsError } from '../service.ts';

/** Tells when a schedule fires next. */
export interface Schedule {
  /** The first time after `time` (milliseconds since the epoch), or undefined if there is none. */
  next(time: number): number | undefined;
}

const minute = 60_000;
const day = 24 * 60 * minute;
const units = new Map([
  ['minute', minute],
  ['hour', 60 * minute],
  ['day', day],
]);
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/**
 * Reads `rate(value unit)` and `cron(minutes hours day-of-month month day-of-week year)`, as the EventBridge
 * User Guide documents in "Setting a schedule pattern". Times are UTC.
 *
 * @throws AwsError `ValidationException`
 */
export function parseSchedule(expression: string): Schedule {
  const rate = /^rate\((\d{1,9}) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate) {
    const [, value, unit = '', plural] = rate;
    if (Number(value) === 0 || (Number(value) === 1) === (plural === 's')) throw notValid();
    const period = Number(value) * units.get(unit)!;
    return { next: (time) => time + period };
  }
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  if (!cron) throw notValid();
  const [, minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = cron;
  // One of the two days must be left open.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw notValid();
  const inMonth = listed(month, 1, 12, months, 1);
  const inYear = listed(year, 1970, 2199);
  const onDay = dayOfWeek === '?' ? daysOfMonth(dayOfMonth) : daysOfWeek(dayOfWeek);
  const timesOfDay = times(listed(hours, 0, 23), listed(minutes, 0, 59));
  return {
    next: (time) => {
      for (let start = time - (time % day); ; start += day) {
        const date = new Date(start);
        if (date.getUTCFullYear() > 2199) return undefined;
        if (!inYear(date.getUTCFullYear()) || !inMonth(date.getUTCMonth() + 1) || !onDay(date)) continue;
        const found = timesOfDay.find((offset) => start + offset > time);
        if (found !== undefined) return start + found;
      }
    },
  };
}

function times(inHour: (value: number) => boolean, inMinute: (value: number) => boolean): number[] {
  const found: number[] = [];
  for (let offset = 0; offset < 24 * 60; offset++) {
    if (inHour(Math.floor(offset / 60)) && inMinute(offset % 60)) found.push(offset * minute);
  }
  return found;
}

/** Values, ranges, steps and lists of them. */
function listed(
  field: string,
  least: number,
  most: number,
  names: string[] = [],
  firstName = 0,
): (value: number) => boolean {
  const accepted = new Set<number>();
  const number = (written: string): number => {
    const named = names.indexOf(written.toUpperCase());
    const value = named >= 0 ? named + firstName : /^\d+$/.test(written) ? Number(written) : Number.NaN;
    if (!(value >= least && value <= most)) throw notValid();
    return value;
  };
  for (const part of field.split(',')) {
    const [range = '', step, ...rest] = part.split('/');
    const [from = '', to, ...more] = range.split('-');
    if (rest.length > 0 || more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) {
      throw notValid();
    }
    const first = from === '*' ? least : number(from);
    const open = from === '*' || step !== undefined;
    const last = to !== undefined ? number(to) : open ? most : first;
    if (last < first) throw notValid();
    for (let value = first; value <= last; value += Number(step ?? 1)) accepted.add(value);
  }
  return (value) => accepted.has(value);
}

/** `L` is the last day, `15W` the weekday nearest to the 15th. */
function daysOfMonth(field: string): (date: Date) => boolean {
  if (field === 'L') return (date) => date.getUTCDate() === lastDay(date);
  const weekday = /^(\d{1,2})W$/.exec(field);
  if (!weekday) {
    const accepted = listed(field, 1, 31);
    return (date) => accepted(date.getUTCDate());
  }
  const wanted = Number(weekday[1]);
  if (wanted < 1 || wanted > 31) throw notValid();
  return (date) => {
    const target = Math.min(wanted, lastDay(date));
    const weekdayOfTarget = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), target)).getUTCDay();
    let nearest = target;
    if (weekdayOfTarget === 6) nearest = target === 1 ? 3 : target - 1;
    if (weekdayOfTarget === 0) nearest = target === lastDay(date) ? target - 2 : target + 1;
    return date.getUTCDate() === nearest;
  };
}

/** `L` is Saturday, `6L` the last Friday of the month, `3#2` its second Tuesday. Sunday is 1. */
function daysOfWeek(field: string): (date: Date) => boolean {
  const special = /^(\w{1,3}?)(?:(L)|#([1-5]))$/.exec(field);
  if (special) {
    const accepted = listed(special[1]!, 1, 7, weekdays, 1);
    return (date) => {
      if (!accepted(date.getUTCDay() + 1)) return false;
      if (special[2]) return date.getUTCDate() + 7 > lastDay(date);
      return Math.ceil(date.getUTCDate() / 7) === Number(special[3]);
    };
  }
  const accepted = listed(field === 'L' ? 'SAT' : field, 1, 7, weekdays, 1);
  return (date) => accepted(date.getUTCDay() + 1);
}

function lastDay(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function notValid(): AwsError {
  return new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
}
