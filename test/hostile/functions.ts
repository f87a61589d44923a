import { readdirSync, readFileSync } from 'node:fs';
import { connection } from '../connection.ts';
import { event } from '../events.ts';

export type Handler = (event: unknown) => Promise<unknown>;

const ROOT = new URL('../../lambdas/', import.meta.url);

/** Every function that is deployed, as the build finds them: its path below lambdas/. */
export function functions(): string[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => readFileSync(new URL(path, ROOT), 'utf8').includes('export const handler ='))
    .sort();
}

process.env.MANAGEMENT_ACCOUNT_ID = '111111111111';

export async function handlerOf(path: string): Promise<Handler> {
  const { handler } = (await import(new URL(path, ROOT).href)) as { handler: Handler };
  return handler;
}

export const ACCOUNT = '444455556666';
export const VPC = 'vpc-0a71e831cb5152c43';
export const CONNECTION = connection();
const NAME = `orders-${ACCOUNT}-${VPC}-0123456789ab`;
const ARN = `arn:aws:states:us-east-1:222222222222:execution:redis-privatelink-onboard:${NAME}`;
const AT = '2026-11-20T10:15:30.123Z';

/** What a workflow passes, to whichever function: each takes its part of it. */
const ANY = {
  executionName: NAME,
  executionArn: ARN,
  connection: CONNECTION,
  accountId: ACCOUNT,
  vpcId: VPC,
  region: 'us-east-1',
  subscriptionId: 12345,
  lockHolder: ARN,
  token: 'AAAAKgAAAAIAAAAAAAAAAbT0kTcEXAMPLE+/==',
  since: AT,
  waitingSince: Date.parse(AT),
  taskId: 'task-1',
  request: { connection: 'orders', accountId: ACCOUNT, vpcId: VPC },
  vpcEndpointId: 'vpce-0123456789abcdef0',
  securityGroupId: 'sg-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0'],
  cidrBlocks: ['10.42.0.0/16'],
  retiredEndpointIds: [],
  target: {
    resourceConfigurationArn:
      'arn:aws:vpc-lattice:us-east-1:999900001111:resourceconfiguration/rcfg-0123456789abcdef0',
    serviceName: null,
  },
  shareArn: 'arn:aws:ram:us-east-1:999900001111:resource-share/0123',
  endpoints: [{ dnsName: 'redis-12345.internal.example.com', port: 12345, type: 'database' }],
};

const shownConnection = {
  associationId: 'rsa-1',
  connectionId: 'c-1',
  type: 'vpc_endpoint',
  ownerId: ACCOUNT,
};
const failed = {
  executionArn: ARN,
  stateMachineArn: 'arn:aws:states:us-east-1:222222222222:stateMachine:redis-privatelink-onboard',
  status: 'FAILED',
  stopDate: Date.parse(AT),
  input: JSON.stringify(ANY.request),
  error: 'TaskFailed',
  cause: JSON.stringify({ errorType: 'TaskFailed', errorMessage: 'It failed.' }),
};

