import { AwsError, type Caller, type Guard } from '../aws/service.ts';
import { StatesError } from './errors.ts';
import { LOGGING, managedRule, waitsForExecutions } from './needs.ts';
import type { Revision } from './revision.ts';

const SERVICE = 'states.amazonaws.com';

/** A session of a state machine's role. */
export function sessionOf({ roleArn, accountId, region }: Revision, sessionName: string): Caller {
  const [, roleAccount, role] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
  return {
    accountId: roleAccount ?? accountId,
    region,
    arn: `arn:aws:sts::${roleAccount ?? accountId}:assumed-role/${role ?? roleArn}/${sessionName}`,
    service: SERVICE,
  };
}

/**
 * A session of the role that a task's `Credentials` name. The state machine's role needs `sts:AssumeRole` on it, and
 * its trust policy must name the state machine's role; the external id is the state machine's ARN ("Accessing
 * resources in other AWS accounts in Step Functions").
 *
 * @param caller a session of the state machine's role.
 * @throws StatesError as AWS words it.
 */
export function sessionAssuming(
  roleArn: string,
  caller: Caller,
  revision: Revision,
  guard: Guard | undefined,
): Caller {
  if (guard && !guard.assumable(roleArn, { 'sts:ExternalId': revision.stateMachineArn }, caller)) {
    const cause = `The role ${revision.roleArn} is not authorized to assume the task state's role, ${roleArn}.`;
    throw new StatesError('States.TaskFailed', cause);
  }
  const sessionName = caller.arn.slice(caller.arn.lastIndexOf('/') + 1);
  return sessionOf({ ...revision, roleArn }, sessionName);
}

/**
 * What Step Functions asks of a role when a state machine is created or changed: that it can assume it, that the
 * role may deliver the log, and that it may make the rule by which EventBridge reports the end of executions.
 *
 * @throws AwsError `AccessDeniedException`
 */
export function checkRole(revision: Revision, guard: Guard | undefined): void {
  if (!guard) return;
  const { roleArn, stateMachineArn, accountId } = revision;
  if (!guard.serviceRole(roleArn, SERVICE, { arn: stateMachineArn, accountId })) {
    throw new AwsError(
      'AccessDeniedException',
      `Neither the global service principal ${SERVICE}, nor the regional one is authorized to assume the provided role ${roleArn}.`,
    );
  }
  const caller = sessionOf(revision, 'check');
  const { level = 'OFF' } = revision.loggingConfiguration as { level?: string };
  if (level !== 'OFF') guard.require(caller, ...LOGGING);
  if (waitsForExecutions(revision.definition)) guard.require(caller, ...managedRule(caller));
}
