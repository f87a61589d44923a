import { type ResourceType, resourceType } from './resource-type.ts';

/** There is nothing but the record. */
const nothingToDo = { update: () => undefined, remove: () => undefined };

/**
 * Types that the local cloud records and gives no behaviour: aliases of keys, and buckets (assets are read where they
 * are).
 */
export const recordedTypes: Record<string, ResourceType> = {
  'AWS::CDK::Metadata': resourceType('Analytics', (resource) => ({ ref: resource.uuid() }), nothingToDo),

  'AWS::Logs::ResourcePolicy': resourceType(
    'PolicyName PolicyDocument',
    (resource) => ({
      ref: resource.properties.PolicyName,
    }),
    nothingToDo,
  ),

  'AWS::KMS::Alias': resourceType(
    'AliasName TargetKeyId',
    (resource) => ({
      ref: resource.properties.AliasName,
    }),
    nothingToDo,
  ),

  'AWS::S3::Bucket': resourceType(
    'BucketName BucketEncryption LifecycleConfiguration LoggingConfiguration OwnershipControls PublicAccessBlockConfiguration VersioningConfiguration Tags',
    (resource) => {
      const name: string = resource.properties.BucketName ?? resource.name(63).toLowerCase();
      return {
        ref: name,
        attributes: {
          Arn: `arn:${resource.partition}:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${resource.caller.region}.amazonaws.com`,
        },
      };
    },
    nothingToDo,
  ),

  'AWS::S3::BucketPolicy': resourceType(
    'Bucket PolicyDocument',
    (resource) => ({
      ref: resource.properties.Bucket,
    }),
    nothingToDo,
  ),
};
