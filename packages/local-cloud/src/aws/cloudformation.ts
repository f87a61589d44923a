import type { StackInstance, StackSet, StackSets } from '../cloudformation/stack-sets.ts';
import type { DeployedStack, Stacks } from '../cloudformation/stacks.ts';
import { onResource, withoutResources } from './authorization/need.ts';
import { partitionOf } from './iam/roles.ts';
import { Ids } from './ids.ts';
import { acceptOnly } from './members.ts';
import { pageOf } from './pages.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

/** CloudFormation, as far as one asks about stacks, updates them, and makes StackSets. Stacks are made with the local cloud. */
export class CloudFormation implements AwsService {
  readonly signingName = 'cloudformation';
  readonly #stacks: Stacks;
  readonly #stackSets: StackSets;
  readonly #ids = new Ids('cloudformation');
  /** The operations of StackSets that ended, by id. */
  readonly #operations = new Map<string, 'SUCCEEDED' | 'FAILED'>();

  constructor(options: { stacks: Stacks; stackSets: StackSets }) {
    this.#stacks = options.stacks;
    this.#stackSets = options.stackSets;
  }

  readonly actions: Record<string, Action> = {
    DescribeStacks: ({ StackName, NextToken }, caller) => {
      if (StackName !== undefined) return { Stacks: [stackView(this.#stacks.find(StackName, caller))] };
      const { items, nextToken } = page(this.#stacks.in(caller), 'stacks', NextToken);
      return { Stacks: items.map(stackView), NextToken: nextToken };
    },
    ListStackResources: ({ StackName, NextToken }, caller) => {
      const stack = this.#stacks.find(StackName, caller);
      const { items, nextToken } = page([...stack.resources], `resources-of-${stack.id}`, NextToken);
      return {
        StackResourceSummaries: items.map(([LogicalResourceId, { type, physicalId }]) => ({
          LogicalResourceId,
          PhysicalResourceId: physicalId,
          ResourceType: type,
          ResourceStatus: stack.updatedAt === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
          LastUpdatedTimestamp: new Date(stack.updatedAt ?? stack.createdAt),
        })),
        NextToken: nextToken,
      };
    },
    // The update has ended when the call returns.
    UpdateStack: async (input, caller) => {
      acceptOnly(input, ['StackName', 'TemplateBody', 'Capabilities'], 'ValidationError');
      const stack = this.#stacks.find(input.StackName, caller);
      if ((await this.#stacks.update(stack, input.TemplateBody)).length === 0) {
        throw new AwsError('ValidationError', 'No updates are to be performed.');
      }
      return { StackId: stack.id };
    },
    ActivateOrganizationsAccess: (_input, caller) => {
      this.#stackSets.activateAccess(caller);
      return {};
    },
    CreateStackSet: (input, caller) => ({ StackSetId: this.#stackSets.create(input, caller).id }),
    // The operation has ended when the call returns.
    CreateStackInstances: (input, caller) => this.#operate(() => this.#stackSets.addInstances(input, caller)),
    UpdateStackSet: (input, caller) => this.#operate(() => this.#stackSets.update(input, caller)),
    DescribeStackSetOperation: ({ StackSetName, OperationId }, caller) => {
      const { id } = this.#stackSets.find(StackSetName, caller);
      const Status = this.#operations.get(OperationId);
      if (!Status) throw new AwsError('OperationNotFoundException', `No operation ${OperationId}.`, 404);
      return { StackSetOperation: { OperationId, StackSetId: id, Action: 'CREATE', Status } };
    },
    DescribeStackSet: ({ StackSetName }, caller) => ({
      StackSet: stackSetView(this.#stackSets.find(StackSetName, caller)),
    }),
    ListStackSets: ({ NextToken }, caller) => {
      const { items, nextToken } = page(this.#stackSets.all(caller), 'stack-sets', NextToken);
      return {
        Summaries: items.map(({ id, name, description }) => ({
          StackSetId: id,
          StackSetName: name,
          Description: description,
          Status: 'ACTIVE',
          PermissionModel: 'SERVICE_MANAGED',
        })),
        NextToken: nextToken,
      };
    },
    ListStackInstances: ({ StackSetName, NextToken }, caller: Caller) => {
      const set = this.#stackSets.find(StackSetName, caller);
      const { items, nextToken } = page([...set.instances.values()], `instances-of-${set.id}`, NextToken);
      return { Summaries: items.map((instance) => instanceView(set, instance)), NextToken: nextToken };
    },
  };

  async #operate(work: () => Promise<boolean>): Promise<{ OperationId: string }> {
    const OperationId = this.#ids.uuid();
    this.#operations.set(OperationId, (await work()) ? 'SUCCEEDED' : 'FAILED');
    return { OperationId };
  }

  /** "Actions, resources, and condition keys for AWS CloudFormation". */
  readonly needs = {
    ...onResource(
      'cloudformation',
      ['DescribeStacks', 'ListStackResources', 'UpdateStack'],
      ({ StackName }, caller) => ({ resource: arnOf(caller, `stack/${StackName ?? '*'}/*`) }),
    ),
    ...onResource(
      'cloudformation',
      ['DescribeStackSet', 'ListStackInstances', 'UpdateStackSet'],
      ({ StackSetName }, caller) => ({
        resource: arnOf(caller, `stackset/${StackSetName}:*`),
      }),
    ),
    ...withoutResources('cloudformation', 'ActivateOrganizationsAccess', 'ListStackSets'),
  };
}

function arnOf({ accountId, region }: Caller, resource: string): string {
  return `arn:${partitionOf(region)}:cloudformation:${region}:${accountId}:${resource}`;
}

function page<T>(all: T[], listing: string, token: string | undefined) {
  return pageOf(all, { listing, limit: 100, token, invalidToken: 'ValidationError' });
}

function stackView(stack: DeployedStack) {
  return {
    StackId: stack.id,
    StackName: stack.name,
    Description: stack.description,
    CreationTime: new Date(stack.createdAt),
    LastUpdatedTime: stack.updatedAt === undefined ? undefined : new Date(stack.updatedAt),
    StackStatus: stack.status,
    Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  };
}

function stackSetView(set: StackSet) {
  return {
    StackSetName: set.name,
    StackSetId: set.id,
    StackSetARN: set.arn,
    Description: set.description,
    Tags: set.tags,
    Status: 'ACTIVE',
    TemplateBody: set.template,
    Capabilities: set.capabilities,
    PermissionModel: 'SERVICE_MANAGED',
    AutoDeployment: { Enabled: set.automatic, RetainStacksOnAccountRemoval: set.retains },
    ManagedExecution: { Active: set.managed },
    OrganizationalUnitIds: [...set.units],
    Regions: [...set.regions],
  };
}

/** Where the operation did not come to its end, the instance is not that of the template ("OUTDATED"). */
function instanceView(set: StackSet, instance: StackInstance) {
  return {
    StackSetId: set.id,
    Account: instance.accountId,
    Region: instance.region,
    OrganizationalUnitId: instance.organizationalUnitId,
    StackId: instance.stack?.id,
    Status: instance.state === 'SUCCEEDED' ? 'CURRENT' : 'OUTDATED',
    StatusReason: instance.reason,
    StackInstanceStatus: { DetailedStatus: instance.state },
  };
}
