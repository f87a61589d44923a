import type { Statement } from '../iam.ts';

/** A role as the local cloud keeps it. */
export interface Role {
  readonly accountId: string;
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: number;
  maxSessionSeconds: number;
  description: string | undefined;
  trustPolicy: string;
  trust: Statement[];
  /** Inline policies by name: the document and its statements. */
  readonly inline: Map<string, { document: string; statements: Statement[] }>;
  /** ARNs of attached managed policies. */
  readonly attached: Set<string>;
}
