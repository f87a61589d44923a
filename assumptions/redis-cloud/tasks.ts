import type { Assumption } from '../assumption.ts';

const CONVERSATIONS = 'test/local/redis-cloud/ways.test.ts';
const WORKFLOWS = 'test/workflows/assumed.test.ts';
const FORMS = 'test/lambdas/redis-cloud/client/tasks.test.ts';

/** How Redis Cloud answers about tasks. */
export const tasks = [
  {
    name: 'task-timestamp',
    about: 'Redis Cloud',
    question: "What does a task's `timestamp` tell?",
    alternatives: [
      {
        value: 'answer',
        means: 'The time at which the answer was written that you are reading.',
        outcome: 'Nothing depends on it: how long changes take is measured by this system itself.',
      },
      {
        value: 'last-change',
        means: 'The time at which the task came into its state.',
        outcome: 'The same.',
      },
      { value: 'absent', means: 'It is left out.', outcome: 'The same.' },
    ],
    assumed: 'answer',
    local: 'answer',
    sources: [
      'Redis, "Manage API tasks": the time of the response',
      'the published API description: a date-time',
    ],
    tried: [CONVERSATIONS, WORKFLOWS, 'test/lambdas/shared/coordination/change-durations.test.ts'],
  },
  {
    name: 'fresh-task',
    about: 'Redis Cloud',
    question: 'From when on is a task known that was started just now?',
    alternatives: [
      { value: 'at-once', means: 'At once.', outcome: 'The first look at it tells.' },
      {
        value: 'moment',
        means: 'After some 0.3 seconds; until then it answers 404.',
        outcome: 'The step looks again two seconds later.',
      },
      {
        value: 'two-reads',
        means: 'After two answers of 404.',
        outcome: 'The first look asks again at once, and tells.',
      },
      {
        value: 'five-reads',
        means: 'After five answers of 404.',
        outcome:
          'The same after changes and readings of an onboarding. Other steps look up to twelve times within a minute and a half.',
      },
    ],
    assumed: 'moment',
    // Five would delay each task by half a minute, and the pages quote how long the stories take.
    local: 'moment',
    sources: ["Redis's Go client tolerates five answers of 404"],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'task-states',
    about: 'Redis Cloud',
    question: 'Are there states of a task that are not in the published list?',
    alternatives: [
      { value: 'documented', means: 'No.', outcome: 'Two of the five are final.' },
      {
        value: 'others',
        means: 'A task is `queued` before it is `received`.',
        outcome: 'An unknown state without a result is not final, and the step looks on.',
      },
    ],
    assumed: 'documented',
    local: 'others',
    sources: ['the published API description lists five'],
    tried: [CONVERSATIONS, WORKFLOWS, FORMS],
  },
  {
    name: 'task-lifetime',
    about: 'Redis Cloud',
    question: 'How long is a task known after it has ended?',
    alternatives: [
      {
        value: 'long',
        means: 'For longer than anybody asks.',
        outcome: 'The result is read when it is there.',
      },
      {
        value: 'minute',
        means: 'For a minute; then it answers 404.',
        outcome: 'A reading is repeated; after a change, a reading tells what came of it.',
      },
    ],
    assumed: 'long',
    local: 'minute',
    sources: ['nothing published says'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'state-spelling',
    about: 'Redis Cloud',
    question: 'How are states spelled: of tasks, PrivateLinks, principals and subscriptions?',
    alternatives: [
      {
        value: 'lower',
        means: 'As in the examples: `processing-completed`, `active`.',
        outcome: 'They are read so.',
      },
      {
        value: 'upper',
        means: 'As `PROCESSING_COMPLETED` and `ACTIVE`.',
        outcome: 'Letters, hyphens and underscores make no difference.',
      },
    ],
    assumed: 'lower',
    local: 'upper',
    sources: ['the published API description lists the states of tasks; for the others it has examples only'],
    tried: [CONVERSATIONS, WORKFLOWS, FORMS],
  },
  {
    name: 'task-error-form',
    about: 'Redis Cloud',
    question: 'In which form does a failed task give its reason?',
    alternatives: [
      {
        value: 'object',
        means: 'An object with `type`, `status` (`404 NOT_FOUND`) and `description`.',
        outcome: 'The type counts, and where it says nothing the status.',
      },
      {
        value: 'numbered-object',
        means: 'The same with `status` as a number.',
        outcome: 'The same.',
      },
      {
        value: 'code',
        means: 'A bare code, with the detail in `additionalInfo`.',
        outcome: 'The code counts; a vague one may pass.',
      },
      { value: 'in-turn', means: 'One after the other.', outcome: 'Each is read.' },
    ],
    assumed: 'in-turn',
    local: 'in-turn',
    sources: ['the published API description: a code', "Redis's Go client reads an object"],
    tried: [CONVERSATIONS, WORKFLOWS, FORMS],
  },
  {
    name: 'numbers',
    about: 'Redis Cloud',
    question: 'Are ids and ports written as numbers?',
    alternatives: [
      { value: 'numbers', means: 'Yes.', outcome: 'They are read so.' },
      { value: 'texts', means: 'As texts: `"port":"12345"`.', outcome: 'They are read as numbers.' },
    ],
    assumed: 'numbers',
    local: 'texts',
    sources: ['the published API description: integers'],
    tried: [CONVERSATIONS, WORKFLOWS, 'test/lambdas/redis-cloud/client/private-link.test.ts'],
  },
  {
    name: 'extra-members',
    about: 'Redis Cloud',
    question: 'Do answers hold members that nobody has described, and nulls?',
    alternatives: [
      { value: 'none', means: 'No.', outcome: 'Nothing to pass over.' },
      {
        value: 'some',
        means: 'Yes.',
        outcome: 'What is not needed is not looked at, and null is as if left out.',
      },
    ],
    assumed: 'none',
    local: 'some',
    sources: ['the published API description leaves the resource of a task open'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
  {
    name: 'single-member-lists',
    about: 'Redis Cloud',
    question: 'Is a list with one member a list?',
    alternatives: [
      { value: 'list', means: 'Yes.', outcome: 'It is read so.' },
      {
        value: 'member',
        means: 'It is the member itself.',
        outcome: 'An object in place of a list is a list of one.',
      },
    ],
    assumed: 'list',
    // No source hints at the other.
    local: 'list',
    sources: ['nothing published says otherwise'],
    tried: [CONVERSATIONS, WORKFLOWS, 'test/lambdas/redis-cloud/client/private-link.test.ts'],
  },
  {
    name: 'rate-limit-header',
    about: 'Redis Cloud',
    question: 'Do answers say how many requests are left?',
    alternatives: [
      {
        value: 'present',
        means: 'Yes, in `X-Rate-Limit-Remaining`.',
        outcome: 'Where few are left, nobody asks for ten seconds.',
      },
      { value: 'absent', means: 'No.', outcome: "This system's own budget of requests is all there is." },
    ],
    assumed: 'present',
    local: 'absent',
    sources: ['Redis, "Rate limits" of the API'],
    tried: [CONVERSATIONS, WORKFLOWS],
  },
] as const satisfies readonly Assumption[];
