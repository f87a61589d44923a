/** Who makes a call, and where. */
export interface Caller {
  accountId: string;
  region: string;
  /** ARN of the user or of the assumed role's session; `arn:aws:iam::<account>:root` for the account itself. */
  arn: string;
  /** The service that calls on behalf of a resource, e.g. `events.amazonaws.com`. */
  service?: string;
}
