import type { Because } from '../../shared/workflows/because.ts';
import type { Connection } from '../../shared/workflows/configuration.ts';
import { asksFor, type Verdict } from '../../shared/workflows/offer.ts';

/** What a look at the VPC has shown. */
export type SeenVpc =
  | { exists: false }
  | {
      exists: true;
      /** The value of the tag that asks for connections; null: it has none. */
      tag: string | null;
    }
  /** It could not be looked at, and why. */
  | { unseen: string };

/** What is known when something is about to be removed that nobody has asked for by hand. */
export interface Evidence {
  connection: Connection;
  because: Because;
  /** Null: the whole account is to go. */
  vpc: SeenVpc | null;
  /** Whether the connection is offered to the account; null: that was not asked. */
  offer: Verdict | null;
}

/** Whether it goes, with the evidence; or stays, and why. */
export type Removal = { goes: boolean; reason: string };

/**
 * Whether the VPC alone is reason enough, whatever is offered to the account.
 * @returns undefined: that depends on the account
 */
export function ofVpc({ connection, because, vpc }: Omit<Evidence, 'offer'>): Removal | undefined {
  if (vpc === null) return undefined;
  if ('unseen' in vpc) {
    // A VPC that was deleted never comes back, so nobody needs to look.
    return because === 'vpc-gone' ? { goes: true, reason: 'the VPC was deleted' } : undefined;
  }
  if (!vpc.exists) return { goes: true, reason: 'the VPC does not exist' };
  if (!asksFor(connection, vpc.tag)) return { goes: true, reason: 'the VPC does not ask for the connection' };
  if (because === 'vpc-deletion-refused') return { goes: true, reason: 'somebody tries to delete the VPC' };
  return undefined;
}

/**
 * Whether something is to be removed that nobody has asked for by hand: only on evidence as it is now. What cannot be
 * told stays.
 */
export function decideRemoval(evidence: Evidence): Removal {
  const found = ofVpc(evidence);
  if (found) return found;
  const { vpc, offer } = evidence;
  if (offer?.answer === 'no') return { goes: true, reason: offer.reason };
  if (vpc && 'unseen' in vpc) {
    return {
      goes: false,
      reason: `whether the VPC still asks for the connection cannot be told: ${vpc.unseen}`,
    };
  }
  if (offer?.answer === 'yes') {
    const reason = vpc ? 'the VPC asks for the connection' : 'the connection is offered to the account';
    return { goes: false, reason };
  }
  const what = offer ? `: ${offer.what}` : '';
  return { goes: false, reason: `whether the connection is offered to the account cannot be told${what}` };
}
