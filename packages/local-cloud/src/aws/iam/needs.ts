import { type Needs, onResource, withoutResources } from '../authorization/need.ts';
import type { Caller } from '../caller.ts';

/**
 * "Actions, resources, and condition keys for AWS Identity and Access Management", for roles and managed policies.
 *
 * @param prefix `arn:aws:iam::<account>`
 * @param pathOf the path of a role that is there
 */
export function iamNeeds(
  prefix: (caller: Caller) => string,
  pathOf: (roleName: string, caller: Caller) => string | undefined,
): Record<string, Needs> {
  return {
    ...withoutResources('iam', 'ListPolicies', 'ListRoles'),
    ...onResource('iam', ['CreateRole'], ({ RoleName, Path = '/' }, caller) => ({
      resource: `${prefix(caller)}:role${Path}${RoleName}`,
    })),
    ...onResource(
      'iam',
      [
        'DeleteRole',
        'DeleteRolePolicy',
        'GetRole',
        'GetRolePolicy',
        'ListAttachedRolePolicies',
        'ListRolePolicies',
        'PutRolePolicy',
        'UpdateAssumeRolePolicy',
        'UpdateRole',
      ],
      ({ RoleName }, caller) => ({
        resource: `${prefix(caller)}:role${pathOf(RoleName, caller) ?? '/'}${RoleName}`,
      }),
    ),
    ...onResource('iam', ['AttachRolePolicy', 'DetachRolePolicy'], ({ RoleName, PolicyArn }, caller) => ({
      resource: `${prefix(caller)}:role${pathOf(RoleName, caller) ?? '/'}${RoleName}`,
      context: { 'iam:PolicyARN': PolicyArn },
    })),
    ...onResource('iam', ['CreatePolicy'], ({ PolicyName, Path = '/' }, caller) => ({
      resource: `${prefix(caller)}:policy${Path}${PolicyName}`,
    })),
    ...onResource('iam', ['DeletePolicy', 'GetPolicy', 'GetPolicyVersion'], ({ PolicyArn }) => ({
      resource: PolicyArn,
    })),
  };
}
