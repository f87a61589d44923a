import { type Statement, statementsOf } from '../iam.ts';
import { AwsError } from '../service.ts';

/** The policy of a table or a secret. */
export interface ResourcePolicy {
  document: string;
  statements: Statement[];
}

/** Bytes of a policy, of a table as of a secret (their API references). */
const LARGEST = 20_480;

/**
 * @param document as JSON; undefined for a resource that has none
 * @param code of the service's error for one that it refuses
 * @throws AwsError for one that nobody could evaluate
 */
export function resourcePolicyOf(document: unknown, code: string): ResourcePolicy | undefined {
  if (document === undefined) return undefined;
  const text = String(document);
  if (Buffer.byteLength(text) > LARGEST) throw new AwsError(code, `A policy has at most ${LARGEST} bytes.`);
  try {
    return { document: text, statements: statementsOf(text) };
  } catch (error) {
    throw new AwsError(code, (error as Error).message);
  }
}
