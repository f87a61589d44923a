import { MINUTE, type Story } from './story.ts';

const ACCOUNT = '444455556666';

/**
 * Trouble: the keys in the secret are wrong, so executions fail. An operator follows the alarm and the message,
 * repairs the secret, and redrives with the very commands of the messages.
 */
export const trouble: Story = async ({ cloud, world, activity, say, keys }) => {
  const { organization, connections, redisCloud } = cloud.configuration;
  const { name, region } = connections[0]!;
  const { hubAccountId: hub } = organization;
  const asOperator = (service: string, action: string, input: object) =>
    cloud.call(service, action, input, cloud.hub);
  const putSecret = (content: object) =>
    asOperator('secretsmanager', 'PutSecretValue', {
      SecretId: redisCloud.accounts[0]!.secretName,
      SecretString: JSON.stringify(content),
    });

  await cloud.accounts.add(ACCOUNT, organization.organizationalUnits[0]!, { silent: true });
  say(hub, 'Somebody puts a key into the secret that Redis Cloud does not know.');
  await putSecret({ ...keys, secretKey: 'a-key-that-was-revoked-long-ago' });
  const vpcId = await world.createVpc(ACCOUNT, region, {
    cidrBlock: '10.42.0.0/16',
    tags: { [cloud.names.TAG]: name },
  });
  await world.createSubnets(ACCOUNT, region, vpcId, '10.42.0.0/16');
  say(ACCOUNT, `Somebody creates ${vpcId}, tagged ${cloud.names.TAG}=${name}.`);
  await cloud.settled(activity);
  await activity.sleep(2 * MINUTE);

  say(
    hub,
    'The operator reads the alarm, the message and the section of the runbook, and repairs the secret.',
  );
  await putSecret(keys);
  for (const { message } of [...cloud.messages()]) {
    const executionArn = /redrive-execution .*--execution-arn '([^']+)'/.exec(message)?.[1];
    if (!executionArn) continue;
    say(hub, `aws stepfunctions redrive-execution --execution-arn '${executionArn}'`);
    await asOperator('states', 'RedriveExecution', { executionArn });
  }
  await cloud.settled(activity);
  await activity.sleep(10 * MINUTE);
};
