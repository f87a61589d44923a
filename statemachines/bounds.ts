import { MAX_POLLS, POLL_SECONDS } from '../lambdas/shared/workflows/bounds.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The numbers of the definitions, outside of their retriers. `npm run policies` writes them into the definitions,
 * and a test finds each number that is not from here.
 */
export interface Bound {
  readonly value: number;
  /** What it bounds, and why it is enough. */
  readonly why: string;
  /** Where it stands: a step and a text of it, with `#` for the number. A workflow alone is its topmost level. */
  readonly places: readonly (readonly [step: string, text: string])[];
}

/** How long an execution waits for the lock: 48 h. A hundred accounts that are admitted at once wait for hours. */
const LOCK_SECONDS = 48 * HOUR;

export const BOUNDS = {
  pollSeconds: {
    value: POLL_SECONDS,
    why: 'The pause between two polls of something that takes minutes.',
    places: [
      ['onboard / Wait for Redis Cloud', '$round(# *'],
      ['offboard / Wait for next poll', '? # :'],
      ['offboard / Wait for VPC endpoint', '"Seconds": #'],
      ['offboard / Wait for Redis Cloud', '$round(# *'],
      ['endpoint-script / Wait for next request', '"Seconds": #'],
    ],
  },
  maxPolls: {
    value: MAX_POLLS,
    why: '120 polls, 15 s apart, are half an hour: what takes longer needs a person.',
    places: [
      ['offboard / Polls left?', '$polls <= #'],
      ['endpoint-script / Polls left?', '$refusals <= #'],
    ],
  },
  refusedGrowth: {
    value: 1.3,
    why: 'Each refusal makes the next pause longer, from 15 s to five minutes with the twelfth.',
    places: [
      ['onboard / Wait for Redis Cloud', '$power(#,'],
      ['offboard / Wait for Redis Cloud', '$power(#,'],
    ],
  },
  refusedPauseSeconds: {
    value: 5 * MINUTE,
    why: 'The longest pause after a refusal: what kept Redis Cloud busy may be over for so long without anybody asking.',
    places: [
      ['onboard / Wait for Redis Cloud', '$min([#,'],
      ['offboard / Wait for Redis Cloud', '$min([#,'],
    ],
  },
  refusals: {
    value: 30,
    why: 'Thirty pauses that grow to five minutes are two hours: what keeps a subscription busy longer needs a person.',
    places: [
      ['onboard / Attempts left?', '$refusals > #'],
      ['offboard / Attempts left?', '$refusals > #'],
    ],
  },
  failures: {
    value: 6,
    why: 'Six changes in a row that came to nothing, over four minutes, are no accident.',
    places: [
      ['onboard / Attempts left?', '$failures > #'],
      ['offboard / Attempts left?', '$failures > #'],
    ],
  },
  absences: {
    value: 2,
    why: 'The first reading that shows no PrivateLink may be one that went wrong. From the second on it is taken seriously.',
    places: [
      ['offboard / Is the PrivateLink deleted?', '$absences < #'],
      ['offboard / Wait for next poll', '$absences < #'],
    ],
  },
  absencesInAll: {
    value: 3,
    why: 'A whole connection is gone when three readings in a row say so, and the subscription is not being changed.',
    places: [['offboard / Is the PrivateLink deleted?', '$absences != #']],
  },
  absencePauseSeconds: {
    value: MINUTE,
    why: 'What is shown by mistake is so for some seconds: the last look comes later.',
    places: [['offboard / Wait for next poll', ' : # %}']],
  },
  endpointPauseSeconds: {
    value: 10,
    why: 'Another execution creates the endpoint, or it was deleted just now: the VPC is described again so much later.',
    places: [['onboard / Wait for next poll', '"Seconds": #']],
  },
  settledSeconds: {
    value: MINUTE,
    why: 'The subnets of a new VPC come seconds after each other: two looks a minute apart that find the same have found all.',
    places: [['onboard / Wait for subnets to settle', '"Seconds": #']],
  },
  sharedReadSeconds: {
    value: 15 * MINUTE,
    why: 'So long an execution waits for the answer of another, and then reads itself. Eight times at most: two hours.',
    places: [
      ['onboard / Read PrivateLink', '"TimeoutSeconds": #'],
      ['offboard / Look at PrivateLink', '"TimeoutSeconds": #'],
    ],
  },
  lookGoodMilliseconds: {
    value: 5 * MINUTE * 1000,
    why: 'Ten accounts of a connection that goes wait for each other for so long. Then it is looked at again, with the lock in hand.',
    places: [['offboard / Is the look still good?', '($looked.at) < #']],
  },
  lockSeconds: {
    value: LOCK_SECONDS,
    why: 'Longer than any queue of executions that wait for the lock, and shorter than the execution itself.',
    places: [
      ['onboard / Acquire lock to create', '"TimeoutSeconds": #'],
      ['onboard / Acquire lock to admit', '"TimeoutSeconds": #'],
      ['onboard / Acquire lock to remove principal', '"TimeoutSeconds": #'],
      ['offboard / Acquire lock', '"TimeoutSeconds": #'],
    ],
  },
  connectingSeconds: {
    value: LOCK_SECONDS + DAY,
    why: 'The wait for the lock or for an approval (48 h each at most), and a day for all else.',
    places: [
      ['onboard', '"TimeoutSeconds": #'],
      ['offboard', '"TimeoutSeconds": #'],
    ],
  },
  scriptSeconds: {
    value: DAY,
    why: 'Every step with all its retries is less than three hours, and the half hour of polls comes on top.',
    places: [['endpoint-script', '"TimeoutSeconds": #']],
  },
  reconcileSeconds: {
    value: 12 * HOUR,
    why: 'A run in which Redis Cloud is busy takes hours. The next ones see that it still runs.',
    places: [['reconcile', '"TimeoutSeconds": #']],
  },
  shortSeconds: {
    value: HOUR,
    why: 'Some steps that wait for nobody, with all their retries.',
    places: [['clean-up', '"TimeoutSeconds": #']],
  },
  dispatchSeconds: {
    value: 3 * HOUR,
    why: 'The same, and an hour at most for which a removal waits (removals.graceMinutes).',
    places: [['dispatch', '"TimeoutSeconds": #']],
  },
  disassociations: {
    value: 1,
    why: 'The first failure may mean that it is disassociated already; the second does not.',
    places: [['offboard / Already disassociated?', '$failures = #']],
  },
  membersAtOnce: {
    value: 1_200,
    why: 'A Map takes 256 KiB, and what is kept of each account is 200 bytes at most. An execution has 25,000 events, and each account takes ten or more ("Step Functions service quotas").',
    places: [
      ['offboard / Are there too many members?', '$count($members) > #'],
      ['offboard / Too many accounts', 'offboards at most #'],
    ],
  },
  samePlanMilliseconds: {
    value: 10 * MINUTE * 1000,
    why: 'AWS reports one change by several events, within minutes. The same plan is carried out once in that time.',
    places: [
      ['dispatch / Record the plan', '$millis() + #'],
      ['dispatch / Record the plan for later', '$millis() + #'],
    ],
  },
  turnSeconds: {
    value: MINUTE,
    why: 'Changes of one VPC or account are taken one a minute: whoever writes tags again and again keeps nobody waiting.',
    places: [['dispatch / Wait for turn', '"Seconds": #']],
  },
  turnMilliseconds: {
    value: MINUTE * 1000,
    why: 'The same.',
    places: [['dispatch / Record the plan', '$millis() - #']],
  },
  runKeptSeconds: {
    value: 7 * DAY,
    why: 'A run is compared with the one before, and a person may look at it for a week.',
    places: [['reconcile / Check request', '/ 1000) + #']],
  },
  executionsAtOnce: {
    value: 10,
    why: 'StartExecution has a quota for each second, which all workflows of the account share.',
    places: [
      ['offboard / Offboard accounts', '"MaxConcurrency": #'],
      ['offboard / Start what is released', '"MaxConcurrency": #'],
      ['reconcile / Start executions', '"MaxConcurrency": #'],
    ],
  },
  gatheringSeconds: {
    value: 130,
    why: 'Two minutes in which holds are gathered (`claimTelling`), and a little more.',
    places: [['offboard / Gather what is held', '"Seconds": #']],
  },
  itemsAtOnce: {
    value: 5,
    why: 'A handful of items: connections of one event, security groups or records of one account.',
    places: [
      ['dispatch / Start executions', '"MaxConcurrency": #'],
      ['offboard / Delete security groups', '"MaxConcurrency": #'],
      ['offboard / Delete records', '"MaxConcurrency": #'],
    ],
  },
  readsAtOnce: {
    value: 4,
    why: 'Redis Cloud processes one task at a time, so that more would only wait.',
    places: [['reconcile / Read connections', '"MaxConcurrency": #']],
  },
  batchesAtOnce: {
    value: 20,
    why: 'Functions at once, each in ten accounts. Each account has quotas of its own; AssumeRole is shared by all.',
    places: [['reconcile / Inspect accounts', '"MaxConcurrency": #']],
  },
  toleratedFailures: {
    value: 100,
    why: 'Percent. The accounts of a batch that fails are left as they are, and the others are compared.',
    places: [['reconcile / Inspect accounts', '"ToleratedFailurePercentage": #']],
  },
  parentNameLength: {
    value: 70,
    why: 'Of the 80 characters of an execution, with room for the number of redrives: a name is taken for 90 days.',
    places: [
      ['onboard / Store script for owner', ', 0, #)'],
      ['offboard / Offboard account', ', 0, #) &'],
    ],
  },
  childErrorLength: {
    value: 120,
    why: "A child's error and the beginning of its cause, as its parent keeps them: those of as many accounts as it offboards can be carried.",
    places: [['offboard / Offboard account', '$text, 0, #)']],
  },
  childNoteLength: {
    value: 100,
    why: "The first note of a child's output, as its parent keeps it.",
    places: [['offboard / Offboard account', '$notes[0], 0, #)']],
  },
  namedAccounts: {
    value: 20,
    why: 'As many accounts as a message can name and still be read.',
    places: [
      ['offboard / Have all accounts ended well?', '$count($failed) > #'],
      ['offboard / Have all accounts ended well?', '$i < # }'],
    ],
  },
  sessionNameLength: {
    value: 60,
    why: 'The session of the connector role is named after it, in at most 64 characters.',
    places: [['reconcile / Look into accounts', ', 0, #)']],
  },
  refusalLength: {
    value: 500,
    why: 'What a person writes who refuses, which a message repeats.',
    places: [['onboard / Ask for approval', ', 0, #)']],
  },
  approverLength: {
    value: 200,
    why: 'The name of who approves, as the answer gives it.',
    places: [['onboard / Record approval', ', 0, #)']],
  },
} as const satisfies Record<string, Bound>;
