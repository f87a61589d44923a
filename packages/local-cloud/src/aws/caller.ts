import type { Statement } from './iam.ts';

/** An account and a Region. */
export interface Place {
  accountId: string;
  region: string;
}

/** Who makes a call, and where. */
export interface Caller extends Place {
  /** ARN of the user or of the assumed role's session; `arn:aws:iam::<account>:root` for the account itself. */
  arn: string;
  /** What the session was limited to when its role was assumed. */
  sessionPolicy?: readonly Statement[] | undefined;
  /** The service that calls on behalf of a resource, e.g. `events.amazonaws.com`. */
  service?: string;
  /** It looks on and takes no part: it sees what is, also where others see it later. */
  isSpectator?: boolean;
}
