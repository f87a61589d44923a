import * as z from 'zod/mini';

/** What every Redis Cloud function needs in its environment. */
export const RedisCloudEnvironment = z.object({
  /** Base address of the API, e.g. `https://api.redislabs.com/v1`. */
  REDIS_CLOUD_URL: z.string(),
  /** ARN of the secret with the keys, `{"apiKey","secretKey"}`. */
  REDIS_CLOUD_SECRET_ARN: z.string(),
  /**
   * Where the configuration lists accounts: all of them, as JSON, `{ [name]: { url, secretArn } }`. Then the other two say
   * nothing.
   */
  REDIS_CLOUD_ACCOUNTS: z.optional(z.string()),
  /** The table, which holds the budget of requests. */
  TABLE_NAME: z.string(),
});
