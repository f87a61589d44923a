/** What cannot be counted on one machine. Each is told on the page, with its reason. */
export const ASSUMED = {
  hoursOfMonth: 730,
  /** Accounts that come in a month, and as many that go, of all. */
  changeOfMonth: 0.05,
  secondsOfInvocation: 0.3,
  gigabytesOfFunction: 0.5,
  /** What one function takes that looks into ten accounts, and so the Express execution around it. */
  secondsOfLook: 2,
  gigabytesOfLook: 1,
  gigabytesOfExpress: 0.0625,
  bytesOfHistoryEvent: 600,
  bytesOfInvocation: 500,
  zones: 3,
  gigabytesThroughEndpoint: 100,
};

export const REASONS: [string, string][] = [
  [`A month has ${ASSUMED.hoursOfMonth} hours.`, 'AWS counts so in its own examples.'],
  [
    `Each month ${percent(ASSUMED.changeOfMonth)} of the accounts join and as many leave; each has one VPC, connected in one Region by a resource share.`,
    'A guess. The tables show what one of each costs.',
  ],
  [
    `An invocation takes ${ASSUMED.secondsOfInvocation} s at ${ASSUMED.gigabytesOfFunction} GB.`,
    'The functions have 512 MB, but for two that have 1 GB. The time is one HTTP call with its TLS handshake, and was not measured on AWS.',
  ],
  [
    `A look into ten accounts takes ${ASSUMED.secondsOfLook} s, in a function of ${ASSUMED.gigabytesOfLook} GB and an Express execution of 64 MB.`,
    'Three rounds of calls, all accounts at once. In the local cloud they take 0.15 s of a processor, its own work included. It was not measured on AWS.',
  ],
  [
    `Step Functions logs ${ASSUMED.bytesOfHistoryEvent} bytes for each event of a history, and Lambda ${ASSUMED.bytesOfInvocation} for each invocation.`,
    'Without the data that passes through; the start, end and report lines.',
  ],
  [
    'One KMS request for each request to the table and each secret read.',
    'At most: DynamoDB keeps keys for five minutes.',
  ],
  [
    'The KMS key is in its first year.',
    'After each of its first two rotations AWS bills $1 a month more (not verified).',
  ],
  [
    'Instances of functions live on, and read the secret once.',
    'As in the local cloud. If each invocation of a function for Redis Cloud read it, that would still be cents.',
  ],
  ['Every execution is traced.', 'At most: X-Ray samples.'],
  [
    `An endpoint is in ${ASSUMED.zones} zones, and ${ASSUMED.gigabytesThroughEndpoint} GB go through it.`,
    'The zones are those of the local cloud’s VPCs; the traffic is a guess.',
  ],
];

function percent(share: number): string {
  return `${share * 100} %`;
}
