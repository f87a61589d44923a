import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { ask, pages } from './ask.ts';
import type { Examination } from './examination.ts';
import { type Finding, missing, ok } from './finding.ts';

/** A stack by its name; undefined if there is none. */
export async function stackOf(
  examination: Examination,
  region: string,
  StackName: string,
): Promise<Stack | undefined> {
  const answer = await ask(
    'cloudformation:DescribeStacks',
    () => examination.client(CloudFormationClient, region).send(new DescribeStacksCommand({ StackName })),
    ({ name, message }) => name === 'ValidationError' && /does not exist/.test(message),
  );
  return answer?.Stacks?.[0];
}

/** All stacks of the account in the Region. */
export async function stacksIn(examination: Examination, region: string): Promise<Stack[]> {
  return pages(async (NextToken) => {
    const answer = await ask('cloudformation:DescribeStacks', () =>
      examination.client(CloudFormationClient, region).send(new DescribeStacksCommand({ NextToken })),
    );
    return { items: answer?.Stacks, next: answer?.NextToken };
  });
}

/** The physical ids of a stack's resources of a type; none if the stack is not there. */
export async function resourcesIn(
  examination: Examination,
  region: string,
  StackName: string,
  type: string,
): Promise<string[]> {
  if (!(await stackOf(examination, region, StackName))) return [];
  const resources = await pages(async (NextToken) => {
    const answer = await ask('cloudformation:ListStackResources', () =>
      examination
        .client(CloudFormationClient, region)
        .send(new ListStackResourcesCommand({ StackName, NextToken })),
    );
    return { items: answer?.StackResourceSummaries, next: answer?.NextToken };
  });
  return resources.flatMap(({ ResourceType, PhysicalResourceId }) =>
    ResourceType === type && PhysicalResourceId ? [PhysicalResourceId] : [],
  );
}

/** Whether a stack is deployed and at rest. `command` deploys it. */
export function atRest(stack: Stack | undefined, name: string, region: string, command: string): Finding {
  if (!stack) return missing(`the stack ${name} is not deployed in ${region}`, command);
  const { StackStatus: status = '', StackStatusReason: reason } = stack;
  if (/_IN_PROGRESS$/.test(status)) {
    return missing(
      `the stack ${name} in ${region} is being changed (${status})`,
      `aws cloudformation wait stack-update-complete --region ${region} --stack-name ${stack.StackName}`,
    );
  }
  if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) {
    return missing(`the stack ${name} in ${region} is ${status}${reason ? `: ${reason}` : ''}`, command);
  }
  return ok(`the stack ${name} is deployed in ${region}`);
}
