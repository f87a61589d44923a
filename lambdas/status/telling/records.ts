import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { dynamodb, table, withAwsErrors } from '../../shared/coordination/table.ts';
import type { Approved, Failed, Recorded } from './status.ts';

/** What the table has of one VPC. */
export interface OfVpc {
  recorded: Recorded[];
  failed: Failed[];
  approved: Approved[];
  /** The connections that the latest plan for the VPC called for, if that was just now. */
  planned: string[];
}

/** Milliseconds for which it is believed that what a plan calls for is offered to the account. */
const PLAN_COUNTS = 120_000;

/**
 * What the table has of the VPCs of an account.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function recordsOf(accountId: string): Promise<{ of(vpcId: string): OfVpc }> {
  const items = (
    await Promise.all(['connection#', 'failure#', 'approval#', 'plan#'].map((kind) => query(accountId, kind)))
  ).flat();
  return {
    of(vpcId) {
      const found: OfVpc = { recorded: [], failed: [], approved: [], planned: [] };
      for (const { sk = '', at = '', ...item } of items) {
        if (sk === `plan#${vpcId}`) found.planned.push(...plannedIn(item));
        const [kind, connection = '', vpc] = sk.split('#');
        if (vpc !== vpcId) continue;
        if (kind === 'connection') {
          found.recorded.push({ connection, at, vpcEndpointId: item.vpcEndpointId });
        } else if (kind === 'failure') {
          const { status = '', error = '-', cause = '-' } = item;
          found.failed.push({ connection, at, status, error, cause });
        } else found.approved.push({ connection, state: item.state ?? '' });
      }
      return found;
    },
  };
}

type Texts = Readonly<Record<string, string | undefined>>;

/** The connections in a plan as `dispatch` notes it: `["onboard {\"connection\":\"orders\",…}"]`. */
function plannedIn({ plan = '[]', noted }: Texts): string[] {
  // Without a time, it was noted by a version that did not say when.
  if (noted === undefined || Date.now() - Number(noted) > PLAN_COUNTS) return [];
  try {
    return (JSON.parse(plan) as string[])
      .filter((execution) => execution.startsWith('onboard '))
      .map((execution) => JSON.parse(execution.slice('onboard '.length)).connection);
  } catch {
    // What cannot be read says nothing: Organizations is asked.
    return [];
  }
}

/** No task token is among what is asked for. */
function query(accountId: string, kind: string): Promise<Texts[]> {
  const input = {
    ...table(),
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :kind)',
    ProjectionExpression: 'sk, #at, vpcEndpointId, #status, #error, cause, #state, #plan, noted',
    ExpressionAttributeNames: {
      '#at': 'at',
      '#status': 'status',
      '#error': 'error',
      '#state': 'state',
      '#plan': 'plan',
    },
    ExpressionAttributeValues: { ':pk': { S: `account#${accountId}` }, ':kind': { S: kind } },
  };
  return withAwsErrors('What is recorded of the account could not be looked up', async () => {
    const found: Texts[] = [];
    for await (const { Items = [] } of paginateQuery({ client: dynamodb() }, input)) {
      found.push(
        ...Items.map((item) => Object.fromEntries(Object.entries(item).map(([k, { S, N }]) => [k, S ?? N]))),
      );
    }
    return found;
  });
}
