/** An event, recorded or not. */
export interface Event {
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Members of an event's details that must be as recorded. */
const COMPARED = [
  'name',
  'input',
  'output',
  'assignedVariables',
  'error',
  'index',
  'length',
  'parameters',
  'resource',
  'resourceType',
  'timeoutInSeconds',
  'heartbeatInSeconds',
  'state',
  'location',
];

/** What two events must have in common. */
export function essence({ type, details }: Event): unknown {
  return { type, ...pick(details, COMPARED) };
}

/** Some members, in this order. */
export function pick(
  details: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => details[name] !== undefined).map((name) => [name, details[name]]),
  );
}
