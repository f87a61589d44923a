import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Workflow } from '../../constructs/workflow.ts';
import { namesIn } from '../../names.ts';
import type { Functions } from '../functions.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { allowAnnouncing, allowWaitingFor } from './permissions.ts';

/** Disconnects a VPC, an account or a whole connection: the functions that it invokes, and what else it may do. */
export function offboardWorkflow(
  { stack, key, table }: Hub,
  { redisCloud, member, ...functions }: Functions,
): StateMachine {
  const { stateMachine } = new Workflow(stack, 'Offboard', {
    name: 'offboard',
    key,
    substitutions: {
      GetPrivateLink: redisCloud.GetPrivateLink,
      ReadPrivateLink: redisCloud.ReadPrivateLink,
      DisassociateConnections: redisCloud.DisassociateConnections,
      RemovePrincipal: redisCloud.RemovePrincipal,
      DeletePrivateLink: redisCloud.DeletePrivateLink,
      AwaitChange: redisCloud.AwaitChange,
      GetTask: redisCloud.GetTask,
      GetSubscription: redisCloud.GetSubscription,
      DeleteParameters: member.DeleteParameters,
      ListVpcEndpoints: member.ListVpcEndpoints,
      DeleteVpcEndpoint: member.DeleteVpcEndpoint,
      ListSecurityGroups: member.ListSecurityGroups,
      DeleteSecurityGroup: member.DeleteSecurityGroup,
      CheckOffboardRequest: functions.CheckOffboardRequest,
      CheckRemoval: functions.CheckRemoval,
      TellHolds: functions.TellHolds,
      AnswerHolds: functions.AnswerHolds,
      SettleLeftovers: functions.SettleLeftovers,
      AwaitOnboarding: functions.AwaitOnboarding,
      DecideOffboarding: functions.DecideOffboarding,
      AcquireLock: functions.AcquireLock,
      ReleaseLock: functions.ReleaseLock,
      WithdrawApproval: functions.WithdrawApproval,
      OffboardArn: Workflow.arn(stack, 'offboard'),
      TableName: table.tableName,
      EventBusName: namesIn(stack).SYSTEM,
    },
  });
  grantTable(table, stateMachine, 'dynamodb:Query', 'dynamodb:DeleteItem');
  allowWaitingFor(stack, stateMachine, 'offboard');
  allowAnnouncing(stack, stateMachine);
  return stateMachine;
}
