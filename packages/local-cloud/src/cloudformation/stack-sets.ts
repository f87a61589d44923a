import type { EventSource } from '../aws/events.ts';
import { digest, Ids } from '../aws/ids.ts';
import { acceptOnly } from '../aws/members.ts';
import { type Organization, STACK_SETS } from '../aws/organization.ts';
import { AwsError, type Caller } from '../aws/service.ts';
import { Activity, type Clock } from '../clock.ts';
import type { DeployedStack, Stacks } from './stacks.ts';

/** When StackSets acts on a change of the organization: before anybody hears of it, in minutes, or in an hour. */
export type StackSetPace = 'at-once' | 'minutes' | 'late';

/** Whether a rule that a stack makes hears of the end of that stack. */
export type StackEvent = 'heard' | 'missed';

/** Milliseconds until it acts, and those that a stack takes. Plausible, not measured. */
const PACES: Record<StackSetPace, { after: number; stackTakes: number }> = {
  'at-once': { after: 500, stackTakes: 250 },
  minutes: { after: 90_000, stackTakes: 60_000 },
  late: { after: 3_600_000, stackTakes: 60_000 },
};
const CANCELLED = 'Cancelled since failure tolerance has exceeded';

/** Bytes of a template in the request (CloudFormation quotas). */
const LARGEST_BODY = 51_200;

export interface CreateStackSetInput {
  StackSetName: string;
  Description?: string;
  TemplateBody: string;
  Capabilities?: string[];
  PermissionModel?: string;
  AutoDeployment?: { Enabled: boolean; RetainStacksOnAccountRemoval?: boolean };
  ManagedExecution?: { Active: boolean };
  CallAs?: string;
  Tags?: { Key: string; Value: string }[];
}

/** What is left out stays, but for the tags: without a list of them they stay, too. */
export interface UpdateStackSetInput extends Omit<CreateStackSetInput, 'PermissionModel'> {
  OperationPreferences?: Record<string, unknown>;
}

export interface CreateStackInstancesInput {
  StackSetName: string;
  DeploymentTargets: { OrganizationalUnitIds: string[] };
  Regions: string[];
  OperationPreferences?: Record<string, unknown>;
  CallAs?: string;
}

/** One stack of a StackSet, in an account and Region. */
export interface StackInstance {
  readonly accountId: string;
  readonly region: string;
  readonly organizationalUnitId: string;
  state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  reason: string | undefined;
  stack: DeployedStack | undefined;
}

export interface StackSet {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  description: string | undefined;
  /** Its own. That its stacks and their resources get them too is not done here: nothing shows it. */
  tags: readonly { Key: string; Value: string }[];
  template: string;
  capabilities: readonly string[];
  automatic: boolean;
  retains: boolean;
  managed: boolean;
  readonly units: Set<string>;
  readonly regions: Set<string>;
  /** By `<account>/<Region>`. */
  readonly instances: Map<string, StackInstance>;
}

/**
 * StackSets with service-managed permissions: templates that CloudFormation deploys to every account below
 * organizational units, as the service, which may do everything there. It never deploys to the management account
 * and passes over suspended ones (CloudFormation User Guide, "StackSets concepts", "Enable or disable automatic
 * deployments").
 */
export class StackSets {
  pace: StackSetPace = 'minutes';
  event: StackEvent = 'heard';
  readonly #clock: Clock;
  readonly #organization: Organization;
  readonly #stacks: Stacks;
  readonly #events: EventSource;
  readonly #ids = new Ids('stack sets');
  readonly #sets = new Map<string, StackSet>();

