import type { Assumption } from '../assumption.ts';

const NAMES = 'test/lambdas/aws/resources/dns-names.test.ts';
const WORKFLOWS = 'test/workflows/aws.test.ts';
const NETWORKS = 'test/workflows/service-network.test.ts';
const UNPLAYED = 'its stories are of connections without a service network';
const IP = 'test/workflows/ip-addresses.test.ts';

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
  {
    name: 'network-associations',
    about: 'AWS',
    question:
      'Do the associations of an endpoint of a service network name the resource configuration that Redis Cloud shares, which is a group?',
    alternatives: [
      {
        value: 'grouped',
        means: 'Yes, as `ResourceConfigurationGroupArn`.',
        outcome:
          'Names are published that come through this resource configuration, whatever else the network holds.',
      },
      {
        value: 'ungrouped',
        means: 'No: only the resource itself is named.',
        outcome: 'Names of resources are published that belong to the account of the resource configuration.',
      },
    ],
    assumed: 'grouped',
    local: 'ungrouped',
    sources: ['"VpcEndpointAssociation" of the EC2 API reference, where every member is optional'],
    tried: [NAMES, 'test/workflows/service-network.test.ts'],
  },
  {
    name: 'hidden-network',
    about: 'AWS',
    question: 'How does CreateVpcEndpoint refuse a service network that is not shared with the account?',
    alternatives: [
      {
        value: 'InvalidServiceName',
        means: 'By this code, as it refuses services.',
        outcome: 'It is asked for again, for some minutes. Then the failure says who has to share it.',
      },
      { value: 'InvalidServiceNetworkArn.NotFound', means: 'By this code.', outcome: 'The same.' },
      {
        value: 'InvalidParameterValue',
        means: 'By this code, with the service network in the message.',
        outcome: 'The same.',
      },
    ],
    assumed: 'InvalidServiceName',
    local: 'InvalidParameterValue',
    sources: ['"Error codes for the Amazon EC2 API", which has none for service networks'],
    tried: ['test/lambdas/aws/create-vpc-endpoint.test.ts', NETWORKS],
    unplayed: UNPLAYED,
  },
  {
    name: 'fresh-configuration',
    about: 'AWS',
    question:
      'What does GetResourceConfiguration answer about what is in a share that was accepted just now?',
    alternatives: [
      { value: 'seen', means: 'It shows it.', outcome: 'It is associated with the network at once.' },
      {
        value: 'not-found',
        means: 'It does not know it yet (`ResourceNotFoundException`).',
        outcome: 'It is looked at again, for ten minutes at most.',
      },
      {
        value: 'denied',
        means: 'The account may not see it yet (`AccessDeniedException`).',
        outcome:
          'It is looked at again, for two minutes at most; then the onboarding fails and can be redriven.',
      },
    ],
    assumed: 'not-found',
    local: 'denied',
    sources: ['"GetResourceConfiguration" of the VPC Lattice API reference, which has both errors'],
    tried: [NETWORKS],
    unplayed: UNPLAYED,
  },
  {
    name: 'withdrawn-association',
    about: 'AWS',
    question:
      'What becomes of the association of a resource configuration with a service network when its maker is no principal of the share any more?',
    alternatives: [
      {
        value: 'ended',
        means: 'It ends.',
        outcome: 'The owner is admitted again and the network associated anew, by whoever comes next.',
      },
      {
        value: 'stays',
        means: 'It stays, and serves.',
        outcome:
          'It is found. An offboarding ends it before the owner is expelled, so nothing is left of it.',
      },
    ],
    assumed: 'ended',
    local: 'stays',
    sources: ['"Share resources" of the VPC Lattice guide, which does not say it'],
    tried: [NETWORKS],
    unplayed: UNPLAYED,
  },
  {
    name: 'pending-resources',
    about: 'AWS',
    question: 'What does AWS RAM list of a resource configuration in a share whose invitation is pending?',
    alternatives: [
      {
        value: 'listed',
        means: 'The resource configuration, with its type.',
        outcome: 'The share is accepted. With anything else in it, it is not, and the failure names that.',
      },
      {
        value: 'nothing',
        means: 'Nothing.',
        outcome:
          'The share is accepted: its owner has been looked at, and what is not told is no reason to refuse.',
      },
    ],
    assumed: 'listed',
    local: 'nothing',
    sources: [
      '"ListPendingInvitationResources" of the AWS RAM API reference, which does not say it of each type, and warns of empty pages',
    ],
    tried: ['test/lambdas/aws/accept-resource-share.test.ts', 'test/workflows/attacks.test.ts'],
  },
  {
    name: 'refused-zone',
    about: 'AWS',
    question: 'What does AWS name that refuses an endpoint in a zone in which its target is not offered?',
    alternatives: [
      {
        value: 'subnet',
        means: 'The subnet.',
        outcome: 'The subnet is left out, the endpoint is made in the others, and the record says so.',
      },
      { value: 'zone', means: 'The zone, by its id or its name.', outcome: 'The same.' },
    ],
    assumed: 'subnet',
    local: 'zone',
    sources: [
      'reports of interface endpoints: "does not support the availability zone of the subnet: subnet-…"',
      "AWS's and Redis's lists of zones without resource endpoints, which differ",
    ],
    tried: ['test/lambdas/aws/create-vpc-endpoint.test.ts', WORKFLOWS],
  },
  {
    name: 'hidden-target',
    about: 'AWS',
    question: 'How does CreateVpcEndpoint refuse a resource configuration whose share was accepted just now?',
    alternatives: [
      {
        value: 'InvalidServiceName',
        means: 'By this code.',
        outcome: 'The workflow asks again, for some minutes.',
      },
      { value: 'InvalidResourceConfigurationArn.NotFound', means: 'By this code.', outcome: 'The same.' },
      {
        value: 'InvalidParameterValue',
        means: 'By this code, with the resource configuration in the message.',
        outcome: 'The same. Where the message names a subnet or a zone, these are what is refused.',
      },
    ],
    assumed: 'InvalidServiceName',
    local: 'InvalidParameterValue',
    sources: ['reports of CreateVpcEndpoint right after the acceptance of a share'],
    tried: ['test/lambdas/aws/create-vpc-endpoint.test.ts', WORKFLOWS],
  },
  {
    name: 'refused-token',
    about: 'AWS',
    question: 'Does a client token of CreateVpcEndpoint stay with a request that AWS has refused?',
    alternatives: [
      {
        value: 'free',
        means: 'No: it may come with other subnets.',
        outcome: 'The token tells which subnets were left out, so two requests never differ under one token.',
      },
      {
        value: 'kept',
        means: 'Yes: other subnets under the same token are an `IdempotentParameterMismatch`.',
        outcome: 'The same.',
      },
    ],
    assumed: 'free',
    local: 'kept',
    sources: ['"Ensuring idempotency in Amazon EC2 API requests", which tells of requests that succeeded'],
    tried: ['test/lambdas/aws/create-vpc-endpoint.test.ts', WORKFLOWS],
  },
  {
    name: 'ipv6-subnets',
    about: 'AWS',
    question: 'Which subnets take a VPC endpoint that has IPv6 addresses only?',
    alternatives: [
      {
        value: 'only',
        means: 'Those for IPv6 only, as the guide says of endpoints of services.',
        outcome:
          'The endpoint is made in such subnets. Where the VPC has none, its onboarding fails with what AWS says.',
      },
      {
        value: 'any',
        means: 'Any that has an IPv6 block.',
        outcome:
          'The endpoint is made in subnets for IPv6 only where there are some, otherwise in the others.',
      },
    ],
    assumed: 'only',
    local: 'only',
    sources: [
      '"Create a VPC endpoint" of the AWS PrivateLink guide, which does not speak of endpoints of resources',
    ],
    tried: [IP],
  },
  {
    name: 'record-types',
    about: 'AWS',
    question:
      'Does CreateVpcEndpoint take a type of DNS records for endpoints of resources and service networks?',
    alternatives: [
      {
        value: 'taken',
        means: 'Yes, as for endpoints of services.',
        outcome: 'Names lead to the addresses of the endpoint.',
      },
      {
        value: 'refused',
        means: 'No: it is an invalid parameter.',
        outcome:
          'The endpoint is asked for again without it, and names lead to what AWS makes of its addresses.',
      },
    ],
    assumed: 'taken',
    local: 'refused',
    sources: ['"DnsOptionsSpecification" of the EC2 API reference, which names no types of endpoints'],
    tried: ['test/lambdas/aws/create-vpc-endpoint.test.ts', IP],
  },
] as const satisfies readonly Assumption[];
