import { Operator } from './operator.ts';
import { MINUTE, type Story } from './story.ts';

const ACCOUNT = '444455556666';

/**
 * Connections that wait for a person: one is asked for twice and then approved; the other is still waiting when its VPC
 * is offboarded, and the question is taken back.
 */
export const approval: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const { name: connection, region } = connections[0]!;
  const operator = new Operator(cloud, activity);
  const later = () => activity.sleep(5 * MINUTE);
  const connect = async (cidrBlock: string) => {
    const tags = { [cloud.names.TAG]: connection };
    const vpcId = await world.createVpc(ACCOUNT, region, { cidrBlock, tags });
    await world.createSubnets(ACCOUNT, region, vpcId, cidrBlock);
    await later();
    return vpcId;
  };

  await cloud.accounts.add(ACCOUNT, organization.organizationalUnits[0]!, { silent: true });
  const first = await connect('10.42.0.0/16');
  say(ACCOUNT, `${first} asks for ${connection}. Somebody starts the workflow by hand, too.`);
  await operator.start('onboard', { connection, accountId: ACCOUNT, vpcId: first });
  await later();
  const question = cloud.messages().findLast(({ message }) => message.includes('send-task-success'));
  const taskToken = /--task-token '?([^'\s]+)/.exec(question?.message ?? '')?.[1];
  say(organization.hubAccountId, 'A person approves, with the command of the message.');
  await operator.inHub('states', 'SendTaskSuccess', {
    taskToken,
    output: JSON.stringify({ approvedBy: 'Ada' }),
  });
  await cloud.settled(activity);

  const second = await connect('10.43.0.0/16');
  say(ACCOUNT, `${second} asks too, and is offboarded before anybody answers.`);
  await operator.start('offboard', { connection, accountId: ACCOUNT, vpcId: second });
  await cloud.settled(activity);
};
