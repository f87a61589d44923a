import { z } from 'zod';

/** What holds removals back that nobody has asked for by hand. */
export const removals = z
  .strictObject({
    graceMinutes: z.int().min(0).max(60, 'at most 60 minutes').default(10).meta({
      description:
        'For how many minutes a tag that was taken away, or an account that was moved out, may come back at no cost.',
    }),
    onRefusedDeletion: z.enum(['never', 'whenLast']).default('whenLast').meta({
      description:
        'What happens when somebody tries to delete a VPC: nothing, or the endpoint goes where nothing else is in the way.',
    }),
  })
  .prefault({})
  .meta({ description: 'What holds removals back that nobody has asked for by hand.' });
