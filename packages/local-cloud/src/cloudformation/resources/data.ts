import { createHash } from 'node:crypto';
import { type ResourceRequest, type ResourceType, resourceType } from './resource-type.ts';

/** Keys, logs, secrets, tables and parameters. */
export const dataTypes: Record<string, ResourceType> = {
  'AWS::SecretsManager::Secret': resourceType(
    'Name Description KmsKeyId SecretString GenerateSecretString Tags',
    async (resource) => {
      const { Name, Description, KmsKeyId, SecretString, GenerateSecretString, Tags } = resource.properties;
      const { ARN } = await resource.call('secretsmanager', 'CreateSecret', {
        Name: Name ?? `${resource.logicalId}-${resource.digits(12)}`,
        Description,
        KmsKeyId,
        SecretString: SecretString ?? generate(resource, GenerateSecretString ?? {}),
        Tags,
      });
      return { ref: ARN, attributes: { Id: ARN } };
    },
  ),

  'AWS::SecretsManager::ResourcePolicy': resourceType('SecretId ResourcePolicy', async (resource) => {
    const { SecretId, ResourcePolicy } = resource.properties;
    await resource.call('secretsmanager', 'PutResourcePolicy', {
      SecretId,
      ResourcePolicy: JSON.stringify(ResourcePolicy),
    });
    return { ref: SecretId };
  }),

  // Rotation and deletion have no behaviour in the local cloud.
  'AWS::KMS::Key': resourceType(
    'Description Enabled EnableKeyRotation RotationPeriodInDays KeyPolicy KeySpec KeyUsage PendingWindowInDays Tags',
    async (resource) => {
      const { Description, KeyPolicy } = resource.properties;
      const { KeyMetadata } = await resource.call('kms', 'CreateKey', {
        Description,
        Policy: KeyPolicy && JSON.stringify(KeyPolicy),
      });
      return { ref: KeyMetadata.KeyId, attributes: { KeyId: KeyMetadata.KeyId, Arn: KeyMetadata.Arn } };
    },
  ),

  // Retention has no behaviour in the local cloud.
  'AWS::Logs::LogGroup': resourceType(
    'LogGroupName KmsKeyId RetentionInDays LogGroupClass Tags',
    async (resource) => {
      const { LogGroupName = resource.name(512), KmsKeyId } = resource.properties;
      await resource.call('logs', 'CreateLogGroup', { logGroupName: LogGroupName, kmsKeyId: KmsKeyId });
      return { ref: LogGroupName, attributes: { Arn: resource.arn('logs', `log-group:${LogGroupName}:*`) } };
    },
  ),

  // Recovery, tags and contributor insights have no behaviour in the local cloud.
  'AWS::DynamoDB::Table': resourceType(
    'TableName AttributeDefinitions KeySchema BillingMode ProvisionedThroughput GlobalSecondaryIndexes LocalSecondaryIndexes PointInTimeRecoverySpecification SSESpecification DeletionProtectionEnabled TableClass Tags ContributorInsightsSpecification TimeToLiveSpecification ResourcePolicy',
    async (resource) => {
      const { properties } = resource;
      const TableName: string = properties.TableName ?? resource.name(255);
      const { SSEEnabled, ...encryption } = properties.SSESpecification ?? {};
      await resource.call('dynamodb', 'CreateTable', {
        TableName,
        AttributeDefinitions: properties.AttributeDefinitions,
        KeySchema: properties.KeySchema,
        BillingMode: properties.BillingMode,
        ProvisionedThroughput: properties.ProvisionedThroughput,
        GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes,
        LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
        ...(properties.ResourcePolicy && {
          ResourcePolicy: JSON.stringify(properties.ResourcePolicy.PolicyDocument),
        }),
        ...(SSEEnabled !== undefined && { SSESpecification: { Enabled: SSEEnabled, ...encryption } }),
      });
      const { TimeToLiveSpecification } = properties;
      if (TimeToLiveSpecification) {
        await resource.call('dynamodb', 'UpdateTimeToLive', { TableName, TimeToLiveSpecification });
      }
      return { ref: TableName, attributes: { Arn: resource.arn('dynamodb', `table/${TableName}`) } };
    },
  ),

  'AWS::SSM::Parameter': resourceType('Name Type Value Description Tier Tags', async (resource) => {
    const { Name = resource.name(100), Type, Value, Description } = resource.properties;
    await resource.call('ssm', 'PutParameter', { Name, Type, Value, Description });
    return { ref: Name, attributes: { Type, Value } };
  }),
};

interface GenerateSecretString {
  PasswordLength?: number;
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
}

/** A password of letters and digits, the same in every run; Secrets Manager's default length is 32. */
function generate(resource: ResourceRequest, options: GenerateSecretString): string {
  for (const option of Object.keys(options)) {
    if (!/^(PasswordLength|SecretStringTemplate|GenerateStringKey|ExcludePunctuation)$/.test(option)) {
      resource.refuse(`the local cloud does not know ${option} of GenerateSecretString.`);
    }
  }
  const { PasswordLength = 32, SecretStringTemplate, GenerateStringKey } = options;
  let password = '';
  for (let part = 0; password.length < PasswordLength; part++) {
    const hash = createHash('sha512')
      .update(`${resource.digits(64)}/${part}`)
      .digest('base64');
    password += hash.replaceAll(/[+/=]/g, '');
  }
  password = password.slice(0, PasswordLength);
  if (!SecretStringTemplate || !GenerateStringKey) return password;
  return JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: password });
}
