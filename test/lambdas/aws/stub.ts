import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { RAMClient } from '@aws-sdk/client-ram';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { afterEach } from '@jest/globals';

process.env.CONNECTOR_ROLE_NAME = 'redis-privatelink-connector';
process.env.EXTERNAL_ID = 'external-0123456789';
process.env.TABLE_NAME = 'table-of-the-hub';
process.env.TAGS = '{"cost-center":"4711"}';
process.env.AWS_REGION = 'eu-west-1';
process.env.AWS_ACCESS_KEY_ID = 'AKIAHUB';
process.env.AWS_SECRET_ACCESS_KEY = 'secret-of-the-hub';
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

export const ACCOUNT = '111122223333';
export const VPC = 'vpc-0123456789abcdef0';
export const GROUP = 'sg-0123456789abcdef0';
export const ENDPOINT = 'vpce-0123456789abcdef0';
export const EXECUTION = 'onboard-1';
export const CONFIGURATION =
  'arn:aws:vpc-lattice:us-east-1:999900001111:resourceconfiguration/rcfg-0123456789abcdef0';
export const SERVICE = 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0';

export const OWN_TAGS = [
  { Key: 'redis-privatelink:connection', Value: 'orders' },
  { Key: 'redis-privatelink:managed-by', Value: 'redis-privatelink' },
];

/** A connection as the workflow passes it. */
export function connection(changes: Record<string, unknown> = {}, endpoint: Record<string, unknown> = {}) {
  return {
    name: 'orders',
    subscriptionId: 12345,
    region: 'us-east-1',
    contract: 'resource-share',
    parameters: true,
    endpoint: {
      securityGroup: null,
      subnets: { minimumZones: 1, tag: null, waitMinutes: 60 },
      privateDns: true,
      ...endpoint,
    },
    ...changes,
  };
}

export const RESOURCE = { resourceConfigurationArn: CONFIGURATION, serviceName: null };
export const INTERFACE = { resourceConfigurationArn: null, serviceName: SERVICE };

