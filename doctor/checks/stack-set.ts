import {
  CloudFormationClient,
  DescribeStackSetCommand,
  ListStackInstancesCommand,
  type StackInstanceSummary,
  type StackSet,
} from '@aws-sdk/client-cloudformation';
import { memberRegions, ORGANIZATIONS_REGION } from '../../lib/regions.ts';
import { ask, named, pages } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { elsewhere, type Finding, missing, ok } from '../finding.ts';

/** The StackSet is there as configured, and has brought its template everywhere. */
export const stackSet: Check = {
  name: 'the StackSet',
  places: ['management'],
  async look(examination) {
    const { MEMBER_STACK_SET } = examination.names;
    const client = examination.client(CloudFormationClient, ORGANIZATIONS_REGION);
    const answer = await ask(
      'cloudformation:DescribeStackSet',
      () => client.send(new DescribeStackSetCommand({ StackSetName: MEMBER_STACK_SET })),
      named('StackSetNotFoundException', 'StackSetNotFound'),
    );
    if (!answer?.StackSet) {
      return [missing(`the StackSet ${MEMBER_STACK_SET} does not exist`, deploy(examination))];
    }
    const instances = await pages(async (NextToken) => {
      const page = await ask('cloudformation:ListStackInstances', () =>
        client.send(new ListStackInstancesCommand({ StackSetName: MEMBER_STACK_SET, NextToken })),
      );
      return { items: page?.Summaries, next: page?.NextToken };
    });
    const template = await examination.memberTemplate();
    return [asConfigured(examination, answer.StackSet, template), ...outcome(instances, MEMBER_STACK_SET)];
  },
};

function asConfigured(examination: Examination, found: StackSet, template: string): Finding {
  const { configuration, names } = examination;
  const { MEMBER_STACK_SET } = names;
  const differences: string[] = [];
  if (found.TemplateBody !== template) {
    differences.push('its template is not that of this configuration and version');
  }
  if (!found.AutoDeployment?.Enabled) differences.push('automatic deployment is off');
  const units = new Set(configuration.organization.organizationalUnits);
  if (units.symmetricDifference(new Set(found.OrganizationalUnitIds)).size > 0) {
    differences.push(`it deploys to ${found.OrganizationalUnitIds?.join(', ') || 'no unit'}`);
  }
  // AWS tells no Regions before there are stacks.
  const regions = new Set(memberRegions(configuration));
  if (found.Regions?.length && regions.symmetricDifference(new Set(found.Regions)).size > 0) {
    differences.push(`it deploys in ${found.Regions.join(', ')}`);
  }
  if (differences.length === 0) return ok(`the StackSet ${MEMBER_STACK_SET} is as configured`);
  return missing(
    `the StackSet ${MEMBER_STACK_SET} is not as configured: ${differences.join('; ')}`,
    deploy(examination),
  );
}

/** The command that deploys the stack that has it. */
function deploy(examination: Examination): string {
  return examination.deploy(`${examination.names.ORGANIZATION_STACK}-${ORGANIZATIONS_REGION}`);
}

function outcome(instances: StackInstanceSummary[], stackSetName: string): Finding[] {
  const current = instances.filter(({ Status }) => Status === 'CURRENT');
  const others = instances.filter(({ Status }) => Status !== 'CURRENT');
  return [
    ...(current.length > 0 || others.length === 0
      ? [ok(`${current.length} of ${instances.length} stacks of the StackSet are current`)]
      : []),
    ...others.map((instance) => notCurrent(instance, stackSetName)),
  ];
}

function notCurrent(instance: StackInstanceSummary, stackSetName: string): Finding {
  const which = `--region ${ORGANIZATIONS_REGION} --stack-set-name ${stackSetName}`;
  const { Account, Region, Status, StatusReason, OrganizationalUnitId } = instance;
  const detail = instance.StackInstanceStatus?.DetailedStatus;
  if (detail === 'SKIPPED_SUSPENDED_ACCOUNT') {
    return elsewhere(`the account ${Account} is suspended, and was passed over in ${Region}`);
  }
  if (detail === 'PENDING' || detail === 'RUNNING') {
    return missing(
      `the StackSet is still working on ${Account} in ${Region}`,
      `aws cloudformation list-stack-set-operations ${which}`,
    );
  }
  const reason = StatusReason ? `: ${StatusReason}` : '';
  return missing(
    `the member stack of ${Account} in ${Region} is ${Status} (${detail})${reason}`,
    `aws cloudformation update-stack-set ${which} --use-previous-template --capabilities CAPABILITY_NAMED_IAM ` +
      `--deployment-targets OrganizationalUnitIds=${OrganizationalUnitId},Accounts=${Account},AccountFilterType=INTERSECTION ` +
      `--regions ${Region} (when the reason is gone)`,
  );
}
