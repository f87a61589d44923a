import { type Case, choices, values } from './case.ts';

const caught = (name: string, Cause: string | null) => ({ states: { errorOutput: { Error: name, Cause } } });
/** What a function has thrown, as a cause. */
const thrown = (errorMessage: string) => JSON.stringify({ errorType: 'E', errorMessage, trace: [] });
/** The failure of the execution of an account, as its parent catches it. */
const childEndedWith = (end: object) =>
  caught('States.TaskFailed', JSON.stringify({ Name: 'orders-a-1', Input: '{}', ...end }));

/** An offboarding of a connection as a whole: of each of its accounts, then of its PrivateLink. */
export const WHOLE_CONNECTION: readonly Case[] = [
  ...choices(
    'offboard / Are there more members?',
    {},
    [{ from: 500 }, 'Await members'],
    [{ from: null }, 'Are there too many members?'],
  ),
  ...choices(
    'offboard / Are there too many members?',
    {},
    [{ members: Array(1200).fill('a') }, 'Offboard accounts'],
    [{ members: Array(1201).fill('a') }, 'Too many accounts'],
  ),
  ...values(
    'offboard / Offboard account',
    'Output/principalRemoved',
    ...[true, false].map(
      (principalRemoved) =>
        [{ states: { result: { Output: { principalRemoved } } } }, principalRemoved] as const,
    ),
  ),
  ...values(
    'offboard / Offboard account',
    'Catch/0/Output/error',
    [
      childEndedWith({ Status: 'FAILED', Error: 'AccessDenied', Cause: thrown('Denied.') }),
      'AccessDenied: Denied.',
    ],
    [
      childEndedWith({ Status: 'FAILED', Error: 'PreconditionFailed', Cause: 'Too many.' }),
      'PreconditionFailed: Too many.',
    ],
    [childEndedWith({ Status: 'FAILED', Error: 'AccessDenied' }), 'AccessDenied'],
    [childEndedWith({ Status: 'ABORTED' }), 'execution orders-a-1 has ended as ABORTED'],
    // AWS may cut a cause.
    [caught('States.TaskFailed', '{"Status":"FAILED","Err'), 'States.TaskFailed: {"Status":"FAILED","Err'],
    [caught('StepFunctions.AccessDeniedException', 'No.'), 'StepFunctions.AccessDeniedException: No.'],
    [caught('States.Timeout', null), 'States.Timeout'],
    [caught('E', 'x'.repeat(117)), `E: ${'x'.repeat(117)}`],
    [caught('E', 'x'.repeat(118)), `E: ${'x'.repeat(117)}`],
  ),
  ...choices(
    'offboard / Have all accounts ended well?',
    {},
    [{ results: [{ error: null }, { error: 'TaskFailed' }] }, 'Fail, then read again'],
    [{ results: [{ error: null }, {}] }, 'Announce whole connection'],
    [{ results: [] }, 'Announce whole connection'],
  ),
  ...values(
    'offboard / Have all accounts ended well?',
    'Choices/0/Assign/failure/Cause',
    ...([20, 21] as const).map((count) => {
      const failed = Array.from({ length: count }, (_, index) => ({ accountId: `a${index}`, error: 'E' }));
      const named = failed.slice(0, 20).map(({ accountId }) => `${accountId} (E)`);
      return [
        { connection: { name: 'orders' }, results: [...failed, { accountId: 'ok', error: null }] },
        `${count} of ${count + 1} accounts could not be offboarded from connection orders: ${named.join(', ')}${count > 20 ? ' and more' : ''}. The others are. Look at the failed executions of offboard of these accounts, then redrive this execution.`,
      ] as const;
    }),
  ),
  ...choices(
    'offboard / Is the PrivateLink deleted?',
    {},
    [{ absences: 1 }, 'Wait for next poll'],
    [{ absences: 2 }, 'Get status of idle subscription'],
    [{ absences: 3 }, 'Whole connection is removed'],
  ),
];