  constructor(options: { clock: Clock; organization: Organization; stacks: Stacks; events: EventSource }) {
    this.#clock = options.clock;
    this.#organization = options.organization;
    this.#stacks = options.stacks;
    this.#events = options.events;
    options.organization.watch(() => this.#organizationChanged());
  }

  /** Trusted access, as the management account gives it (API reference of ActivateOrganizationsAccess). */
  activateAccess(caller: Caller): void {
    this.#checkManagement(caller);
    this.#organization.setTrust(STACK_SETS, true);
  }

  create(input: CreateStackSetInput, caller: Caller): StackSet {
    this.#checkCaller(input.CallAs, caller);
    acceptOnly(
      input,
      [
        'StackSetName',
        'Description',
        'TemplateBody',
        'Capabilities',
        'PermissionModel',
        'AutoDeployment',
        'ManagedExecution',
        'CallAs',
        'Tags',
      ],
      'ValidationError',
    );
    const { StackSetName: name, TemplateBody: template = '', Capabilities: capabilities = [] } = input;
    if (input.PermissionModel !== 'SERVICE_MANAGED' || !input.AutoDeployment) {
      throw invalid(
        'The local cloud has StackSets with SERVICE_MANAGED permissions and AutoDeployment only.',
      );
    }
    if (!this.#organization.trustedServices.includes(STACK_SETS)) {
      throw invalid('You must enable organizations access to operate a service managed stack set');
    }
    if (this.#sets.has(name)) {
      throw new AwsError('NameAlreadyExistsException', `Stack set ${name} already exists.`, 409);
    }
    checkTemplate(template, capabilities);
    const id = `${name}:${this.#ids.uuid()}`;
    const set: StackSet = {
      id,
      name,
      arn: `arn:aws:cloudformation:${caller.region}:${caller.accountId}:stackset/${id}`,
      description: input.Description,
      tags: input.Tags ?? [],
      template,
      capabilities,
      automatic: input.AutoDeployment.Enabled,
      retains: input.AutoDeployment.RetainStacksOnAccountRemoval ?? false,
      managed: input.ManagedExecution?.Active ?? false,
      units: new Set(),
      regions: new Set(),
      instances: new Map(),
    };
    this.#sets.set(name, set);
    return set;
  }

  /**
   * Changes a StackSet and then its stacks, Region after Region ("Update CloudFormation StackSets"). Stacks that could not
   * be made before are made.
   *
   * @returns whether no more accounts failed than the preferences tolerate
   */
  async update(input: UpdateStackSetInput, caller: Caller): Promise<boolean> {
    this.#checkCaller(input.CallAs, caller);
    acceptOnly(
      input,
      [
        'StackSetName',
        'Description',
        'TemplateBody',
        'Capabilities',
        'AutoDeployment',
        'ManagedExecution',
        'CallAs',
        'Tags',
        'OperationPreferences',
      ],
      'ValidationError',
    );
    const set = this.find(input.StackSetName, caller);
    const tolerance = toleranceOf(input.OperationPreferences);
    checkTemplate(input.TemplateBody, input.Capabilities ?? []);
    set.template = input.TemplateBody;
    set.capabilities = input.Capabilities ?? [];
    set.description = input.Description ?? set.description;
    set.tags = input.Tags ?? set.tags;
    set.automatic = input.AutoDeployment?.Enabled ?? set.automatic;
    set.retains = input.AutoDeployment?.RetainStacksOnAccountRemoval ?? set.retains;
    set.managed = input.ManagedExecution?.Active ?? set.managed;
    for (const region of [...set.regions].sort()) {
      const instances = [...set.instances.values()].filter((one) => one.region === region && one.stack);
      let failures = 0;
      for (const instance of instances) {
        const isUpdated = failures <= Math.floor((instances.length * tolerance) / 100);
        if (isUpdated) failures += await this.#updateStack(set, instance);
        else Object.assign(instance, { state: 'CANCELLED', reason: CANCELLED });
      }
      if (failures > Math.floor((instances.length * tolerance) / 100)) return false;
    }
    return this.#deploy(set, { tolerance, retries: true });
  }

  /** @returns how many have failed: one or none */
  async #updateStack(set: StackSet, instance: StackInstance): Promise<number> {
    const { accountId, region } = instance;
    const stack = instance.stack!;
    try {
      const changes = await this.#stacks.update(stack, set.template);
      instance.state = 'SUCCEEDED';
      instance.reason = undefined;
      if (changes.length > 0 && this.event === 'heard') {
        this.#events.stackStatus({ accountId, region, stackId: stack.id, status: 'UPDATE_COMPLETE' });
      }
      return 0;
    } catch (error) {
      instance.state = 'FAILED';
      instance.reason = (error as Error).message;
      return 1;
    }
  }

  /**
   * Adds targets, and deploys to the accounts that are there now.
   *
   * @returns whether no more accounts failed than the preferences tolerate
   */
  async addInstances(input: CreateStackInstancesInput, caller: Caller): Promise<boolean> {
    this.#checkCaller(input.CallAs, caller);
    const targets = input.DeploymentTargets;
    acceptOnly(targets, ['OrganizationalUnitIds'], 'ValidationError');
    const tolerance = toleranceOf(input.OperationPreferences);
    const set = this.find(input.StackSetName, caller);
    for (const unit of targets.OrganizationalUnitIds) {
      if (!this.#organization.hasParent(unit)) {
        throw invalid(`Organizational unit ${unit} could not be found in the organization.`);
      }
    }
    for (const unit of targets.OrganizationalUnitIds) set.units.add(unit);
    for (const region of input.Regions) set.regions.add(region);
    return this.#deploy(set, { tolerance, retries: true });
  }

