import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RedisCloudEnvironment } from '../../../lambdas/redis-cloud/call/environment.ts';
import { isOneAccount } from '../../configuration/complete.ts';
import { environmentOf } from '../../constructs/api-function.ts';
import { useOfKey } from '../../constructs/key-use.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { addFunction, automationConfiguration, type FunctionProps } from './add-function.ts';
import { allowGrantingLocks, COORDINATION, WAITING } from './coordinating.ts';
import { allowNetworks } from './networks.ts';
import { allowAnswering, allowAskingForAccounts, allowDescribingExecutions } from './permissions.ts';

/** One for each operation of the Redis Cloud API (`lambdas/redis-cloud/`). All read the keys and count requests. */
export function redisCloudFunctions(hub: Hub) {
  const { configuration, key, secrets, table } = hub;
  const secretArns = [...secrets.values()].map(({ secretArn }) => secretArn);
  const environment = environmentOf<typeof RedisCloudEnvironment>({
    REDIS_CLOUD_URL: configuration.redisCloud.accounts[0]!.apiUrl,
    REDIS_CLOUD_SECRET_ARN: secretArns[0]!,
    ...severalAccounts(hub),
    TABLE_NAME: table.tableName,
  });
  const add = (id: string, call: string, description: string, more: Partial<FunctionProps> = {}) => {
    const { network } = configuration.hub;
    const made = addFunction(hub, id, { call, description, environment, network, ...more });
    made.function.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: secretArns }),
    );
    made.function.addToRolePolicy(useOfKey(key, 'secretsmanager to read'));
    // The budget of requests.
    grantTable(table, made.function, 'dynamodb:UpdateItem');
    return made;
  };
  /** A change looks whether the lock is its execution's, and how long such changes take. */
  const change = (id: string, call: string, description: string, more?: Partial<FunctionProps>) => {
    const made = add(id, call, description, more);
    grantTable(table, made.function, 'dynamodb:GetItem');
    return made;
  };
  /** One that admits an account asks once more whether it may be connected. */
  const admission = (id: string, call: string, description: string) => {
    const made = change(id, call, description, { configuration: automationConfiguration(hub) });
    allowAskingForAccounts(hub, made);
    return made;
  };
  /** One that keeps lines, too. It may update items already. */
  const coordinating = (id: string, call: string, description: string, more?: Partial<FunctionProps>) => {
    const made = add(id, call, description, more);
    grantTable(table, made.function, ...COORDINATION.filter((action) => action !== 'dynamodb:UpdateItem'));
    return made;
  };
  const ReadPrivateLink = coordinating(
    'ReadPrivateLink',
    'read-private-link',
    'Looks at the PrivateLink, for all who want to.',
    // Thousands may wait for the answer.
    { timeout: Duration.minutes(5) },
  );
  allowAnswering(hub, ReadPrivateLink, WAITING, 'states:SendTaskSuccess', 'states:SendTaskFailure');
  allowDescribingExecutions(hub, ReadPrivateLink, WAITING);
  const AwaitChange = coordinating(
    'AwaitChange',
    'await-change',
    'Looks at a change, and releases the lock when it is done.',
  );
  allowGrantingLocks(hub, AwaitChange);
  return {
    GetPrivateLink: add('GetPrivateLink', 'get-private-link', 'Asks for the PrivateLink.'),
    CreatePrivateLink: admission('CreatePrivateLink', 'create-private-link', 'Creates the PrivateLink.'),
    DeletePrivateLink: change('DeletePrivateLink', 'delete-private-link', 'Deletes the PrivateLink.'),
    AddPrincipal: admission('AddPrincipal', 'add-principal', 'Admits an account.'),
    RemovePrincipal: allowNetworks(
      hub,
      change('RemovePrincipal', 'remove-principal', 'Expels an account.'),
      'dynamodb:DeleteItem',
    ),
    DisassociateConnections: change(
      'DisassociateConnections',
      'disassociate-connections',
      'Cuts connections of VPC endpoints.',
    ),
    GetSubscription: add(
      'GetSubscription',
      'get-subscription',
      'Looks whether the subscription can be changed.',
    ),
    GetEndpointScript: add('GetEndpointScript', 'get-endpoint-script', 'Asks for the endpoint script.'),
    GetTask: allowNetworks(
      hub,
      add('GetTask', 'get-task', 'Looks at a task, and at what it answers.'),
      'dynamodb:Scan',
      'dynamodb:PutItem',
    ),
    ReadPrivateLink,
    AwaitChange,
  };
}

/** Of one account that needs no name, the other variables say it. */
function severalAccounts({ stack, configuration: { redisCloud }, secrets }: Hub) {
  if (isOneAccount(redisCloud)) return {};
  const accounts = redisCloud.accounts.map(({ name, apiUrl }) => {
    return [name, { url: apiUrl, secretArn: secrets.get(name)!.secretArn }];
  });
  return { REDIS_CLOUD_ACCOUNTS: stack.toJsonString(Object.fromEntries(accounts)) };
}
