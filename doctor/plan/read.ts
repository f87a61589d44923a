import { type AttributeValue, DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeOrganizationalUnitCommand,
  ListAccountsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { z } from 'zod';
import { unpacked } from '../../lambdas/reconcile/comparing/packing.ts';
import { DEFAULT_SYSTEM } from '../../lambdas/shared/runtime/system.ts';
import { destinationIn, KNOWN_CONNECTIONS } from '../../lambdas/shared/workflows/known-connections.ts';
import { STANDING, standingOf } from '../../lambdas/shared/workflows/noted.ts';
import { type Account, unitsOf } from '../../lambdas/shared/workflows/offer.ts';
import { configurationDigest, DIGEST_OUTPUT, TAG_OUTPUT } from '../../lib/configuration/digest.ts';
import { ORGANIZATIONS_REGION } from '../../lib/regions.ts';
import { ask, named, pages } from '../ask.ts';
import type { Examination } from '../examination.ts';
import { resourcesIn, stackOf } from '../stacks.ts';
import type { PlanReadings, RecordedPlace, Seen } from './plan.ts';

/** What the command calls, for a policy that allows nothing else. */
export const PERMISSIONS = [
  'sts:GetCallerIdentity',
  'cloudformation:DescribeStacks',
  'cloudformation:ListStackResources',
  'dynamodb:Scan',
  'dynamodb:Query',
  'kms:Decrypt',
  'organizations:ListAccounts',
  'organizations:DescribeOrganizationalUnit',
];

/** There is nothing that a configuration could be compared with. The message says what to do. */
export class NoDeployment extends Error {
  override readonly name = 'NoDeployment';
}

type Item = Record<string, AttributeValue>;

/** What a reconciliation stores of an account and Region, as far as a plan needs it. */
const InPlace = z.union([
  z.object({ error: z.string() }),
  z.object({
    vpcs: z.array(
      z.object({ vpcId: z.string(), tags: z.string().nullable(), isDefault: z.boolean().nullish() }),
    ),
  }),
]);

const Place = z.object({ accountId: z.string(), region: z.string() });

/**
 * Reads the deployment from the hub account, and changes nothing.
 *
 * @throws NoDeployment where there is none, or half of one
 * @throws CannotTell where something cannot be read: a plan of a part would leave out what is cut
 */
export async function readPlan(examination: Examination): Promise<PlanReadings> {
  const { configuration } = examination;
  const { table, isDeployed } = await deployment(examination);
  const items = await kept(examination, table);
  const { seen, seenAt } = await latestLook(examination, table);
  const accounts = await organizationAccounts(examination);
  return {
    connections: configuration.connections,
    removals: configuration.removals,
    isDeployed,
    accounts,
    unknownUnits: await unknownUnits(examination, accounts),
    ...items,
    seen,
    seenAt,
  };
}

async function deployment(examination: Examination): Promise<{ table: string; isDeployed: boolean }> {
  const { hubRegion, hubAccountId } = examination.configuration.organization;
  const stack = await stackOf(examination, hubRegion, examination.names.HUB_STACK);
  const deploy = examination.deploy(examination.names.HUB_STACK);
  if (!stack) {
    throw new NoDeployment(
      `The stack ${examination.names.HUB_STACK} is not deployed in ${hubRegion} of account ${hubAccountId}, so there is nothing to compare. Nothing is connected yet, and nothing can be cut. Deploy it: ${deploy}`,
    );
  }
  const { StackStatus: status = '', Outputs } = stack;
  const [table] = await resourcesIn(
    examination,
    hubRegion,
    examination.names.HUB_STACK,
    'AWS::DynamoDB::Table',
  );
  if (!table || !/^(CREATE|UPDATE|IMPORT)_COMPLETE$|^UPDATE_ROLLBACK_COMPLETE$/.test(status)) {
    const lack = table ? '' : ', and has no table yet';
    throw new NoDeployment(
      `The stack ${examination.names.HUB_STACK} in ${hubRegion} is ${status}${lack}: wait until it is at rest, or deploy it again: ${deploy}`,
    );
  }
  const output = (key: string) => Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
  const [asked, asks] = [output(TAG_OUTPUT) ?? DEFAULT_SYSTEM.tag, examination.names.TAG];
  if (asked !== asks) {
    throw new NoDeployment(
      `VPCs ask by the tag ${asked}, and by ${asks} with this configuration: what they ask for by ${asks} has not been looked at. Whoever lacks it then loses his connection. Tag VPCs with both, deploy, and take the old tag away.`,
    );
  }
  const deployed = output(DIGEST_OUTPUT);
  return { table, isDeployed: deployed === configurationDigest(examination.configuration) };
}

/** What the table says of connections: who is connected, what people have decided, and what names were used for. */
async function kept(
  examination: Examination,
  TableName: string,
): Promise<Pick<PlanReadings, 'records' | 'standing' | 'known'>> {
  const { hubRegion } = examination.configuration.organization;
  const client = examination.client(DynamoDBClient, hubRegion);
  const members = ['pk', 'sk', 'kind', 'at', 'until', 'by', 'subscriptionId', 'activeActiveRegionId'];
  const names = Object.fromEntries(
    [...members, 'region', 'contract', 'serviceNetwork', 'vpcEndpointId'].map((member, index) => [
      `#${index}`,
      member,
    ]),
  );
  const items = await pages<Item>(async (token) => {
    const answer = await ask('dynamodb:Scan', () =>
      client.send(
        new ScanCommand({
          TableName,
          ConsistentRead: true,
          ProjectionExpression: Object.keys(names).join(', '),
          FilterExpression:
            '(begins_with(#0, :account) AND begins_with(#1, :connection)) OR #0 = :standing OR #0 = :known',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: {
            ':account': { S: 'account#' },
            ':connection': { S: 'connection#' },
            ':standing': { S: STANDING },
            ':known': { S: KNOWN_CONNECTIONS },
          },
          ...(token !== undefined && { ExclusiveStartKey: JSON.parse(token) }),
        }),
      ),
    );
    const next = answer?.LastEvaluatedKey;
    return { items: answer?.Items, next: next && JSON.stringify(next) };
  });
  const records: RecordedPlace[] = [];
  const standing = new Map();
  const known = new Map();
  for (const { pk, sk, ...rest } of items) {
    const key = sk?.S ?? '';
    if (pk?.S === STANDING) {
      const read = standingOf(rest);
      if (read) standing.set(key, read);
    } else if (pk?.S === KNOWN_CONNECTIONS) {
      const read = destinationIn(rest);
      if (read) known.set(key, read);
    } else {
      const [, connection = '', vpcId = null] = key.split('#');
      // A VPC whose onboarding was asked for and has made nothing is not connected.
      if (vpcId !== null && rest.vpcEndpointId?.S === undefined) continue;
      records.push({ connection, accountId: pk?.S?.split('#')[1] ?? '', vpcId });
    }
  }
  return { records, standing, known };
}

/** What the latest reconciliation has found in accounts. It keeps that for a week. */
async function latestLook(
  examination: Examination,
  TableName: string,
): Promise<Pick<PlanReadings, 'seen' | 'seenAt'>> {
  const { hubRegion } = examination.configuration.organization;
  const client = examination.client(DynamoDBClient, hubRegion);
  const query = async (pk: string, prefix: string, more: object, token?: string) =>
    ask('dynamodb:Query', () =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
          ...(token !== undefined && { ExclusiveStartKey: JSON.parse(token) }),
          ...more,
        }),
      ),
    );
  const last = await query('reconcile', 'report#', { ScanIndexForward: false, Limit: 1 });
  const [, at, run] = last?.Items?.[0]?.sk?.S?.split('#') ?? [];
  const seen = new Map<string, Seen>();
  if (at === undefined || run === undefined) return { seen, seenAt: null };
  const items = await pages<Item>(async (token) => {
    const answer = await query(`run#${run}`, 'found#', {}, token);
    const next = answer?.LastEvaluatedKey;
    return { items: answer?.Items, next: next && JSON.stringify(next) };
  });
  for (const found of items.flatMap(({ body }) => unpackedList(body?.S))) {
    const { data: place } = Place.safeParse(found);
    if (!place) continue;
    const read = InPlace.safeParse(found);
    const key = `${place.accountId} ${place.region}`;
    seen.set(key, read.data ?? { error: 'what was stored of it cannot be read' });
  }
  return { seen, seenAt: items.length > 0 ? at : null };
}

