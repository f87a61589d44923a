import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Workflow } from '../../constructs/workflow.ts';
import { namesIn } from '../../names.ts';
import type { Functions } from '../functions.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { allowAnnouncing, allowWaitingFor } from './permissions.ts';

/** Connects an account, and a VPC of it: the functions that it invokes, and what else it may do. */
export function onboardWorkflow(
  { stack, key, table }: Hub,
  { redisCloud, member, ...functions }: Functions,
  endpointScript: StateMachine,
): StateMachine {
  const { stateMachine } = new Workflow(stack, 'Onboard', {
    name: 'onboard',
    key,
    substitutions: {
      ReadPrivateLink: redisCloud.ReadPrivateLink,
      CreatePrivateLink: redisCloud.CreatePrivateLink,
      AddPrincipal: redisCloud.AddPrincipal,
      RemovePrincipal: redisCloud.RemovePrincipal,
      AwaitChange: redisCloud.AwaitChange,
      GetSubscription: redisCloud.GetSubscription,
      AcceptResourceShare: member.AcceptResourceShare,
      DescribeVpc: member.DescribeVpc,
      CreateSecurityGroup: member.CreateSecurityGroup,
      CreateVpcEndpoint: member.CreateVpcEndpoint,
      DescribeVpcEndpoint: member.DescribeVpcEndpoint,
      ModifyVpcEndpoint: member.ModifyVpcEndpoint,
      DeleteVpcEndpoint: member.DeleteVpcEndpoint,
      PublishParameters: member.PublishParameters,
      CheckOnboardRequest: functions.CheckOnboardRequest,
      AcquireLock: functions.AcquireLock,
      ReleaseLock: functions.ReleaseLock,
      AskForApproval: functions.AskForApproval,
      EndpointScriptArn: endpointScript.stateMachineArn,
      TableName: table.tableName,
      EventBusName: namesIn(stack).SYSTEM,
    },
  });
  grantTable(table, stateMachine, 'dynamodb:PutItem');
  allowWaitingFor(stack, stateMachine, 'endpoint-script');
  allowAnnouncing(stack, stateMachine);
  return stateMachine;
}
