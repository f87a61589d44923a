import {
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListRootsCommand,
  type Organization,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { ask, named, pages } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { elsewhere, type Finding, missing, ok } from '../finding.ts';

/** The service principal of StackSets (CloudFormation User Guide, "Activate trusted access"). */
export const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';

export const client = (examination: Examination) => examination.client(OrganizationsClient, 'us-east-1');

async function described(examination: Examination): Promise<Organization | undefined> {
  const answer = await ask(
    'organizations:DescribeOrganization',
    () => client(examination).send(new DescribeOrganizationCommand({})),
    named('AWSOrganizationsNotInUseException'),
  );
  return answer?.Organization;
}

/** One looks from an account of the configured organization. From another one, there is nothing to be seen. */
export const membership: Check = {
  name: 'the organization',
  places: ['management', 'hub', 'member'],
  decisive: true,
  async look(examination) {
    const { id, managementAccountId, hubAccountId } = examination.configuration.organization;
    const found = await described(examination);
    if (found?.Id === id) return [ok(`the account is of the organization ${id}`)];
    const where = found ? `is of the organization ${found.Id}` : 'is in no organization';
    return [
      missing(
        `the account ${examination.accountId} ${where}, and the configuration is for ${id}`,
        `use the credentials of the management account ${managementAccountId}, the hub account ${hubAccountId} or a member account, e.g. with AWS_PROFILE; or correct organization.id in ${examination.config}`,
      ),
    ];
  },
};

/** The organization is managed as configured, and has all features. */
export const features: Check = {
  name: 'the features of the organization',
  places: ['management', 'hub', 'member'],
  async look(examination) {
    const { managementAccountId } = examination.configuration.organization;
    const found = await described(examination);
    if (found?.MasterAccountId !== managementAccountId) {
      return [
        missing(
          `the management account of ${found?.Id} is ${found?.MasterAccountId}, and the configuration says ${managementAccountId}`,
          `correct organization.managementAccountId in ${examination.config}`,
        ),
      ];
    }
    if (found.FeatureSet !== 'ALL') {
      return [
        missing('the organization has not all features enabled', 'aws organizations enable-all-features'),
      ];
    }
    return [ok('the organization has all features enabled')];
  },
};

/** StackSets may work in all accounts. */
export const trustedAccess: Check = {
  name: 'trusted access of StackSets',
  places: ['management'],
  async look(examination) {
    const services = await pages(async (NextToken) => {
      const answer = await ask('organizations:ListAWSServiceAccessForOrganization', () =>
        client(examination).send(new ListAWSServiceAccessForOrganizationCommand({ NextToken })),
      );
      return { items: answer?.EnabledServicePrincipals, next: answer?.NextToken };
    });
    if (services.some(({ ServicePrincipal }) => ServicePrincipal === STACK_SETS)) {
      return [ok('StackSets has trusted access to the organization')];
    }
    return [
      missing(
        'StackSets has no trusted access to the organization',
        'aws cloudformation activate-organizations-access --region us-east-1',
      ),
    ];
  },
};

/** Every organizational unit that the configuration names exists. */
export const units: Check = {
  name: 'the organizational units',
  places: ['management', 'hub'],
  async look(examination) {
    const written = namedUnits(examination);
    const findings: Finding[] = [];
    for (const [unit, where] of written) {
      // The hub may not ask for roots.
      if (examination.place === 'hub' && unit.startsWith('r-')) {
        findings.push(elsewhere(`the management account sees whether ${unit} is the root`));
        continue;
      }
      if (await exists(examination, unit)) continue;
      findings.push(
        missing(
          `${where} names ${unit}, which does not exist`,
          `aws organizations list-roots, then aws organizations list-organizational-units-for-parent --parent-id ROOT; correct ${examination.config}`,
        ),
      );
    }
    if (findings.length > 0) return findings;
    return [ok(`the organizational units exist: ${[...written.keys()].join(', ')}`)];
  },
};

/** By unit, the setting that names it first. */
function namedUnits({ configuration }: Examination): Map<string, string> {
  const all: [string, string][] = [
    ...configuration.organization.organizationalUnits.map((unit): [string, string] => [
      unit,
      'organization.organizationalUnits',
    ]),
    ...configuration.connections.flatMap(({ accounts }, index) =>
      accounts.organizationalUnits.map((unit): [string, string] => [
        unit,
        `connections[${index}].accounts.organizationalUnits`,
      ]),
    ),
  ];
  return new Map(all.reverse());
}

async function exists(examination: Examination, unit: string): Promise<boolean> {
  if (unit.startsWith('r-')) {
    const answer = await ask('organizations:ListRoots', () =>
      client(examination).send(new ListRootsCommand({})),
    );
    return answer?.Roots?.some(({ Id }) => Id === unit) ?? false;
  }
  const answer = await ask(
    'organizations:DescribeOrganizationalUnit',
    () => client(examination).send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: unit })),
    named('OrganizationalUnitNotFoundException', 'InvalidInputException'),
  );
  return answer !== undefined;
}
