import { type ResourceRequest, type ResourceType, resourceType } from './resource-type.ts';

/** `AWS::CloudFormation::StackSet`. It is there when its first operation has ended, as on AWS. */
export const stackSetTypes: Record<string, ResourceType> = {
  'AWS::CloudFormation::StackSet': resourceType(
    'AutoDeployment CallAs Capabilities Description ManagedExecution OperationPreferences PermissionModel StackInstancesGroup StackSetName Tags TemplateBody',
    async (resource) => {
      const { StackInstancesGroup = [], OperationPreferences, ...input } = resource.properties;
      const { CallAs, StackSetName } = input;
      const { StackSetId } = await resource.call('cloudformation', 'CreateStackSet', input);
      for (const group of StackInstancesGroup) {
        await operate(resource, 'CreateStackInstances', {
          ...group,
          StackSetName,
          CallAs,
          OperationPreferences,
        });
      }
      return { ref: StackSetId, attributes: { StackSetId } };
    },
    {
      // First what its stacks are made of, then where they are.
      update: async (resource, _physicalId, previous) => {
        const { StackInstancesGroup = [], OperationPreferences, ...input } = resource.properties;
        const { CallAs, StackSetName } = input;
        const { PermissionModel: _, ...changes } = input;
        await operate(resource, 'UpdateStackSet', { ...changes, OperationPreferences });
        const gone = (previous.StackInstancesGroup ?? []).filter((group: Group) =>
          targetsOf([group]).some((target) => !targetsOf(StackInstancesGroup).includes(target)),
        );
        if (gone.length > 0) resource.refuse('the local cloud cannot take targets from a StackSet.');
        const known = targetsOf(previous.StackInstancesGroup ?? []);
        for (const group of StackInstancesGroup as Group[]) {
          if (targetsOf([group]).every((target) => known.includes(target))) continue;
          const instances = { ...group, StackSetName, CallAs, OperationPreferences };
          await operate(resource, 'CreateStackInstances', instances);
        }
      },
    },
  ),
};

interface Group {
  DeploymentTargets: { OrganizationalUnitIds: string[] };
  Regions: string[];
}

/** Units and Regions, each beside each. */
function targetsOf(groups: Group[]): string[] {
  return groups.flatMap(({ DeploymentTargets, Regions }) =>
    DeploymentTargets.OrganizationalUnitIds.flatMap((unit) => Regions.map((region) => `${unit}/${region}`)),
  );
}

/** Starts an operation, which has ended when it is described. */
async function operate(resource: ResourceRequest, action: string, input: object): Promise<void> {
  const { OperationId } = await resource.call('cloudformation', action, input);
  const { StackSetName } = resource.properties;
  const described = { StackSetName, OperationId };
  const { StackSetOperation } = await resource.call('cloudformation', 'DescribeStackSetOperation', described);
  if (StackSetOperation.Status !== 'SUCCEEDED') resource.refuse('the operation of the StackSet failed.');
}
