import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { LONGEST_RUN_HOURS } from '../../lambdas/reconcile/comparing/invitations.ts';
import { ask, named } from '../ask.ts';
import type { Check } from '../examination.ts';
import { missing, ok } from '../finding.ts';
import { stackOf } from '../stacks.ts';

/** A reconciliation has ended well of late, and has seen everything. */
export const reconciliation: Check = {
  name: 'the last reconciliation',
  places: ['hub'],
  async look(examination) {
    const { hubAccountId, hubRegion } = examination.configuration.organization;
    const client = examination.client(SFNClient, hubRegion);
    const stack = await stackOf(examination, hubRegion, examination.names.HUB_STACK);
    const arn = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'ReconcileArn')?.OutputValue;
    const stateMachineArn =
      arn ?? `arn:aws:states:${hubRegion}:${hubAccountId}:stateMachine:${examination.names.SYSTEM}-reconcile`;
    const start = `aws stepfunctions start-execution --region ${hubRegion} --state-machine-arn ${stateMachineArn} --input '{}'`;
    const answer = await ask(
      'states:ListExecutions',
      () =>
        client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED', maxResults: 1 })),
      named('StateMachineDoesNotExist'),
    );
    // Without the hub stack, that has been said.
    if (!answer) return [];
    const [last] = answer.executions ?? [];
    if (!last?.stopDate || !last.executionArn)
      return [missing('no reconciliation has ended well yet', start)];
    const when = last.stopDate.toISOString();
    const { everyMinutes } = examination.configuration.reconcile;
    const recent = (everyMinutes + LONGEST_RUN_HOURS * 60) * 60_000;
    if (examination.now - last.stopDate.getTime() > recent) {
      return [missing(`the last reconciliation that ended well was at ${when}`, start)];
    }
    const { executionArn } = last;
    const described = await ask('states:DescribeExecution', () =>
      client.send(new DescribeExecutionCommand({ executionArn })),
    );
    const { incomplete = [] } = JSON.parse(described?.output ?? '{}') as { incomplete?: unknown };
    const unseen = Array.isArray(incomplete) ? incomplete.length : Number(incomplete);
    if (unseen > 0) {
      return [
        missing(
          `the reconciliation of ${when} could not look at ${unseen} things (docs/operations.md, "The reconciliation reports something")`,
          `aws stepfunctions describe-execution --region ${hubRegion} --execution-arn ${executionArn} --query output --output text`,
        ),
      ];
    }
    return [ok(`the reconciliation of ${when} has seen everything`)];
  },
};
