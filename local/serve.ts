import type { Deployment } from './deployment.ts';

/**
 * Stays up for a browser, the AWS CLI and SDKs until it is interrupted, and says how to use it.
 *
 * @param config the configuration's file, as commands name it
 * @param redisCloudUrl where the Redis Cloud answers that the functions call
 */
export async function serve(
  cloud: Deployment,
  config: string,
  redisCloudUrl: string,
  print: (text: string) => void,
): Promise<void> {
  const { organization, connections } = cloud.configuration;
  const { hubAccountId, hubRegion, managementAccountId, organizationalUnits } = organization;
  const [connection] = connections;
  const onboard = cloud.arnOf('onboard');
  await cloud.accounts.add('444455556666', organizationalUnits[0]!, { silent: true });
  print(`
Open ${cloud.url} in a browser: there you see everything, and act. Stop with Ctrl-C.

AWS answers at the same address, Redis Cloud at ${redisCloudUrl}.
The AWS CLI and the SDKs reach it. The access key is the id of the account that you act in:

  export AWS_ENDPOINT_URL=${cloud.url} AWS_SECRET_ACCESS_KEY=local
  export AWS_SESSION_TOKEN=${cloud.rootToken}
  export AWS_REGION=${hubRegion}
  export AWS_DEFAULT_REGION=${hubRegion}   # for version 1 of the CLI, which also needs --endpoint-url for SQS

Create a VPC in the member account 444455556666, then its subnets, and see it connected:

  export AWS_ACCESS_KEY_ID=444455556666
  aws ec2 create-vpc --cidr-block 10.42.0.0/16 --region ${connection!.region} \\
    --tag-specifications 'ResourceType=vpc,Tags=[{Key=${cloud.names.TAG},Value=${connection!.name}}]'
  aws ec2 modify-vpc-attribute --vpc-id VPC --enable-dns-hostnames
  aws ec2 create-subnet --vpc-id VPC --cidr-block 10.42.0.0/20 --availability-zone ${connection!.region}a

Put an event on the management account's bus:

  export AWS_ACCESS_KEY_ID=${managementAccountId}
  aws events put-events --entries '[{"Source":"aws.organizations","DetailType":"AWS API Call via CloudTrail",
    "Detail":"{\\"eventName\\":\\"MoveAccount\\",\\"requestParameters\\":{\\"accountId\\":\\"444455556666\\"}}"}]'

Start onboard by hand in the hub account, and read its history:

  export AWS_ACCESS_KEY_ID=${hubAccountId}
  aws stepfunctions start-execution --state-machine-arn ${onboard} \\
    --input '{"connection":"${connection!.name}","accountId":"444455556666"}'
  aws stepfunctions get-execution-history --execution-arn EXECUTION

See what the deployment lacks, from the account whose key is set:

  npm run doctor -- --config ${config}

See who is connected, what runs, waits and failed, from the hub account:

  npm run status -- --config ${config}

Say what another configuration would connect and cut, from the hub account, after a reconciliation:

  npm run plan -- --config ${config}
`);
  await interrupted();
}

/** Waits for Ctrl-C or a SIGTERM. */
export function interrupted(): Promise<void> {
  return new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
