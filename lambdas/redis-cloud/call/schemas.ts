import * as z from 'zod/mini';
import { ServiceNetwork } from '../../shared/workflows/service-network.ts';

export const AccountId = z.string().check(z.regex(/^\d{12}$/, 'must be a 12-digit AWS account id'));

const positive = z.int().check(z.positive('must be a positive number'));

/** The connection as the workflow passes it. It carries more than is needed here. */
export const Connection = z.object({
  name: z.string().check(z.minLength(1)),
  /** Left out: the Redis Cloud account `default`. */
  redisCloudAccount: z.nullish(z.string()),
  subscriptionId: positive,
  activeActiveRegionId: z.nullish(positive),
  region: z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS Region')),
  contract: z.enum(['resource-share', 'endpoint-service']),
  shareName: z.nullish(z.string()),
  /** The account that may own what is handed over, if the configuration names it. */
  providerAccountId: z.nullish(AccountId),
  /** Through which VPCs are connected: its owner alone is admitted. */
  serviceNetwork: z.nullish(ServiceNetwork),
});

export const ConnectionInput = z.object({ connection: Connection });

export const AccountInput = z.object({ connection: Connection, accountId: AccountId });
