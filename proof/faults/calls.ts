/** Who is called, and so what can go wrong. */
export type Kind = 'function' | 'integration' | 'aws' | 'redis-cloud';

/** A place in a story at which a call is made: the state of a workflow, and what is called there. */
export interface Call {
  /** E.g. `onboard`. */
  workflow: string;
  state: string;
  kind: Kind;
  /** `invoke` for the state's own function, otherwise e.g. `ec2:DescribeVpcs` or `redis-cloud:addPrincipal`. */
  target: string;
  /** The function that makes the call; a state's own calls have none. */
  by?: string;
}

/** The call's name: `onboard / Create PrivateLink: redis-cloud:createPrivateLink`. */
export function nameOf({ workflow, state, target }: Call): string {
  return `${workflow} / ${state}: ${target}`;
}

/** Whether nothing is changed by the call. */
export function isReading({ target }: Call): boolean {
  return /:(get|list|describe|query|scan)/i.test(target);
}
