import type { Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { RedisCloudAccount } from '../configuration/complete.ts';
import { DEFAULT_ACCOUNT } from '../configuration/redis-cloud.ts';
import { acceptFinding } from '../constructs/accepted-findings.ts';
import { keepWhenReplaced } from './keep-when-replaced.ts';
import { onlyTheHub } from './only-the-hub.ts';

/** The secrets with the keys of each Redis Cloud account, by its name. An operator puts the keys there. */
export function redisCloudKeys(
  stack: Stack,
  key: IKey,
  accounts: readonly RedisCloudAccount[],
): ReadonlyMap<string, Secret> {
  return new Map(accounts.map((account) => [account.name, keysOf(stack, key, account)]));
}

function keysOf(stack: Stack, key: IKey, { name, secretName }: RedisCloudAccount): Secret {
  // What was there before there were several keeps its place.
  const [suffix, whose] = name === DEFAULT_ACCOUNT ? ['', ''] : [`-${name}`, ` of the account ${name}`];
  const secret = new Secret(stack, `RedisCloudKeys${suffix}`, {
    secretName,
    description: `Redis Cloud API keys${whose}: {"apiKey","secretKey"}. Put them here after the first deployment.`,
    encryptionKey: key,
  });
  keepWhenReplaced(secret);
  secret.addToResourcePolicy(onlyTheHub(stack, 'secretsmanager:GetSecretValue'));
  acceptFinding(secret, 'SMG4', 'Redis Cloud issues these keys, and only a person can have new ones issued.');
  return secret;
}
