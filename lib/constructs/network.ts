import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Network } from '../configuration/complete.ts';
import { acceptFinding, acceptWildcard } from './accepted-findings.ts';

/**
 * Has the function run in the network. Lambda makes its interfaces in the function's role ("Giving Lambda functions
 * access to resources in an Amazon VPC"), and the function's own code may not.
 */
export function runIn({ subnetIds, securityGroupIds }: Network, made: LambdaFunction): void {
  const stack = Stack.of(made);
  const part = made.node.defaultChild as CfnFunction;
  part.vpcConfig = { subnetIds, securityGroupIds };
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'ec2', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
  const anyInterface = arn('network-interface', '*');
  // AWS documents that Lambda may delete and address its interfaces only where all resources are meant.
  const anything = arn('*', '*');
  const statements = [
    new PolicyStatement({
      sid: 'CreateInterfaces',
      actions: ['ec2:CreateNetworkInterface'],
      resources: [
        ...subnetIds.map((id) => arn('subnet', id)),
        ...securityGroupIds.map((id) => arn('security-group', id)),
        anyInterface,
      ],
    }),
    new PolicyStatement({
      sid: 'ManageInterfaces',
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:DeleteNetworkInterface',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: [anything],
    }),
    new PolicyStatement({
      sid: 'LookAtInterfaces',
      actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      resources: ['*'],
    }),
    new PolicyStatement({
      sid: 'OnlyLambdaItself',
      effect: Effect.DENY,
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
      conditions: {
        ArnEquals: {
          'lambda:SourceFunctionArn': stack.formatArn({
            service: 'lambda',
            resource: 'function',
            resourceName: part.functionName!,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    }),
  ];
  const { role } = made;
  for (const statement of statements) role?.addToPrincipalPolicy(statement);
  // The function is made when its role may make the interfaces.
  const policy = role?.node.tryFindChild('DefaultPolicy');
  if (policy) made.node.addDependency(policy);
  if (!role) return;
  acceptWildcard(role, anyInterface, 'An interface has no id before it is made.');
  acceptWildcard(role, anything, 'Lambda asks for all resources, as AWS documents.');
  acceptFinding(role, 'IAM5[Resource::*]', 'EC2 describes without regard to resources.');
}
