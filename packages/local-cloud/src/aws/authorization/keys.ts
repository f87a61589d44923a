import { partitionOf } from '../iam/roles.ts';
import type { Caller } from '../service.ts';
import type { Need } from './need.ts';

/**
 * The use of a key that a service makes on behalf of the caller: the caller needs the permission, and the key's
 * policy sees the service as `kms:ViaService`. Nothing for a key that AWS owns or manages.
 *
 * @param keyId id or ARN of the key
 * @param encryptionContext what the service binds its ciphertexts to
 */
export function useOfKey(
  keyId: string | undefined,
  via: string,
  caller: Caller,
  actions: string[],
  encryptionContext: Record<string, string> = {},
): Need[] {
  if (keyId === undefined || keyId.startsWith('alias/aws/')) return [];
  const { accountId, region } = caller;
  const context = {
    'kms:ViaService': `${via}.${region}.amazonaws.com`,
    'kms:CallerAccount': accountId,
    'kms:EncryptionContextKeys': Object.keys(encryptionContext),
    ...Object.fromEntries(
      Object.entries(encryptionContext).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]),
    ),
  };
  return actions.map((action) => ({ action: `kms:${action}`, resource: keyArn(keyId, caller), context }));
}

/** The ARN of a key of the caller's account and Region, from its id or ARN. */
export function keyArn(keyId: string, { accountId, region }: Caller): string {
  if (keyId.startsWith('arn:')) return keyId;
  return `arn:${partitionOf(region)}:kms:${region}:${accountId}:key/${keyId}`;
}
