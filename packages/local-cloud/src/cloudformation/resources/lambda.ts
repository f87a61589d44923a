import { isDeepStrictEqual } from 'node:util';
import {
  type Properties,
  type ResourceRequest,
  type ResourceType,
  resourceType,
  tagMap,
} from './resource-type.ts';

/** `AWS::Lambda::*`. A function runs from the directory that the CDK would upload, or from its text. */
export const lambdaTypes: Record<string, ResourceType> = {
  'AWS::Lambda::Function': resourceType(
    'FunctionName Runtime Handler Role Code Description Environment Timeout MemorySize Architectures TracingConfig LoggingConfig DeadLetterConfig Tags VpcConfig',
    async (resource) => {
      const { Code, Tags, FunctionName, ...properties } = resource.properties;
      const { FunctionArn, FunctionName: name } = await resource.call('lambda', 'CreateFunction', {
        ...properties,
        FunctionName: FunctionName ?? resource.name(64),
        Code: codeOf(resource, Code),
        Tags: tagMap(Tags),
      });
      return { ref: name, attributes: { Arn: FunctionArn } };
    },
    {
      update: async (resource, FunctionName, previous) => {
        const { Code, Tags: _, Architectures, ...properties } = resource.properties;
        if (!isDeepStrictEqual([Code, Architectures], [previous.Code, previous.Architectures])) {
          const code = codeOf(resource, Code);
          await resource.call('lambda', 'UpdateFunctionCode', { FunctionName, ...code, Architectures });
        }
        await resource.call('lambda', 'UpdateFunctionConfiguration', { ...properties, FunctionName });
      },
      remove: (resource, FunctionName) => resource.call('lambda', 'DeleteFunction', { FunctionName }),
    },
  ),

  'AWS::Lambda::Permission': resourceType(
    'Action FunctionName Principal SourceAccount SourceArn',
    async (resource) => {
      const StatementId = `${resource.stackName}-${resource.logicalId}-${resource.digits(12).toUpperCase()}`;
      await resource.call('lambda', 'AddPermission', { ...resource.properties, StatementId });
      return { ref: StatementId, attributes: { Id: StatementId } };
    },
    {
      remove: (resource, StatementId) => {
        const { FunctionName } = resource.properties;
        return resource.call('lambda', 'RemovePermission', { FunctionName, StatementId });
      },
    },
  ),

  'AWS::Lambda::EventInvokeConfig': resourceType(
    'FunctionName Qualifier MaximumRetryAttempts MaximumEventAgeInSeconds DestinationConfig',
    async (resource) => {
      const { Qualifier, ...input } = resource.properties;
      if (Qualifier !== '$LATEST') resource.refuse(`the local cloud has no qualifier ${Qualifier}.`);
      await resource.call('lambda', 'PutFunctionEventInvokeConfig', input);
      return { ref: `${input.FunctionName}|${Qualifier}` };
    },
    {
      update: (resource) => {
        const { Qualifier: _, ...input } = resource.properties;
        return resource.call('lambda', 'PutFunctionEventInvokeConfig', input);
      },
      remove: (resource) => {
        const { FunctionName } = resource.properties;
        return resource.call('lambda', 'DeleteFunctionEventInvokeConfig', { FunctionName });
      },
    },
  ),
};

function codeOf(resource: ResourceRequest, code: Properties | undefined) {
  if (code?.ZipFile !== undefined) return { Source: code.ZipFile };
  return { Directory: resource.asset(code?.S3Key) };
}
