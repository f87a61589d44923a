import { evaluate, type Statement } from './iam.ts';
import type { Caller } from './service.ts';

/**
 * Whether a resource's policy lets the caller in, as the IAM User Guide documents for requests within an account
 * and across accounts. An explicit deny wins. The owner's own users and roles need no word in the policy; what
 * their identity policies say is not looked at here. Other accounts and services need an allow.
 *
 * A caller with a `service` whose ARN is not an identity's is that service, acting for the resource of that ARN:
 * `aws:SourceArn` and `aws:SourceAccount` are then known to the policy.
 */
export function isAdmitted(
  policy: readonly Statement[],
  request: { caller: Caller; ownerId: string; action: string; resource: string },
): boolean {
  const { caller, ownerId, action, resource } = request;
  const isIdentity = /^arn:[\w-]+:(iam|sts):/.test(caller.arn);
  const service = isIdentity ? undefined : caller.service;
  const decision = evaluate(policy, {
    principal: service ?? caller.arn,
    action,
    resource,
    context: {
      'aws:SecureTransport': 'true',
      'aws:PrincipalArn': service ? undefined : caller.arn,
      'aws:PrincipalAccount': service ? undefined : caller.accountId,
      'aws:SourceArn': service ? caller.arn : undefined,
      'aws:SourceAccount': service ? caller.accountId : undefined,
    },
  });
  if (decision !== 'ImplicitDeny') return decision === 'Allow';
  return service === undefined && caller.accountId === ownerId;
}
