import type { Assumption } from '../assumption.ts';

const CONVERSATIONS = 'test/local/redis-cloud/ways.test.ts';
const WORKFLOWS = 'test/workflows/assumed.test.ts';
const FORMS = 'test/lambdas/redis-cloud/client/private-link.test.ts';
const NAMES = 'test/lambdas/aws/resources/dns-names.test.ts';
const EVIDENCE = 'test/lambdas/offboard/deciding/evidence.test.ts';

/** What readings of a PrivateLink show. */
export const readings = [
  {
    name: 'none-shape',
    about: 'Redis Cloud',
    question: 'How does a reading say that there is no PrivateLink?',
    alternatives: [
      { value: 'http-404', means: 'By HTTP 404.', outcome: 'It is none.' },
      { value: 'task-code', means: 'By a task that fails with a not-found code.', outcome: 'It is none.' },
      {
        value: 'task-status',
        means: 'By a task that fails with a code that nobody knows and the status `404 NOT_FOUND`.',
        outcome: 'It is none.',
      },
      { value: 'empty', means: 'By a task that completes with `{"links":[]}`.', outcome: 'It is none.' },
      { value: 'null', means: 'By a task that completes without a resource.', outcome: 'It is none.' },
      { value: 'no-content', means: 'By HTTP 204.', outcome: 'It is none.' },
      {
        value: 'in-turn',
        means: 'In each of these ways, one after the other.',
        outcome:
          '`onboard` creates a PrivateLink, which harms nothing where there is one. `offboard` takes three looks within a minute, and the answer to a removal, before it believes it.',
      },
    ],
    assumed: 'in-turn',
    local: 'in-turn',
    sources: ["Redis's Go client and its Terraform provider, which read three of them"],
    tried: [CONVERSATIONS, WORKFLOWS, EVIDENCE],
  },
  {
    name: 'while-initialising',
    about: 'Redis Cloud',
    question: 'What does a reading show of a PrivateLink that is being initialised?',
    alternatives: [
      { value: 'shown', means: 'The PrivateLink, `initializing`.', outcome: 'It is waited for.' },
      {
        value: 'empty',
        means: 'For some seconds nothing, as if there were none.',
        outcome: '`onboard` waits for what it has created. `offboard` does not take it for the end.',
      },
    ],
    assumed: 'empty',
    local: 'empty',
    sources: ["Redis's Terraform provider waits ten seconds before its first look"],
    tried: [CONVERSATIONS, WORKFLOWS, EVIDENCE],
  },
  {
    name: 'error-message',
    about: 'Redis Cloud',
    question: 'What is `errorMessage` where there is nothing to say?',
    alternatives: [
      { value: 'empty', means: 'An empty text.', outcome: 'Nothing is quoted.' },
      { value: 'null', means: '`null`.', outcome: 'The same.' },
      { value: 'absent', means: 'Left out.', outcome: 'The same.' },
    ],
    assumed: 'empty',
    local: 'absent',
    sources: ["Redis's guide shows an empty text"],
    tried: [CONVERSATIONS, WORKFLOWS, FORMS],
  },
  {
    name: 'unaccepted-principal',
    about: 'Redis Cloud',
    question: 'What is the state of a principal that has not accepted its invitation?',
    alternatives: [
      {
        value: 'associating',
        means: '`associating`.',
        outcome: 'The invitation is accepted, then the VPC is connected.',
      },
      {
        value: 'associated',
        means: '`associated`, as if it had.',
        outcome: 'AWS does not offer the target, so the invitation is looked for and accepted.',
      },
    ],
    assumed: 'associating',
    // The pages quote the steps of the stories.
    local: 'associating',
    sources: ['inferred from the names of the states'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'expired-invitation',
    about: 'Redis Cloud',
    question: 'What is the state of a principal whose invitation has expired?',
    alternatives: [
      { value: 'disassociated', means: '`disassociated`.', outcome: 'It is removed and added again.' },
      {
        value: 'associating',
        means: '`associating`, as before.',
        outcome: 'AWS RAM tells that it has expired; then it is removed and added again.',
      },
      { value: 'failed', means: '`failed`.', outcome: 'It is removed and added again.' },
    ],
    assumed: 'disassociated',
    local: 'associating',
    sources: ['AWS RAM takes a principal out of the share when its invitation expires; the rest is inferred'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'removed-principal',
    about: 'Redis Cloud',
    question: 'Is a principal still listed that was removed?',
    alternatives: [
      {
        value: 'leaves',
        means: 'For some seconds as `disassociating`, then no more.',
        outcome: '`offboard` waits until it is gone.',
      },
      {
        value: 'lags',
        means: 'For twenty seconds as `associated`, then no more.',
        outcome:
          'The same; it is not asked to go a second time. `onboard`, which removes one to add it again, does not take it for admitted.',
      },
      {
        value: 'stays',
        means: 'As `disassociated`, for good.',
        outcome: 'It counts as gone, and is added again when the account comes back.',
      },
    ],
    assumed: 'leaves',
    // A code says that all principals must be deleted before a PrivateLink is: those that stay could not be.
    local: 'leaves',
    sources: [
      '`disassociated` is among the states, and no source says when',
      'PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED…',
    ],
    tried: [CONVERSATIONS, WORKFLOWS, EVIDENCE],
  },
  {
    name: 'remnant',
    about: 'Redis Cloud',
    question: 'How does a principal that is listed as `disassociated` come back?',
    alternatives: [
      {
        value: 'remove-first',
        means: 'It is removed, and then added. To add it at once answers that it exists.',
        outcome: 'It is removed and added again.',
      },
      {
        value: 'add-again',
        means: 'It is added. To remove it answers that there is none.',
        outcome: 'After that answer it is added.',
      },
    ],
    assumed: 'remove-first',
    local: 'add-again',
    sources: ['nothing published says'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'added-principal',
    about: 'Redis Cloud',
    question: 'From when on is a principal listed that was added?',
    alternatives: [
      { value: 'at-once', means: 'From the end of its task on.', outcome: 'The next look shows it.' },
      {
        value: 'later',
        means: 'From twenty seconds later on.',
        outcome: 'It is waited for and not added again.',
      },
    ],
    assumed: 'at-once',
    // The pages quote how long admissions take.
    local: 'at-once',
    sources: ['`processing-completed` ends processing only ("Manage API tasks")'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'connection-type',
    about: 'Redis Cloud',
    question: 'How is the type of a connection spelled that a VPC endpoint has made?',
    alternatives: [
      { value: 'vpc_endpoint', means: '`vpc_endpoint`.', outcome: 'A disassociation repeats it.' },
      { value: 'VPC_ENDPOINT', means: '`VPC_ENDPOINT`.', outcome: 'The same.' },
    ],
    assumed: 'vpc_endpoint',
    local: 'VPC_ENDPOINT',
    sources: ["an example in Redis's guide"],
    tried: [CONVERSATIONS, WORKFLOWS, 'test/lambdas/offboard/deciding/offboarding.test.ts'],
  },
  {
    name: 'service-networks',
    about: 'Redis Cloud',
    question:
      'Do connections list associations of VPC Lattice service networks, and how is their type spelled?',
    alternatives: [
      { value: 'not-listed', means: 'No.', outcome: 'Every connection is of an endpoint.' },
      {
        value: 'service_network',
        means: 'Yes, as `service_network`. The local world has one in every account that has accepted.',
        outcome:
          'None is taken for that of an endpoint, and none is cut. A VPC that leaves does not take the account with it.',
      },
      { value: 'SERVICE_NETWORK', means: 'Yes, as `SERVICE_NETWORK`.', outcome: 'The same.' },
    ],
    assumed: 'service_network',
    // Whether an account has one is its owner's choice; the stories' accounts have none.
    local: 'not-listed',
    sources: ["Redis's guide names both ways to consume; the spelling is inferred"],
    tried: [CONVERSATIONS, WORKFLOWS, 'test/lambdas/offboard/deciding/offboarding.test.ts'],
  },
  {
    name: 'database-ports',
    about: 'Redis Cloud',
    question: 'Are the ports in `databases` those of the databases?',
    alternatives: [
      { value: 'right', means: 'Yes.', outcome: 'Names and ports that AWS reports are published.' },
      { value: 'zero', means: 'They are 0.', outcome: 'The same.' },
    ],
    assumed: 'right',
    local: 'zero',
    sources: ["an issue of Redis's Terraform provider: they were wrong in the past"],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'database-endpoint',
    about: 'Redis Cloud',
    question: 'What is `rlEndpoint` of a database, by which an association of AWS can be paired with it?',
    alternatives: [
      {
        value: 'other-name',
        means:
          'A DNS name in another domain than the private name that AWS gives, with the same first label.',
        outcome: 'The labels pair them, as long as private DNS is on.',
      },
      {
        value: 'private-name',
        means: 'The private DNS name, with the port.',
        outcome: 'The names pair them.',
      },
      {
        value: 'aws-id',
        means: 'The id of the resource configuration that AWS names as the associated resource.',
        outcome: 'The ids pair them, without private DNS, too.',
      },
      {
        value: 'empty',
        means: 'Nothing.',
        outcome:
          'The port in the private name pairs them if `port` is right. Else names are published without ids.',
      },
    ],
    assumed: 'private-name',
    local: 'empty',
    sources: [
      "Redis's Go client calls it the resource link endpoint, and its only sample is empty",
      'the discovery script lists `database_id` and `port` of each association',
    ],
    tried: [NAMES, CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'endpoint-script',
    about: 'Redis Cloud',
    question: 'What does the read of the endpoint script answer?',
    alternatives: [
      { value: 'both', means: 'Both scripts, always.', outcome: 'Both are stored.' },
      {
        value: 'terraform-if-asked',
        means: 'The Terraform script only with `?includeTerraformAwsScript=true`.',
        outcome: 'It is asked for, and both are stored.',
      },
      {
        value: 'null-at-first',
        means: 'Null for both in the first answer, as if nothing had been written yet.',
        outcome: 'Nothing is stored until there is something; a script that was stored before stays.',
      },
    ],
    assumed: 'terraform-if-asked',
    local: 'terraform-if-asked',
    sources: ["Redis's Go client asks so; the rest is inferred"],
    tried: [CONVERSATIONS, WORKFLOWS, 'test/lambdas/redis-cloud/client/tasks.test.ts'],
  },
] as const satisfies readonly Assumption[];
