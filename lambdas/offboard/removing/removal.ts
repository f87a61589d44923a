import type { Because } from '../../shared/workflows/because.ts';
import type { Connection, Removals } from '../../shared/workflows/configuration.ts';
import { asksFor, type SeenVpc, type Verdict } from '../../shared/workflows/offer.ts';

/** What is known when something is about to be removed that nobody has asked for by hand. */
export interface Evidence {
  connection: Connection;
  because: Because;
  rule: Removals['onRefusedDeletion'];
  /** Null: the whole account is to go. */
  vpc: SeenVpc | null;
  /** Whether the connection is offered to the account; null: that was not asked. */
  offer: Verdict | null;
  /** What else is in the way of deleting the VPC, or why that cannot be told; null: that was not asked. */
  inTheWay: string[] | { unseen: string } | null;
}

/** Whether it goes, with the evidence; or stays, and why. */
export interface Removal {
  goes: boolean;
  reason: string;
  /** It goes although it has a reason to be connected, because somebody wants to delete the VPC. */
  isForDeletion?: true;
  /** The VPC is gone, so nobody loses anything. */
  isOver?: true;
}

/** Of what is in the way so many are named. */
const MAX_NAMED = 5;

/**
 * Whether the VPC alone is reason enough, whatever is offered to the account.
 * @returns undefined: that depends on the account
 */
export function ofVpc({
  connection,
  because,
  vpc,
}: Pick<Evidence, 'connection' | 'because' | 'vpc'>): Removal | undefined {
  if (vpc === null) return undefined;
  if ('unseen' in vpc) {
    // A VPC that was deleted never comes back, so nobody needs to look.
    return because === 'vpc-gone' ? { goes: true, reason: 'the VPC was deleted', isOver: true } : undefined;
  }
  if (!vpc.exists) return { goes: true, reason: 'the VPC does not exist', isOver: true };
  if (!asksFor(connection, vpc.tag)) return { goes: true, reason: 'the VPC does not ask for the connection' };
  return undefined;
}

/** Whether the endpoint of a VPC that is to be deleted goes, although the VPC asks for it. */
function forDeletion({ rule, inTheWay }: Evidence): Removal {
  if (rule === 'never') {
    return {
      goes: false,
      reason: 'removals.onRefusedDeletion is never. Take the tag away to delete the VPC',
    };
  }
  if (inTheWay === null || 'unseen' in inTheWay) {
    const why = inTheWay ? `: ${inTheWay.unseen}` : '';
    return {
      goes: false,
      reason: `whether something else is in the way of deleting the VPC cannot be told${why}`,
    };
  }
  if (inTheWay.length > 0) {
    const more = inTheWay.length > MAX_NAMED ? ` and ${inTheWay.length - MAX_NAMED} more` : '';
    const named = inTheWay.slice(0, MAX_NAMED).join(', ');
    return { goes: false, reason: `the VPC could not be deleted anyway, because of ${named}${more}` };
  }
  return {
    goes: true,
    reason: 'somebody tries to delete the VPC, and only this endpoint is in the way',
    isForDeletion: true,
  };
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
  if (vpc && !('unseen' in vpc) && evidence.because === 'vpc-deletion-refused') return forDeletion(evidence);
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
