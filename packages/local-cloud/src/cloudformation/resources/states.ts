import { readFileSync } from 'node:fs';
import { type ResourceRequest, type ResourceType, resourceType } from './resource-type.ts';

/** `AWS::StepFunctions::StateMachine`. */
export const statesTypes: Record<string, ResourceType> = {
  'AWS::StepFunctions::StateMachine': resourceType(
    'StateMachineName StateMachineType RoleArn Definition DefinitionString DefinitionS3Location DefinitionSubstitutions LoggingConfiguration TracingConfiguration Tags',
    async (resource) => {
      const { properties } = resource;
      const name: string =
        properties.StateMachineName ??
        `${resource.logicalId.slice(0, 67)}-${resource.digits(12).toUpperCase()}`;
      const identity = { stateMachineArn: resource.arn('states', `stateMachine:${name}`) };
      await resource.refuseTaken(name, ['states', 'DescribeStateMachine'], identity);
      const { stateMachineArn } = await resource.call('states', 'CreateStateMachine', {
        name,
        type: properties.StateMachineType ?? 'STANDARD',
        roleArn: properties.RoleArn,
        definition: definitionOf(resource),
        loggingConfiguration: loggingOf(properties.LoggingConfiguration),
        tracingConfiguration: properties.TracingConfiguration && {
          enabled: properties.TracingConfiguration.Enabled,
        },
        tags: properties.Tags?.map(({ Key, Value }: Record<string, string>) => ({ key: Key, value: Value })),
      });
      return { ref: stateMachineArn, attributes: { Arn: stateMachineArn, Name: name } };
    },
    {
      // Executions that run keep the definition with which they began.
      update: (resource, stateMachineArn) => {
        const { RoleArn, LoggingConfiguration, TracingConfiguration } = resource.properties;
        return resource.call('states', 'UpdateStateMachine', {
          stateMachineArn,
          definition: definitionOf(resource),
          roleArn: RoleArn,
          loggingConfiguration: loggingOf(LoggingConfiguration),
          tracingConfiguration: TracingConfiguration && { enabled: TracingConfiguration.Enabled },
        });
      },
      remove: (resource, stateMachineArn) =>
        resource.call('states', 'DeleteStateMachine', { stateMachineArn }),
    },
  ),
};

/** The definition with `${name}` replaced by what `DefinitionSubstitutions` gives. */
function definitionOf(resource: ResourceRequest): string {
  const { Definition, DefinitionString, DefinitionS3Location, DefinitionSubstitutions } = resource.properties;
  let text: string;
  if (DefinitionS3Location) text = readFileSync(resource.asset(DefinitionS3Location.Key), 'utf8');
  else text = DefinitionString ?? JSON.stringify(Definition);
  const substitutions = new Map<string, unknown>(Object.entries(DefinitionSubstitutions ?? {}));
  return text.replace(/\$\{([^}]*)\}/g, (_match, name: string) => {
    const value = substitutions.get(name);
    if (value === undefined) resource.refuse(`DefinitionSubstitutions has nothing for \${${name}}.`);
    // The placeholder stands inside the JSON text, mostly inside a string.
    return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : String(value);
  });
}

interface LoggingConfiguration {
  Level?: string;
  IncludeExecutionData?: boolean;
  Destinations?: { CloudWatchLogsLogGroup?: { LogGroupArn?: string } }[];
}

function loggingOf(configuration: LoggingConfiguration | undefined) {
  return (
    configuration && {
      level: configuration.Level,
      includeExecutionData: configuration.IncludeExecutionData,
      destinations: configuration.Destinations?.map(({ CloudWatchLogsLogGroup }) => ({
        cloudWatchLogsLogGroup: { logGroupArn: CloudWatchLogsLogGroup?.LogGroupArn },
      })),
    }
  );
}
