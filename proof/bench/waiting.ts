import { mean, overtakers } from './counting.ts';
import { type Ground, onGround } from './ground.ts';

/** Milliseconds for which each execution has the lock: about what an admission takes. */
const HELD = 8_000;

const ONBOARD = 'redis-privatelink-onboard';

/** What it cost when so many executions wanted the same lock at once. Times are simulated. */
export interface Waiting {
  way: string;
  executions: number;
  /** Means over the executions, as AWS bills them. */
  transitions: number;
  /** The most that one execution took. */
  mostTransitions: number;
  makespanSeconds: number;
  /** To the sum of the times for which the lock was held. */
  makespanRatio: number;
  /** Executions that got the lock before one that had asked earlier. */
  overtakers: number;
}

type States = Record<string, object>;

/** Ways to wait, as the states from `Take` to `Give back`; between them the lock is held. */
const WAYS: Record<string, (table: string) => { take: object; giveBack: object }> = {
  'queue of task tokens': () => ({
    take: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: {
        FunctionName: 'redis-privatelink-take-turn',
        Payload: {
          subscriptionId: 1,
          executionArn: '{% $states.context.Execution.Id %}',
          since: '{% $states.context.State.EnteredTime %}',
          token: '{% $states.context.Task.Token %}',
        },
      },
    },
    giveBack: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: {
        FunctionName: 'redis-privatelink-pass-turn',
        Payload: { subscriptionId: 1, executionArn: '{% $states.context.Execution.Id %}' },
      },
    },
  }),
  'conditional write, every 10 s': (table) => lock(table, { IntervalSeconds: 10, BackoffRate: 1 }),
  'conditional write, backing off to 60 s': (table) =>
    lock(table, { IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: 'FULL' }),
};

/** An item that only one execution can write. The others try again. */
function lock(TableName: string, retry: object): { take: object; giveBack: object } {
  const key = { pk: { S: 'lock' }, sk: { S: 'lock' } };
  return {
    take: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:putItem',
      Arguments: { TableName, Item: key, ConditionExpression: 'attribute_not_exists(pk)' },
      Retry: [
        { ErrorEquals: ['DynamoDB.ConditionalCheckFailedException'], MaxAttempts: 99_999_999, ...retry },
      ],
    },
    giveBack: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:deleteItem',
      Arguments: { TableName, Key: key },
    },
  };
}

/**
 * Compares the ways in which executions could wait for a lock.
 *
 * @param assembly the folder into which the example was synthesized in contract `resource-share`
 */
export async function waitings(assembly: string, executions: number): Promise<Waiting[]> {
  const all: Waiting[] = [];
  for (const way of Object.keys(WAYS)) {
    all.push(
      await onGround({ contract: 'resource-share', assembly }, (ground) => measure(ground, way, executions)),
    );
  }
  return all;
}

async function measure({ cloud, activity }: Ground, way: string, executions: number): Promise<Waiting> {
  const call = (service: string, action: string, input: object) =>
    cloud.call(service, action, input, cloud.hub);
  const resources = cloud.stacks().flatMap((stack) => [...stack.resources.values()]);
  const table = resources.find(({ type }) => type === 'AWS::DynamoDB::Table')!.physicalId;

  const { take, giveBack } = WAYS[way]!(table);
  const States: States = {
    Take: { ...take, Next: 'Hold' },
    Hold: { Type: 'Wait', Seconds: HELD / 1000, Next: 'Give back' },
    'Give back': { ...giveBack, End: true },
  };
  const trust = { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const allowed = { Effect: 'Allow', Action: '*', Resource: '*' };
  const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
  await call('iam', 'CreateRole', { RoleName: 'waiting', AssumeRolePolicyDocument: document(trust) });
  const policy = { RoleName: 'waiting', PolicyName: 'waiting', PolicyDocument: document(allowed) };
  await call('iam', 'PutRolePolicy', policy);
  // In its place, because the functions may only answer steps of this one.
  const stateMachineArn = cloud.arnOf('onboard');
  await call('states', 'UpdateStateMachine', {
    stateMachineArn,
    definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Take', States }),
    roleArn: `arn:aws:iam::${cloud.hub.accountId}:role/waiting`,
  });
  for (let index = 0; index < executions; index++) {
    await call('states', 'StartExecution', { stateMachineArn });
    // One after the other, so that there is an order.
    await activity.sleep(1);
  }
  await cloud.settled(activity);

  const records = cloud.executions().filter(({ stateMachineName }) => stateMachineName === ONBOARD);
  const failed = records.find(({ status }) => status !== 'SUCCEEDED');
  if (failed)
    throw new Error(`Execution ${failed.name} is ${failed.status}: ${failed.error}: ${failed.cause}`);
  const start = Math.min(...records.map(({ startDate }) => startDate));
  const makespan = Math.max(...records.map(({ stopDate }) => stopDate!)) - start;
  const waits = records.map(({ startDate, stopDate }) => ({ since: startDate, until: stopDate! }));
  const transitions = records.map(({ stateTransitions }) => stateTransitions);
  return {
    way,
    executions,
    transitions: mean(transitions),
    mostTransitions: Math.max(...transitions),
    makespanSeconds: makespan / 1000,
    makespanRatio: makespan / (executions * HELD),
    overtakers: overtakers(waits),
  };
}
