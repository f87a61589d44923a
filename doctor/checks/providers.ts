import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { providerKey } from '../../lambdas/shared/coordination/provider.ts';
import type { Connection } from '../../lambdas/shared/workflows/configuration.ts';
import { ask } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { type Finding, ok } from '../finding.ts';
import { resourcesIn } from '../stacks.ts';

/** Whose shares are trusted, for comparison with the Redis Cloud console. */
export const providers: Check = {
  name: 'the accounts that hand over',
  places: ['hub'],
  async look(examination) {
    const { connections, organization } = examination.configuration;
    const [table] = await resourcesIn(
      examination,
      organization.hubRegion,
      examination.names.HUB_STACK,
      'AWS::DynamoDB::Table',
    );
    if (table === undefined) return [];
    const shared = connections.filter(({ contract }) => contract === 'resource-share');
    return Promise.all(shared.map((connection) => providerOf(examination, table, connection)));
  },
};

async function providerOf(
  examination: Examination,
  TableName: string,
  connection: Connection,
): Promise<Finding> {
  const { name, providerAccountId } = connection;
  if (providerAccountId) return ok(`${name} may be handed over by account ${providerAccountId} only`);
  const { hubRegion } = examination.configuration.organization;
  const Key = providerKey(connection);
  const answer = await ask('dynamodb:GetItem', () =>
    examination.client(DynamoDBClient, hubRegion).send(new GetItemCommand({ TableName, Key })),
  );
  const { accountId, notedAt } = answer?.Item ?? {};
  if (!accountId?.S) return ok(`${name} was handed over by nobody yet`);
  return ok(
    `${name} was first handed over by account ${accountId.S}, ${notedAt?.S}: compare it with the Redis Cloud console`,
  );
}
