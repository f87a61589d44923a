import type { Ways } from './ways.ts';

type Members = Record<string, unknown>;

const STATES = new Set(['status']);
const NUMBERS = new Set(['id', 'subscriptionId', 'regionId', 'resourceId', 'databaseId', 'port']);
const LISTS = new Set(['principals', 'connections', 'databases']);

/** An answer's body as it goes over the wire: the same content, in the form that the ways ask for. */
export function written(body: unknown, ways: Ways): unknown {
  return write(body, ways, '');
}

function write(value: unknown, ways: Ways, name: string): unknown {
  if (Array.isArray(value)) {
    const list = value.map((one) => write(one, ways, ''));
    return ways['single-member-lists'] === 'member' && LISTS.has(name) && list.length === 1 ? list[0] : list;
  }
  if (typeof value === 'object' && value !== null) {
    // The reason of a failed task has a status of its own kind.
    const members = Object.entries(value).map(([key, member]): [string, unknown] =>
      name === 'error' ? [key, member] : [key, write(member, ways, key)],
    );
    return { ...Object.fromEntries(members), ...extras(value as Members, ways, name) };
  }
  if (typeof value === 'string' && STATES.has(name) && ways['state-spelling'] === 'upper') {
    return value.toUpperCase().replaceAll('-', '_');
  }
  return typeof value === 'number' && NUMBERS.has(name) && ways.numbers === 'texts' ? String(value) : value;
}

/** What is beside the members that are described. */
function extras(members: Members, ways: Ways, name: string): Members {
  if (ways['extra-members'] === 'none') return {};
  const nulls = name === 'response' ? ['resource', 'error', 'additionalInfo'] : [];
  return {
    ...Object.fromEntries(nulls.filter((one) => !(one in members)).map((one) => [one, null])),
    reserved: null,
    revision: { number: 1, tags: [] },
  };
}
