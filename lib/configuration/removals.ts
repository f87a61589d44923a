import { z } from 'zod';

const ATONCE = 'a whole number from 0 to 10000, or a percentage from "0%" to "100%"';

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
    atOnce: z
      .union(
        [z.int().min(0, ATONCE).max(10_000, ATONCE), z.string().regex(/^(100|[1-9]?\d) ?%$/, ATONCE)],
        ATONCE,
      )
      .nullable()
      .default(null)
      .meta({
        description:
          'How many VPCs or accounts of a connection may go in any hour, or how much of what is connected: 5, or "10%". 0: everything is held. Default: 3, or 10% if that is more.',
      }),
    hours: z.int().min(1).max(168, 'at most 168 hours, which is a week').default(24).meta({
      description: 'For how many hours a removal is held that goes beyond that. Then it lapses.',
    }),
  })
  .prefault({})
  .meta({ description: 'What holds removals back that nobody has asked for by hand.' });
