import { EC2Client } from '@aws-sdk/client-ec2';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { RAMClient } from '@aws-sdk/client-ram';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { afterEach } from '@jest/globals';

process.env.CONNECTOR_ROLE_NAME = 'redis-privatelink-connector';
process.env.EXTERNAL_ID = 'external-0123456789';
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

interface Script {
  calls: Call[];
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

afterEach(() => {
  script = undefined;
});

/**
 * Answers the SDK clients' calls, by action. A list is used up one answer a call; its last one stays. The role
 * can be assumed unless the answers say otherwise, for a session that ends at once, so that tests share none.
 */
export function aws(answers: Record<string, Answer | Answer[]>): { calls: Call[]; actions: () => string[] } {
  const calls: Call[] = [];
  const entries = Object.entries({ AssumeRole: session(0), ...answers });
  script = {
    calls,
    answers: new Map(
      entries.map(([action, answer]) => [action, Array.isArray(answer) ? [...answer] : [answer]]),
    ),
  };
  return {
    calls,
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
