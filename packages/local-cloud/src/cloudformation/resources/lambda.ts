import { type ResourceType, resourceType, tagMap } from './resource-type.ts';

/** `AWS::Lambda::*`. A function runs from the directory that the CDK would upload, or from its text. */
export const lambdaTypes: Record<string, ResourceType> = {
  'AWS::Lambda::Function': resourceType(
    'FunctionName Runtime Handler Role Code Description Environment Timeout MemorySize Architectures TracingConfig LoggingConfig DeadLetterConfig Tags VpcConfig',
    async (resource) => {
      const { Code, Tags, FunctionName, ...properties } = resource.properties;
      const { FunctionArn, FunctionName: name } = await resource.call('lambda', 'CreateFunction', {
        ...properties,
        FunctionName: FunctionName ?? resource.name(64),
        Code:
          Code?.ZipFile === undefined ? { Directory: resource.asset(Code?.S3Key) } : { Source: Code.ZipFile },
        Tags: tagMap(Tags),
      });
      return { ref: name, attributes: { Arn: FunctionArn } };
    },
  ),

  'AWS::Lambda::Permission': resourceType(
    'Action FunctionName Principal SourceAccount SourceArn',
    async (resource) => {
      const StatementId = `${resource.stackName}-${resource.logicalId}-${resource.digits(12).toUpperCase()}`;
      await resource.call('lambda', 'AddPermission', { ...resource.properties, StatementId });
      return { ref: StatementId, attributes: { Id: StatementId } };
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
  ),
};
