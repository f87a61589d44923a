import type { Clock } from '../clock.ts';
import { creationOf } from './account-creation.ts';
import type { Membership } from './authorization/access.ts';
import { type EventDelays, EventSource, type Publish } from './events.ts';
import type { Statement } from './iam.ts';
import { digest, Ids } from './ids.ts';
import { AwsError } from './service.ts';

type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

interface Account {
  readonly id: string;
  readonly name: string;
  readonly joinedAt: number;
  parentId: string;
  state: AccountState;
}

interface Unit {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
}

/** An account as `DescribeAccount` answers it. */
export interface AccountView {
  Id: string;
  Arn: string;
  Email: string;
  Name: string;
  Status: string;
  State: AccountState;
  Paths: string[];
  JoinedMethod: string;
  JoinedTimestamp: Date;
}

/** An organization as it is from the beginning. */
export interface OrganizationSettings {
  /** Default: `o-exampleorgid`. */
  id?: string;
  /** Default: `r-ab12`. */
  rootId?: string;
  /** Default: 111111111111. */
  managementAccountId?: string;
  /** Accounts in the root. Default: none. */
  members?: readonly string[];
  /** Accounts that administer StackSets for the management account. They are members. Default: none. */
  delegatedAdministrators?: readonly string[];
  /** Who may read what of the organization, as `PutResourcePolicy` takes it. Default: nobody else. */
  resourcePolicy?: { Statement: readonly Statement[] } | undefined;
  /** Units directly below the root, with ids like `ou-ab12-l3zc8b3h`. Default: none. */
  organizationalUnits?: readonly { id: string; name: string }[];
  /** Region of the events of AWS Control Tower. Default: us-east-1. */
  homeRegion?: string;
}

export interface OrganizationOptions extends OrganizationSettings {
  clock: Clock;
  /** Receives events for the management account, in us-east-1. */
  publish?: Publish;
  delays?: EventDelays;
}

/** The service principal of StackSets, for trusted access and delegation (CloudFormation User Guide). */
export const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';

/** The organization: its units, its accounts, and what happens to them. */
export class Organization implements Membership {
  readonly id: string;
  readonly rootId: string;
  readonly managementAccountId: string;
  readonly #clock: Clock;
  readonly #homeRegion: string;
  readonly #events: EventSource;
  readonly #accounts = new Map<string, Account>();
  readonly #units = new Map<string, Unit>();
  readonly #trusted = new Set([STACK_SETS]);
  /** By account, the services that it administers. */
  readonly #delegations = new Map<string, Set<string>>();
  readonly #watchers: (() => void)[] = [];
  /** There is one for each organization, or none. */
  resourcePolicy: { Statement: readonly Statement[] } | undefined;

  constructor(options: OrganizationOptions) {
    this.id = options.id ?? 'o-exampleorgid';
    this.rootId = options.rootId ?? 'r-ab12';
    this.managementAccountId = options.managementAccountId ?? '111111111111';
    this.#clock = options.clock;
    this.#homeRegion = options.homeRegion ?? 'us-east-1';
    const ids = new Ids(`organization ${this.id}`);
    const { publish, delays } = options;
    this.#events = new EventSource({ clock: options.clock, ids, publish, delays });
    this.#join(this.managementAccountId, 'management', this.rootId);
    for (const accountId of options.members ?? []) this.#join(accountId, `account-${accountId}`, this.rootId);
    for (const accountId of options.delegatedAdministrators ?? []) {
      this.#join(accountId, `account-${accountId}`, this.rootId);
      this.delegate(accountId, STACK_SETS);
    }
    this.resourcePolicy = options.resourcePolicy;
    for (const { id, name } of options.organizationalUnits ?? []) {
      this.addOrganizationalUnit(name, this.rootId, id);
    }
  }

  /** Calls back whenever an account has joined, moved, been closed or left. */
  watch(changed: () => void): void {
    this.#watchers.push(changed);
  }

  // What happens in the organization.

