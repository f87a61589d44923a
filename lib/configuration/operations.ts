import { z } from 'zod';

/** What operators read, and who is notified. */
export const operations = z
  .strictObject({
    runbookUrl: z
      .string()
      .regex(
        /^[^\s#?'"<>]{1,512}$/,
        'the address of docs/operations.md where your operators read it, without # and ?',
      )
      .default('docs/operations.md')
      .meta({ description: 'Where the runbook is: alarms and messages link to its sections.' }),
    notify: z
      .array(z.email('an e-mail address'))
      .default([])
      .meta({ description: 'E-mail addresses that get alarms and messages, once they have confirmed.' }),
  })
  .prefault({});
