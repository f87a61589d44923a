import type { Caller } from '../caller.ts';
import type { ConditionContext } from '../iam/conditions.ts';
import type { Statement } from '../iam.ts';

/** One permission that a call asks of its caller. */
export interface Need {
  /** As in a policy, e.g. `sqs:SendMessage`. */
  action: string;
  /** An ARN, or `*` where the action knows no resources. */
  resource: string;
  /** The service's own condition keys and those of the resource's tags. Keys of every request are added. */
  context?: ConditionContext;
  /**
   * What the resource's own policy says. Undefined for kinds of resources that have no policy: then the caller's
   * own permissions decide alone, also about another account's resource.
   */
  policy?: readonly Statement[] | undefined;
}

/**
 * The permissions that one action of a service asks, as the Service Authorization Reference lists them. It is
 * called before the action looks at its input, so it takes whatever a caller may have sent and never throws.
 */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the action's own, checked by the wire's schemas
export type Needs = (input: any, caller: Caller) => Need[];

/** Actions that know no resources: a policy names `*`. */
export function withoutResources(service: string, ...actions: string[]): Record<string, Needs> {
  return Object.fromEntries(
    actions.map((action) => [action, () => [{ action: `${service}:${action}`, resource: '*' }]]),
  );
}

/** Actions on one resource each. */
export function onResource(
  service: string,
  actions: string[],
  // biome-ignore lint/suspicious/noExplicitAny: as in Needs
  describe: (input: any, caller: Caller) => Omit<Need, 'action'>,
): Record<string, Needs> {
  return Object.fromEntries(
    actions.map((action) => [
      action,
      (input, caller) => [{ action: `${service}:${action}`, ...describe(input, caller) }],
    ]),
  );
}

/** The context of tags that a request sets. */
export function requestedTags(tags: Iterable<[key: string, value: string]>): ConditionContext {
  const all = [...tags];
  return {
    ...Object.fromEntries(all.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': all.length > 0 ? all.map(([key]) => key) : undefined,
  };
}

/** The context of tags that a resource has. */
export function resourceTags(tags: Iterable<[key: string, value: string]>): ConditionContext {
  return Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}
