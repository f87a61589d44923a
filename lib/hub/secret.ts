import type { Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { acceptFinding } from '../constructs/accepted-findings.ts';
import { keepWhenReplaced } from './keep-when-replaced.ts';

/** The Redis Cloud API keys, which an operator puts here. */
export function redisCloudKeys(stack: Stack, key: IKey, secretName: string): Secret {
  const secret = new Secret(stack, 'RedisCloudKeys', {
    secretName,
    description: 'Redis Cloud API keys: {"apiKey","secretKey"}. Put them here after the first deployment.',
    encryptionKey: key,
  });
  keepWhenReplaced(secret);
  acceptFinding(secret, 'SMG4', 'Redis Cloud issues these keys, and only a person can have new ones issued.');
  return secret;
}
