import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { SYSTEM } from '../names.ts';
import { acceptFinding, acceptWildcard } from './accepted-findings.ts';
import { type ApiFunction, LOG_RETENTION } from './api-function.ts';

const DEFINITIONS = join(import.meta.dirname, '../../statemachines');

export interface WorkflowProps {
  /** `onboard` for `statemachines/onboard.asl.json`. */
  name: string;
  /** What the placeholders of the definition stand for. A function may be invoked by the workflow then. */
  substitutions: Record<string, ApiFunction | string>;
  /** Encrypts the workflow's log. */
  key: IKey;
}

/**
 * A workflow from its file in `statemachines/`.
 * @throws Error at synthesis when the definition has a placeholder that nothing is given for, or the other way
 *   round.
 */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const file = join(DEFINITIONS, `${props.name}.asl.json`);
    const wanted = placeholders(readFileSync(file, 'utf8'));
    const given = new Set(Object.keys(props.substitutions));
    const unmatched = [...wanted.symmetricDifference(given)];
    if (unmatched.length > 0) {
      throw new Error(`${props.name}.asl.json and its substitutions disagree on: ${unmatched.join(', ')}`);
    }
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: workflowName(props.name),
      definitionBody: DefinitionBody.fromFile(file),
      definitionSubstitutions: Object.fromEntries(
        Object.entries(props.substitutions).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : value.function.functionArn,
        ]),
      ),
      tracingEnabled: true,
      logs: {
        // This prefix keeps CloudWatch's resource policy from outgrowing its limit.
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${workflowName(props.name)}`,
          retention: LOG_RETENTION,
          encryptionKey: props.key,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        // Every step, for whoever audits; without what passes through, which may be an endpoint script.
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    acceptFinding(
      this,
      'IAM5[Resource::*]',
      'X-Ray takes traces, and CloudWatch Logs sets up deliveries, for no resource that could be named.',
    );
    acceptWildcard(
      Stack.of(this),
      Workflow.executionsArn(this, props.name),
      'Executions of this workflow have names that nobody knows before they start.',
    );
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: Object.values(props.substitutions)
          .filter((value) => typeof value !== 'string')
          .map((value) => value.function.functionArn),
      }),
    );
  }

  /** The workflow's ARN, from its name: for what the workflow itself depends on. */
  static arn(scope: Construct, name: string): string {
    return statesArn(scope, 'stateMachine', workflowName(name));
  }

  /** All executions of the workflow, likewise. */
  static executionsArn(scope: Construct, name: string): string {
    return statesArn(scope, 'execution', `${workflowName(name)}:*`);
  }
}

function statesArn(scope: Construct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource,
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

function workflowName(name: string): string {
  return `${SYSTEM}-${name}`;
}

function placeholders(definition: string): Set<string> {
  return new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!));
}
