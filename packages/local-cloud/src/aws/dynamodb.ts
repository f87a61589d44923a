import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { useOfKey } from './authorization/keys.ts';
import { type Need, type Needs, onResource, withoutResources } from './authorization/need.ts';
import { Dynalite, type DynaliteAction, type Members } from './dynamodb/dynalite.ts';
import {
  type Encryption,
  encryptionOf,
  type Recovery,
  recoveryOf,
  recoveryView,
  type TimeToLive,
  timeToLiveOf,
  timeToLiveView,
} from './dynamodb/settings.ts';
import { type ResourcePolicy, resourcePolicyOf } from './iam/resource-policy.ts';
import { Ids } from './ids.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

/** What a table has beside its items, of which dynalite knows nothing. */
interface Table {
  readonly id: string;
  readonly createdAt: number;
  encryption: Encryption | undefined;
  isProtected: boolean;
  recovery: Recovery | undefined;
  timeToLive: TimeToLive | undefined;
  policy: ResourcePolicy | undefined;
}

/** The tables of one account in one Region. */
interface Store {
  readonly dynalite: Dynalite;
  readonly tables: Map<string, Table>;
}

/** Actions on items and lists that dynalite answers alone. */
const itemActions = [
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
] as const satisfies DynaliteAction[];

const tagActions = ['ListTagsOfResource', 'TagResource', 'UntagResource'] as const satisfies DynaliteAction[];

/**
 * DynamoDB: dynalite, in memory and in this process, with what it lacks of a table's settings. Each account and
 * Region has its own tables. There are no transactions and no streams.
 *
 * Tables are created, updated and deleted at once: the answer says `CREATING` as in AWS, and the table is active
 * when the answer arrives. Items that expired stay, as they may in AWS, which promises no time for their removal.
 */
export class DynamoDb implements AwsService {
  readonly signingName = 'dynamodb';
  readonly actions: Record<string, Action>;
  readonly #clock: Clock;
  readonly #ids = new Ids('dynamodb');
  readonly #stores = new Map<string, Store>();