/** Where a function takes something else under the same name, or something of its own. */
const OWN: Record<string, object> = {
  'approval/ask-for-approval.ts': { executionArn: ARN },
  'offboard/await-onboarding.ts': { records: [{ sk: 'connection#orders', at: AT, execution: NAME }] },
  'offboard/check-offboard-request.ts': { request: { connection: 'orders', all: true, confirm: 'orders' } },
  'reconcile/check-reconcile-request.ts': { request: { dryRun: true } },
  'offboard/check-removal.ts': { because: 'untagged' },
  'offboard/answer-holds.ts': { answer: { action: 'release', things: null } },
  'offboard/tell-holds.ts': { executionArn: ARN },
  'offboard/settle-leftovers.ts': {
    because: null,
    accessError: 'The role cannot be assumed.',
    parametersError: null,
    records: [{ sk: `connection#orders#${VPC}`, vpcEndpointId: 'vpce-0123456789abcdef0' }],
    endpoints: [],
    deletionsRequested: [],
    groups: [{ vpcId: VPC, groupId: 'sg-0123456789abcdef0', why: 'The role cannot be assumed.' }],
  },
  'reconcile/tell-report.ts': {
    executionArn: ARN,
    notDeleted: [{ connection: 'orders', accountId: ACCOUNT, vpcId: VPC, what: 'it is still there' }],
  },
  'offboard/decide-offboarding.ts': {
    onlyOurs: false,
    recorded: true,
    records: [{ sk: `connection#orders#${VPC}`, vpcEndpointId: 'vpce-1' }],
    endpoints: [
      { vpcEndpointId: 'vpce-1', vpcId: VPC, connection: 'orders', state: 'available', createdAt: AT },
    ],
    accessError: null,
    privateLink: {
      status: 'active',
      principal: { status: 'associated' },
      principalCount: 2,
      connections: [shownConnection],
    },
    asked: { connections: [], endpoints: [], principal: false, privateLink: false },
    alsoOnboarding: null,
    polls: 1,
    notes: [],
  },
  'clean-up/describe-failure.ts': { ended: failed, last: { error: 'TaskFailed', toldAt: AT } },
  'clean-up/release-locks.ts': { executionArn: ARN },
  'locks/release-lock.ts': { executionArn: ARN, failure: { Error: 'TaskFailed', Cause: failed.cause } },
  'dispatch/plan-executions.ts': {
    change: {
      kind: 'vpc',
      accountId: ACCOUNT,
      region: 'us-east-1',
      vpcId: VPC,
      names: ['orders'],
      retagged: true,
    },
    connections: ['orders'],
    fingerprint: '0123456789ab',
    account: { accountId: ACCOUNT, state: 'ACTIVE', paths: [`o-1/r-1/ou-ab12-l3zc8b3h/${ACCOUNT}/`] },
    records: [{ sk: { S: `connection#orders#${VPC}` } }],
  },
  'reconcile/plan-reconciliation.ts': {
    run: 'run-1',
    batches: 1,
    connections: ['orders'],
    dryRun: false,
    at: AT,
  },
  'dispatch/read-event.ts': { event: event.vpcTagged('orders') },
  'dispatch/look-at-account.ts': {
    id: '01234567-89ab-cdef-0123-456789abcdef',
    account: ACCOUNT,
    region: 'us-east-1',
    time: AT,
  },
  'chat/tell-chat.ts': {
    Records: [
      {
        Sns: {
          MessageId: '01234567-89ab-cdef-0123-456789abcdef',
          Subject: 'redis-privatelink: onboard TaskFailed',
          Message: 'onboard: an execution has failed.',
          MessageAttributes: { kind: { Type: 'String', Value: 'failure' } },
        },
      },
    ],
  },
  'measuring/record-metrics.ts': {
    'detail-type': 'Reconciliation Finished',
    time: '2026-11-20T10:15:30Z',
    detail: { dryRun: false, incomplete: [], counts: { onboard: 1, offboard: 0 } },
  },
  'locks/acquire-lock.ts': {
    executionArn: ARN,
    admission: { connection: 'orders', accountId: ACCOUNT, execution: NAME },
  },
  'aws/look-into-accounts.ts': { run: 'run-1', batch: 0, connections: ['orders'] },
  'reconcile/list-offered-accounts.ts': { run: 'run-1' },
  'redis-cloud/await-change.ts': { change: { taskId: 'task-1', acceptedAt: AT, operation: 'addPrincipal' } },
  'redis-cloud/disassociate-connections.ts': { connections: [shownConnection] },
  'redis-cloud/get-task.ts': { reading: 'private-link', endpointIds: ['vpce-1'], from: 0 },
};

/** An input that the function accepts. */
export function sampleFor(path: string): object {
  return { ...ANY, ...OWN[path] };
}
