import { plain } from './text.ts';

/** What an invocation is about, as its log line says it. */
export interface Subject {
  execution: string | undefined;
  connection: string | undefined;
  account: string | undefined;
  vpc: string | undefined;
}

/** Where an event may keep it, the first first: in itself, in a request to check, in a change, in an event. */
const PLACES = ['request', 'change', 'event', 'detail'];

/**
 * Reads it from an event that may not have been valid. Nothing else of the event goes into a log: it may hold a
 * task token.
 */
export function subjectOf(event: unknown): Subject {
  const places = [event, ...PLACES.map((name) => member(event, name))];
  const find = (name: string) => places.map((place) => text(member(place, name))).find((value) => value);
  const connection = member(event, 'connection');
  return {
    execution: find('executionName') ?? find('executionArn')?.split(':').at(-1) ?? find('run'),
    connection: text(member(connection, 'name')) ?? find('connection'),
    account: find('accountId') ?? find('account'),
    vpc: find('vpcId'),
  };
}

function member(value: unknown, name: string): unknown {
  return value instanceof Object && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? plain(value, 256) || undefined : undefined;
}
