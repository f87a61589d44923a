import type { Assumption } from '../assumption.ts';

const NAMES = 'test/lambdas/aws/resources/dns-names.test.ts';
const WORKFLOWS = 'test/workflows/aws.test.ts';

/** What VPC endpoints show. */
export const endpoints = [
  {
    name: 'endpoint-associations',
    about: 'AWS',
    question:
      'Are all associations of a resource endpoint there, with their names, as soon as it is available?',
    alternatives: [
      { value: 'together', means: 'Yes.', outcome: 'The VPC is connected at the first look.' },
      {
        value: 'one-by-one',
        means: 'They come one after the other, and their names later than themselves.',
        outcome:
          'As many as Redis Cloud lists databases are waited for, for ten minutes at most. Then what is there is published, and the record says what is missing. A reconciliation publishes what comes later.',
      },
    ],
    assumed: 'one-by-one',
    local: 'one-by-one',
    sources: ['"VpcEndpointAssociation" of the EC2 API reference, where every member is optional'],
    tried: [NAMES, WORKFLOWS],
  },
  {
    name: 'failed-association',
    about: 'AWS',
    question: 'What does AWS show of a resource endpoint of whose associations one has failed?',
    alternatives: [
      {
        value: 'none',
        means: 'It does not come to that.',
        outcome: 'Nothing is missing.',
      },
      {
        value: 'available',
        means: 'The endpoint is available, and the association has a `FailureCode`.',
        outcome:
          'The VPC is connected with the others. The record, the event and every reconciliation name the one that failed.',
      },
      {
        value: 'partial',
        means: 'The endpoint is `Partial`, and the association has a `FailureCode`.',
        outcome: 'The same, after ten minutes in which it may become available.',
      },
    ],
    assumed: 'available',
    local: 'none',
    sources: ['the members `FailureCode` and `FailureReason`, and the state `Partial`, of the EC2 API model'],
    tried: [NAMES, WORKFLOWS],
  },
] as const satisfies readonly Assumption[];
