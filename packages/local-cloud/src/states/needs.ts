import { type Need, type Needs, onResource, withoutResources } from '../aws/authorization/need.ts';
import type { Caller } from '../aws/service.ts';
import type { Definition, State } from './definition.ts';
import type { Revision } from './revision.ts';

/** The permissions that Step Functions' actions ask ("Actions, resources, and condition keys for AWS Step Functions"). */
export function statesNeeds(machineOfToken: (token: string) => string | undefined): Record<string, Needs> {
  return {
    ...withoutResources(
      'states',
      'CreateStateMachine',
      'ListStateMachines',
      'ValidateStateMachineDefinition',
    ),
    ...onResource(
      'states',
      [
        'DeleteStateMachine',
        'DescribeStateMachine',
        'ListExecutions',
        'StartExecution',
        'UpdateStateMachine',
      ],
      ({ stateMachineArn }) => ({ resource: stateMachineArn ?? '*' }),
    ),
    ...onResource(
      'states',
      [
        'DescribeExecution',
        'DescribeStateMachineForExecution',
        'GetExecutionHistory',
        'RedriveExecution',
        'StopExecution',
      ],
      ({ executionArn }) => ({ resource: executionArn }),
    ),
    // The reference names no resource; AWS takes the state machine's ARN, as the CDK's grantTaskResponse does.
    ...onResource('states', ['SendTaskFailure', 'SendTaskHeartbeat', 'SendTaskSuccess'], ({ taskToken }) => ({
      resource: machineOfToken(taskToken) ?? '*',
    })),
  };
}

const onEverything = (service: string, ...actions: string[]): Need[] =>
  actions.map((action) => ({ action: `${service}:${action}`, resource: '*' }));

/** What a state machine's role needs for its log ("Logging using CloudWatch Logs", IAM policies). */
export const LOGGING: readonly Need[] = onEverything(
  'logs',
  'CreateLogDelivery',
  'GetLogDelivery',
  'UpdateLogDelivery',
  'DeleteLogDelivery',
  'ListLogDeliveries',
  'PutResourcePolicy',
  'DescribeResourcePolicies',
  'DescribeLogGroups',
);

/** What it needs for traces ("Tracing workflows with AWS X-Ray", IAM policies). */
export const TRACING: readonly Need[] = onEverything(
  'xray',
  'PutTraceSegments',
  'PutTelemetryRecords',
  'GetSamplingRules',
  'GetSamplingTargets',
);

/** The rule by which EventBridge tells a state machine of the end of what it waits for (`.sync`). */
export function managedRule({ accountId, region }: Caller): Need[] {
  const resource = `arn:aws:events:${region}:${accountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
  return ['PutTargets', 'PutRule', 'DescribeRule'].map((action) => ({
    action: `events:${action}`,
    resource,
  }));
}

/** Whether the definition starts executions and waits for their end. */
export function waitsForExecutions({ states }: Pick<Definition, 'states'>): boolean {
  return [...states.values()].some(
    (state: State) =>
      (state.type === 'Task' && state.resource.pattern.startsWith('sync')) ||
      (state.type === 'Map' && waitsForExecutions(state.processor)) ||
      (state.type === 'Parallel' && state.branches.some(waitsForExecutions)),
  );
}

/** Starting a child of a Distributed Map ("IAM policies for using Distributed Map states"). */
export function childStart({ stateMachineArn }: Revision): Need {
  return { action: 'states:StartExecution', resource: parentOf(stateMachineArn) };
}

/**
 * Looking at and stopping children of a Distributed Map. AWS's policy for it names executions of the state machine,
 * `execution:<name>:*`, although the children's own ARNs are `execution:<name>/<label>:<id>`, or `express:…`.
 */
export function childNeed(action: 'DescribeExecution' | 'StopExecution', childArn: string): Need {
  return {
    action: `states:${action}`,
    resource: childArn.replace(':express:', ':execution:').replace(/\/[^/:]+/, ''),
  };
}

/** A child's redrive is asked on the child ("Redriving Map Runs", IAM permissions). */
export function childRedrive(childArn: string): Need {
  return { action: 'states:RedriveExecution', resource: childArn };
}

/** A child's state machine is called after its parent. */
function parentOf(childMachineArn: string): string {
  return childMachineArn.replace(/\/[^/]+$/, '');
}
