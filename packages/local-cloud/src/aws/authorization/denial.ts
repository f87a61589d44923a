/** A call that was refused. */
export interface Denial {
  /** ARN of the caller; the name of a service. */
  principal: string;
  /** ARN of the caller's role, if it has one. */
  role: string | undefined;
  action: string;
  resource: string;
  message: string;
  /** Whether what was asked for is not there at all: no policy could have allowed it. */
  absent: boolean;
}

/** Whether the policies that were deployed should have allowed it. */
export function isUnexpected(
  { principal, action, resource, absent }: Denial,
  organization: { organizationOf(accountId: string): string | undefined },
): boolean {
  if (absent) return false;
  const [caller, owner] = [principal, resource].map((arn) => arn.split(':')[4]);
  const isOutside = (accountId: string | undefined) =>
    /^\d{12}$/.test(accountId ?? '') && organization.organizationOf(accountId!) === undefined;
  // Nobody is to be let in from outside, nor can anybody go there.
  return !isOutside(caller) && !(action === 'sts:AssumeRole' && isOutside(owner));
}
