import { z } from 'zod';

/** Where the Redis Cloud API and its keys are. */
export const redisCloud = z
  .strictObject({
    apiUrl: z
      .url({
        protocol: /^https$/,
        error: 'an https address; the public one is https://api.redislabs.com/v1',
      })
      .refine(
        (url) => !/[@?#]/.test(url),
        'an address without user, query and fragment; the keys belong into the secret',
      )
      .default('https://api.redislabs.com/v1')
      .meta({ description: "The Redis Cloud API's address." }),
    secretName: z
      .string()
      .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, 'use letters, digits and /_+=.@-')
      .default('redis-privatelink/redis-cloud')
      .meta({ description: 'Name of the secret that holds {"apiKey","secretKey"}.' }),
  })
  .prefault({});
