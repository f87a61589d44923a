import { type App, DefaultStackSynthesizer } from 'aws-cdk-lib';
import { buildFunctions } from './build-functions.ts';
import type { Configuration } from './configuration.ts';
import { HubStack } from './hub-stack.ts';
import { MemberStack } from './member-stack.ts';
import { HUB_STACK, MEMBER_STACK, ORGANIZATION_STACK } from './names.ts';
import { OrganizationStack } from './organization-stack.ts';

/** Adds the stacks of a configuration, on functions that are built now. */
export function addStacks(app: App, configuration: Configuration): void {
  buildFunctions();
  const { organization } = configuration;
  new HubStack(app, HUB_STACK, {
    configuration,
    description: 'Redis Cloud PrivateLink automation: the workflows.',
    env: { account: organization.hubAccountId, region: organization.hubRegion },
  });
  new MemberStack(app, MEMBER_STACK, {
    configuration,
    // It ships no assets, so a member account needs no CDK bootstrap.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    description: 'Redis Cloud PrivateLink automation: what every member account has.',
  });
  for (const region of new Set(['us-east-1', organization.controlTowerRegion])) {
    new OrganizationStack(app, `${ORGANIZATION_STACK}-${region}`, {
      configuration,
      description: 'Redis Cloud PrivateLink automation: reports accounts of the organization.',
      env: { account: organization.managementAccountId, region },
    });
  }
}
