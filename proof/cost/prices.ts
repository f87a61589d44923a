/** A list price of AWS in us-east-1, without any free tier and without the tiers for large use. */
export interface Price {
  dollars: number;
  /** For how many of the unit. */
  per: number;
  unit: string;
  /** AWS's own page. */
  source: string;
  /** Where the figure was read when this file was last looked over; `not verified` where it is only remembered. */
  read: 'there' | 'elsewhere' | 'not verified';
}

/** When the prices were last looked over. */
export const PRICES_OF = '2026-11-24';

const page = (name: string) => `https://aws.amazon.com/${name}/pricing/`;

export const PRICES = {
  transitions: {
    dollars: 0.025,
    per: 1_000,
    unit: 'state transitions',
    source: page('step-functions'),
    read: 'there',
  },
  expressRequests: {
    dollars: 1,
    per: 1_000_000,
    unit: 'Express executions',
    source: page('step-functions'),
    read: 'elsewhere',
  },
  expressGigabyteSeconds: {
    dollars: 0.00001667,
    per: 1,
    unit: 'GB-seconds of Express executions',
    source: page('step-functions'),
    read: 'elsewhere',
  },
  invocations: {
    dollars: 0.2,
    per: 1_000_000,
    unit: 'invocations',
    source: page('lambda'),
    read: 'not verified',
  },
  gigabyteSeconds: {
    dollars: 0.0000133334,
    per: 1,
    unit: 'GB-seconds on arm64',
    source: page('lambda'),
    read: 'not verified',
  },
  tableReads: {
    dollars: 0.125,
    per: 1_000_000,
    unit: 'read request units',
    source: page('dynamodb'),
    read: 'not verified',
  },
  tableWrites: {
    dollars: 0.625,
    per: 1_000_000,
    unit: 'write request units',
    source: page('dynamodb'),
    read: 'not verified',
  },
  events: {
    dollars: 1,
    per: 1_000_000,
    unit: 'events put on a bus',
    source: page('eventbridge'),
    read: 'not verified',
  },
  secretReads: {
    dollars: 0.05,
    per: 10_000,
    unit: 'secret reads',
    source: page('secrets-manager'),
    read: 'not verified',
  },
  secrets: { dollars: 0.4, per: 1, unit: 'secrets', source: page('secrets-manager'), read: 'not verified' },
  keys: { dollars: 1, per: 1, unit: 'KMS keys', source: page('kms'), read: 'not verified' },
  keyRequests: {
    dollars: 0.03,
    per: 10_000,
    unit: 'KMS requests',
    source: page('kms'),
    read: 'not verified',
  },
  alarms: {
    dollars: 0.1,
    per: 1,
    unit: 'alarm metrics',
    source: page('cloudwatch'),
    read: 'not verified',
  },
  dashboards: { dollars: 3, per: 1, unit: 'dashboards', source: page('cloudwatch'), read: 'elsewhere' },
  metrics: { dollars: 0.3, per: 1, unit: 'own metrics', source: page('cloudwatch'), read: 'not verified' },
  logGigabytes: {
    dollars: 0.5,
    per: 1,
    unit: 'GB of logs taken in',
    source: page('cloudwatch'),
    read: 'elsewhere',
  },
  traces: { dollars: 5, per: 1_000_000, unit: 'traces', source: page('xray'), read: 'not verified' },
  resourceEndpointHours: {
    dollars: 0.02,
    per: 1,
    unit: 'hours of a resource endpoint',
    source: page('privatelink'),
    read: 'not verified',
  },
  interfaceEndpointHours: {
    dollars: 0.01,
    per: 1,
    unit: 'hours of an interface endpoint, in each zone',
    source: page('privatelink'),
    read: 'elsewhere',
  },
  endpointGigabytes: {
    dollars: 0.01,
    per: 1,
    unit: 'GB through an endpoint',
    source: page('privatelink'),
    read: 'elsewhere',
  },
} satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;

/** What so many of a unit cost, in dollars. */
export function dollars(name: PriceName, count: number): number {
  const { dollars, per } = PRICES[name];
  return (count / per) * dollars;
}