/** An error as the SDK throws it. */
export function awsError(name: string, message = 'AWS text', httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** One call that reached AWS. */
export interface Call {
  action: string;
  // biome-ignore lint/suspicious/noExplicitAny: each action has its own shape
  input: any;
  region: string;
  accessKeyId: string;
}

// biome-ignore lint/suspicious/noExplicitAny: each action has its own shape
type Answer = object | Error | ((input: any) => object | Error);

type Item = Record<string, { S?: string; N?: string; BOOL?: boolean; SS?: string[] }>;

interface Script {
  calls: Call[];
  /** What the hub's table has, by sort key. */
  items: Map<string, Item>;
  answers: Map<string, Answer[]>;
}

/** The running test's script. Clients live longer than a test, as they do in Lambda. */
let script: Script | undefined;

async function send(this: EC2Client, command: { input: unknown; constructor: { name: string } }) {
  const action = command.constructor.name.replace(/Command$/, '');
  const left = script?.answers.get(action);
  if (!script || !left) throw new Error(`The test has no answer for ${action}.`);
  const { accessKeyId } = await this.config.credentials();
  script.calls.push({ action, input: command.input, region: await this.config.region(), accessKeyId });
  const next = left.length > 1 ? left.shift() : left[0];
  const answer = typeof next === 'function' ? next(command.input) : next;
  if (answer instanceof Error) throw answer;
  return answer;
}

for (const Client of [EC2Client, OrganizationsClient, RAMClient, SSMClient, STSClient]) {
  Object.defineProperty(Client.prototype, 'send', { value: send, writable: true });
}

/** The hub's table, as far as these functions use it: items of one account. */
// biome-ignore lint/suspicious/noExplicitAny: each action has its own shape
async function sendToTable(this: DynamoDBClient, command: { input: any; constructor: { name: string } }) {
  const items = script?.items;
  // Other tests have a table of their own.
  if (!items) return Reflect.apply(sendToAws, this, [command]);
  const { Key, Item, ExpressionAttributeValues: values = {}, UpdateExpression = '' } = command.input;
  const sk = (Key ?? Item)?.sk.S;
  switch (command.constructor.name) {
    case 'QueryCommand':
      return { Items: [...items.values()].filter((one) => one.sk?.S?.startsWith(values[':prefix'].S)) };
    case 'GetItemCommand':
      return { Item: items.get(sk) };
    case 'PutItemCommand':
      items.set(sk, Item);
      return {};
    case 'DeleteItemCommand':
      items.delete(sk);
      return {};
    case 'UpdateItemCommand': {
      if (UpdateExpression.startsWith('ADD askedSubnets')) {
        items.set(sk, { ...items.get(sk), askedSubnets: values[':ids'], askedUntil: values[':until'] });
        return {};
      }
      const noted = UpdateExpression.includes('request')
        ? { request: values[':request'], expires: values[':expires'], ...items.get(sk) }
        : { ...items.get(sk), expires: values[':expires'] };
      items.set(sk, { ...Key, ...noted });
      return { Attributes: items.get(sk) };
    }
    default:
      throw new Error(`The test's table knows no ${command.constructor.name}.`);
  }
}
const sendToAws = DynamoDBClient.prototype.send;
Object.defineProperty(DynamoDBClient.prototype, 'send', { value: sendToTable, writable: true });

/** What the hub has recorded of something that it has made. */
export function made(id: string, more: Record<string, string> = {}): Item {
  const texts = {
    pk: `account#${ACCOUNT}`,
    sk: `own#${id}`,
    connection: 'orders',
    region: 'us-east-1',
    vpcId: VPC,
    ...(id.startsWith('sg-')
      ? { type: 'security-group', target: 'redis-privatelink-orders' }
      : { type: 'Resource', target: CONFIGURATION }),
    ...more,
  };
  return Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
}

/** An endpoint of this system, as AWS shows it. */
export const SEEN_ENDPOINT = {
  VpcEndpointId: ENDPOINT,
  VpcId: VPC,
  VpcEndpointType: 'Resource' as const,
  ResourceConfigurationArn: CONFIGURATION,
  State: 'available',
  Tags: OWN_TAGS,
};

/** A security group of this system, as AWS shows it. */
export const SEEN_GROUP = {
  GroupId: GROUP,
  GroupName: 'redis-privatelink-orders',
  Description: 'Redis Cloud over PrivateLink, connection orders',
  VpcId: VPC,
  Tags: OWN_TAGS,
};

afterEach(() => {
  script = undefined;
});

/**
 * Answers the SDK clients' calls, by action. A list is used up one answer a call; its last one stays. The role
 * can be assumed unless the answers say otherwise, for a session that ends at once, so that tests share none.
 *
 * @param recorded what the hub's table has; else that this system has made the endpoint and the group.
 */
export function aws(
  answers: Record<string, Answer | Answer[]>,
  recorded: Item[] = [made(ENDPOINT), made(GROUP)],
): { calls: Call[]; actions: () => string[]; items: Map<string, Item> } {
  const calls: Call[] = [];
  const entries = Object.entries({ AssumeRole: session(0), ...answers });
  const items = new Map(recorded.map((item) => [item.sk?.S ?? '', item]));
  script = {
    calls,
    items,
    answers: new Map(
      entries.map(([action, answer]) => [action, Array.isArray(answer) ? [...answer] : [answer]]),
    ),
  };
  return {
    calls,
    items,
    actions: () => calls.map(({ action }) => action).filter((action) => action !== 'AssumeRole'),
  };
}

/** The answer of AssumeRole with a session that ends at that time (milliseconds since the epoch). */
export function session(expiry: number, accessKeyId = 'ASIAMEMBER') {
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: 'secret-of-the-session',
      SessionToken: 'token-of-the-session',
      Expiration: new Date(expiry),
    },
  };
}

/** The error that the promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: Error) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`It should have failed, and answered ${JSON.stringify(outcome.value)}.`);
}
