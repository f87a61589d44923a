import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

/** Keys by which a world knows in which account a request is made. */
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** The clients of one account, in one Region, of a world at an address. */
export type Clients = ReturnType<typeof clientsOf>;

export function clientsOf(endpoint: string, region: string, credentials: Keys) {
  // Nothing is tried again: what a world cannot do is to be seen.
  const settings = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    endpoint,
    region,
    keys: credentials,
    cloudFormation: new CloudFormationClient(settings),
    dynamodb: new DynamoDBClient(settings),
    ec2: new EC2Client(settings),
    eventBridge: new EventBridgeClient(settings),
    organizations: new OrganizationsClient(settings),
    secretsManager: new SecretsManagerClient(settings),
    sfn: new SFNClient(settings),
    ssm: new SSMClient(settings),
    sts: new STSClient(settings),
  };
}
