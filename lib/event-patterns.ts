import type { EventPattern } from 'aws-cdk-lib/aws-events';
import type { Names } from './names.ts';

/**
 * Which events matter, for the rules that forward them and for the rules that act on them. The functions look
 * closer (lambdas/dispatch/planning/event.ts); the patterns keep everything else from costing anything.
 */

const CALL = 'AWS API Call via CloudTrail';
/** CloudTrail reports failed calls too, with an error code. */
const SUCCEEDED = [{ exists: false }];
/** Somebody deletes a VPC that an endpoint keeps alive. */
const BLOCKED = 'Client.DependencyViolation';

/** Accounts come, go and move; seen in the management account. */
export function accountEvents(): Record<string, EventPattern> {
  return {
    ControlTower: {
      source: ['aws.controltower'],
      detail: { eventName: ['CreateManagedAccount', 'UpdateManagedAccount'] },
    },
    Organizations: {
      source: ['aws.organizations'],
      detail: {
        eventName: [
          'AcceptHandshake',
          'AccountDepartedOrganization',
          'AccountJoinedOrganization',
          'CloseAccountResult',
          'CreateAccountResult',
          'MoveAccount',
          'RemoveAccountFromOrganization',
        ],
        errorCode: SUCCEEDED,
      },
    },
  };
}

/** VPCs come, go and are tagged; seen in each member account, in each Region. */
export function vpcEvents({ TAG }: Names): Record<string, EventPattern> {
  return {
    VpcCreated: {
      source: ['aws.ec2'],
      detailType: [CALL],
      detail: { eventName: ['CreateVpc', 'CreateDefaultVpc', 'AssociateVpcCidrBlock'], errorCode: SUCCEEDED },
    },
    VpcTagged: {
      source: ['aws.tag'],
      detailType: ['Tag Change on Resource'],
      detail: { service: ['ec2'], 'resource-type': ['vpc'], 'changed-tag-keys': [TAG] },
    },
    TagsChanged: {
      source: ['aws.ec2'],
      detailType: [CALL],
      detail: {
        eventName: ['CreateTags', 'DeleteTags'],
        errorCode: SUCCEEDED,
        requestParameters: {
          resourcesSet: { items: { resourceId: [{ prefix: 'vpc-' }] } },
          tagSet: { items: { key: [TAG] } },
        },
      },
    },
    VpcDeleted: {
      source: ['aws.ec2'],
      detailType: [CALL],
      detail: { eventName: ['DeleteVpc'], errorCode: [...SUCCEEDED, BLOCKED] },
    },
  };
}

/**
 * The member stack has come to an account; seen there. The rule is of the same stack, and there before its end.
 *
 * @param stackId of that one stack; by default any that is named as it, whatever a StackSet sets around the name
 */
export function stackEvents({ MEMBER_STACK }: Names, stackId?: string): Record<'StackCreated', EventPattern> {
  return {
    StackCreated: {
      source: ['aws.cloudformation'],
      detailType: ['CloudFormation Stack Status Change'],
      detail: {
        'stack-id': [stackId ?? { wildcard: `*:stack/*${MEMBER_STACK}*` }],
        'status-details': { status: ['CREATE_COMPLETE'] },
      },
    },
  };
}
