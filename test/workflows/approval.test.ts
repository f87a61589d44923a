import { describe, expect, test } from '@jest/globals';
import type { ExecutionRecord } from 'local-cloud';
import { long } from '../long.ts';
import { HOUR, type Lab, laboratory, MINUTE, OTHER_VPC, outcome, VPC } from './harness.ts';

const inLab = laboratory();
const UNIT = 'ou-ab12-vau1t000';

interface Asked {
  accountId: string;
  execution: ExecutionRecord;
}

/** A VPC of a new account is to be connected, and somebody has been asked. */
async function asked(lab: Lab, vpcId: string | undefined = VPC): Promise<Asked> {
  const accountId = await lab.account(UNIT);
  await lab.vpc(accountId, VPC);
  await lab.vpc(accountId, OTHER_VPC);
  const execution = await lab.start('onboard', request(accountId, vpcId));
  await lab.reached(execution, 'Ask for approval');
  await lab.sleep(MINUTE);
  return { accountId, execution };
}

const request = (accountId: string, vpcId: string | undefined = VPC) => ({
  connection: 'vault',
  accountId,
  ...(vpcId && { vpcId }),
});

const questions = (lab: Lab) =>
  lab.published().filter(({ attributes }) => attributes.kind?.StringValue === 'approval');

/** Carries out the command of the newest question, as a person who copies it. */
async function say(
  lab: Lab,
  command: 'send-task-success' | 'send-task-failure',
  name = 'Ada',
): Promise<void> {
  const { message } = questions(lab).at(-1)!;
  const [line = ''] = message.split('\n').filter((one) => one.includes(command));
  const option = (key: string) => {
    const [, quoted, bare] = new RegExp(`--${key} (?:'([^']*)'|(\\S+))`).exec(line) ?? [];
    return (quoted ?? bare)?.replace('YOUR NAME', name);
  };
  await lab.call('states', command === 'send-task-success' ? 'SendTaskSuccess' : 'SendTaskFailure', {
    taskToken: option('task-token'),
    output: option('task-output'),
    error: option('error'),
    cause: option('cause'),
  });
}

const approvals = (lab: Lab, accountId: string) => lab.items(`account#${accountId} approval#`);