  /** @returns the unit's id */
  addOrganizationalUnit(
    name: string,
    parentId = this.rootId,
    id = this.#unitId(`${parentId}/${name}`),
  ): string {
    this.#checkParent(parentId);
    if (this.#units.has(id))
      throw new AwsError('DuplicateOrganizationalUnitException', `${id} is there already.`);
    this.#units.set(id, { id, name, parentId });
    return id;
  }

  /** A new account in a unit (or the root): `CreateAccountResult`. With `silent`, it was always there. */
  addAccount(accountId: string, options: { name?: string; parentId?: string; silent?: boolean } = {}): void {
    const { name = `account-${accountId}`, parentId = this.rootId, silent = false } = options;
    this.#checkParent(parentId);
    if (this.#accounts.has(accountId)) {
      throw new AwsError('DuplicateAccountException', `${accountId} is in the organization already.`);
    }
    this.#join(accountId, name, parentId);
    if (!silent) {
      this.#serviceEvent('CreateAccountResult', {
        createAccountStatus: {
          id: creationOf(accountId),
          state: 'SUCCEEDED',
          accountName: '****',
          accountId,
          requestedTimestamp: eventDate(this.#clock.now() - 120_000),
          completedTimestamp: eventDate(this.#clock.now()),
        },
      });
    }
  }

  /** `MoveAccount`. With `silent`, it was always there. */
  moveAccount(accountId: string, parentId: string, { silent = false } = {}): void {
    this.#checkParent(parentId);
    const account = this.#account(accountId);
    const sourceParentId = account.parentId;
    account.parentId = parentId;
    this.#changed();
    if (!silent) this.#apiCall('MoveAccount', { accountId, sourceParentId, destinationParentId: parentId });
  }

  /** The account is suspended: it stays in the organization, and nobody can enter it. `CloseAccountResult`. */
  closeAccount(accountId: string, { silent = false } = {}): void {
    this.#account(accountId).state = 'SUSPENDED';
    this.#changed();
    if (silent) return;
    this.#serviceEvent('CloseAccountResult', {
      closeAccountStatus: {
        accountId,
        state: 'SUCCEEDED',
        requestedTimestamp: eventDate(this.#clock.now() - 120_000),
        completedTimestamp: eventDate(this.#clock.now()),
      },
    });
  }

  /** The account goes its own way. `RemoveAccountFromOrganization`. */
  removeAccount(accountId: string, { silent = false } = {}): void {
    this.#account(accountId);
    this.#accounts.delete(accountId);
    this.#changed();
    if (!silent) this.#apiCall('RemoveAccountFromOrganization', { accountId });
  }

  /** AWS Control Tower has set the account up: `CreateManagedAccount`. */
  controlTowerEnrolled(accountId: string): void {
    const account = this.#account(accountId);
    this.#events.serviceEvent({
      service: 'controltower',
      name: 'CreateManagedAccount',
      accountId: this.managementAccountId,
      region: this.#homeRegion,
      details: {
        createManagedAccountStatus: {
          organizationalUnit: {
            organizationalUnitName: this.#units.get(account.parentId)?.name ?? 'Root',
            organizationalUnitId: account.parentId,
          },
          account: { accountName: account.name, accountId },
          state: 'SUCCEEDED',
          message: 'AWS Control Tower successfully created a managed account.',
          requestedTimestamp: isoDate(this.#clock.now() - 840_000),
          completedTimestamp: isoDate(this.#clock.now()),
        },
      },
    });
  }

  // What can be asked.

  organizationOf(accountId: string): string | undefined {
    return this.#accounts.has(accountId) ? this.id : undefined;
  }

  /** Accounts outside the organization count as active. */
  isActive(accountId: string): boolean {
    return (this.#accounts.get(accountId)?.state ?? 'ACTIVE') === 'ACTIVE';
  }

  mayRead(accountId: string): boolean {
    return accountId === this.managementAccountId || this.#delegations.has(accountId);
  }

  accounts(): { id: string; name: string; parentId: string; state: AccountState }[] {
    return [...this.#accounts.values()];
  }

  /** Whether the account is in the unit, or in one below it. */
  isBelow(accountId: string, unit: string): boolean {
    for (let id = this.parentOf(accountId); id; id = this.parentOf(id)) if (id === unit) return true;
    return false;
  }

  hasParent(parentId: string): boolean {
    return parentId === this.rootId || this.#units.has(parentId);
  }

  parentOf(childId: string): string | undefined {
    return this.#accounts.get(childId)?.parentId ?? this.#units.get(childId)?.parentId;
  }

  view() {
    const arn = `arn:aws:organizations::${this.managementAccountId}`;
    return {
      Id: this.id,
      Arn: `${arn}:organization/${this.id}`,
      FeatureSet: 'ALL',
      MasterAccountId: this.managementAccountId,
      MasterAccountArn: `${arn}:account/${this.id}/${this.managementAccountId}`,
    };
  }

  /** The ARN of an account, unit or root: all of them belong to the management account. */
  arnOf(type: 'account' | 'ou' | 'root', id: string): string {
    return `arn:aws:organizations::${this.managementAccountId}:${type}/${this.id}/${id}`;
  }

  rootView() {
    const Arn = this.arnOf('root', this.rootId);
    return { Id: this.rootId, Arn, Name: 'Root', PolicyTypes: [] };
  }

  unitsOf(parentId: string) {
    return [...this.#units.values()]
      .filter((unit) => unit.parentId === parentId)
      .map(({ id }) => this.unitView(id));
  }

  unitView(id: string) {
    const unit = this.#units.get(id);
    if (!unit) return undefined;
    const Arn = this.arnOf('ou', id);
    return { Id: id, Arn, Name: unit.name };
  }

  accountView(accountId: string): AccountView | undefined {
    const account = this.#accounts.get(accountId);
    if (!account) return undefined;
    return {
      Id: account.id,
      Arn: this.arnOf('account', account.id),
      Email: `aws+${account.id}@example.com`,
      Name: account.name,
      Status: account.state,
      State: account.state,
      Paths: [this.#path(account)],
      JoinedMethod: 'CREATED',
      JoinedTimestamp: new Date(account.joinedAt),
    };
  }

  resourcePolicySummary() {
    const Id = `rp-${digest(this.id, 8)}`;
    const arn = `arn:aws:organizations::${this.managementAccountId}`;
    return { Id, Arn: `${arn}:resourcepolicy/${this.id}/${Id}` };
  }

  /** The services that work in all accounts of the organization. */
  get trustedServices(): string[] {
    return [...this.#trusted];
  }

  setTrust(service: string, trusted: boolean): void {
    if (trusted) this.#trusted.add(service);
    else this.#trusted.delete(service);
  }

  delegate(accountId: string, service: string): void {
    this.#account(accountId);
    const services = this.#delegations.get(accountId) ?? new Set();
    if (accountId === this.managementAccountId) {
      throw new AwsError('ConstraintViolationException', 'The management account cannot be a delegate.');
    }
    if (services.has(service)) {
      throw new AwsError('AccountAlreadyRegisteredException', `${accountId} administers ${service} already.`);
    }
    this.#delegations.set(accountId, services.add(service));
  }

  withdraw(accountId: string, service: string): void {
    const services = this.#delegations.get(accountId);
    if (!services?.delete(service)) {
      throw new AwsError('AccountNotRegisteredException', `${accountId} does not administer ${service}.`);
    }
    if (services.size === 0) this.#delegations.delete(accountId);
  }

  /** Those of a service, or of any. */
  delegatedAdministrators(service?: string) {
    return [...this.#delegations]
      .filter(([, services]) => service === undefined || services.has(service))
      .map(([accountId]) => {
        const { Paths: _, ...account } = this.accountView(accountId)!;
        return { ...account, DelegationEnabledDate: account.JoinedTimestamp };
      });
  }

  /** Like `o-exampleorgid/r-ab12/ou-ab12-l3zc8b3h/444455556666/`. */
  #path(account: Account): string {
    const units: string[] = [];
    for (let id = account.parentId; id !== this.rootId; id = this.#units.get(id)!.parentId) units.unshift(id);
    return `${[this.id, this.rootId, ...units, account.id].join('/')}/`;
  }

  #join(id: string, name: string, parentId: string): void {
    if (!/^\d{12}$/.test(id)) throw new AwsError('InvalidInputException', `${id} is not an account id.`);
    this.#accounts.set(id, { id, name, parentId, state: 'ACTIVE', joinedAt: this.#clock.now() });
    this.#changed();
  }

  #changed(): void {
    for (const changed of this.#watchers) changed();
  }

  #account(accountId: string): Account {
    const account = this.#accounts.get(accountId);
    if (!account) throw new AwsError('AccountNotFoundException', `${accountId} is not in the organization.`);
    return account;
  }

  #checkParent(parentId: string): void {
    if (!this.hasParent(parentId)) throw new AwsError('ParentNotFoundException', `There is no ${parentId}.`);
  }

  #unitId(name: string): string {
    return `ou-${this.rootId.slice(2)}-${digest(name, 8)}`;
  }

  // Organizations tells its events in us-east-1, wherever the accounts are.
  #serviceEvent(name: string, details: Record<string, unknown>): void {
    const accountId = this.managementAccountId;
    this.#events.serviceEvent({ service: 'organizations', name, accountId, region: 'us-east-1', details });
  }

  #apiCall(name: string, request: unknown): void {
    const accountId = this.managementAccountId;
    const region = 'us-east-1';
    this.#events.apiCall({ service: 'organizations', name, accountId, region, request, response: null });
  }
}

/** Like `Nov 20, 2026 10:15:28 AM`. */
function eventDate(milliseconds: number): string {
  return new Date(milliseconds)
    .toLocaleString('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
    .replace(/(\d{4}),/, '$1')
    .replaceAll('\u202f', ' ');
}

/** Like `2026-11-20T10:15:28+0000`. */
function isoDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+0000`;
}
