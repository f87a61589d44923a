import { creationOf, newAccountId } from './account-creation.ts';
import { type Needs, onResource, withoutResources } from './authorization/need.ts';
import { evaluate, type Statement } from './iam.ts';
import type { AccountView, Organization } from './organization.ts';
import { pageOf } from './pages.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

/**
 * AWS Organizations: for the management account and delegated administrators, and `DescribeOrganization` for
 * every account of the organization (API reference). Other accounts may read what the organization's resource-based
 * policy lets them read ("Delegated administrator for AWS Organizations", User Guide), and change nothing.
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
      // Service control policies are not modelled: there are none but AWS's own, and nobody can make one.
      ListPolicies: ({ Filter }) => ({ Policies: Filter === 'SERVICE_CONTROL_POLICY' ? [FULL_ACCESS] : [] }),
      DescribePolicy: ({ PolicyId }) => ({
        Policy: { PolicySummary: fullAccess(PolicyId), Content: FULL_ACCESS_CONTENT },
      }),
      ListTargetsForPolicy: ({ PolicyId }) => {
        fullAccess(PolicyId);
        return { Targets: [{ TargetId: this.#organization.rootView().Id, Type: 'ROOT' }] };
      },
      DescribeResourcePolicy: () => ({ ResourcePolicy: this.#resourcePolicy() }),
      PutResourcePolicy: this.#byManagement(({ Content }) => {
        this.#organization.resourcePolicy = policyOf(Content);
        return { ResourcePolicy: this.#resourcePolicy() };
      }),
      DeleteResourcePolicy: this.#byManagement(() => {
        this.#resourcePolicy();
        this.#organization.resourcePolicy = undefined;
      }),
      CreateAccount: this.#byManagement(({ AccountName }) => {
        const accountId = newAccountId((id) => this.#organization.organizationOf(id) !== undefined);
        this.#organization.addAccount(accountId, { name: AccountName });
        return { CreateAccountStatus: { ...this.#creation(accountId), State: 'IN_PROGRESS' } };
      }),
      DescribeCreateAccountStatus: ({ CreateAccountRequestId: id }) => {
        const accountId = this.#organization.accounts().find((account) => creationOf(account.id) === id)?.id;
        if (!accountId) {
          throw new AwsError(
            'CreateAccountStatusNotFoundException',
            `We can't find a create account request with the id ${id}.`,
          );
        }
        const status = { ...this.#creation(accountId), State: 'SUCCEEDED', AccountId: accountId };
        return { CreateAccountStatus: status };
      },
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
      'DeleteResourcePolicy',
      'CreateAccount',
      'DescribeCreateAccountStatus',
      'DescribeOrganization',
      'DescribeResourcePolicy',
      'ListAccounts',
      'ListAWSServiceAccessForOrganization',
      'ListDelegatedAdministrators',
      'ListPolicies',
      'ListRoots',
      'PutResourcePolicy',
    ),
    ...onResource('organizations', ['DescribePolicy', 'ListTargetsForPolicy'], ({ PolicyId }) => ({
      resource: `arn:aws:organizations::aws:policy/service_control_policy/${PolicyId}`,
    })),
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
    const guard = (name: string, action: Action) => (input: unknown, caller: Caller) => {
      this.#checkMember(caller);
      if (!this.#organization.mayRead(caller.accountId) && !this.#isDelegated(name, input, caller)) {
        throw new AwsError(
          'AccessDeniedException',
          "You don't have permissions to access this resource: only the management account, delegated " +
            "administrators and whom the organization's resource-based policy allows it do.",
        );
      }
      return action(input, caller);
    };
    return Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, guard(name, action)]));
  }

  /** Whether the organization's resource-based policy lets the caller's account do this. */
  #isDelegated(name: string, input: unknown, { arn, accountId }: Caller): boolean {
    const policy = this.#organization.resourcePolicy;
    const needs = (this.needs as Record<string, Needs>)[name];
    if (!policy || !needs) return false;
    const context = {
      'aws:PrincipalAccount': accountId,
      'aws:PrincipalArn': arn,
      'aws:PrincipalOrgID': this.#organization.organizationOf(accountId),
      'aws:SecureTransport': 'true',
    };
    return needs(input, { accountId, arn, region: '' }).every(
      ({ action, resource }) =>
        evaluate(policy.Statement, { principal: arn, action, resource, context }).decision === 'Allow',
    );
  }

  #resourcePolicy() {
    const policy = this.#organization.resourcePolicy;
    if (!policy) throw new AwsError('ResourcePolicyNotFoundException', "We can't find a resource policy.");
    const { Id, Arn } = this.#organization.resourcePolicySummary();
    return { ResourcePolicySummary: { Id, Arn }, Content: JSON.stringify(policy) };
  }

  /** What only the management account may do. */
  #byManagement(change: Action): Action {
    return (input, caller) => {
      if (caller.accountId !== this.#organization.managementAccountId) {
        throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.");
      }
      return change(input, caller) ?? {};
    };
  }

  /** The request that has created the account, as far as all its states have it. */
  #creation(accountId: string) {
    const { Name, JoinedTimestamp } = this.#organization.accountView(accountId)!;
    return { Id: creationOf(accountId), AccountName: Name, RequestedTimestamp: JoinedTimestamp };
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

/** The service control policy that AWS attaches everywhere ("SCP evaluation", AWS Organizations User Guide). */
const FULL_ACCESS = {
  Id: 'p-FullAWSAccess',
  Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
  Name: 'FullAWSAccess',
  Description: 'Allows access to every operation',
  Type: 'SERVICE_CONTROL_POLICY',
  AwsManaged: true,
};

const FULL_ACCESS_CONTENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

/** @throws AwsError for any other policy */
function fullAccess(id: string): object {
  if (id === FULL_ACCESS.Id) return FULL_ACCESS;
  throw new AwsError('PolicyNotFoundException', `We can't find a policy with the PolicyId ${id}.`);
}

/** The text of a policy, of at most 40,000 characters ("PutResourcePolicy", API reference). */
function policyOf(content: string): { Statement: Statement[] } {
  try {
    const policy = JSON.parse(content);
    const statements = [policy.Statement].flat();
    if (content.length <= 40_000 && statements.every((one) => one?.Effect && one.Principal && one.Action)) {
      return { ...policy, Statement: statements };
    }
  } catch {}
  throw new AwsError('InvalidInputException', 'The provided policy document does not meet the requirements.');
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
