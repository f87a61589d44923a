import * as z from 'zod/mini';

/** When an event happened. Compared as text with the times of other events, so all are of one form, and there are such times. */
export const EventTime = z
  .string()
  .check(
    z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/),
    z.refine(isTime, 'must be a time that exists'),
  );

/** The calendar has no 31st of February, and a time of the 99th would be later than all that come. */
function isTime(text: string): boolean {
  const at = new Date(text);
  return (
    !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text.slice(0, 'yyyy-mm-ddThh:mm:ss'.length))
  );
}