function unpackedList(text: string | undefined): unknown[] {
  try {
    const list = unpacked(text ?? '');
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

async function organizationAccounts(examination: Examination): Promise<Account[]> {
  const client = examination.client(OrganizationsClient, ORGANIZATIONS_REGION);
  const all = await pages(async (NextToken) => {
    const answer = await ask('organizations:ListAccounts', () =>
      client.send(new ListAccountsCommand({ NextToken })),
    );
    return { items: answer?.Accounts, next: answer?.NextToken };
  });
  return all.map(({ Id = '', State, Paths }) => ({
    accountId: Id,
    state: State ?? 'UNKNOWN',
    paths: Paths ?? null,
  }));
}

/** The units of the configuration that the organization does not have. */
async function unknownUnits(
  examination: Examination,
  accounts: readonly Account[],
): Promise<PlanReadings['unknownUnits']> {
  const client = examination.client(OrganizationsClient, ORGANIZATIONS_REGION);
  const { connections } = examination.configuration;
  const seen = unitsOf(accounts.flatMap(({ paths }) => paths ?? []));
  const unknown = new Map<string, string>();
  for (const unit of new Set(connections.flatMap((one) => one.accounts.organizationalUnits))) {
    if (seen.has(unit)) continue;
    const answer = unit.startsWith('r-')
      ? undefined
      : await ask(
          'organizations:DescribeOrganizationalUnit',
          () => client.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: unit })),
          named('OrganizationalUnitNotFoundException', 'InvalidInputException'),
        );
    if (!answer) unknown.set(unit, `${unit} is not in the organization: correct ${examination.config}`);
  }
  return unknown;
}
