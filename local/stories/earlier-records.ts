import { Operator } from './operator.ts';
import type { Story } from './story.ts';

const ACCOUNT = '444455556666';

/**
 * An upgrade: an earlier version has connected two VPCs, and has not recorded the ids of what it made. The next look at
 * each completes the record.
 */
export const earlierRecords: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const { name, region } = connections[0]!;
  const operator = new Operator(cloud, activity);
  const settle = () => cloud.settled(activity);

  await cloud.accounts.add(ACCOUNT, organization.organizationalUnits[0]!, { silent: true });
  const vpcs: string[] = [];
  for (const cidrBlock of ['10.42.0.0/16', '10.43.0.0/16']) {
    const tags = { [cloud.names.TAG]: name };
    const vpcId = await world.createVpc(ACCOUNT, region, { cidrBlock, tags });
    await world.createSubnets(ACCOUNT, region, vpcId, cidrBlock);
    vpcs.push(vpcId);
  }
  await settle();
  const [first = '', second = ''] = vpcs;

  say(organization.hubAccountId, 'The records are as an earlier version has written them.');
  await forgetIds(
    operator,
    vpcs.map((vpcId) => `connection#${name}#${vpcId}`),
  );
  say(organization.hubAccountId, `Somebody starts onboard for ${first}.`);
  await operator.start('onboard', { connection: name, accountId: ACCOUNT, vpcId: first });
  await settle();
  say(organization.hubAccountId, `Somebody starts offboard for ${second}.`);
  await operator.start('offboard', { connection: name, accountId: ACCOUNT, vpcId: second });
  await settle();
  await forgetIds(operator, [`connection#${name}#${first}`]);
  say(organization.hubAccountId, 'Reconciliation.');
  await cloud.start('reconcile', {});
  await settle();
};

async function forgetIds(operator: Operator, records: string[]): Promise<void> {
  const { TableNames } = (await operator.inHub('dynamodb', 'ListTables', {})) as { TableNames: string[] };
  const TableName = TableNames[0];
  const pk = { S: `account#${ACCOUNT}` };
  const { Items } = (await operator.inHub('dynamodb', 'Query', {
    TableName,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :own)',
    ExpressionAttributeValues: { ':pk': pk, ':own': { S: 'own#' } },
  })) as { Items: { sk: { S: string } }[] };
  for (const { sk } of Items) await operator.inHub('dynamodb', 'DeleteItem', { TableName, Key: { pk, sk } });
  for (const sk of records) {
    const UpdateExpression = 'REMOVE idsRecorded';
    await operator.inHub('dynamodb', 'UpdateItem', {
      TableName,
      Key: { pk, sk: { S: sk } },
      UpdateExpression,
    });
  }
}
