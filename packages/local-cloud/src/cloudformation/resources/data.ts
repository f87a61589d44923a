import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Properties, type ResourceRequest, type ResourceType, resourceType } from './resource-type.ts';

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
    {
      // A secret keeps its value unless the template asks for another one.
      update: (resource, SecretId, previous) => {
        const { Description, KmsKeyId, SecretString, GenerateSecretString } = resource.properties;
        const isOther =
          !isDeepStrictEqual(SecretString, previous.SecretString) ||
          !isDeepStrictEqual(GenerateSecretString, previous.GenerateSecretString);
        const value = SecretString ?? generate(resource, GenerateSecretString ?? {});
        return resource.call('secretsmanager', 'UpdateSecret', {
          SecretId,
          Description,
          KmsKeyId,
          ...(isOther && { SecretString: value }),
        });
      },
      remove: (resource, SecretId) =>
        resource.call('secretsmanager', 'DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true }),
    },
  ),

  'AWS::SecretsManager::ResourcePolicy': resourceType(
    'SecretId ResourcePolicy',
    async (resource) => {
      await putSecretPolicy(resource);
      return { ref: resource.properties.SecretId };
    },
    {
      update: putSecretPolicy,
      remove: (resource, SecretId) => resource.call('secretsmanager', 'DeleteResourcePolicy', { SecretId }),
    },
  ),

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
    {
      update: async (resource, KeyId, previous) => {
        const { KeyPolicy, KeySpec, KeyUsage, Description = '' } = resource.properties;
        if (KeySpec !== previous.KeySpec || KeyUsage !== previous.KeyUsage) {
          resource.refuse('KeySpec and KeyUsage of a key cannot be changed.');
        }
        await resource.call('kms', 'UpdateKeyDescription', { KeyId, Description });
        await resource.call('kms', 'PutKeyPolicy', { KeyId, Policy: JSON.stringify(KeyPolicy) });
      },
      remove: (resource, KeyId) =>
        resource.call('kms', 'ScheduleKeyDeletion', {
          KeyId,
          PendingWindowInDays: resource.properties.PendingWindowInDays,
        }),
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
    {
      update: async (resource, logGroupName, previous) => {
        const { KmsKeyId: kmsKeyId } = resource.properties;
        if (kmsKeyId === previous.KmsKeyId) return;
        if (kmsKeyId) await resource.call('logs', 'AssociateKmsKey', { logGroupName, kmsKeyId });
        else await resource.call('logs', 'DisassociateKmsKey', { logGroupName });
      },
      remove: (resource, logGroupName) => resource.call('logs', 'DeleteLogGroup', { logGroupName }),
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
    {
      update: updateTable,
      remove: (resource, TableName) => resource.call('dynamodb', 'DeleteTable', { TableName }),
    },
  ),

  'AWS::SSM::Parameter': resourceType(
    'Name Type Value Description Tier Tags',
    async (resource) => {
      const { Name = resource.name(100), Type, Value, Description } = resource.properties;
      await resource.call('ssm', 'PutParameter', { Name, Type, Value, Description });
      return { ref: Name, attributes: { Type, Value } };
    },
    {
      update: (resource, Name) => {
        const { Type, Value, Description } = resource.properties;
        return resource.call('ssm', 'PutParameter', { Name, Type, Value, Description, Overwrite: true });
      },
      attributesOf: ({ Type, Value }) => ({ Type, Value }),
      remove: (resource, Name) => resource.call('ssm', 'DeleteParameter', { Name }),
    },
  ),
};

function putSecretPolicy(resource: ResourceRequest): Promise<unknown> {
  const { SecretId, ResourcePolicy } = resource.properties;
  return resource.call('secretsmanager', 'PutResourcePolicy', {
    SecretId,
    ResourcePolicy: JSON.stringify(ResourcePolicy),
  });
}

/** Properties of a table that have no behaviour here, whether they change or not. */
const withoutBehaviour = [
  'PointInTimeRecoverySpecification',
  'TableClass',
  'Tags',
  'ContributorInsightsSpecification',
];

/** What the local cloud can change of a table that has items in it. */
async function updateTable(
  resource: ResourceRequest,
  TableName: string,
  previous: Properties,
): Promise<void> {
  const { properties } = resource;
  const changed = Object.keys({ ...previous, ...properties }).filter(
    (name) => !withoutBehaviour.includes(name) && !isDeepStrictEqual(properties[name], previous[name]),
  );
  for (const name of changed) {
    if (name === 'TimeToLiveSpecification') {
      const TimeToLiveSpecification = properties[name] ?? { ...previous[name], Enabled: false };
      await resource.call('dynamodb', 'UpdateTimeToLive', { TableName, TimeToLiveSpecification });
    } else if (name === 'ResourcePolicy') {
      const ResourceArn = resource.arn('dynamodb', `table/${TableName}`);
      const Policy = JSON.stringify(properties.ResourcePolicy?.PolicyDocument);
      if (Policy) await resource.call('dynamodb', 'PutResourcePolicy', { ResourceArn, Policy });
      else await resource.call('dynamodb', 'DeleteResourcePolicy', { ResourceArn });
    } else if (name === 'BillingMode' || name === 'DeletionProtectionEnabled') {
      await resource.call('dynamodb', 'UpdateTable', { TableName, [name]: properties[name] });
    } else {
      resource.refuse(`the local cloud cannot change ${name} of a table.`);
    }
  }
}

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
