import { ASSUMED } from './assumptions.ts';
import type { Counted } from './measure.ts';
import { dollars, type PriceName } from './prices.ts';
import type { Standing } from './standing.ts';
import { priced, times, together, type Usage } from './usage.ts';

/** What is billed together, and what it consists of. */
export const LINES: Record<string, PriceName[]> = {
  'Step Functions': ['transitions', 'expressRequests', 'expressGigabyteSeconds'],
  Lambda: ['invocations', 'gigabyteSeconds'],
  DynamoDB: ['tableReads', 'tableWrites'],
  EventBridge: ['events'],
  Logs: ['logGigabytes'],
  'Alarms, metrics, dashboard': ['alarms', 'metrics', 'dashboards'],
  'X-Ray': ['traces'],
  KMS: ['keys', 'keyRequests'],
  'Secrets Manager': ['secrets', 'secretReads'],
};

/** Dollars. */
export interface Bill {
  lines: Record<string, number>;
  total: number;
  /** The largest line. */
  dominates: string;
}

/** A month of an organization of this size. */
export interface Month {
  accounts: number;
  /** The hub's, when accounts come and go as assumed. */
  hub: Bill;
  /** The hub's, in addition, in the month in which all accounts are connected. */
  once: Bill;
  /** Of all member accounts together: their endpoints, by contract. */
  members: { resourceShare: Bill; endpointService: Bill };
}

export function monthOf(
  { accounts, connectAll, reconcile, join, leave }: Counted,
  standing: Standing,
): Month {
  const changes = accounts * ASSUMED.changeOfMonth;
  const used = together(
    standing.usage,
    times(reconcile, standing.reconciliations),
    times(join, changes),
    times(leave, changes),
  );
  const hours = accounts * ASSUMED.hoursOfMonth;
  const data = { Traffic: dollars('endpointGigabytes', accounts * ASSUMED.gigabytesThroughEndpoint) };
  return {
    accounts,
    hub: billOf(used),
    once: billOf(connectAll),
    members: {
      resourceShare: bill({ 'Endpoint hours': dollars('resourceEndpointHours', hours), ...data }),
      endpointService: bill({
        'Endpoint hours': dollars('interfaceEndpointHours', hours * ASSUMED.zones),
        ...data,
      }),
    },
  };
}

/** @throws Error for a use that no line has: a bill is whole */
function billOf(usage: Usage): Bill {
  const costs = priced(usage);
  const known = new Set(Object.values(LINES).flat());
  const lost = (Object.keys(costs) as PriceName[]).find((name) => !known.has(name));
  if (lost) throw new Error(`No line of the bill has ${lost}.`);
  return bill(
    Object.fromEntries(
      Object.entries(LINES).map(([line, names]) => [
        line,
        names.reduce((total, name) => total + (costs[name] ?? 0), 0),
      ]),
    ),
  );
}

function bill(lines: Record<string, number>): Bill {
  const entries = Object.entries(lines);
  return {
    lines,
    total: entries.reduce((total, [, cost]) => total + cost, 0),
    dominates: entries.reduce((largest, line) => (line[1] > largest[1] ? line : largest))[0],
  };
}
