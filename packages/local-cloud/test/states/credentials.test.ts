import { beforeEach, describe, expect, test } from '@jest/globals';
import { Access } from '../../src/aws/authorization/access.ts';
import { Iam } from '../../src/aws/iam/roles.ts';
import type { Caller } from '../../src/aws/service.ts';
import { Harness, only } from './harness.ts';

const OWN = '111111111111';
const OTHER = '444455556666';
const TARGET = `arn:aws:iam::${OTHER}:role/target`;
const MACHINE = `arn:aws:states:us-east-1:${OWN}:stateMachine:machine`;

const root = (accountId: string): Caller => ({
  accountId,
  region: 'us-east-1',
  arn: `arn:aws:iam::${accountId}:root`,
});

let harness: Harness;
let callers: string[];

beforeEach(async () => {
  harness = new Harness();
  callers = [];
  harness.services.register({
    signingName: 'sns',
    actions: {
      Publish: (_input, caller) => {
        callers.push(caller.arn);
        return { MessageId: 'm' };
      },
    },
    needs: { Publish: () => [] },
  });
  const iam = new Iam({ clock: harness.clock });
  const membership = { organizationOf: () => undefined, isActive: () => true };
  harness.services.register(iam);
  harness.services.guard = new Access({ clock: harness.clock, iam, membership });
});

function role(accountId: string, name: string, principal: object, condition?: object): Promise<unknown> {
  const trust = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', Condition: condition };
  const document = JSON.stringify({ Statement: [trust] });
  return harness.services.call(
    'iam',
    'CreateRole',
    { RoleName: name, AssumeRolePolicyDocument: document },
    root(accountId),
  );
}

/** The role of the state machine may assume the target's. */
async function allow(): Promise<void> {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: TARGET };
  const input = {
    RoleName: 'workflow',
    PolicyName: 'assume',
    PolicyDocument: JSON.stringify({ Statement: [statement] }),
  };
  await harness.services.call('iam', 'PutRolePolicy', input, root(OWN));
}

const run = async () => {
  const definition = only({
    Type: 'Task',
    Resource: 'arn:aws:states:::sns:publish',
    Arguments: { TopicArn: 't', Message: 'm' },
    Credentials: { RoleArn: '{% $states.input.role %}' },
  });
  return harness.ended(await harness.start(await harness.create(definition, 'machine'), { role: TARGET }));
};

describe('the credentials of a task', () => {
  beforeEach(() => role(OWN, 'workflow', { Service: 'states.amazonaws.com' }));

  test('make its call a call of the role, where both sides allow it', async () => {
    const { arn } = { arn: `arn:aws:iam::${OWN}:role/workflow` };
    await role(OTHER, 'target', { AWS: arn }, { StringEquals: { 'sts:ExternalId': MACHINE } });
    await allow();
    const execution = await run();
    expect(execution.status).toBe('SUCCEEDED');
    expect(callers).toEqual([`arn:aws:sts::${OTHER}:assumed-role/target/${execution.name}`]);
    const scheduled = execution.history.find(({ type }) => type === 'TaskScheduled');
    expect(scheduled!.details!.taskCredentials).toEqual({ roleArn: TARGET });
  });

  test.each([
    ['the role does not trust the state machine’s', { AWS: `arn:aws:iam::${OWN}:role/other` }, undefined],
    [
      'the role wants another external id',
      { AWS: `arn:aws:iam::${OWN}:root` },
      { StringEquals: { 'sts:ExternalId': `${MACHINE}-2` } },
    ],
  ])('are refused as AWS words it where %s', async (_, principal, condition) => {
    await role(OTHER, 'target', principal, condition);
    await allow();
    const execution = await run();
    expect(execution).toMatchObject({
      error: 'States.TaskFailed',
      cause: `The role arn:aws:iam::${OWN}:role/workflow is not authorized to assume the task state's role, ${TARGET}.`,
    });
    expect(callers).toEqual([]);
  });

  test('are refused where the state machine’s role may not assume the other', async () => {
    await role(OTHER, 'target', { AWS: `arn:aws:iam::${OWN}:root` });
    expect((await run()).error).toBe('States.TaskFailed');
  });
});

test('credentials name a role', async () => {
  const plain = new Harness();
  plain.stub('sns', { Publish: () => ({}) });
  const state = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sns:publish',
    Credentials: { RoleArn: '{% 1 %}' },
  };
  const execution = await plain.run(only({ ...state, Arguments: {} }));
  expect(execution.history[2]!.details).toMatchObject({ location: 'Credentials/RoleArn' });
});
