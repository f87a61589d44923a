import { type ResourceRequest, type ResourceType, resourceType } from './resource-type.ts';

/** `AWS::Organizations::ResourcePolicy`. An organization has one: where it is there, it is not made again. */
export const organizationsTypes: Record<string, ResourceType> = {
  'AWS::Organizations::ResourcePolicy': resourceType(
    'Content Tags',
    async (resource) => {
      await resource.refuseTaken('ResourcePolicy', ['organizations', 'DescribeResourcePolicy'], {});
      const { ResourcePolicy } = await put(resource);
      const { Id, Arn } = ResourcePolicy.ResourcePolicySummary;
      return { ref: Id, attributes: { Id, Arn } };
    },
    { update: put, remove: (resource) => resource.call('organizations', 'DeleteResourcePolicy', {}) },
  ),
};

function put(resource: ResourceRequest) {
  const { Content } = resource.properties;
  return resource.call('organizations', 'PutResourcePolicy', {
    Content: typeof Content === 'string' ? Content : JSON.stringify(Content),
  });
}
