import type { Organization } from './aws/organization.ts';
import type { StackSets } from './cloudformation/stack-sets.ts';

/** How an account joins. */
export interface AccountOptions {
  name?: string;
  /** AWS reports nothing: it has always been there. */
  silent?: boolean;
  /** When StackSets reach it. Default: `now` for a silent one, else `later`, some minutes after it has joined. */
  stacks?: 'now' | 'later';
}

/** A member of the organization. */
export interface AccountState {
  id: string;
  name: string;
  parentId: string;
  state: string;
}

/** The accounts and units of the organization, and what happens to them. */
export class Accounts {
  readonly #organization: Organization;
  readonly #stackSets: StackSets;

  constructor(options: { organization: Organization; stackSets: StackSets }) {
    this.#organization = options.organization;
    this.#stackSets = options.stackSets;
  }

  /** An account joins, in the root unless told. AWS Organizations reports it (`CreateAccountResult`). */
  async add(accountId: string, parentId?: string, options: AccountOptions = {}): Promise<void> {
    const { name, silent = false, stacks = silent ? 'now' : 'later' } = options;
    this.#organization.addAccount(accountId, {
      silent,
      ...(name !== undefined && { name }),
      ...(parentId !== undefined && { parentId }),
    });
    if (stacks === 'now') await this.#stackSets.catchUp();
  }

  /** `MoveAccount`. With `silent` it has been in that unit all along, and its stacks are as they are then. */
  async move(accountId: string, parentId: string, { silent = false } = {}): Promise<void> {
    this.#organization.moveAccount(accountId, parentId, { silent });
    if (silent) await this.#stackSets.catchUp();
  }

  /** The account is suspended: it stays in the organization, and nobody can enter it (`CloseAccountResult`). */
  close(accountId: string, { silent = false } = {}): void {
    this.#organization.closeAccount(accountId, { silent });
  }

  /** The account leaves the organization (`RemoveAccountFromOrganization`). */
  remove(accountId: string, { silent = false } = {}): void {
    this.#organization.removeAccount(accountId, { silent });
  }

  /** AWS Control Tower reports that it has set the account up (`CreateManagedAccount`). */
  enroll(accountId: string): void {
    this.#organization.controlTowerEnrolled(accountId);
  }

  has(accountId: string): boolean {
    return this.#organization.organizationOf(accountId) !== undefined;
  }

  /** Whether the account is a member that can be entered: it is not suspended. */
  isActive(accountId: string): boolean {
    return this.has(accountId) && this.#organization.isActive(accountId);
  }

  /** The ids of all members. */
  ids(): string[] {
    return this.#organization.accounts().map(({ id }) => id);
  }

  /** All members: where each is, and whether it can be entered. */
  list(): AccountState[] {
    return this.#organization
      .accounts()
      .map(({ id, name, parentId, state }) => ({ id, name, parentId, state }));
  }

  /** The id of the unit or root that an account or unit is in. */
  parentOf(id: string): string | undefined {
    return this.#organization.parentOf(id);
  }

  /** A new unit, below the root unless told. Returns its id. */
  addUnit(name: string, { parentId, id }: { parentId?: string; id?: string } = {}): string {
    return this.#organization.addOrganizationalUnit(name, parentId, id);
  }

  /** Whether there is a unit or a root of that id. */
  hasUnit(id: string): boolean {
    return this.#organization.hasParent(id);
  }
}
