import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { DEFAULT_SYSTEM, ofSystem } from '../../lambdas/shared/runtime/system.ts';
import { namesIn } from '../names.ts';
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
    const { file, discard } = definition(props.name, namesIn(this).SYSTEM);
    const wanted = placeholders(readFileSync(file, 'utf8'));
    const given = new Set(Object.keys(props.substitutions));
    const unmatched = [...wanted.symmetricDifference(given)];
    if (unmatched.length > 0) {
      throw new Error(`${props.name}.asl.json and its substitutions disagree on: ${unmatched.join(', ')}`);
    }
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: workflowName(this, props.name),
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
          logGroupName: `/aws/vendedlogs/states/${workflowName(this, props.name)}`,
          retention: LOG_RETENTION,
          encryptionKey: props.key,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        // Every step, for whoever audits; without what passes through, which may be an endpoint script.
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    // The asset has been staged by now.
    discard();
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
    return statesArn(scope, 'stateMachine', workflowName(scope, name));
  }

  /** All executions of the workflow, likewise. */
  static executionsArn(scope: Construct, name: string): string {
    return statesArn(scope, 'execution', `${workflowName(scope, name)}:*`);
  }
}

/** The file of a definition. Files have the names of the default system; another one gets a copy with its own. */
function definition(name: string, system: string): { file: string; discard(): void } {
  const file = join(DEFINITIONS, `${name}.asl.json`);
  if (system === DEFAULT_SYSTEM.name) return { file, discard: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
  const copy = join(folder, `${name}.asl.json`);
  writeFileSync(copy, ofSystem(readFileSync(file, 'utf8'), system));
  return { file: copy, discard: () => rmSync(folder, { recursive: true }) };
}

function statesArn(scope: Construct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource,
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

function workflowName(scope: Construct, name: string): string {
  return `${namesIn(scope).SYSTEM}-${name}`;
}

function placeholders(definition: string): Set<string> {
  return new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!));
}
