import { type ResourceType, resourceType } from './resource-type.ts';

/** `AWS::CloudFormation::StackSet`. It is there when its first operation has ended, as on AWS. */
export const stackSetTypes: Record<string, ResourceType> = {
  'AWS::CloudFormation::StackSet': resourceType(
    'AutoDeployment CallAs Capabilities Description ManagedExecution OperationPreferences PermissionModel StackInstancesGroup StackSetName Tags TemplateBody',
    async (resource) => {
      const { StackInstancesGroup = [], OperationPreferences, ...input } = resource.properties;
      const { CallAs, StackSetName } = input;
      const { StackSetId } = await resource.call('cloudformation', 'CreateStackSet', input);
      for (const group of StackInstancesGroup) {
        const { OperationId } = await resource.call('cloudformation', 'CreateStackInstances', {
          ...group,
          StackSetName,
          CallAs,
          OperationPreferences,
        });
        const { StackSetOperation } = await resource.call('cloudformation', 'DescribeStackSetOperation', {
          StackSetName,
          OperationId,
        });
        if (StackSetOperation.Status !== 'SUCCEEDED')
          resource.refuse('the operation of the StackSet failed.');
      }
      return { ref: StackSetId, attributes: { StackSetId } };
    },
  ),
};
