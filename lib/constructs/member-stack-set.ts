import { CfnStackSet } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Configuration } from '../configuration.ts';
import { namesIn } from '../names.ts';
import { memberRegions } from '../regions.ts';

export interface MemberStackSetProps {
  configuration: Configuration;
  /** The member stack, as text. */
  template: string;
}

/**
 * Puts the member stack into every account below the organizational units, now and whenever an account joins them.
 * AWS never deploys it to the management account.
 */
export class MemberStackSet extends Construct {
  constructor(scope: Construct, id: string, { configuration, template }: MemberStackSetProps) {
    super(scope, id);
    const { organization, rollout } = configuration;
    new CfnStackSet(this, 'Resource', {
      stackSetName: namesIn(this).MEMBER_STACK_SET,
      description: 'What every member account of the Redis Cloud PrivateLink automation has.',
      permissionModel: 'SERVICE_MANAGED',
      callAs: 'SELF',
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody: template,
      // An account that has left must not go on trusting the hub, and may come back: what is retained would then be
      // in the way of a new stack, by its names.
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      // Operations that do not conflict run side by side, and others wait for each other, where they would fail.
      managedExecution: { Active: true },
      // These are for what a deployment of this stack changes. Automatic deployments do not heed them.
      operationPreferences: {
        regionConcurrencyType: 'SEQUENTIAL',
        failureTolerancePercentage: rollout.failureTolerancePercentage,
        maxConcurrentPercentage: rollout.maxConcurrentPercentage,
        // Otherwise the tolerance would limit how many accounts are worked on at one time, too.
        concurrencyMode: 'SOFT_FAILURE_TOLERANCE',
      },
      // No account is left out: automatic deployment does not heed such a filter (CloudFormation User Guide,
      // "Enable or disable automatic deployments"), and the connections say who is connected.
      stackInstancesGroup: [
        {
          deploymentTargets: { organizationalUnitIds: [...new Set(organization.organizationalUnits)].sort() },
          regions: memberRegions(configuration),
        },
      ],
    });
  }
}
