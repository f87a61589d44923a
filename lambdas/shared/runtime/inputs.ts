import * as z from 'zod/mini';
import { isPlain } from './text.ts';

// What workflows pass about themselves. It becomes part of keys, messages and calls of Step Functions.

/** More than letters and digits, because a person can choose it ("StartExecution", API reference). */
export const ExecutionName = z
  .string()
  .check(
    z.regex(/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/, 'must be the name of an execution'),
    z.refine(isPlain, 'must be the name of an execution'),
  )
  .brand<'ExecutionName'>();
/** To the compiler it is no ARN. */
export type ExecutionName = z.output<typeof ExecutionName>;

export const ExecutionArn = z
  .string()
  .check(
    z.maxLength(400),
    z.regex(/^arn:[\w-]+:states:[\w-]+:\d{12}:execution:[^\s:]+:[^\s:]+$/, 'must be the ARN of an execution'),
    z.refine(isPlain, 'must be the ARN of an execution'),
  )
  .brand<'ExecutionArn'>();
/** To the compiler it is no name. */
export type ExecutionArn = z.output<typeof ExecutionArn>;

/** The token of a step that waits ("SendTaskSuccess", API reference: at most 2,048 characters). */
export const TaskToken = z.string().check(z.regex(/^[\x21-\x7e]{1,2048}$/, 'must be a task token'));

export const Time = z.string().check(
  z.maxLength(40),
  z.refine((time) => !Number.isNaN(Date.parse(time)), 'must be an ISO time'),
);

export const SubscriptionId = z.int().check(z.positive());
