import { type AttributeValue, DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { partitionOf } from '../../lambdas/shared/aws/partition.ts';
import { HOLDS } from '../../lambdas/shared/workflows/holds.ts';
import { LEFTOVER } from '../../lambdas/shared/workflows/leftovers.ts';
import { STANDING } from '../../lambdas/shared/workflows/noted.ts';
import { configurationDigest, DIGEST_OUTPUT } from '../../lib/configuration/digest.ts';
import { ask, named, pages } from '../ask.ts';
import type { Examination } from '../examination.ts';
import { CannotTell } from '../finding.ts';
import { resourcesIn, stackOf } from '../stacks.ts';
import { type Item, type Records, recordsOf } from './records.ts';
import { type Readings, type Reconciliation, type Running, workflowOf } from './status.ts';

/** What the command calls, for a policy that allows nothing else. */
export const PERMISSIONS = [
  'sts:GetCallerIdentity',
  'cloudformation:DescribeStacks',
  'cloudformation:ListStackResources',
  'dynamodb:Scan',
  'dynamodb:Query',
  'kms:Decrypt',
  'states:ListExecutions',
  'states:DescribeExecution',
  'states:GetExecutionHistory',
];

const WORKFLOWS = ['onboard', 'offboard', 'reconcile', 'dispatch', 'endpoint-script', 'clean-up'];
/** Of so many executions it is looked up what they are about and in which state they are. */
const MOST_DETAILS = 50;

/** Everything but the task tokens, with which anybody could answer for somebody else. */
const MEMBERS = [
  'pk',
  'sk',
  'at',
  'since',
  'until',
  'state',
  'by',
  'status',
  'error',
  'cause',
  'execution',
  'vpcEndpointId',
  'endpoints',
  'missing',
  'toldAt',
  'kind',
  'reason',
  'region',
  'things',
  'why',
  'told',
  'stays',
];

/**
 * Reads what a deployment does, from the hub account. What cannot be read is said in `unseen`; the rest is read all the
 * same.
 */
export async function read(examination: Examination): Promise<Readings> {
  const { configuration, config } = examination;
  const { hubRegion } = configuration.organization;
  const unseen: string[] = [];
  const seen = async <T>(what: string, look: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof CannotTell)) throw error;
      unseen.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const notes: string[] = [];
  const stack = await seen('the hub stack', () =>
    stackOf(examination, hubRegion, examination.names.HUB_STACK),
  );
  if (!stack && unseen.length === 0) {
    notes.push(
      `the stack ${examination.names.HUB_STACK} is not deployed in ${hubRegion}: ${examination.deploy(examination.names.HUB_STACK)}`,
    );
  } else if (stack) {
    const deployed = stack.Outputs?.find(({ OutputKey }) => OutputKey === DIGEST_OUTPUT)?.OutputValue;
    if (deployed !== configurationDigest(configuration)) {
      notes.push(
        `the stack ${examination.names.HUB_STACK} was deployed with another configuration than ${config}`,
      );
    }
    if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(stack.StackStatus ?? '')) {
      notes.push(`the stack ${examination.names.HUB_STACK} is ${stack.StackStatus}`);
    }
  }
  const [table] =
    (await seen('the table', () =>
      resourcesIn(examination, hubRegion, examination.names.HUB_STACK, 'AWS::DynamoDB::Table'),
    )) ?? [];
  if (stack && !table && unseen.length === 0)
    notes.push(`the stack ${examination.names.HUB_STACK} has no table yet`);
  const records = table
    ? await seen('what is connected, waits and failed', () => readRecords(examination, table))
    : undefined;
  const running = stack ? await seen('what runs', () => readRunning(examination)) : undefined;
  const failures = records?.failures ?? [];
  return {
    now: examination.now,
    offboard: machineArn(examination, 'offboard'),
    reconcile: machineArn(examination, 'reconcile'),
    connections: configuration.connections.map(({ name, subscriptionId, region, contract }) => ({
      name,
      subscriptionId,
      region,
      contract,
    })),
    table,
    records,
    running,
    standings:
      (await seen('whether failures are mended', () =>
        readStandings(
          examination,
          failures.map(({ execution }) => execution),
        ),
      )) ?? new Map(),
    reconciliation: table
      ? await seen('the last reconciliation', () => readReconciliation(examination, table))
      : undefined,
    reconcileEveryMinutes: configuration.reconcile.everyMinutes,
    notes,
    unseen,
  };
}

async function readRecords(examination: Examination, TableName: string): Promise<Records> {
  const { hubRegion } = examination.configuration.organization;
  const client = examination.client(DynamoDBClient, hubRegion);
  const names = Object.fromEntries(MEMBERS.map((member, index) => [`#${index}`, member]));
  const items = await pages<Record<string, AttributeValue>>(async (token) => {
    const answer = await ask('dynamodb:Scan', () =>
      client.send(
        new ScanCommand({
          TableName,
          ProjectionExpression: Object.keys(names).join(', '),
          FilterExpression:
            'begins_with(#0, :account) OR begins_with(#0, :turn) OR #0 IN (:standing, :holds, :leftover)',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: {
            ':account': { S: 'account#' },
            ':turn': { S: 'turn#' },
            ':standing': { S: STANDING },
            ':holds': { S: HOLDS },
            ':leftover': { S: LEFTOVER },
          },
          ...(token !== undefined && { ExclusiveStartKey: JSON.parse(token) }),
        }),
      ),
    );
    const next = answer?.LastEvaluatedKey;
    return { items: answer?.Items, next: next && JSON.stringify(next) };
  });
  return recordsOf(items.map(texts));
}

