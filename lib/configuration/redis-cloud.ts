import { z } from 'zod';

/** The account of connections that name none. Today's form without a list is an account of this name. */
export const DEFAULT_ACCOUNT = 'default';

/** What one function's environment holds of them, which has 4 KB for all variables ("Lambda quotas"). */
const MOST = 8;

const accountNames = /^[a-z][a-z0-9-]{0,31}$/;

/** The name of a Redis Cloud account, as connections write it. */
export const accountName = z
  .string()
  .regex(accountNames, 'use at most 32 lower-case letters, digits and hyphens, beginning with a letter');

const apiUrl = z
  .url({
    protocol: /^https$/,
    error: 'an https address; the public one is https://api.redislabs.com/v1',
  })
  .refine(
    (url) => !/[@?#]/.test(url),
    'an address without user, query and fragment; the keys belong into the secret',
  )
  .meta({ description: "The Redis Cloud API's address." });

const secretName = z
  .string('name the secret that holds the keys of this account')
  .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, 'use letters, digits and /_+=.@-')
  .meta({ description: 'Name of the secret that holds {"apiKey","secretKey"}.' });

const PUBLIC_API = 'https://api.redislabs.com/v1';

const account = z.strictObject({
  name: accountName.meta({
    description:
      'The name by which connections say that their subscription is of this account. Those that say nothing mean the account "default".',
  }),
  apiUrl: apiUrl.max(100, 'at most 100 characters').default(PUBLIC_API),
  secretName: secretName.max(160, 'at most 160 characters'),
});

/** Where the Redis Cloud API and its keys are: of one account, or of several in a list. */
export const redisCloud = z
  .strictObject({
    apiUrl: apiUrl.default(PUBLIC_API),
    secretName: secretName.optional().meta({
      description:
        'Name of the secret that holds {"apiKey","secretKey"}. Default: <name of the system>/redis-cloud.',
    }),
    accounts: z
      .array(account)
      .min(1, 'name at least one account, or leave the list out')
      .max(MOST, `at most ${MOST} accounts; deploy a second system for more`)
      .optional()
      .meta({
        description:
          'Several accounts of Redis Cloud, each with its own secret. Then apiUrl and secretName stand here only.',
      }),
  })
  .prefault({});
