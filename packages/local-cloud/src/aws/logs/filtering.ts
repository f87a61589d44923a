import { acceptOnly } from '../members.ts';
import { pageOf } from '../pages.ts';
import { AwsError } from '../service.ts';
import { filterPattern } from './filter-pattern.ts';
import type { LogGroup } from './groups.ts';

export interface FilterLogEvents {
  logGroupName?: string;
  logGroupIdentifier?: string;
  logStreamNames?: string[];
  logStreamNamePrefix?: string;
  /** Milliseconds since the epoch, as is `endTime`. */
  startTime?: number;
  endTime?: number;
  filterPattern?: string;
  nextToken?: string;
  limit?: number;
  interleaved?: boolean;
}

const MEMBERS =
  'logGroupName logGroupIdentifier logStreamNames logStreamNamePrefix startTime endTime filterPattern nextToken limit interleaved'.split(
    ' ',
  );

/** `FilterLogEvents` of one group. */
export function filterEvents(input: FilterLogEvents, { events }: LogGroup) {
  acceptOnly(input, MEMBERS, 'InvalidParameterException');
  const { logStreamNames, logStreamNamePrefix = '', startTime = 0, nextToken, limit = 10_000 } = input;
  const { endTime = Number.POSITIVE_INFINITY } = input;
  if (logStreamNames && logStreamNamePrefix) {
    const message = 'logStreamNames and logStreamNamePrefix are not for one request.';
    throw new AwsError('InvalidParameterException', message);
  }
  const matches = filterPattern(input.filterPattern ?? '');
  const found = events.filter(
    ({ timestamp, logStreamName, message }) =>
      timestamp >= startTime &&
      timestamp <= endTime &&
      (logStreamNames?.includes(logStreamName) ?? true) &&
      logStreamName.startsWith(logStreamNamePrefix) &&
      matches(message),
  );
  const page = pageOf(found, {
    listing: `events-${input.filterPattern ?? ''}`,
    limit,
    most: 10_000,
    token: nextToken,
    invalidToken: 'InvalidParameterException',
  });
  return {
    events: page.items.map(({ id, timestamp, logStreamName, message }) => ({
      eventId: id,
      timestamp,
      ingestionTime: timestamp,
      logStreamName,
      message,
    })),
    searchedLogStreams: [],
    nextToken: page.nextToken,
  };
}