function texts(item: Record<string, AttributeValue>): Item {
  return Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S]));
}

interface Report extends Omit<Reconciliation, 'held' | 'differences'> {
  differences?: (Reconciliation['held'][number] & { outcome: string })[];
  leftOut?: { incomplete?: number; differences?: number };
}

async function readReconciliation(
  examination: Examination,
  TableName: string,
): Promise<Reconciliation | null> {
  const { hubRegion } = examination.configuration.organization;
  const client = examination.client(DynamoDBClient, hubRegion);
  const answer = await ask('dynamodb:Query', () =>
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :report)',
        ExpressionAttributeValues: { ':pk': { S: 'reconcile' }, ':report': { S: 'report#' } },
        ScanIndexForward: false,
        Limit: 1,
      }),
    ),
  );
  const text = answer?.Items?.[0]?.report?.S;
  if (text === undefined) return null;
  const { at, incomplete = [], reported = [], differences = [], leftOut = {} } = JSON.parse(text) as Report;
  const held = differences.filter(({ outcome }) => outcome === 'held');
  const isWhole = incomplete.length === 0 && !leftOut.incomplete && !leftOut.differences;
  return { at, incomplete, reported, held, differences: isWhole ? differences : null };
}

async function readRunning(examination: Examination): Promise<Running[]> {
  const client = examination.client(SFNClient, examination.configuration.organization.hubRegion);
  const running: Running[] = [];
  for (const workflow of WORKFLOWS) {
    const stateMachineArn = machineArn(examination, workflow);
    const executions = await pages(async (nextToken) => {
      const answer = await ask(
        'states:ListExecutions',
        () => client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', nextToken })),
        named('StateMachineDoesNotExist'),
      );
      return { items: answer?.executions, next: answer?.nextToken };
    });
    for (const { executionArn: execution = '', startDate } of executions) {
      const details = running.length < MOST_DETAILS ? await detailsOf(client, execution) : UNKNOWN;
      running.push({ workflow, execution, since: startDate?.toISOString() ?? '', ...details });
    }
  }
  return running;
}

function machineArn({ configuration, names }: Examination, workflow: string): string {
  const { hubRegion, hubAccountId } = configuration.organization;
  return `arn:${partitionOf(hubRegion)}:states:${hubRegion}:${hubAccountId}:stateMachine:${names.SYSTEM}-${workflow}`;
}

type Details = Pick<Running, 'place' | 'state' | 'lastError'>;
const UNKNOWN: Details = { place: null, state: null, lastError: null };

/** What an execution is about, in which state it is, and why it is there still. */
async function detailsOf(client: SFNClient, executionArn: string): Promise<Details> {
  const gone = named('ExecutionDoesNotExist');
  const described = await ask(
    'states:DescribeExecution',
    () => client.send(new DescribeExecutionCommand({ executionArn })),
    gone,
  );
  const history = await ask(
    'states:GetExecutionHistory',
    () =>
      client.send(
        new GetExecutionHistoryCommand({
          executionArn,
          reverseOrder: true,
          maxResults: 1000,
          includeExecutionData: false,
        }),
      ),
    gone,
  );
  const events = history?.events ?? [];
  const entered = events.findIndex(({ stateEnteredEventDetails }) => stateEnteredEventDetails);
  // The latest come first.
  const errors = events
    .slice(0, Math.max(0, entered))
    .map((event) => event.taskFailedEventDetails?.error ?? event.taskTimedOutEventDetails?.error);
  return {
    place: placeIn(described?.input),
    state: events[entered]?.stateEnteredEventDetails?.name ?? null,
    lastError: errors.find((error) => error !== undefined) ?? null,
  };
}

function placeIn(input: string | undefined): Running['place'] {
  try {
    const { connection, accountId = '', vpcId = null } = JSON.parse(input ?? '{}');
    return typeof connection === 'string' ? { connection, accountId, vpcId } : null;
  } catch {
    return null;
  }
}

async function readStandings(
  examination: Examination,
  arns: readonly string[],
): Promise<Map<string, string>> {
  const client = examination.client(SFNClient, examination.configuration.organization.hubRegion);
  const standings = new Map<string, string>();
  for (const executionArn of arns) {
    if (workflowOf(executionArn) === '') continue;
    const answer = await ask(
      'states:DescribeExecution',
      () => client.send(new DescribeExecutionCommand({ executionArn })),
      named('ExecutionDoesNotExist', 'InvalidArn'),
    );
    if (answer?.status) standings.set(executionArn, answer.status);
  }
  return standings;
}
