import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { MemberFunction } from '../../../lambdas/aws/call/actions.ts';
import type { MemberEnvironment } from '../../../lambdas/aws/call/environment.ts';
import type { TagsEnvironment } from '../../../lambdas/aws/resources/tagging.ts';
import type { tableEnvironment } from '../../../lambdas/shared/coordination/table.ts';
import { acceptWildcard } from '../../constructs/accepted-findings.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import { namesIn } from '../../names.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { addFunction, automationConfiguration, type FunctionProps } from './add-function.ts';
import { allowNetworks, associatingEnvironment } from './networks.ts';
import { allowAskingForAccounts } from './permissions.ts';

/** What a function needs to know to enter member accounts. */
function memberEnvironment({ stack, configuration }: Hub) {
  return environmentOf<typeof MemberEnvironment>({
    CONNECTOR_ROLE_NAME: namesIn(stack).CONNECTOR_ROLE,
    EXTERNAL_ID: configuration.organization.externalId,
  });
}

/** The same, for one that creates something there. */
export function creatorEnvironment(hub: Hub) {
  const TAGS = JSON.stringify(hub.configuration.tags);
  return { ...memberEnvironment(hub), ...environmentOf<typeof TagsEnvironment>({ TAGS }) };
}

/** A function that works in member accounts, with what the connector role may do there. */
export function addMemberFunction(
  hub: Hub,
  id: string,
  props: FunctionProps & { call: MemberFunction },
): ApiFunction {
  const made = addFunction(hub, id, {
    roleName: namesIn(hub.stack).memberFunctionRole(props.call),
    ...props,
  });
  allowEnteringAccounts(hub, made);
  return made;
}

function allowEnteringAccounts({ stack, configuration: { organization } }: Hub, made: ApiFunction): void {
  const connectors = `arn:${Aws.PARTITION}:iam::*:role/${namesIn(stack).CONNECTOR_ROLE}`;
  acceptWildcard(made, connectors, 'In any account of the organization, as the condition says.');
  made.function.addToRolePolicy(
    new PolicyStatement({
      actions: ['sts:AssumeRole'],
      // Any account of the organization, and only there.
      resources: [connectors],
      conditions: { StringEquals: { 'aws:ResourceOrgID': organization.id } },
    }),
  );
}

