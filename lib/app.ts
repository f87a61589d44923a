import type { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import { HubStack } from './hub-stack.ts';
import { MemberStack } from './member-stack.ts';
import { namesOf } from './names.ts';
import { OrganizationStack } from './organization-stack.ts';
import { memberRegions, organizationRegions } from './regions.ts';

/** Adds all stacks of a configuration to an app, or to a stage of one. */
export function addStacks(scope: Construct, configuration: Configuration): void {
  const { organization } = configuration;
  const { HUB_STACK, MEMBER_STACK, ORGANIZATION_STACK } = namesOf(configuration.system);
  new HubStack(scope, HUB_STACK, { configuration });
  new MemberStack(scope, MEMBER_STACK, { configuration });
  for (const region of organizationRegions(configuration)) {
    new OrganizationStack(scope, `${ORGANIZATION_STACK}-${region}`, { configuration, region });
  }
  if (!organization.connectManagementAccount) return;
  // The StackSet never reaches the management account.
  for (const region of memberRegions(configuration)) {
    const stackName = `${ORGANIZATION_STACK}-member-${region}`;
    const env = { account: organization.managementAccountId, region };
    new MemberStack(scope, stackName, { configuration, stackName, env });
  }
}
