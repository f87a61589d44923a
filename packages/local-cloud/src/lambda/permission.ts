import type { Statement } from '../aws/iam.ts';

/** What `AddPermission` adds to a function's own policy. */
export interface Permission {
  Sid: string;
  Principal: string;
  Action: string;
  SourceArn?: string;
  SourceAccount?: string;
}

/** One permission of a function's own policy, as Lambda writes it there. */
export function statementOf({ Principal, Action, SourceArn, SourceAccount, Sid }: Permission): Statement {
  return {
    Sid,
    Effect: 'Allow',
    Principal: /\.amazonaws\.com(\.cn)?$/.test(Principal) ? { Service: Principal } : { AWS: Principal },
    Action,
    Condition: {
      ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    },
  };
}
