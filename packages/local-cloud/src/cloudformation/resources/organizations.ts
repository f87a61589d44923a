import { type ResourceType, resourceType } from './resource-type.ts';

/** `AWS::Organizations::ResourcePolicy`. An organization has one: where it is there, it is not made again. */
export const organizationsTypes: Record<string, ResourceType> = {
  'AWS::Organizations::ResourcePolicy': resourceType(
    'Content Tags',
    async (resource) => {
      const { Content } = resource.properties;
      await resource.refuseTaken('ResourcePolicy', ['organizations', 'DescribeResourcePolicy'], {});
      const { ResourcePolicy } = await resource.call('organizations', 'PutResourcePolicy', {
        Content: typeof Content === 'string' ? Content : JSON.stringify(Content),
      });
      const { Id, Arn } = ResourcePolicy.ResourcePolicySummary;
      return { ref: Id, attributes: { Id, Arn } };
    },
    (resource) => resource.call('organizations', 'DeleteResourcePolicy', {}),
  ),
};
