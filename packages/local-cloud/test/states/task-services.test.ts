import { describe, expect, test } from '@jest/globals';
import {
  AwsServices,
  type ExecutionRecord,
  type Json,
  LocalCloud,
  StatesError,
  StepFunctions,
  type TaskCall,
  type TaskServices,
  VirtualClock,
} from 'local-cloud';
import { CALLER, only, ROLE, START } from './harness.ts';

const never = new Promise<Json>(() => {});
const INVOKE = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { Payload: 1 } };

/** Runs a definition with services that are not the local cloud's. */
async function run(
  definition: object,
  tasks: Partial<TaskServices>,
  input: Json = {},
): Promise<ExecutionRecord> {
  const clock = new VirtualClock(START);
  const services = new AwsServices();
  const call = async (): Promise<Json> => ({});
  const follow = () => ({ outcome: never, abandon: () => {} });
  const states = new StepFunctions({ clock, services, tasks: { call, follow, ...tasks } });
  services.register(states);
  const { stateMachineArn } = (await services.call(
    'states',
    'CreateStateMachine',
    { name: 'm', definition: JSON.stringify({ QueryLanguage: 'JSONata', ...definition }), roleArn: ROLE },
    CALLER,
  )) as { stateMachineArn: string };
  await services.call(
    'states',
    'StartExecution',
    { stateMachineArn, input: JSON.stringify(input), name: 'e' },
    CALLER,
  );
  const [execution] = states.executions();
  while (execution!.status === 'RUNNING') await new Promise((resolve) => setImmediate(resolve));
  return execution!;
}

describe('services that the interpreter is given', () => {
  test('answer in place of those of a whole cloud', async () => {
    const clock = new VirtualClock(START);
    const tasks: TaskServices = {
      call: async ({ resource }) => ({ answered: resource.action }),
      follow: () => ({ outcome: never, abandon: () => {} }),
    };
    const cloud = await LocalCloud.start({ clock, conduct: { stepFunctions: { tasks } } });
    try {
      const root = cloud.root({ accountId: '111111111111', region: 'us-east-1' });
      const definition = JSON.stringify({ QueryLanguage: 'JSONata', ...only(INVOKE) });
      const AssumeRolePolicyDocument = JSON.stringify({
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' } },
        ],
      });
      const role = { RoleName: 'm', AssumeRolePolicyDocument };
      const { Role } = (await cloud.call('iam', 'CreateRole', role, root)) as { Role: { Arn: string } };
      const machine = { name: 'm', definition, roleArn: Role.Arn };
      const made = await cloud.call('states', 'CreateStateMachine', machine, root);
      const { stateMachineArn } = made as { stateMachineArn: string };
      const execution = await cloud.startExecution(stateMachineArn, {});
      await cloud.ended(execution);
      expect(execution.output).toBe('{"answered":"Invoke"}');
    } finally {
      await cloud.close();
    }
  });

  test('answer its tasks, and are told who calls what', async () => {
    const calls: TaskCall[] = [];
    const execution = await run(only(INVOKE), {
      call: async (task) => {
        calls.push(task);
        return { Payload: 'answer' };
      },
    });
    expect(execution.output).toBe('{"Payload":"answer"}');
    expect(calls).toMatchObject([
      {
        state: 'Only',
        parameters: { Payload: 1 },
        resource: { resourceType: 'lambda', resource: 'invoke', pattern: 'response' },
        caller: { arn: 'arn:aws:sts::111111111111:assumed-role/workflow/e' },
        executionArn: execution.arn,
      },
    ]);
    expect(calls[0]!.token).toBeUndefined();
  });

  test('say which iteration calls, in a Map of either kind', async () => {
    const processor = (config: object) => ({
      ProcessorConfig: config,
      StartAt: 'T',
      States: { T: { ...INVOKE, End: true } },
    });
    for (const config of [{ Mode: 'INLINE' }, { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }]) {
      const map = only({ Type: 'Map', Items: ['a', 'b'], ItemProcessor: processor(config) });
      const { output } = await run(map, { call: async ({ iteration }) => iteration ?? 'none' });
      expect(output).toBe('[0,1]');
    }
  });

  test('fail a task by an error of their own, which Retry and Catch see', async () => {
    let attempts = 0;
    const state = {
      ...INVOKE,
      Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
    };
    const definition = { StartAt: 'T', States: { T: { ...state, Next: 'Done' }, Done: { Type: 'Succeed' } } };
    const execution = await run(definition, {
      call: async () => {
        attempts += 1;
        throw new StatesError('Busy', 'later');
      },
    });
    expect(attempts).toBe(2);
    expect(execution.output).toBe('{"Error":"Busy","Cause":"later"}');
  });

  test('may never answer: time passes if they say so, and the task times out', async () => {
    const execution = await run(only({ ...INVOKE, TimeoutSeconds: 5 }), { call: ({ wait }) => wait(never) });
    expect(execution).toMatchObject({ error: 'States.Timeout', stopDate: START + 5000 });
    expect(execution.history.map(({ type }) => type)).toContain('TaskTimedOut');
  });

  test('may take their time before they answer', async () => {
    let answer: ((value: Json) => void) | undefined;
    const branch = (name: string) => ({ StartAt: name, States: { [name]: { ...INVOKE, End: true } } });
    const execution = await run(only({ Type: 'Parallel', Branches: [branch('A'), branch('B')] }), {
      call: async ({ state, wait }) => {
        if (state === 'A') {
          return wait(
            new Promise<Json>((resolve) => {
              answer = resolve;
            }),
          );
        }
        answer!('late');
        return 'soon';
      },
    });
    expect(execution.output).toBe('["late","soon"]');
  });

  test('follow the work of .sync, and hear when nobody waits for it any more', async () => {
    let abandoned = 0;
    const resource = 'arn:aws:states:::ecs:runTask.sync';
    const follow = (_task: TaskCall, submitted: Json) => ({
      outcome: Promise.resolve([submitted, 'done']),
      abandon: () => {
        abandoned += 1;
      },
    });
    const execution = await run(only({ ...INVOKE, Resource: resource }), {
      call: async () => 'started',
      follow,
    });
    expect(execution.output).toBe('["started","done"]');
    const submitted = execution.history.find(({ type }) => type === 'TaskSubmitted');
    expect(submitted!.details).toMatchObject({ resourceType: 'ecs', output: '"started"' });

    const limited = only({ ...INVOKE, Resource: resource, TimeoutSeconds: 9 });
    const stopped = await run(limited, { follow: () => ({ ...follow({} as TaskCall, 1), outcome: never }) });
    expect(stopped).toMatchObject({ error: 'States.Timeout', stopDate: START + 9000 });
    expect(abandoned).toBe(2);
  });

  test('decide which resources there are; without a word all of Step Functions’ own', async () => {
    await expect(run(only(INVOKE), { accepts: () => false })).rejects.toMatchObject({
      code: 'InvalidDefinition',
    });
    const execution = await run(only({ ...INVOKE, Resource: 'arn:aws:states:::aws-sdk:s3:getObject' }), {});
    expect(execution.status).toBe('SUCCEEDED');
  });
});
