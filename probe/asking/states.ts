import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Inquiry } from '../inquiry.ts';

const MACHINE = 'a state machine of one Pass state';

/** An expression whose result is a list of one, without brackets. */
const EXPRESSION = '{% $distinct($append(["a"], ["a"])) %}';

/** Lets Step Functions evaluate a list of one. */
export async function askStates(inquiry: Inquiry): Promise<void> {
  const { statesRole, aws } = inquiry.options;
  if (statesRole === undefined) {
    const text = 'not asked: name a role that Step Functions may assume, with --states-role';
    inquiry.found('list-of-one', null, text);
    return;
  }
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Ask',
    States: { Ask: { Type: 'Pass', Output: { list: EXPRESSION }, End: true } },
  });
  let stateMachineArn: string | undefined;
  const undo = async () => {
    if (stateMachineArn !== undefined) await aws.sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
  };
  inquiry.making(MACHINE, undo);
  const name = `redis-privatelink-probe-${Date.now()}`;
  const created = await aws.sfn.send(
    new CreateStateMachineCommand({ name, definition, roleArn: statesRole }),
  );
  stateMachineArn = created.stateMachineArn;
  const { executionArn } = await aws.sfn.send(new StartExecutionCommand({ stateMachineArn }));
  const output = await inquiry.until(
    async () => {
      const execution = await aws.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status === 'RUNNING') return undefined;
      return execution.output ?? execution.error ?? '';
    },
    60_000,
    1_000,
  );
  const list = /^\{"list":(.*)\}$/.exec(output ?? '')?.[1] ?? '';
  inquiry.found(
    'list-of-one',
    list === '["a"]' ? 'kept' : list === '"a"' ? 'unwrapped' : null,
    `$distinct($append(["a"], ["a"])) gives ${list || output || 'nothing'}`,
  );
  await undo();
  inquiry.unmade(MACHINE);
}
