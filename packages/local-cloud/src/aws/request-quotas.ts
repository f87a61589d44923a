import type { Clock } from '../clock.ts';
import { AwsError, type Caller, type Quotas } from './service.ts';

/** A bucket holds `capacity` tokens, gets `refill` a second, and each request takes one. */
interface Quota {
  capacity: number;
  refill: number;
}

/** "Quotas related to API action throttling" of Step Functions: in its three largest Regions, and elsewhere. */
const LARGE_REGIONS = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);
const STATES: Record<string, readonly [large: Quota, elsewhere: Quota]> = {
  StartExecution: [quota(1_300, 300), quota(800, 150)],
  RedriveExecution: [quota(1_300, 300), quota(800, 150)],
  StopExecution: [quota(1_000, 200), quota(500, 25)],
  DescribeExecution: [quota(300, 15), quota(250, 10)],
  DescribeStateMachine: [quota(200, 20), quota(200, 20)],
  ListExecutions: [quota(200, 5), quota(100, 2)],
  GetExecutionHistory: [quota(400, 20), quota(400, 20)],
  SendTaskSuccess: [quota(3_000, 500), quota(2_000, 300)],
  SendTaskFailure: [quota(3_000, 500), quota(2_000, 300)],
};

/**
 * "Request throttling for the Amazon EC2 API", looked up in a copy of its page: of actions by name, else of those that read
 * and those that change. What AWS throttles for a whole organization besides, it does not publish ("AWS PrivateLink quotas").
 */
const EC2: Record<string, Quota> = {
  CreateVpcEndpoint: quota(4, 0.3),
  ModifyVpcEndpoint: quota(4, 0.3),
  DeleteVpcEndpoints: quota(4, 0.3),
  CreateTags: quota(100, 10),
  DeleteTags: quota(100, 10),
};
const EC2_READS = quota(100, 20);
const EC2_CHANGES = quota(50, 5);

/**
 * Systems Manager, "Parameter Store throughput": the default, which reads share. The three writes a second are left out:
 * who writes many waits between them by itself, and time stands still here while a function works.
 */
const PARAMETER_READS = new Set(['GetParameter', 'GetParameters', 'GetParametersByPath']);

/** How each service refuses. */
const CODES: Record<string, [code: string, message: string, statusCode: number]> = {
  ec2: ['RequestLimitExceeded', 'Request limit exceeded.', 503],
  states: ['ThrottlingException', 'Rate exceeded', 400],
  ssm: ['ThrottlingException', 'Rate exceeded', 400],
  sts: ['Throttling', 'Rate exceeded', 400],
  organizations: ['TooManyRequestsException', 'You have sent too many requests.', 400],
};

function quota(capacity: number, refill: number): Quota {
  return { capacity, refill };
}

/**
 * The quotas of requests that AWS publishes, by account and Region, which AWS changes. Those of EC2 were looked up in a copy of
 * its page in November 2026, the others are as they were remembered. RAM has none that are published, and a table whose capacity is on demand has more than anybody here
 * asks.
 */
export class RequestQuotas implements Quotas {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** @throws AwsError as the service refuses a request for which no token is left */
  take(service: string, action: string, { accountId, region }: Pick<Caller, 'accountId' | 'region'>): void {
    const found = quotaOf(service, action, region);
    if (!found) return;
    const { bucket: name, capacity, refill } = found;
    const now = this.#clock.now();
    const key = `${accountId}/${region}/${service}:${name}`;
    const bucket = this.#buckets.get(key) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1_000) * refill);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) throw new AwsError(...CODES[service]!);
    bucket.tokens -= 1;
  }
}

function quotaOf(service: string, action: string, region: string): (Quota & { bucket: string }) | undefined {
  switch (service) {
    case 'states': {
      const [large, elsewhere] = STATES[action] ?? [];
      const own = LARGE_REGIONS.has(region) ? large : elsewhere;
      return own && { ...own, bucket: action };
    }
    case 'ec2':
      return {
        ...(EC2[action] ?? (action.startsWith('Describe') ? EC2_READS : EC2_CHANGES)),
        bucket: action,
      };
    case 'ssm':
      return PARAMETER_READS.has(action) ? { ...quota(40, 40), bucket: 'reads' } : undefined;
    case 'organizations':
      // "Throttling limits" of the Organizations User Guide differ by action. These are a guess on the low side.
      return { ...quota(15, 8), bucket: action };
    case 'sts':
      // "IAM and AWS STS quotas".
      return { ...quota(600, 600), bucket: 'requests' };
    default:
      return undefined;
  }
}
