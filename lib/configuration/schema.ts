import { z } from 'zod';
import { connection } from './connection.ts';
import { hub } from './hub.ts';
import { operations } from './operations.ts';
import { organization, rollout } from './organization.ts';
import { reconcile } from './reconcile.ts';
import { redisCloud } from './redis-cloud.ts';
import { removals } from './removals.ts';
import { system } from './system.ts';
import { tags } from './tags.ts';

/** The configuration file, by section. */
export const schema = z
  .strictObject({
    system,
    redisCloud,
    organization,
    hub,
    rollout,
    connections: z
      .array(connection)
      .min(1, 'name at least one connection')
      .meta({ description: 'What is offered to the organization.' }),
    removals,
    reconcile,
    tags,
    operations,
  })
  .meta({ title: 'Redis Cloud PrivateLink automation' });

/** The JSON Schema of the configuration file, for editors. */
export function configurationJsonSchema(): object {
  return z.toJSONSchema(schema, { io: 'input' });
}

// `npm run schema`
if (import.meta.main) console.log(JSON.stringify(configurationJsonSchema(), null, 2));
