import { z } from 'zod';

/** What operators read, and who is notified. */
export const operations = z
  .strictObject({
    runbookUrl: z
      .string()
      .regex(
        /^https:\/\/[\w.-]+(:\d+)?\/[^\s#?'"<>]{1,480}$/,
        'the https address of docs/operations.md where your operators read it, without # and ?',
      )
      .nullable()
      .default(null)
      .meta({
        description:
          'Where the runbook is: alarms and messages link to its sections. Null: they name the section.',
      }),
    notify: z
      .array(z.email('an e-mail address'))
      .default([])
      .meta({ description: 'E-mail addresses that get alarms and messages, once they have confirmed.' }),
    chat: z.boolean().default(false).meta({
      description: 'Whether a second topic has each message in the form that Slack and Microsoft Teams show.',
    }),
    statusTags: z.boolean().default(true).meta({
      description:
        'Whether VPCs get the tag <name of the system>:status, which tells whoever looks at them how it stands.',
    }),
  })
  .prefault({});
