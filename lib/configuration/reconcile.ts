import { z } from 'zod';

/** How often what should be connected is compared with what is. */
export const reconcile = z
  .strictObject({
    everyMinutes: z
      .int()
      .min(15, 'at least 15 minutes')
      .max(1_440, 'at most 1440 minutes, which is a day')
      .default(60)
      .meta({
        description: 'Every how many minutes what should be connected is compared with what is.',
      }),
  })
  .prefault({})
  .meta({ description: 'The comparison of what should be connected with what is.' });