  constructor(options: { clock: Clock }) {
    this.#clock = options.clock;
    const actions = new Map<string, (store: Store, input: Members, caller: Caller) => Promise<Members>>();
    for (const action of itemActions) {
      actions.set(action, ({ dynalite }, input) => dynalite.call(action, input));
    }
    // dynalite's Scan does not know ConsistentRead, and is always so.
    actions.set('Scan', ({ dynalite }, { ConsistentRead: _, ...input }) => dynalite.call('Scan', input));
    for (const action of tagActions) {
      actions.set(action, async ({ dynalite }, input, caller) => {
        checkOwn(action, input.ResourceArn, caller);
        checkTags(input.Tags);
        return dynalite.call(action, input);
      });
    }
    actions.set('CreateTable', (store, input, caller) => this.#createTable(store, input, caller));
    actions.set('UpdateTable', (store, input, caller) => this.#updateTable(store, input, caller));
    actions.set('DeleteTable', (store, input) => this.#deleteTable(store, input));
    actions.set('DescribeTable', async (store, input) => {
      const { Table } = await store.dynalite.call('DescribeTable', input);
      return { Table: describe(Table as Members, store) };
    });
    actions.set('DescribeContinuousBackups', async (store, { TableName }) => {
      const table = await tableForBackups(store, TableName);
      return { ContinuousBackupsDescription: recoveryView(table.recovery, this.#clock.now()) };
    });
    actions.set('UpdateContinuousBackups', async (store, { TableName, PointInTimeRecoverySpecification }) => {
      const table = await tableForBackups(store, TableName);
      const now = this.#clock.now();
      table.recovery = recoveryOf(PointInTimeRecoverySpecification, table.recovery, now);
      return { ContinuousBackupsDescription: recoveryView(table.recovery, now) };
    });
    actions.set('DescribeTimeToLive', async (store, { TableName }) => {
      const { timeToLive } = await tableNamed(store, TableName);
      return { TimeToLiveDescription: timeToLiveView(timeToLive, this.#clock.now()) };
    });
    actions.set('UpdateTimeToLive', async (store, { TableName, TimeToLiveSpecification }) => {
      const table = await tableNamed(store, TableName);
      table.timeToLive = timeToLiveOf(TimeToLiveSpecification, table.timeToLive, this.#clock.now());
      return { TimeToLiveSpecification };
    });
    const tableOf = (store: Store, ResourceArn: unknown) =>
      tableNamed(store, String(ResourceArn).split(':table/').at(-1));
    actions.set('PutResourcePolicy', async (store, { ResourceArn, Policy }) => {
      const table = await tableOf(store, ResourceArn);
      table.policy = resourcePolicyOf(Policy, 'ValidationException');
      return { RevisionId: this.#ids.hex(16) };
    });
    actions.set('GetResourcePolicy', async (store, { ResourceArn }) => {
      const { policy } = await tableOf(store, ResourceArn);
      if (policy) return { Policy: policy.document };
      throw new AwsError(
        'PolicyNotFoundException',
        'Resource-based policy not found for the provided ResourceArn',
      );
    });
    actions.set('DeleteResourcePolicy', async (store, { ResourceArn }) => {
      (await tableOf(store, ResourceArn)).policy = undefined;
      return {};
    });
    this.actions = Object.fromEntries(
      Array.from(actions, ([name, perform]): [string, Action] => [
        name,
        async (input: Members, caller) => {
          const release = this.#clock.hold(`a call of DynamoDB (${name})`);
          try {
            return await perform(this.#store(caller), input, caller);
          } finally {
            release();
          }
        },
      ]),
    );
  }

  readonly needs: Record<string, Needs> = {
    ...withoutResources('dynamodb', 'ListTables'),
    ...onResource(
      'dynamodb',
      ['DescribeContinuousBackups', 'DescribeTable', 'DescribeTimeToLive'],
      ({ TableName }, caller) => ({ resource: tableArn(TableName, caller) }),
    ),
    ...onResource(
      'dynamodb',
      ['DeleteResourcePolicy', 'GetResourcePolicy', 'PutResourcePolicy'],
      ({ ResourceArn }) => ({ resource: ResourceArn }),
    ),
    ...Object.fromEntries(
      ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'].map((action) => [
        action,
        (input, caller) => this.#needsOf(action, input, caller),
      ]),
    ),
    ...Object.fromEntries(
      ['BatchGetItem', 'BatchWriteItem'].map((action) => [
        action,
        ({ RequestItems = {} }, caller) =>
          Object.keys(RequestItems).flatMap((TableName) => this.#needsOf(action, { TableName }, caller)),
      ]),
    ),
  };

  /**
   * Every caller, reader or writer, decrypts the table's key, and nothing else: the key was made, and DynamoDB's
   * grants on it, by who created the table (DynamoDB Developer Guide, "Encryption at rest: How it works" and
   * "Monitoring DynamoDB's interaction with AWS KMS").
   */
  #needsOf(
    action: string,
    { TableName, IndexName }: { TableName: string; IndexName?: string },
    caller: Caller,
  ): Need[] {
    const arn = tableArn(TableName, caller);
    const name = arn.slice(arn.indexOf('/') + 1);
    const table = this.#store(caller).tables.get(name);
    const key = table?.encryption?.KMSMasterKeyArn;
    const context = { 'aws:dynamodb:tableName': name, 'aws:dynamodb:subscriberId': caller.accountId };
    return [
      {
        action: `dynamodb:${action}`,
        resource: IndexName ? `${arn}/index/${IndexName}` : arn,
        policy: table?.policy?.statements,
      },
      ...useOfKey(key, 'dynamodb', caller, ['Decrypt'], context),
    ];
  }

  /** Forgets all tables. Calls after this fail. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#stores.values(), ({ dynalite }) => dynalite.close()));
  }

  #store({ accountId, region }: Caller): Store {
    const key = `${accountId}/${region}`;
    let store = this.#stores.get(key);
    if (!store) {
      store = { dynalite: new Dynalite(accountId, region), tables: new Map() };
      this.#stores.set(key, store);
    }
    return store;
  }

  async #createTable(store: Store, input: Members, caller: Caller): Promise<Members> {
    const { SSESpecification, DeletionProtectionEnabled, ResourcePolicy, Tags, ...rest } = input;
    const { dynalite, tables } = store;
    const name = String(rest.TableName);
    if (tables.has(name)) throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
    const encryption = encryptionOf(SSESpecification, caller);
    const policy = resourcePolicyOf(ResourcePolicy, 'ValidationException');
    const ResourceArn = `arn:aws:dynamodb:${caller.region}:${caller.accountId}:table/${name}`;
    const isTagged = Array.isArray(Tags) && Tags.length > 0;
    dynalite.check('CreateTable', rest);
    checkTags(Tags);
    if (isTagged) dynalite.check('TagResource', { ResourceArn, Tags });

    const { TableDescription } = await dynalite.call('CreateTable', rest);
    tables.set(name, {
      id: this.#ids.uuid(),
      createdAt: this.#clock.now(),
      encryption,
      isProtected: DeletionProtectionEnabled === true,
      recovery: undefined,
      timeToLive: undefined,
      policy,
    });
    if (isTagged) await dynalite.call('TagResource', { ResourceArn, Tags });
    await settled(dynalite, name);
    return { TableDescription: describe(TableDescription as Members, store) };
  }

  async #updateTable(store: Store, input: Members, caller: Caller): Promise<Members> {
    const { SSESpecification, DeletionProtectionEnabled, ...rest } = input;
    const { dynalite } = store;
    const table = await tableNamed(store, rest.TableName);
    const encryption = SSESpecification ? encryptionOf(SSESpecification, caller) : table.encryption;
    const isKnownToUs = SSESpecification !== undefined || DeletionProtectionEnabled !== undefined;
    const changes = Object.keys(rest).filter(
      (member) => !['TableName', 'AttributeDefinitions'].includes(member) && rest[member] !== undefined,
    );

    let description: unknown;
    if (isKnownToUs && changes.length === 0) {
      description = (await dynalite.call('DescribeTable', { TableName: rest.TableName })).Table;
    } else {
      description = (await dynalite.call('UpdateTable', rest)).TableDescription;
      await settled(dynalite, String(rest.TableName));
    }
    table.encryption = encryption;
    if (DeletionProtectionEnabled !== undefined) table.isProtected = DeletionProtectionEnabled === true;
    return { TableDescription: describe(description as Members, store) };
  }

  async #deleteTable(store: Store, input: Members): Promise<Members> {
    const { dynalite, tables } = store;
    const table = await tableNamed(store, input.TableName);
    if (table.isProtected) {
      throw new AwsError(
        'ValidationException',
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    const { TableDescription } = await dynalite.call('DeleteTable', input);
    const description = describe(TableDescription as Members, store);
    await settled(dynalite, String(input.TableName));
    tables.delete(String(input.TableName));
    return { TableDescription: description };
  }
}

/** dynalite's description of a table, with what it does not know of it and without what AWS does not say. */
function describe(description: Members, { tables }: Store): Members {
  const table = tables.get(String(description.TableName));
  const { TableThroughputModeSummary: _, ...known } = description;
  if (!table) return known;
  return {
    ...known,
    TableId: table.id,
    CreationDateTime: new Date(table.createdAt),
    DeletionProtectionEnabled: table.isProtected,
    SSEDescription: table.encryption,
  };
}

/** Waits the milliseconds that dynalite takes to make a change of a table come true. */
async function settled(dynalite: Dynalite, TableName: string): Promise<void> {
  for (;;) {
    const status = await statusOf(dynalite, TableName);
    if (status === 'ACTIVE' || status === undefined) return;
    await pause(1);
  }
}

/** The status of a table and its indexes; undefined when there is no such table. */
async function statusOf(dynalite: Dynalite, TableName: string): Promise<string | undefined> {
  try {
    const { Table } = (await dynalite.call('DescribeTable', { TableName })) as {
      Table: { TableStatus: string; GlobalSecondaryIndexes?: { IndexStatus: string }[] };
    };
    const busy = Table.GlobalSecondaryIndexes?.find(({ IndexStatus }) => IndexStatus !== 'ACTIVE');
    return busy?.IndexStatus ?? Table.TableStatus;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** @throws AwsError what dynalite says of a name that is malformed or no table's */
async function tableNamed({ dynalite, tables }: Store, TableName: unknown): Promise<Table> {
  const table = typeof TableName === 'string' ? tables.get(TableName) : undefined;
  if (table) return table;
  await dynalite.call('DescribeTable', { TableName });
  // Another request's CreateTable is at work on it.
  throw new AwsError('ResourceInUseException', `Table is being created: ${TableName}`);
}

/** The backup actions have an error of their own for a table that does not exist (API reference). */
async function tableForBackups(store: Store, TableName: unknown): Promise<Table> {
  try {
    return await tableNamed(store, TableName);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') {
      throw new AwsError('TableNotFoundException', `Table not found: ${TableName}`);
    }
    throw error;
  }
}

/** By a table's name or ARN. */
function tableArn(table: string, { accountId, region }: Caller): string {
  return table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
}

/** dynalite looks only at the table's name in an ARN. */
function checkOwn(action: string, arn: unknown, { accountId, region, arn: user }: Caller): void {
  const [, , service, arnRegion, owner] = String(arn).split(':');
  if (service === 'dynamodb' && (arnRegion !== region || owner !== accountId)) {
    throw new AwsError(
      'AccessDeniedException',
      `User: ${user} is not authorized to perform: dynamodb:${action} on resource: ${arn}`,
    );
  }
}

/** dynalite takes a tag without a value, and then fails to keep it. */
function checkTags(tags: unknown): void {
  for (const tag of Array.isArray(tags) ? tags : []) {
    if (typeof tag?.Key !== 'string' || typeof tag.Value !== 'string') {
      throw new AwsError('ValidationException', 'A tag has a Key and a Value, which are texts.');
    }
  }
}
