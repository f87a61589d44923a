import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ask, named } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { CannotTell, type Finding, missing, ok } from '../finding.ts';

const absent = named('ResourceNotFoundException');

/** The secrets hold the Redis Cloud keys. They are never shown: only their form is looked at, if the caller may read it. */
export const secret: Check = {
  name: 'the secret with the Redis Cloud keys',
  places: ['hub'],
  async look(examination) {
    const { accounts } = examination.configuration.redisCloud;
    return (await Promise.all(accounts.map(({ secretName }) => lookAt(examination, secretName)))).flat();
  },
};

async function lookAt(examination: Examination, SecretId: string): Promise<Finding[]> {
  const { hubRegion } = examination.configuration.organization;
  const client = examination.client(SecretsManagerClient, hubRegion);
  const at = `--region ${hubRegion} --secret-id ${SecretId}`;
  const fill = `aws secretsmanager put-secret-value ${at} --secret-string file://keys.json, where keys.json holds {"apiKey":"…","secretKey":"…"}`;

  const described = await ask(
    'secretsmanager:DescribeSecret',
    () => client.send(new DescribeSecretCommand({ SecretId })),
    absent,
  );
  if (!described)
    return [
      missing(`the secret ${SecretId} does not exist`, examination.deploy(examination.names.HUB_STACK)),
    ];
  if (described.DeletedDate) {
    return [missing(`the secret ${SecretId} is to be deleted`, `aws secretsmanager restore-secret ${at}`)];
  }
  let value: string | undefined;
  try {
    const read = await ask(
      'secretsmanager:GetSecretValue',
      () => client.send(new GetSecretValueCommand({ SecretId })),
      absent,
    );
    value = read?.SecretString ?? '';
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    // The stack makes the first version; whoever puts the keys in makes the next.
    const stages = Object.values(described.VersionIdsToStages ?? {}).flat();
    if (stages.includes('AWSPREVIOUS')) {
      return [ok(`the secret ${SecretId} was filled (it cannot be read from here: ${error.message})`)];
    }
    return [missing(`the secret ${SecretId} has only the value that the stack has made`, fill)];
  }
  if (hasKeys(value)) return [ok(`the secret ${SecretId} holds two keys`)];
  return [missing(`the secret ${SecretId} does not hold {"apiKey","secretKey"}`, fill)];
}

function hasKeys(text: string): boolean {
  try {
    const { apiKey, secretKey } = JSON.parse(text) as Record<string, unknown>;
    return typeof apiKey === 'string' && apiKey !== '' && typeof secretKey === 'string' && secretKey !== '';
  } catch {
    return false;
  }
}
