import { type Case, choices, failures, values } from './case.ts';

const other = (Name: string, StartDate: string) => ({ Name, StartDate });
const OTHERS = [
  other('this', '2026-11-23T12:00:00Z'),
  other('before', '2026-11-23T11:00:00Z'),
  other('after', '2026-11-23T13:00:00Z'),
  // At the same time, the names tell.
  other('a', '2026-11-23T12:00:00Z'),
  other('z', '2026-11-23T12:00:00Z'),
];

const starts = (workflow: string) =>
  values(
    `${workflow} / Start execution`,
    'Arguments/StateMachineArn',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: placeholders of the definitions
    [{ states: { input: { workflow: 'onboard' } } }, '${OnboardArn}'],
    [{ states: { input: { workflow: 'offboard' } } }, '${OffboardArn}'],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: placeholders of the definitions
  );

/** An execution as it is noted, without when it was asked for. */
const PLAN = '["onboard {\\"vpcId\\":\\"vpc-1\\"}"]';

function planned(kind: string) {
  return {
    parsed: { change: { kind, accountId: '1' }, fingerprint: '0123' },
    executions: [{ workflow: 'onboard', input: { vpcId: 'vpc-1', at: 'now' } }],
  };
}

export const OTHERS_CASES: readonly Case[] = [
  ...choices(
    'clean-up / Has it ended badly?',
    {},
    [{ ended: { status: 'FAILED' } }, 'Check request'],
    [{ ended: { status: 'TIMED_OUT' } }, 'Check request'],
    [{ ended: { status: 'ABORTED' } }, 'Check request'],
    [{ ended: { status: 'RUNNING' } }, 'Nothing to clean up'],
    [{ ended: { status: 'SUCCEEDED' } }, 'Nothing to clean up'],
  ),
  ...choices(
    'clean-up / Is its subject known?',
    {},
    [{ connection: 'orders' }, 'Record failure'],
    [{ connection: null }, 'Announce failure'],
  ),
  ...choices(
    'clean-up / Does it need a person?',
    {},
    [{ description: { needsPerson: true } }, 'Notify operators'],
    [{ description: { needsPerson: false } }, 'Done'],
  ),
  ...choices(
    'dispatch / Is it relevant?',
    {},
    [{ parsed: { concerned: true } }, 'Describe account'],
    [{ parsed: { concerned: false } }, 'Nothing to do'],
  ),
  ...choices(
    'dispatch / Is there anything to start?',
    {},
    [{ executions: [1] }, 'Record the plan'],
    [{ executions: [] }, 'Nothing to start'],
  ),
  ...['Arguments/Item/plan/S', 'Arguments/ExpressionAttributeValues/:plan/S'].flatMap((path) =>
    ['dispatch / Record the plan', 'dispatch / Record the plan for later'].flatMap((step) =>
      values(step, path, [planned('vpc'), PLAN], [planned('vpc-grown'), `${PLAN}0123`]),
    ),
  ),
  ...(
    [
      ['dispatch / Record the plan', 'Arguments/Item/sk/S'],
      ['dispatch / Record the plan for later', 'Arguments/Item/sk/S'],
      ['dispatch / Query latest plan', 'Arguments/Key/sk/S'],
    ] as const
  ).flatMap(([step, path]) =>
    values(step, path, [planned('vpc'), 'plan#vpc-1'], [planned('vpc-grown'), 'plan#vpc-1#grown']),
  ),
  ...choices(
    'dispatch / Is there a grace period?',
    { isLater: false, executions: [{ graceSeconds: 0 }, { graceSeconds: 60 }] },
    [{}, 'Wait for grace period'],
    [{ isLater: true }, 'Executions started'],
    [{ executions: [{ graceSeconds: 0 }] }, 'Executions started'],
  ),
  ...choices(
    'dispatch / Is there a later event?',
    { states: { context: { Execution: { Id: 'this' } } } },
    [{ latest: 'this' }, 'Start executions'],
    [{ latest: 'another' }, 'Superseded by later event'],
  ),
  ...values(
    'dispatch / Start executions',
    'Items',
    [{ isLater: false, executions: [{ graceSeconds: 0 }, { graceSeconds: 60 }] }, [{ graceSeconds: 0 }]],
    [{ isLater: true, executions: [{ graceSeconds: 0 }, { graceSeconds: 60 }] }, [{ graceSeconds: 60 }]],
  ),
  ...starts('dispatch'),
  ...choices(
    'endpoint-script / Polls left?',
    {},
    [{ refusals: 120 }, 'Wait for next request'],
    [{ refusals: 121 }, 'Fail, then ask again'],
  ),
  ...failures('endpoint-script / Fail, then ask again'),
  ...choices(
    'reconcile / Is another run under way?',
    {},
    [{ others: ['a'] }, 'Another run is under way'],
    [{ others: [] }, 'List offered accounts'],
  ),
  ...choices(
    'reconcile / Is there another page?',
    {},
    [{ from: 500 }, 'Await members'],
    [{ from: null }, 'Connection read'],
  ),
  ...choices(
    'reconcile / Are there accounts to inspect?',
    {},
    [{ batches: 1 }, 'Inspect accounts'],
    [{ batches: 0 }, 'Plan reconciliation'],
    [{ batches: null }, 'Plan reconciliation'],
  ),
  ...choices(
    'reconcile / Is there anything to start?',
    { plan: { batches: 2, news: null }, told: false, batch: 2 },
    [{ batch: 1 }, 'Fetch batch'],
    [{}, 'Announce report'],
    [{ plan: { batches: 2, news: {} } }, 'Tell operators'],
    [{ batch: 1, plan: { batches: 2, news: {} } }, 'Fetch batch'],
    [{ plan: { batches: 2, news: {} }, told: true }, 'Announce report'],
  ),
  ...values('reconcile / List other runs', 'Assign/others', [
    {
      run: 'this',
      states: {
        result: { Executions: OTHERS },
        context: { Execution: { StartTime: '2026-11-23T12:00:00Z' } },
      },
    },
    ['before', 'a'],
  ]),
  ...values(
    'dispatch / Query connections of the account',
    'Assign/after',
    [{ states: { result: { LastEvaluatedKey: { sk: { S: 'connection#a' } } } } }, 'connection#a'],
    [{ states: { result: {} } }, null],
  ),
  ...values('reconcile / Inspect accounts', 'Items', [{ batches: 1 }, [0]], [{ batches: 3 }, [0, 1, 2]]),
  ...starts('reconcile'),
];