/** One for each call in a member account (`lambdas/aws/`), made through its connector role. */
export function memberFunctions(hub: Hub) {
  const add = (
    id: string,
    call: MemberFunction,
    description: string,
    more: Partial<Omit<FunctionProps, 'call'>> = {},
  ) => {
    const timeout = Duration.minutes(1);
    const environment = memberEnvironment(hub);
    return addMemberFunction(hub, id, { call, description, timeout, environment, ...more });
  };
  const creating = (
    id: string,
    call: MemberFunction,
    description: string,
    more: Partial<Omit<FunctionProps, 'call'>> = {},
  ) => add(id, call, description, { environment: creatorEnvironment(hub), ...more });
  // A subscription's hundred parameters take 40 seconds at three a second, and as many again on retries.
  const forParameters = { timeout: Duration.minutes(5) };
  const TABLE_NAME = hub.table.tableName;
  const noting = (
    id: string,
    call: MemberFunction,
    description: string,
    actions: string[],
    more: Partial<Omit<FunctionProps, 'call'>> = {},
  ) => {
    const environment = {
      ...memberEnvironment(hub),
      ...environmentOf<typeof tableEnvironment>({ TABLE_NAME }),
    };
    const made = add(id, call, description, { environment, ...more });
    grantTable(hub.table, made.function, ...actions);
    return made;
  };
  // Whether something is this system's own is recorded in the table.
  const knowing = (
    id: string,
    call: MemberFunction,
    description: string,
    actions: string[] = [],
    more: Partial<Omit<FunctionProps, 'call'>> = {},
  ) => noting(id, call, description, ['dynamodb:Query', ...actions], more);
  const recording = (id: string, call: MemberFunction, description: string, ...actions: string[]) => {
    const environment = {
      ...creatorEnvironment(hub),
      ...environmentOf<typeof tableEnvironment>({ TABLE_NAME }),
    };
    const made = add(id, call, description, { environment });
    grantTable(hub.table, made.function, 'dynamodb:PutItem', 'dynamodb:UpdateItem', ...actions);
    return made;
  };
  return {
    AcceptResourceShare: allowNetworks(
      hub,
      add('AcceptResourceShare', 'accept-resource-share', 'Accepts the invitation to the resource share.', {
        environment: { ...memberEnvironment(hub), ...associatingEnvironment(hub) },
      }),
      'dynamodb:GetItem',
      'dynamodb:PutItem',
    ),
    DescribeVpc: knowing('DescribeVpc', 'describe-vpc', 'Looks at a VPC, and for our endpoint in it.', [
      'dynamodb:PutItem',
    ]),
    CreateSecurityGroup: recording(
      'CreateSecurityGroup',
      'create-security-group',
      "Creates the endpoint's security group.",
      'dynamodb:Query',
      'dynamodb:DeleteItem',
    ),
    DeleteSecurityGroup: knowing(
      'DeleteSecurityGroup',
      'delete-security-group',
      "Deletes the endpoint's security group.",
      ['dynamodb:DeleteItem'],
    ),
    CreateVpcEndpoint: recording(
      'CreateVpcEndpoint',
      'create-vpc-endpoint',
      'Creates the VPC endpoint.',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
    ),
    // How long endpoints take is in the table.
    DescribeVpcEndpoint: noting(
      'DescribeVpcEndpoint',
      'describe-vpc-endpoint',
      'Looks at the VPC endpoint and its DNS names.',
      ['dynamodb:GetItem', 'dynamodb:PutItem'],
    ),
    ModifyVpcEndpoint: noting(
      'ModifyVpcEndpoint',
      'modify-vpc-endpoint',
      'Adds subnets to a VPC endpoint of ours.',
      ['dynamodb:UpdateItem'],
    ),
    DeleteVpcEndpoint: allowNetworks(
      hub,
      knowing('DeleteVpcEndpoint', 'delete-vpc-endpoint', 'Deletes a VPC endpoint of ours.', [
        'dynamodb:UpdateItem',
      ]),
      'dynamodb:GetItem',
    ),
    PublishParameters: creating(
      'PublishParameters',
      'publish-parameters',
      'Writes the parameters by which applications find their databases.',
      forParameters,
    ),
    DeleteParameters: add(
      'DeleteParameters',
      'delete-parameters',
      'Deletes the parameters of a VPC or of an account.',
      forParameters,
    ),
    ListVpcEndpoints: allowNetworks(
      hub,
      knowing(
        'ListVpcEndpoints',
        'list-vpc-endpoints',
        'Lists VPC endpoints of ours.',
        ['dynamodb:PutItem'],
        { configuration: automationConfiguration(hub) },
      ),
      'dynamodb:GetItem',
    ),
    ListSecurityGroups: knowing(
      'ListSecurityGroups',
      'list-security-groups',
      'Lists security groups of ours.',
      ['dynamodb:PutItem'],
      { configuration: automationConfiguration(hub) },
    ),
    // Ten accounts at once, and a thousand VPCs in one: more memory, which is more of a processor, too.
    LookIntoAccounts: knowing(
      'LookIntoAccounts',
      'look-into-accounts',
      'Looks into accounts: what should be connected there, and what is.',
      ['dynamodb:GetItem', 'dynamodb:PutItem'],
      {
        configuration: automationConfiguration(hub),
        memoryMegabytes: 1024,
        timeout: Duration.minutes(2),
      },
    ),
  };
}

/** The one call to Organizations that is about one account. */
export function describeAccount(hub: Hub): ApiFunction {
  const made = addFunction(hub, 'DescribeAccount', {
    call: 'describe-account',
    description: 'Looks up where an account is in the organization.',
  });
  allowAskingForAccounts(hub, made);
  return made;
}
