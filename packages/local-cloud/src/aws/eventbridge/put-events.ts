import type { CloudEvent } from '../events.ts';
import { AwsError, type Caller } from '../service.ts';
import { type Bus, type Buses, partsOfBusArn } from './buses.ts';

/** One entry of PutEvents. */
export interface PutEventsEntry {
  Time?: Date;
  Source?: string;
  Resources?: string[];
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
}

/** All entries of one call together (EventBridge User Guide, "Calculating PutEvents event entry size"). */
const largestRequestBytes = 256 * 1024;
const mostEntries = 10;

/** @throws AwsError `ValidationException` for a call with too many entries or too much in them */
export function checkEntries(entries: PutEventsEntry[] | undefined): PutEventsEntry[] {
  if (!entries || entries.length === 0 || entries.length > mostEntries) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length from 1 to ${mostEntries}`,
    );
  }
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size >= largestRequestBytes) {
    throw new AwsError(
      'ValidationException',
      'Total size of the entries in the request is over the limit.',
      413,
    );
  }
  return entries;
}

function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time ? 14 : 0);
}

/**
 * The event of an entry, and the bus that takes it.
 *
 * Sources that begin with `aws.` belong to AWS and are refused as AWS does, with one departure: the local cloud
 * takes them from the root user of an account, because a person with root keys plays AWS itself here.
 *
 * An unknown bus is an error of the entry. AWS accepts such an entry and drops it.
 *
 * @throws AwsError with the entry's error code
 */
export function eventOf(
  entry: PutEventsEntry,
  caller: Caller,
  context: { buses: Buses; now: number; newId: () => string },
): { event: CloudEvent; bus: Bus } {
  const { Source = '', DetailType = '', Detail = '', Resources = [], Time } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (value === '') {
      const reason = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
      throw new AwsError('InvalidArgument', reason);
    }
  }
  const detail = detailOf(Detail);
  if (!detail) throw new AwsError('MalformedDetail', 'Detail is malformed.');
  if (Source.startsWith('aws.') && !caller.arn.endsWith(':root')) {
    throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  const bus = busOf(entry.EventBusName, caller, context.buses);
  const event: CloudEvent = {
    version: '0',
    id: context.newId(),
    'detail-type': DetailType,
    source: Source,
    account: caller.accountId,
    time: toSeconds(Time?.getTime() ?? context.now),
    region: caller.region,
    resources: Resources,
    detail,
  };
  return { event, bus };
}

/** A time as events tell it. */
export function toSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Events may be put on another account's bus by its ARN, within the Region. */
function busOf(nameOrArn: string | undefined, caller: Caller, buses: Buses): Bus {
  const parts = partsOfBusArn(nameOrArn ?? '') ?? { ...caller, name: nameOrArn };
  const bus =
    parts.region === caller.region ? buses.get(parts.accountId, parts.region, parts.name) : undefined;
  if (!bus) {
    const reason = `Parameter EventBusName is not valid. Reason: Event bus ${nameOrArn} does not exist.`;
    throw new AwsError('InvalidArgument', reason);
  }
  return bus;
}

function detailOf(text: string): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail);
    return isObject ? (detail as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