describe('a connection that needs approval', () => {
  test('changes nothing before somebody approves, and says how to', () =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab);
      expect(lab.changes).toEqual([]);
      expect(await lab.endpoints(accountId)).toEqual([]);
      expect(questions(lab).map(({ subject }) => subject)).toEqual([
        `redis-privatelink: approve vault, ${accountId}, ${VPC}?`,
      ]);
      await say(lab, 'send-task-success');
      expect(outcome(await lab.ended(execution))).toMatchObject({ status: 'SUCCEEDED' });
      expect(await lab.endpoints(accountId)).toMatchObject([{ VpcId: VPC, State: 'available' }]);
      await lab.settled();
      // The wait for a person is not time to connect.
      expect(lab.measured('TimeToConnect')[0]).toBeLessThan(
        (execution.stopDate! - execution.startDate) / 1000 - 50,
      );
    }));

  long('asks nobody again, until the thing is offboarded', () =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab);
      await say(lab, 'send-task-success');
      await lab.ended(execution);
      expect(outcome(await lab.run('onboard', request(accountId)))).toMatchObject({ status: 'SUCCEEDED' });
      // The account is admitted by now.
      expect(outcome(await lab.run('onboard', request(accountId, '')))).toMatchObject({
        status: 'SUCCEEDED',
      });
      expect(questions(lab)).toHaveLength(1);
      expect(await approvals(lab, accountId)).toEqual([`account#${accountId} approval#vault#${VPC}`]);

      await lab.run('offboard', request(accountId));
      expect(await approvals(lab, accountId)).toEqual([]);
      await lab.reached(await lab.start('onboard', request(accountId)), 'Ask for approval');
      await lab.sleep(MINUTE);
      expect(questions(lab)).toHaveLength(2);
      await lab.stopAll();
    }),
  );

  long('asks for each VPC', () =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab);
      await say(lab, 'send-task-success');
      await lab.ended(execution);
      const other = await lab.start('onboard', request(accountId, OTHER_VPC));
      await lab.reached(other, 'Ask for approval');
      await lab.sleep(MINUTE);
      expect(questions(lab)).toHaveLength(2);
      await say(lab, 'send-task-success');
      expect(outcome(await lab.ended(other))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('asks once while somebody is being asked', () =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab);
      const second = await lab.run('onboard', request(accountId));
      expect(JSON.parse(second.output!)).toMatchObject({
        vpcEndpointId: null,
        leftAlone: `asked by ${execution.name}`,
      });
      expect(questions(lab)).toHaveLength(1);
      await say(lab, 'send-task-success');
      expect(outcome(await lab.ended(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('asks again when the execution that asked was stopped', () =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab);
      await lab.call('states', 'StopExecution', { executionArn: execution.arn });
      const second = await lab.start('onboard', request(accountId));
      await lab.reached(second, 'Ask for approval');
      await lab.sleep(MINUTE);
      expect(questions(lab)).toHaveLength(2);
      await say(lab, 'send-task-success');
      expect(outcome(await lab.ended(second))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  test('is refused with a name and a reason, of which nobody is told as of a failure', () =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab);
      await say(lab, 'send-task-failure');
      const { status, error, message } = outcome(await lab.ended(execution));
      expect([status, error]).toEqual(['FAILED', 'ApprovalRefused']);
      expect(message).toContain(`${VPC} of account ${accountId} to connection vault: Ada: WHY`);
      await lab.settled();
      expect(lab.published()).toHaveLength(1);
      expect(lab.changes).toEqual([]);

      const next = await lab.run('onboard', request(accountId));
      expect(JSON.parse(next.output!)).toMatchObject({ leftAlone: 'refused by Ada: WHY' });
      expect(questions(lab)).toHaveLength(1);

      // Whoever redrives it asks again.
      await lab.call('states', 'RedriveExecution', { executionArn: execution.arn });
      await lab.sleep(MINUTE);
      expect(questions(lab)).toHaveLength(2);
      await say(lab, 'send-task-success');
      expect(outcome(await lab.ended(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }));

  long('is refused for its hours, also when the tag goes and comes again, and by hand asked about anew', () =>
    inLab(async (lab) => {
      const accountId = await lab.account(UNIT);
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'vault' } });
      const execution = await lab.start('onboard', { ...request(accountId), because: 'event' });
      await lab.reached(execution, 'Ask for approval');
      await lab.sleep(MINUTE);
      await say(lab, 'send-task-failure');
      await lab.ended(execution);
      const kept = [`account#${accountId} approval#vault#${VPC}`];
      lab.cloud.ensureVpc(
        { accountId, region: 'us-east-1' },
        { vpcId: VPC, cidrBlock: '10.42.0.0/16', tags: {} },
      );
      const untagged = { ...request(accountId), onlyOurs: true, because: 'untagged' };
      const offboard = await lab.run('offboard', untagged);
      expect(offboard.history.some(({ details }) => details?.name === 'Withdraw approval')).toBe(true);
      expect(await approvals(lab, accountId)).toEqual(kept);
      const again = await lab.run('onboard', { ...request(accountId), because: 'event' });
      expect(JSON.parse(again.output!)).toMatchObject({ leftAlone: 'refused by Ada: WHY' });
      expect(questions(lab)).toHaveLength(1);

      await lab.run('offboard', request(accountId));
      expect(await approvals(lab, accountId)).toEqual([]);
    }),
  );

  long('asks about ten things of an account at once, so that nobody else is overlooked among them', () =>
    inLab(async (lab) => {
      const [accountId, other] = [await lab.account(UNIT), await lab.account(UNIT)];
      const vpcIds = Array.from({ length: 11 }, (_, index) => `vpc-${String(index).padStart(17, '0')}`);
      const executions: ExecutionRecord[] = [];
      for (const vpcId of vpcIds) {
        executions.push(await lab.start('onboard', { ...request(accountId, vpcId), because: 'event' }));
        await lab.sleep(MINUTE);
      }
      expect(questions(lab)).toHaveLength(10);
      expect(JSON.parse(executions.at(-1)!.output!)).toMatchObject({
        leftAlone: 'asked by 10 other executions for this account, which are the most at once',
      });
      await lab.start('onboard', { ...request(other), because: 'event' });
      await lab.sleep(MINUTE);
      expect(questions(lab)).toHaveLength(11);

      // What nobody waits for any more is no question.
      await lab.call('states', 'StopExecution', { executionArn: executions[0]!.arn });
      await lab.start('onboard', { ...request(accountId, vpcIds.at(-1)), because: 'event' });
      await lab.sleep(MINUTE);
      expect(questions(lab)).toHaveLength(12);
      await lab.stopAll();
    }),
  );

  test.each([
    ['a reason', { error: 'ApprovalRefused' }],
    ['a reason and the name of the error', {}],
  ])('is refused without %s, too', (_, answer) =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab);
      const taskToken = /--task-token '([^']+)'/.exec(questions(lab)[0]!.message)![1];
      await lab.call('states', 'SendTaskFailure', { taskToken, ...answer });
      const { error, message } = outcome(await lab.ended(execution));
      expect([error, message]).toEqual(['ApprovalRefused', expect.stringContaining('nobody said why')]);
      const next = await lab.run('onboard', request(accountId));
      expect(JSON.parse(next.output!)).toMatchObject({ leftAlone: 'refused by nobody said who' });
    }),
  );

  long('times out clearly, and is asked about again by a redrive', () =>
    inLab(async (lab) => {
      const { execution } = await asked(lab);
      await lab.sleep(2 * HOUR);
      const { status, error, message } = outcome(await lab.ended(execution));
      expect([status, error]).toEqual(['FAILED', 'ApprovalTimedOut']);
      expect(message).toContain('within 2 hours');
      await lab.settled();
      expect(lab.published().at(-1)!.subject).toMatch(/onboard ApprovalTimedOut/);
      await lab.call('states', 'RedriveExecution', { executionArn: execution.arn });
      await lab.sleep(MINUTE);
      expect(questions(lab)).toHaveLength(2);
      await say(lab, 'send-task-success');
      expect(outcome(await lab.ended(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long.each(['', VPC])('asks nobody any more about an account that is closed (%s)', (vpcId) =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab, vpcId);
      lab.cloud.accounts.close(accountId);
      await lab.sleep(HOUR);
      expect(execution.status).toBe('SUCCEEDED');
      expect(JSON.parse(execution.output!)).toMatchObject({
        leftAlone: expect.stringMatching(/^withdrawn by vault-/),
      });
      expect(await approvals(lab, accountId)).toEqual([]);
      expect(lab.principals(89012)).toEqual({});
    }),
  );

  test.each(['false', '"no"', '{"approved":false}'])('takes the answer %s for what it means', (output) =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab);
      const [, taskToken] = /--task-token '([^']*)'/.exec(questions(lab).at(-1)!.message) ?? [];
      await lab.call('states', 'SendTaskSuccess', { taskToken, output });
      expect(outcome(await lab.ended(execution))).toMatchObject({ error: 'ApprovalRefused' });
      expect(await lab.endpoints(accountId)).toEqual([]);
      expect(await approvals(lab, accountId)).toHaveLength(1);
    }),
  );

  test.each([
    ['the VPC', VPC, []],
    // A person's offboarding asks for the removal of what Redis Cloud does not list: a list may be incomplete.
    ['the account', '', ['removePrincipal 89012']],
  ])('lets %s be offboarded while it waits', (_, vpcId, changes) =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab);
      const before = lab.cloud.clock.now();
      const leaving = await lab.run('offboard', request(accountId, vpcId));
      expect(outcome(leaving)).toMatchObject({ status: 'SUCCEEDED' });
      expect(lab.cloud.clock.now() - before).toBeLessThan(5 * MINUTE);
      expect(JSON.parse((await lab.ended(execution)).output!)).toMatchObject({
        leftAlone: `withdrawn by ${leaving.name}`,
      });
      expect(await approvals(lab, accountId)).toEqual([]);
      expect(lab.changes).toEqual(changes);
    }),
  );

  long('asks for an account without a VPC too', () =>
    inLab(async (lab) => {
      const { accountId, execution } = await asked(lab, '');
      expect(questions(lab).map(({ subject }) => subject)).toEqual([
        `redis-privatelink: approve vault, ${accountId}?`,
      ]);
      await say(lab, 'send-task-success', 'Somebody with a name');
      expect(outcome(await lab.ended(execution))).toMatchObject({ status: 'SUCCEEDED' });
      expect(lab.principals(89012)).toEqual({ [accountId]: expect.any(String) });
    }),
  );

  long('takes any answer that is a success for an approval', () =>
    inLab(async (lab) => {
      const { execution } = await asked(lab);
      const token = /--task-token '([^']+)'/.exec(questions(lab)[0]!.message)![1];
      await lab.call('states', 'SendTaskSuccess', { taskToken: token, output: '{}' });
      expect(outcome(await lab.ended(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );
});
