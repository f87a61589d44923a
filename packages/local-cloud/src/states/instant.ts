const OFFSET_DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d(?::\d\d)?)$/i;

/**
 * The moment that a timestamp names, as Java's `ISO_OFFSET_DATE_TIME` reads it: the offset must be there, seconds and
 * their fraction may be, and the day must exist.
 *
 * @returns milliseconds since the epoch; undefined for any other text.
 */
export function instant(text: string): number | undefined {
  const [, year, month, day, hour, minute, second = '00', fraction = '', offset] =
    OFFSET_DATE_TIME.exec(text) ?? [];
  if (offset === undefined) return undefined;
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > daysInMonth || Number(hour) > 23) return undefined;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const zone = offset.slice(0, 6).toUpperCase();
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}
