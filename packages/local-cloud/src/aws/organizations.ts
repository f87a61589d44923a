import { onResource, withoutResources } from './authorization/need.ts';
import type { AccountView, Organization } from './organization.ts';
import { pageOf } from './pages.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

/**
 * AWS Organizations: for the management account and delegated administrators, and `DescribeOrganization` for
 * every account of the organization (API reference).
 */
export class Organizations implements AwsService {
  readonly signingName = 'organizations';
  readonly #organization: Organization;

  constructor(options: { organization: Organization }) {
    this.#organization = options.organization;
    this.actions = this.#guarded({
      DescribeAccount: ({ AccountId }) => ({ Account: this.#account(AccountId) }),
      ListAccounts: (input) => this.#accounts(this.#organization.accounts(), 'accounts', input),
      ListAccountsForParent: (input) => {
        this.#checkParent(input.ParentId);
        const accounts = this.#organization.accounts().filter(({ parentId }) => parentId === input.ParentId);
        return this.#accounts(accounts, `accounts-of-${input.ParentId}`, input);
      },
      ListParents: ({ ChildId }) => {
        const parentId = this.#organization.parentOf(ChildId);
        if (!parentId) throw new AwsError('ChildNotFoundException', `We can't find ${ChildId}.`);
        return {
          Parents: [{ Id: parentId, Type: parentId.startsWith('r-') ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }],
        };
      },
      ListRoots: () => ({ Roots: [this.#organization.rootView()] }),
      ListOrganizationalUnitsForParent: (input) => {
        this.#checkParent(input.ParentId);
        const { items, nextToken } = pageOf(this.#organization.unitsOf(input.ParentId), {
          listing: `units-of-${input.ParentId}`,
          limit: limitOf(input),
          token: input.NextToken,
          invalidToken: 'InvalidInputException',
        });
        return { OrganizationalUnits: items, NextToken: nextToken };
      },
      DescribeOrganizationalUnit: ({ OrganizationalUnitId }) => {
        const unit = this.#organization.unitView(OrganizationalUnitId);
        if (!unit) {
          throw new AwsError(
            'OrganizationalUnitNotFoundException',
            `There is no unit ${OrganizationalUnitId}.`,
          );
        }
        return { OrganizationalUnit: unit };
      },
      ListDelegatedAdministrators: ({ ServicePrincipal }) => ({
        DelegatedAdministrators: this.#organization.delegatedAdministrators(ServicePrincipal),
      }),
      ListAWSServiceAccessForOrganization: () => ({
        EnabledServicePrincipals: this.#organization.trustedServices.map((ServicePrincipal) => ({
          ServicePrincipal,
        })),
      }),
      MoveAccount: this.#byManagement(({ AccountId, SourceParentId, DestinationParentId }) => {
        this.#account(AccountId);
        this.#checkMove(AccountId, SourceParentId, DestinationParentId);
        this.#organization.moveAccount(AccountId, DestinationParentId);
      }),
      CloseAccount: this.#byManagement(({ AccountId }) => {
        const { Status } = this.#account(AccountId);
        if (AccountId === this.#organization.managementAccountId) {
          const message = "You can't close the management account of an organization.";
          throw new AwsError('ConstraintViolationException', message);
        }
        if (Status !== 'ACTIVE') {
          throw new AwsError('AccountAlreadyClosedException', `${AccountId} is closed already.`);
        }
        this.#organization.closeAccount(AccountId);
      }),
      EnableAWSServiceAccess: this.#byManagement(({ ServicePrincipal }) =>
        this.#organization.setTrust(ServicePrincipal, true),
      ),
      DisableAWSServiceAccess: this.#byManagement(({ ServicePrincipal }) =>
        this.#organization.setTrust(ServicePrincipal, false),
      ),
      RegisterDelegatedAdministrator: this.#byManagement(({ AccountId, ServicePrincipal }) =>
        this.#organization.delegate(AccountId, ServicePrincipal),
      ),
      DeregisterDelegatedAdministrator: this.#byManagement(({ AccountId, ServicePrincipal }) =>
        this.#organization.withdraw(AccountId, ServicePrincipal),
      ),
    });
    this.actions.DescribeOrganization = (_input, caller) => {
      this.#checkMember(caller);
      return { Organization: this.#organization.view() };
    };
  }

  readonly actions: Record<string, Action>;

  readonly needs = {
    ...withoutResources(
      'organizations',
      'DescribeOrganization',
      'ListAccounts',
      'ListAWSServiceAccessForOrganization',
      'ListDelegatedAdministrators',
      'ListRoots',
    ),
    ...onResource('organizations', ['CloseAccount', 'DescribeAccount'], ({ AccountId }) => ({
      resource: this.#organization.arnOf('account', AccountId),
    })),
    MoveAccount: ({ AccountId, SourceParentId, DestinationParentId }: Record<string, string>) =>
      [
        this.#organization.arnOf('account', AccountId ?? ''),
        ...[SourceParentId, DestinationParentId].map((id = '') =>
          this.#organization.arnOf(id.startsWith('r-') ? 'root' : 'ou', id),
        ),
      ].map((resource) => ({ action: 'organizations:MoveAccount', resource })),
    ...onResource('organizations', ['DescribeOrganizationalUnit'], ({ OrganizationalUnitId }) => ({
      resource: this.#organization.arnOf('ou', OrganizationalUnitId),
    })),
    ...onResource(
      'organizations',
      ['ListAccountsForParent', 'ListOrganizationalUnitsForParent'],
      ({ ParentId }) => ({
        resource: this.#organization.arnOf(String(ParentId).startsWith('r-') ? 'root' : 'ou', ParentId),
      }),
    ),
  };

  #guarded(actions: Record<string, Action>): Record<string, Action> {
    const guard = (action: Action) => (input: unknown, caller: Caller) => {
      this.#checkMember(caller);
      if (!this.#organization.mayRead(caller.accountId)) {
        throw new AwsError(
          'AccessDeniedException',
          "You don't have permissions to access this resource: only the management account and delegated " +
            'administrators of the organization do.',
        );
      }
      return action(input, caller);
    };
    return Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, guard(action)]));
  }

  /** What only the management account may do. */
  #byManagement(change: Action): Action {
    return (input, caller) => {
      if (caller.accountId !== this.#organization.managementAccountId) {
        throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.");
      }
      change(input, caller);
      return {};
    };
  }

  #checkMember({ accountId }: Caller): void {
    if (!this.#organization.organizationOf(accountId)) {
      throw new AwsError(
        'AWSOrganizationsNotInUseException',
        'Your account is not a member of an organization.',
      );
    }
  }

  #account(accountId: string): AccountView {
    if (!/^\d{12}$/.test(accountId)) {
      throw new AwsError(
        'InvalidInputException',
        'You provided a value that does not match the required pattern.',
      );
    }
    const account = this.#organization.accountView(accountId);
    if (!account) {
      throw new AwsError(
        'AccountNotFoundException',
        "You specified an account that doesn't exist in this organization.",
      );
    }
    return account;
  }

  #accounts(all: AccountWithParent[], listing: string, input: { NextToken?: string; MaxResults?: number }) {
    const { items, nextToken } = pageOf(all, {
      listing,
      limit: limitOf(input),
      token: input.NextToken,
      invalidToken: 'InvalidInputException',
    });
    return { Accounts: items.map(({ id }) => this.#organization.accountView(id)), NextToken: nextToken };
  }

  #checkMove(accountId: string, sourceId: string, destinationId: string): void {
    if (!this.#organization.hasParent(sourceId) || this.#organization.parentOf(accountId) !== sourceId) {
      throw new AwsError('SourceParentNotFoundException', `${accountId} is not in ${sourceId}.`);
    }
    if (!this.#organization.hasParent(destinationId)) {
      throw new AwsError('DestinationParentNotFoundException', `We can't find ${destinationId}.`);
    }
    if (sourceId === destinationId) {
      throw new AwsError('DuplicateAccountException', `${accountId} is in ${destinationId} already.`);
    }
  }

  #checkParent(parentId: string): void {
    if (!this.#organization.hasParent(parentId)) {
      throw new AwsError('ParentNotFoundException', `We can't find a root or unit ${parentId}.`);
    }
  }
}

interface AccountWithParent {
  id: string;
}

/** Listings of Organizations hold at most 20 accounts or units a page (API reference, MaxResults). */
function limitOf({ MaxResults }: { MaxResults?: number }): number {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > 20)) {
    throw new AwsError('InvalidInputException', 'MaxResults is a number from 1 to 20.');
  }
  return MaxResults ?? 20;
}
