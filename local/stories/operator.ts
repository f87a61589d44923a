import type { Activity, ExecutionRecord, StackResource } from 'local-cloud';
import type { Deployment } from '../deployment.ts';

/** A person with the root keys of the accounts, who starts and stops executions, and takes things away. */
export class Operator {
  readonly #cloud: Deployment;
  readonly #activity: Activity;

  constructor(cloud: Deployment, activity: Activity) {
    this.#cloud = cloud;
    this.#activity = activity;
  }

  /** Starts a workflow by hand, as in the console. */
  start(workflow: string, input: object): Promise<ExecutionRecord> {
    return this.#cloud.start(workflow, input);
  }

  /** @throws Error if the execution ends before it enters the state */
  async reached(execution: ExecutionRecord, state: string): Promise<void> {
    const entered = () =>
      execution.history.some(({ type, details }) => type.endsWith('StateEntered') && details?.name === state);
    while (!entered()) {
      if (execution.status !== 'RUNNING') throw new Error(`${execution.name} did not reach ${state}.`);
      await this.#activity.sleep(250);
    }
  }

  stop(execution: ExecutionRecord): Promise<void> {
    return this.#cloud.stopExecution(execution);
  }

  /** Stops the newest execution of the workflow as soon as anything enters the state. */
  stopAtEntry(workflow: string, state: string): void {
    const end = this.#cloud.observeExecutions((_execution, { type, details }) => {
      if (!type.endsWith('StateEntered') || details?.name !== state) return;
      end();
      queueMicrotask(() => void this.stop(this.newest(workflow)));
    });
  }

  /** The same, when one of its functions makes a call of that kind. */
  stopAtCall(workflow: string, action: string): void {
    const end = this.#cloud.interceptCalls(async (call, proceed) => {
      if (call.action === action && !call.caller.arn.endsWith(':root')) {
        end();
        await this.stop(this.newest(workflow));
      }
      return proceed();
    });
  }

  newest(workflow: string): ExecutionRecord {
    const all = this.#cloud.executions();
    return all.findLast(
      ({ stateMachineName }) => stateMachineName === `${this.#cloud.names.SYSTEM}-${workflow}`,
    )!;
  }

  redrive(execution: ExecutionRecord): Promise<void> {
    return this.#cloud.redriveExecution(execution);
  }

  removeWorkflow(workflow: string): Promise<unknown> {
    return this.inHub('states', 'DeleteStateMachine', { stateMachineArn: this.#cloud.arnOf(workflow) });
  }

  removeFunction(call: string): Promise<unknown> {
    return this.inHub('lambda', 'DeleteFunction', { FunctionName: this.#cloud.names.functionNameOf(call) });
  }

  /** Takes a variable away from a function, which cannot do its work then. */
  async removeVariable(call: string, variable: string): Promise<void> {
    const FunctionName = this.#cloud.names.functionNameOf(call);
    const { Environment } = (await this.inHub('lambda', 'GetFunctionConfiguration', { FunctionName })) as {
      Environment: { Variables: Record<string, string> };
    };
    const { [variable]: _, ...Variables } = Environment.Variables;
    await this.inHub('lambda', 'UpdateFunctionConfiguration', { FunctionName, Environment: { Variables } });
  }

  /** Puts an event on the hub's bus. */
  announce(DetailType: string, detail: object): Promise<unknown> {
    const { SYSTEM } = this.#cloud.names;
    const entry = { EventBusName: SYSTEM, Source: SYSTEM, DetailType, Detail: JSON.stringify(detail) };
    return this.inHub('events', 'PutEvents', { Entries: [entry] });
  }

  /** What happens while EventBridge reports the end of executions to nobody. */
  async withoutCleanUp(work: () => Promise<void>): Promise<void> {
    const { Rules } = (await this.inHub('events', 'ListRules', {})) as {
      Rules: { Name: string; EventPattern?: string }[];
    };
    const Name = Rules.find(({ EventPattern }) => EventPattern?.includes('aws.states'))!.Name;
    await this.inHub('events', 'DisableRule', { Name });
    await work();
    await this.inHub('events', 'EnableRule', { Name });
  }

  /** Deletes a role with its policies. Returns what makes it again. */
  async removeRole(accountId: string, RoleName: string): Promise<() => Promise<void>> {
    const call = (action: string, input: object) => {
      const caller = this.#cloud.root({
        accountId,
        region: this.#cloud.configuration.organization.hubRegion,
      });
      return this.#cloud.call('iam', action, input, caller);
    };
    const { role, policies } = this.#deployed(accountId, RoleName);
    for (const { properties } of policies) {
      await call('DeleteRolePolicy', { RoleName, PolicyName: properties.PolicyName });
    }
    await call('DeleteRole', { RoleName });
    return async () => {
      const AssumeRolePolicyDocument = JSON.stringify(role.properties.AssumeRolePolicyDocument);
      await call('CreateRole', { RoleName, AssumeRolePolicyDocument });
      for (const { properties } of policies) {
        const PolicyDocument = JSON.stringify(properties.PolicyDocument);
        await call('PutRolePolicy', { RoleName, PolicyName: properties.PolicyName, PolicyDocument });
      }
    };
  }

  #deployed(accountId: string, roleName: string): { role: StackResource; policies: StackResource[] } {
    const stacks = this.#cloud.stacks().filter((stack) => stack.accountId === accountId);
    const resources = stacks.flatMap((stack) => [...stack.resources.values()]);
    const role = resources.find((one) => one.type === 'AWS::IAM::Role' && one.physicalId === roleName);
    if (!role) throw new Error(`Account ${accountId} has no role ${roleName} from a stack.`);
    const policies = resources.filter(
      ({ type, properties }) =>
        type === 'AWS::IAM::Policy' && (properties.Roles as string[]).includes(roleName),
    );
    return { role, policies };
  }

  inHub(service: string, action: string, input: object): Promise<unknown> {
    return this.#cloud.call(service, action, input, this.#cloud.hub);
  }
}
