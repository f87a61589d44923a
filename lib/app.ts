import type { App } from 'aws-cdk-lib';
import { buildFunctions } from './build-functions.ts';
import type { Configuration } from './configuration.ts';
import { HubStack } from './hub-stack.ts';
import { MemberStack } from './member-stack.ts';
import { memberTemplate } from './member-template.ts';
import { HUB_STACK, MEMBER_STACK, ORGANIZATION_STACK } from './names.ts';
import { OrganizationStack } from './organization-stack.ts';
import { memberRegions, ORGANIZATIONS_REGION, organizationRegions } from './regions.ts';

/** Adds the stacks of a configuration, on functions that are built now. */
export function addStacks(app: App, configuration: Configuration): void {
  buildFunctions();
  const { organization } = configuration;
  new HubStack(app, HUB_STACK, {
    configuration,
    description: 'Redis Cloud PrivateLink automation: the workflows.',
    env: { account: organization.hubAccountId, region: organization.hubRegion },
  });
  addMemberStack(app, MEMBER_STACK, configuration);
  for (const region of organizationRegions(configuration)) {
    new OrganizationStack(app, `${ORGANIZATION_STACK}-${region}`, {
      configuration,
      description: 'Redis Cloud PrivateLink automation: reports accounts of the organization.',
      env: { account: organization.managementAccountId, region },
      memberTemplate:
        region === ORGANIZATIONS_REGION ? memberTemplate(configuration, app.node.getAllContext()) : undefined,
    });
  }
  if (!organization.connectManagementAccount) return;
  // The StackSet never reaches the management account.
  for (const region of memberRegions(configuration)) {
    addMemberStack(app, `${ORGANIZATION_STACK}-member-${region}`, configuration, {
      account: organization.managementAccountId,
      region,
    });
  }
}

function addMemberStack(
  app: App,
  name: string,
  configuration: Configuration,
  env?: { account: string; region: string },
): void {
  new MemberStack(app, name, {
    configuration,
    ...(env && { env }),
  });
}
