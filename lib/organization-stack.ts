import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnResourcePolicy } from 'aws-cdk-lib/aws-organizations';
import type { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import { EventForwarding, hubBusArn } from './constructs/event-forwarding.ts';
import { MemberStackSet } from './constructs/member-stack-set.ts';
import { delegationStatements } from './delegation-policy.ts';
import { accountEvents } from './event-patterns.ts';
import { forwardingPrincipal } from './member-stack.ts';
import { memberTemplate } from './member-template.ts';
import { nameAfter, namesOf } from './names.ts';
import { ORGANIZATIONS_REGION } from './regions.ts';
import { addTags } from './tags.ts';

export interface OrganizationStackProps extends Omit<StackProps, 'env'> {
  /** As `loadConfiguration` returns it. */
  configuration: Configuration;
  /** One of `organizationRegions(configuration)`; each of them needs the stack. */
  region: string;
}

/**
 * What the management account gets, in each Region where account events appear: Organizations reports them in
 * us-east-1, Control Tower in its home Region. The rules tell the hub. The stack in us-east-1 also rolls the member stack out.
 */
export class OrganizationStack extends Stack {
  constructor(scope: Construct, id: string, { configuration, region, ...props }: OrganizationStackProps) {
    super(scope, id, {
      stackName: `${namesOf(configuration.system).ORGANIZATION_STACK}-${region}`,
      description: 'Redis Cloud PrivateLink automation: reports accounts of the organization.',
      ...props,
      env: { account: configuration.organization.managementAccountId, region },
    });
    const { SYSTEM } = nameAfter(this, configuration.system);
    addTags(this, configuration);
    const role = new Role(this, 'Forwarder', {
      description: 'Lets EventBridge put account events on the bus of the Redis Cloud PrivateLink hub.',
      roleName: `${SYSTEM}-account-forwarder-${this.region}`,
      assumedBy: forwardingPrincipal(this),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['events:PutEvents'], resources: [hubBusArn(this, configuration)] }),
    );
    new EventForwarding(this, 'Forwarding', {
      configuration,
      events: 'account',
      patterns: accountEvents(),
      role,
    });
    if (configuration.organization.delegationPolicy && this.region === ORGANIZATIONS_REGION) {
      new CfnResourcePolicy(this, 'DelegationPolicy', {
        content: { Version: '2012-10-17', Statement: delegationStatements(configuration) },
        // By then others may have added to it; and a hub that is still there would be shut out.
      }).applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
    if (region === ORGANIZATIONS_REGION) {
      const template = memberTemplate(configuration, this.node.root.node.getAllContext());
      new MemberStackSet(this, 'Members', { configuration, template });
    }
  }
}
