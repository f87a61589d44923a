import { z } from 'zod';
import { DEFAULT_SYSTEM } from '../../lambdas/shared/runtime/system.ts';

/** What all services take. CloudFormation's schema of StackSets, the narrowest of them, has no other keys and no empty values. */
export const KEYS = /^[a-zA-Z0-9 :_./=+-]+$/;
/** "Tag naming and usage conventions" (Tagging AWS Resources). */
const VALUES = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;

/** AWS's limit is 50 tags. This system and CloudFormation's own take some; the rest is air. */
const MOST = 40;

/**
 * They are in each of some 200 resources of the hub, whose template may have 1 MB ("CloudFormation quotas"), in the
 * connector policy, and in an environment variable of functions, which have 4 KB for all of theirs.
 */
const MAX_BYTES = 2_000;

const key = z
  .string()
  .min(1)
  .max(128)
  .regex(KEYS, 'use letters, digits, spaces and _ . : / = + -')
  .refine((name) => !/^aws:/i.test(name), 'AWS keeps keys that begin with aws: for itself')
  .refine(
    (name) => !/^name$/i.test(name) && !name.toLowerCase().startsWith(DEFAULT_SYSTEM.name),
    'this system sets this key itself; choose another',
  );

/** The organization's own tags. */
export const tags = z
  .record(
    key,
    z
      .string('write the value in quotes')
      .max(256, 'at most 256 characters')
      .regex(VALUES, 'use letters, digits, spaces and _ . : / = + - @, at least one'),
  )
  .superRefine((given, context) => {
    const keys = Object.keys(given);
    if (keys.length > MOST) {
      context.addIssue({
        code: 'custom',
        message: `at most ${MOST} tags: AWS takes 50, and this system needs some`,
      });
    }
    // A role's tags are told apart without regard to case ("Tags for IAM resources").
    const seen = new Set<string>();
    for (const name of keys) {
      if (seen.has(name.toLowerCase())) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'this key is there already, in other capitals',
        });
      }
      seen.add(name.toLowerCase());
    }
    if (Buffer.byteLength(JSON.stringify(given)) > MAX_BYTES) {
      context.addIssue({
        code: 'custom',
        message: `at most ${MAX_BYTES} bytes for all keys and values together`,
      });
    }
  })
  .default({})
  .meta({
    description: 'Tags for everything that the stacks and the workflows make, such as cost-center: "4711".',
  });
