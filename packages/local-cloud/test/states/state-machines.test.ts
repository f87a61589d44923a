import { describe, expect, test } from '@jest/globals';
import { CALLER, Harness, only, ROLE, START } from './harness.ts';

const WAIT = only({ Type: 'Wait', Seconds: 100 });

describe('state machines', () => {
  test('are created once: the same again is the same, another definition is refused', async () => {
    const harness = new Harness();
    const arn = await harness.create(WAIT, 'one');
    expect(arn).toBe('arn:aws:states:us-east-1:111111111111:stateMachine:one');
    expect(await harness.create(WAIT, 'one')).toBe(arn);
    await expect(harness.create(only({ Type: 'Pass' }), 'one')).rejects.toMatchObject({
      code: 'StateMachineAlreadyExists',
    });
  });

  test('with a wrong definition are refused with all that is wrong', async () => {
    await expect(new Harness().create({ StartAt: 'X', States: {} })).rejects.toMatchObject({
      code: 'InvalidDefinition',
      message: expect.stringMatching(
        /^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: .* at \/States/,
      ),
    });
  });

  test('of type EXPRESS are refused', async () => {
    const input = { name: 'x', definition: '{}', roleArn: ROLE, type: 'EXPRESS' };
    await expect(new Harness().call('CreateStateMachine', input)).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  test('are described, listed and tagged', async () => {
    const harness = new Harness();
    const stateMachineArn = await harness.create(WAIT, 'one');
    await harness.call('TagResource', { resourceArn: stateMachineArn, tags: [{ key: 'a', value: 'b' }] });
    expect(await harness.call('DescribeStateMachine', { stateMachineArn })).toMatchObject({
      name: 'one',
      status: 'ACTIVE',
      type: 'STANDARD',
      roleArn: ROLE,
      creationDate: new Date(START),
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    });
    expect((await harness.call('ListStateMachines', {})).stateMachines).toHaveLength(1);
    expect(await harness.call('ListTagsForResource', { resourceArn: stateMachineArn })).toEqual({
      tags: [{ key: 'a', value: 'b' }],
    });
  });

  test('keep to their account and Region', async () => {
    const harness = new Harness();
    const stateMachineArn = await harness.create(WAIT, 'one');
    const stranger = { ...CALLER, accountId: '222222222222' };
    const abroad = { ...CALLER, region: 'eu-west-1' };
    await expect(harness.call('StartExecution', { stateMachineArn }, stranger)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    await expect(harness.call('StartExecution', { stateMachineArn }, abroad)).rejects.toMatchObject({
      code: 'InvalidArn',
    });
    expect((await harness.call('ListStateMachines', {}, stranger)).stateMachines).toEqual([]);
  });

  test('can be updated while executions run on with the definition they started with', async () => {
    const harness = new Harness();
    const stateMachineArn = await harness.create(WAIT);
    const old = await harness.start(stateMachineArn);
    const definition = JSON.stringify({ QueryLanguage: 'JSONata', ...only({ Type: 'Pass', Output: 'new' }) });
    await harness.call('UpdateStateMachine', { stateMachineArn, definition });
    const young = await harness.ended(await harness.start(stateMachineArn));
    expect([young.output, (await harness.ended(old)).output]).toEqual(['"new"', '{}']);
    const described = await harness.call('DescribeStateMachineForExecution', { executionArn: old.arn });
    expect(JSON.parse(described.definition)).toMatchObject(WAIT);
  });

  test('end their executions at the next transition when they are deleted', async () => {
    const harness = new Harness();
    const stateMachineArn = await harness.create({
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 50, Next: 'E' }, E: { Type: 'Succeed' } },
    });
    const execution = await harness.start(stateMachineArn);
    await harness.reach(10_000);
    await harness.call('DeleteStateMachine', { stateMachineArn });
    expect(await harness.call('DescribeStateMachine', { stateMachineArn })).toMatchObject({
      status: 'DELETING',
    });
    await harness.ended(execution);
    expect(execution).toMatchObject({ status: 'ABORTED', stopDate: START + 50_000 });
    await expect(harness.call('DescribeStateMachine', { stateMachineArn })).rejects.toMatchObject({
      code: 'StateMachineDoesNotExist',
    });
  });

  test('are validated without being created', async () => {
    const harness = new Harness();
    const validate = (definition: string) => harness.call('ValidateStateMachineDefinition', { definition });
    expect(await validate(JSON.stringify({ QueryLanguage: 'JSONata', ...WAIT }))).toEqual({
      result: 'OK',
      diagnostics: [],
      truncated: false,
    });
    expect(await validate('{"QueryLanguage":"JSONata"}')).toMatchObject({
      result: 'FAIL',
      diagnostics: [
        {
          severity: 'ERROR',
          code: 'SCHEMA_VALIDATION_FAILED',
          message: 'These fields are required: [StartAt, States]',
          location: '/',
        },
      ],
    });
  });
});
