import { type Properties, type ResourceRequest, type ResourceType, resourceType } from './resource-type.ts';

/** `AWS::IAM::*`. Tags and permissions boundaries of roles: tags have no behaviour here, boundaries are refused. */
export const iamTypes: Record<string, ResourceType> = {
  'AWS::IAM::Role': resourceType(
    'RoleName AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path Policies Tags',
    async (resource) => {
      const { properties } = resource;
      const RoleName: string = properties.RoleName ?? resource.name(64);
      const { Role } = await resource.call('iam', 'CreateRole', {
        RoleName,
        Path: properties.Path,
        Description: properties.Description,
        MaxSessionDuration: properties.MaxSessionDuration,
        AssumeRolePolicyDocument: JSON.stringify(properties.AssumeRolePolicyDocument),
      });
      for (const PolicyArn of properties.ManagedPolicyArns ?? []) {
        await resource.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
      }
      for (const { PolicyName, PolicyDocument } of properties.Policies ?? []) {
        await putRolePolicy(resource, RoleName, PolicyName, PolicyDocument);
      }
      return { ref: RoleName, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
    },
    {
      update: updateRole,
      remove: async (resource, RoleName) => {
        for (const PolicyArn of resource.properties.ManagedPolicyArns ?? []) {
          await resource.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
        }
        for (const { PolicyName } of resource.properties.Policies ?? []) {
          await resource.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName });
        }
        await resource.call('iam', 'DeleteRole', { RoleName });
      },
    },
  ),

  'AWS::IAM::Policy': resourceType(
    'PolicyName PolicyDocument Roles',
    async (resource) => {
      const { PolicyName, PolicyDocument, Roles } = resource.properties;
      for (const role of Roles ?? []) await putRolePolicy(resource, role, PolicyName, PolicyDocument);
      return { ref: `${resource.stackName}-${resource.logicalId}` };
    },
    {
      update: async (resource, _physicalId, previous) => {
        const { PolicyName, PolicyDocument, Roles = [] } = resource.properties;
        for (const role of Roles) await putRolePolicy(resource, role, PolicyName, PolicyDocument);
        for (const RoleName of previous.Roles ?? []) {
          if (previous.PolicyName === PolicyName && Roles.includes(RoleName)) continue;
          const input = { RoleName, PolicyName: previous.PolicyName };
          await resource.call('iam', 'DeleteRolePolicy', input);
        }
      },
      remove: async (resource) => {
        const { PolicyName, Roles } = resource.properties;
        for (const RoleName of Roles ?? []) {
          await resource.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName });
        }
      },
    },
  ),

  'AWS::IAM::ManagedPolicy': resourceType(
    'ManagedPolicyName PolicyDocument Description Path Roles',
    async (resource) => {
      const { properties } = resource;
      const { Policy } = await resource.call('iam', 'CreatePolicy', {
        PolicyName: properties.ManagedPolicyName ?? resource.name(128),
        Path: properties.Path,
        Description: properties.Description,
        PolicyDocument: JSON.stringify(properties.PolicyDocument),
      });
      for (const RoleName of properties.Roles ?? []) {
        await resource.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn: Policy.Arn });
      }
      return { ref: Policy.Arn, attributes: { PolicyArn: Policy.Arn } };
    },
  ),
};

async function updateRole(resource: ResourceRequest, RoleName: string, previous: Properties): Promise<void> {
  const { properties } = resource;
  await resource.call('iam', 'UpdateRole', {
    RoleName,
    Description: properties.Description,
    MaxSessionDuration: properties.MaxSessionDuration,
  });
  await resource.call('iam', 'UpdateAssumeRolePolicy', {
    RoleName,
    PolicyDocument: JSON.stringify(properties.AssumeRolePolicyDocument),
  });
  const attached: string[] = properties.ManagedPolicyArns ?? [];
  for (const PolicyArn of attached) await resource.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  for (const PolicyArn of previous.ManagedPolicyArns ?? []) {
    if (!attached.includes(PolicyArn))
      await resource.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
  }
  const inline: Named[] = properties.Policies ?? [];
  for (const { PolicyName, PolicyDocument } of inline) {
    await putRolePolicy(resource, RoleName, PolicyName, PolicyDocument);
  }
  for (const { PolicyName } of (previous.Policies ?? []) as Named[]) {
    if (inline.some((policy) => policy.PolicyName === PolicyName)) continue;
    await resource.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName });
  }
}

interface Named {
  PolicyName: string;
  PolicyDocument: unknown;
}

function putRolePolicy(resource: ResourceRequest, RoleName: string, PolicyName: string, document: unknown) {
  return resource.call('iam', 'PutRolePolicy', {
    RoleName,
    PolicyName,
    PolicyDocument: JSON.stringify(document),
  });
}
