import type { Assumption } from '../assumption.ts';

const CONVERSATIONS = 'test/local/redis-cloud/ways.test.ts';
const WORKFLOWS = 'test/workflows/assumed.test.ts';
const EVIDENCE = 'test/lambdas/offboard/deciding/evidence.test.ts';

/** How Redis Cloud answers changes. */
export const changes = [
  {
    name: 'write-answer',
    about: 'Redis Cloud',
    question: 'How is a creation, an admission or a removal answered?',
    alternatives: [
      { value: 'task', means: 'With a task.', outcome: 'The task is waited for.' },
      {
        value: 'no-content',
        means: 'With HTTP 204 and nothing else.',
        outcome:
          'The lock is kept until the subscription is active again. The readings that follow tell what came of it.',
      },
    ],
    assumed: 'task',
    // The pages quote how long the stories take.
    local: 'task',
    sources: ['the published API description names both'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'busy-answer',
    about: 'Redis Cloud',
    question: 'How is a change refused while another change of the subscription is under way?',
    alternatives: [
      {
        value: 'http-409',
        means: 'By HTTP 409 without a code.',
        outcome: 'The lock is released, the subscription is waited for, and the PrivateLink is read again.',
      },
      {
        value: 'task',
        means: 'By a task that fails with SUBSCRIPTION_NOT_ACTIVE or CONFLICT_ERROR.',
        outcome: 'The same.',
      },
    ],
    assumed: 'http-409',
    local: 'http-409',
    sources: ['reports of users of the Terraform provider, of both'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'exists-answer',
    about: 'Redis Cloud',
    question: 'How is a creation or an admission refused of what is there already?',
    alternatives: [
      {
        value: 'task',
        means: 'By a task that fails with a code.',
        outcome: 'The PrivateLink is read again.',
      },
      {
        value: 'http-409',
        means: 'By HTTP 409 without a code, as if the subscription were busy.',
        outcome: 'The lock is released and the PrivateLink is read again.',
      },
    ],
    assumed: 'task',
    local: 'http-409',
    sources: ['the body of a 409 has four members and no code'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'absent-answer',
    about: 'Redis Cloud',
    question: 'How is the removal of a principal, or of a connection, refused that is not there?',
    alternatives: [
      { value: 'task-code', means: 'By a task that fails with a not-found code.', outcome: 'It is gone.' },
      {
        value: 'task-status',
        means: 'By a task that fails with PRIVATE_LINK_SERVICE_ERROR and the status `404 NOT_FOUND`.',
        outcome: 'It is gone.',
      },
      { value: 'http-404', means: 'By HTTP 404.', outcome: 'It is gone.' },
    ],
    assumed: 'task-code',
    local: 'task-status',
    sources: ["Redis's Go client reads the status, whatever the code"],
    tried: [CONVERSATIONS, WORKFLOWS, EVIDENCE],
  },
  {
    name: 'pending-limit-answer',
    about: 'Redis Cloud',
    question: 'How is a change refused while three other subscriptions are changing?',
    alternatives: [
      {
        value: 'task',
        means: 'By a task that fails with TOO_MANY_PENDING_SUBSCRIPTIONS.',
        outcome: 'The lock is released and it is asked again later.',
      },
      {
        value: 'http-429',
        means: 'By HTTP 429, for as long as that lasts.',
        outcome:
          'Nobody asks anything for some seconds, then for a minute at a time; the step tries for up to an hour.',
      },
    ],
    assumed: 'task',
    local: 'http-429',
    sources: ['Redis, "Rate limits": 429 also for too many resources that are being changed'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'while-provisioning',
    about: 'Redis Cloud',
    question: 'Is the subscription active while a PrivateLink is being provisioned?',
    alternatives: [
      {
        value: 'pending',
        means: 'No, and other changes are refused.',
        outcome: 'They are asked for again later.',
      },
      { value: 'active', means: 'Yes.', outcome: 'Changes go on as soon as a task has ended.' },
    ],
    assumed: 'pending',
    local: 'pending',
    sources: ["Redis's Terraform provider waits for the subscription before each change"],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'creation-admits',
    about: 'Redis Cloud',
    question: 'Whom does the creation of a PrivateLink admit?',
    alternatives: [
      { value: 'first-principal', means: 'The principal that it names.', outcome: 'Nothing is left to do.' },
      { value: 'nobody', means: 'Nobody.', outcome: 'The reading shows it, and the account is added.' },
    ],
    assumed: 'first-principal',
    // The pages quote the steps of the stories.
    local: 'first-principal',
    sources: ['the published API description demands a principal, and does not say what for'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'share-name',
    about: 'Redis Cloud',
    question: 'May two PrivateLinks of an account have shares of the same name?',
    alternatives: [
      { value: 'any', means: 'Yes.', outcome: 'The configuration may name them as it likes.' },
      {
        value: 'unique',
        means: 'No: the second creation answers HTTP 409.',
        outcome:
          '`onboard` looks, finds no PrivateLink, tries for two hours, and fails with what Redis Cloud has said.',
      },
    ],
    assumed: 'any',
    local: 'unique',
    sources: ['nothing published says'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'disassociation-principal',
    about: 'Redis Cloud',
    question: 'What is the `principalId` of a connection that is to be disassociated?',
    alternatives: [
      {
        value: 'owner',
        means: "The connection's `ownerId`.",
        outcome: 'The connection is cut before its endpoint goes.',
      },
      {
        value: 'other',
        means: 'Something that no reading shows: the request is refused.',
        outcome: 'After two refusals the endpoint is deleted anyway, and the offboarding notes it.',
      },
    ],
    assumed: 'owner',
    // With the other one, nothing could ever be disassociated.
    local: 'owner',
    sources: ['inferred: the reading has no member of that name'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'deleted-endpoint',
    about: 'Redis Cloud',
    question: 'Can a PrivateLink be deleted after an endpoint was deleted that had not been disassociated?',
    alternatives: [
      {
        value: 'blocks',
        means: 'No: the deletion fails with GENERAL_ERROR.',
        outcome:
          'Connections are disassociated first. Where somebody else has deleted an endpoint, the account leaves, and the PrivateLink stays. `offboard` and each reconciliation say so.',
      },
      { value: 'harmless', means: 'Yes.', outcome: 'It is deleted.' },
    ],
    assumed: 'blocks',
    local: 'blocks',
    sources: ['a report of a user of the Terraform provider'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'delete-with-principals',
    about: 'Redis Cloud',
    question: 'Can a PrivateLink be deleted that has principals?',
    alternatives: [
      {
        value: 'refused',
        means: 'No: PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK.',
        outcome: 'It stays, and the offboarding notes why.',
      },
      {
        value: 'takes-all',
        means: 'Yes, and everybody loses the connection.',
        outcome: 'It is deleted only when several looks have shown nobody.',
      },
    ],
    assumed: 'refused',
    local: 'takes-all',
    sources: ['the code says no', "Redis's Terraform provider deletes both in one call"],
    tried: [CONVERSATIONS, WORKFLOWS, EVIDENCE],
  },
] as const satisfies readonly Assumption[];