  /** By name, name and id, or ARN. */
  find(reference: string, caller: Caller): StackSet {
    this.#checkManagement(caller);
    const set = [...this.#sets.values()].find(({ name, id, arn }) => [name, id, arn].includes(reference));
    if (!set) {
      throw new AwsError('StackSetNotFoundException', `StackSet ${reference} not found`, 404);
    }
    return set;
  }

  all(caller: Caller): StackSet[] {
    this.#checkManagement(caller);
    return [...this.#sets.values()];
  }

  /** Deploys what is due at once: for accounts that have always been there. */
  async catchUp(): Promise<void> {
    for (const set of this.#sets.values()) if (set.automatic) await this.#deploy(set);
  }

  #organizationChanged(): void {
    for (const set of this.#sets.values()) {
      if (!set.automatic) continue;
      this.#clock.after(PACES[this.pace].after, () => {
        void Activity.run(this.#clock, (activity) => this.#deploy(set, { activity }));
      });
    }
  }

  /**
   * Makes the instances what the organization is now. Region after Region, in an order that is not that of the
   * operation's: AWS does not promise one for automatic deployments. Where more accounts of a Region fail than is
   * tolerated, the other Regions are left out. What has failed stays so until somebody starts an operation.
   */
  async #deploy(
    set: StackSet,
    options: { tolerance?: number; retries?: boolean; activity?: Activity } = {},
  ): Promise<boolean> {
    const { tolerance = 0, retries = false, activity } = options;
    for (const [key, instance] of set.instances) {
      // Asked anew each time: while a stack is worked on, the organization may change.
      if (this.#reachedBy(set, instance.accountId) || this.#isSuspended(instance.accountId)) continue;
      if (instance.state === 'RUNNING') continue;
      instance.state = 'RUNNING';
      await activity?.sleep(PACES[this.pace].stackTakes);
      if (instance.stack && !set.retains) await this.#stacks.delete(instance.stack);
      set.instances.delete(key);
    }
    let stopped = false;
    for (const region of [...set.regions].sort()) {
      const isMissing = ({ id }: { id: string }) => {
        const instance = set.instances.get(`${id}/${region}`);
        return !instance || (retries && !instance.stack && instance.state !== 'RUNNING');
      };
      const accounts = this.#organization.accounts().filter(({ id }) => this.#reachedBy(set, id));
      const missing = accounts.filter(isMissing);
      const tolerated = Math.floor((missing.length * tolerance) / 100);
      let failures = 0;
      for (const account of missing) {
        const unit = this.#reachedBy(set, account.id);
        if (!unit || !isMissing(account)) continue;
        const instance: StackInstance = {
          accountId: account.id,
          region,
          organizationalUnitId: unit,
          state: stopped ? 'CANCELLED' : 'RUNNING',
          reason: stopped ? CANCELLED : undefined,
          stack: undefined,
        };
        set.instances.set(`${account.id}/${region}`, instance);
        if (stopped) continue;
        await activity?.sleep(PACES[this.pace].stackTakes);
        try {
          const name = `StackSet-${set.name}-${uuidOf(`${set.id}/${account.id}/${region}`)}`;
          instance.stack = await this.#stacks.create(name, set.template, instance);
          instance.state = 'SUCCEEDED';
          // What has always been there is no news.
          if (activity && this.event === 'heard') {
            const { accountId, stack } = instance;
            this.#events.stackStatus({ accountId, region, stackId: stack.id, status: 'CREATE_COMPLETE' });
          }
        } catch (error) {
          instance.state = 'FAILED';
          instance.reason = (error as Error).message;
          failures += 1;
          stopped = failures > tolerated;
        }
      }
    }
    return !stopped;
  }

  /** The unit by which the StackSet reaches an account, if it does. */
  #reachedBy(set: StackSet, accountId: string): string | undefined {
    if (accountId === this.#organization.managementAccountId) return undefined;
    if (!this.#organization.organizationOf(accountId) || this.#isSuspended(accountId)) return undefined;
    return [...set.units].find((unit) => this.#organization.isBelow(accountId, unit));
  }

  #isSuspended(accountId: string): boolean {
    return (
      this.#organization.organizationOf(accountId) !== undefined && !this.#organization.isActive(accountId)
    );
  }

  #checkCaller(callAs: string | undefined, caller: Caller): void {
    if ((callAs ?? 'SELF') !== 'SELF') throw invalid('The local cloud knows CallAs SELF only.');
    this.#checkManagement(caller);
  }

  #checkManagement({ accountId }: Caller): void {
    if (accountId !== this.#organization.managementAccountId) {
      throw invalid('You must be the management account or delegated admin account of an organization.');
    }
  }
}

function uuidOf(name: string): string {
  const digits = digest(name, 32);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function checkTemplate(template: string, capabilities: readonly string[]): void {
  const size = Buffer.byteLength(template);
  if (size < 1 || size > LARGEST_BODY) {
    throw invalid(`TemplateBody has ${size} bytes, and may have 1 to ${LARGEST_BODY}.`);
  }
  if (/"RoleName"/.test(template) && !capabilities.includes('CAPABILITY_NAMED_IAM')) {
    throw new AwsError('InsufficientCapabilitiesException', 'Requires capabilities : [CAPABILITY_NAMED_IAM]');
  }
}

/** Percent of a Region's accounts that may fail. */
function toleranceOf(preferences: Record<string, unknown> = {}): number {
  acceptOnly(
    preferences,
    ['RegionConcurrencyType', 'FailureTolerancePercentage', 'MaxConcurrentPercentage', 'ConcurrencyMode'],
    'ValidationError',
  );
  return Number(preferences.FailureTolerancePercentage ?? 0);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
