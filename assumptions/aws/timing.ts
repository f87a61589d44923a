import type { Assumption } from '../assumption.ts';

const CLOUD = 'packages/local-cloud/test/timing.test.ts';
const PLAYS = 'proof/assumptions/aws-stories.ts';

/** How long AWS takes. */
export const timing = [
  {
    name: 'event-delay',
    about: 'AWS',
    question: 'How long do events take that tell of API calls and tags?',
    alternatives: [
      { value: 'seconds', means: 'Five seconds.', outcome: 'What they call for begins then.' },
      {
        value: 'minutes',
        means: 'One second to five minutes, so that they come in any order.',
        outcome:
          'An event only tells where to look. What is there when it comes decides, and an older event than one already acted on changes nothing.',
      },
    ],
    assumed: 'minutes',
    // The pages quote how long the stories take.
    local: 'seconds',
    sources: [
      'CloudTrail User Guide: events are delivered within about five minutes, which is not guaranteed',
      'EventBridge User Guide: best effort',
    ],
    tried: [CLOUD, PLAYS],
  },
  {
    name: 'described-changes',
    about: 'AWS',
    question: 'Does EC2 describe a change as soon as it has been made?',
    alternatives: [
      { value: 'at-once', means: 'Yes.', outcome: 'The next look tells.' },
      {
        value: 'lag',
        means: 'Up to eight seconds later.',
        outcome:
          'What an execution has made itself it does not look for. Another look is taken, and a request that is repeated under its client token makes nothing twice.',
      },
    ],
    assumed: 'lag',
    // The pages quote how long the stories take.
    local: 'at-once',
    sources: ['"Eventual consistency in the Amazon EC2 API": wait some seconds up to minutes'],
    tried: [CLOUD, PLAYS],
  },
  {
    name: 'stack-set-pace',
    about: 'AWS',
    question: 'When does StackSets take the role from an account that leaves, or give it to one that comes?',
    alternatives: [
      {
        value: 'at-once',
        means: 'Before anybody hears of it.',
        outcome: 'An account that leaves is disconnected at Redis Cloud. What is left in it is noted.',
      },
      {
        value: 'minutes',
        means: 'Some minutes later.',
        outcome: 'The role may go in the middle of an offboarding; then the same.',
      },
      {
        value: 'late',
        means: 'An hour later.',
        outcome:
          'The account is cleaned up with its role. Where an account comes, its onboarding fails clearly, and a reconciliation makes up for it.',
      },
    ],
    assumed: 'minutes',
    local: 'minutes',
    sources: ['"Manage automatic deployments" of the CloudFormation User Guide, which names no time'],
    tried: [CLOUD, PLAYS],
  },
  {
    name: 'stack-event',
    about: 'AWS',
    question: 'Does a rule that a stack makes hear of the end of that same stack?',
    alternatives: [
      {
        value: 'heard',
        means: 'Yes: the stack ends when all that it makes is there.',
        outcome: 'The VPCs of a new account are looked at at once.',
      },
      {
        value: 'missed',
        means: 'No: a new rule begins to match a little later.',
        outcome: 'The next reconciliation looks at them.',
      },
    ],
    assumed: 'heard',
    local: 'heard',
    sources: [
      'EventBridge User Guide: it may take a short time until a new rule matches',
      '"CloudFormation event details" of the CloudFormation User Guide, for the form of the event',
    ],
    tried: ['test/workflows/new-account.test.ts'],
  },
] as const satisfies readonly Assumption[];
