import { meantName } from './known-settings.ts';
import { listAt, type Problem, text, valueAt } from './problems.ts';
import { DEFAULT_ACCOUNT } from './redis-cloud.ts';

/** Problems between the Redis Cloud accounts, and of connections with them. */
export function redisCloudConflicts(data: unknown): Problem[] {
  return [...twoWays(data), ...accountConflicts(data), ...unknownAccounts(data)];
}

/** The settings of one account beside a list of several. */
function twoWays(data: unknown): Problem[] {
  if (valueAt(data, ['redisCloud', 'accounts']) === undefined) return [];
  return ['apiUrl', 'secretName']
    .filter((name) => valueAt(data, ['redisCloud', name]) !== undefined)
    .map((name) => ({
      path: ['redisCloud', name],
      text: `redisCloud.accounts lists accounts, each with its own; move this to an account named ${DEFAULT_ACCOUNT} there, which keeps the secret that is deployed`,
    }));
}

/** A name means one account. A key has one budget of requests, and a secret holds one key. */
function accountConflicts(data: unknown): Problem[] {
  const accounts = listAt(data, ['redisCloud', 'accounts']);
  return accounts.flatMap((account, index) =>
    (['name', 'secretName'] as const).flatMap((setting): Problem[] => {
      const value = valueAt(account, [setting]);
      const same = accounts.findIndex((other) => valueAt(other, [setting]) === value);
      if (value === undefined || same === index) return [];
      const text =
        setting === 'name'
          ? `accounts[${same}] has this name already; give each account its own`
          : `accounts[${same}] has this secret already; each account has keys of its own`;
      return [{ path: ['redisCloud', 'accounts', index, setting], text }];
    }),
  );
}

/** Each connection's account is one that there is. */
function unknownAccounts(data: unknown): Problem[] {
  const listed = listAt(data, ['redisCloud', 'accounts']).map((account) => text(valueAt(account, ['name'])));
  const names = valueAt(data, ['redisCloud', 'accounts']) === undefined ? [DEFAULT_ACCOUNT] : listed;
  return listAt(data, ['connections']).flatMap((connection, index): Problem[] => {
    const named = valueAt(connection, ['redisCloudAccount']);
    const path = ['connections', index, 'redisCloudAccount'];
    if (names.includes(text(named ?? DEFAULT_ACCOUNT))) return [];
    if (named === undefined) {
      return [{ path, text: `say of which Redis Cloud account it is: ${names.join(', ')}` }];
    }
    const meant = meantName(text(named), names);
    const remedy = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
    return [{ path, text: `redisCloud.accounts has no such account; ${remedy}` }];
  });
}
