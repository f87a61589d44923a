import { describe, expect, test } from '@jest/globals';
import { decideRemoval, type Evidence } from '../../../../lambdas/offboard/removing/removal.ts';
import type { SeenVpc, Verdict } from '../../../../lambdas/shared/workflows/offer.ts';
import { connection } from '../../../connection.ts';

const YES: Verdict = { answer: 'yes' };
const NO = { answer: 'no', reason: 'the account is SUSPENDED' } as const;
const UNCLEAR: Verdict = { answer: 'cannot tell', what: 'Organizations does not say' };

const asking: SeenVpc = { exists: true, tag: 'orders' };
const silent: SeenVpc = { exists: true, tag: null };
const gone: SeenVpc = { exists: false };
const unseen: SeenVpc = { unseen: 'MemberRoleNotAssumable' };

const decide = (evidence: Partial<Evidence>) =>
  decideRemoval({
    connection: connection(),
    because: 'untagged',
    rule: 'whenLast',
    vpc: null,
    offer: null,
    inTheWay: null,
    ...evidence,
  });

describe('a VPC goes', () => {
  test.each<[string, Partial<Evidence>, RegExp]>([
    ['when it does not ask, whatever is offered', { vpc: silent, offer: UNCLEAR }, /does not ask/],
    ['when it does not exist', { vpc: gone, offer: YES, because: 'reconciliation' }, /does not exist/],
    ['when it was deleted and nobody can look', { vpc: unseen, offer: YES, because: 'vpc-gone' }, /deleted/],
    ['when its account is offered nothing', { vpc: asking, offer: NO }, /SUSPENDED/],
    ['when nobody can look, and its account is offered nothing', { vpc: unseen, offer: NO }, /SUSPENDED/],
  ])('%s', (_, evidence, reason) => {
    expect(decide(evidence)).toMatchObject({ goes: true, reason: expect.stringMatching(reason) });
  });
});

describe('a VPC stays', () => {
  test.each<[string, Partial<Evidence>, RegExp]>([
    ['when it asks', { vpc: asking, offer: YES }, /^the VPC asks/],
    [
      'when every VPC is connected',
      { vpc: silent, offer: YES, connection: connection({ vpcs: 'all' }) },
      /asks/,
    ],
    ['when nobody can look', { vpc: unseen, offer: YES }, /cannot be told: MemberRole/],
    ['when nobody can look, at nothing', { vpc: unseen, offer: UNCLEAR }, /cannot be told: MemberRole/],
    [
      'when it asks, and what is offered is unclear',
      { vpc: asking, offer: UNCLEAR },
      /cannot be told: Organ/,
    ],
    ['when nobody has asked Organizations', { vpc: asking, offer: null }, /cannot be told$/],
  ])('%s', (_, evidence, reason) => {
    expect(decide(evidence)).toEqual({ goes: false, reason: expect.stringMatching(reason) });
  });
});

describe('a VPC that somebody tries to delete', () => {
  const refused = { vpc: asking, offer: YES, because: 'vpc-deletion-refused' as const };

  test.each<[string, Partial<Evidence>, RegExp]>([
    [
      'while something else is in the way',
      { inTheWay: ['eni-1', 'subnet-1'] },
      /because of eni-1, subnet-1$/,
    ],
    [
      'while many things are, of which some are named',
      { inTheWay: Array.from({ length: 12 }, (_, index) => `eni-${index}`) },
      /eni-4 and 7 more$/,
    ],
    ['when nobody can look', { inTheWay: { unseen: 'AccessDenied' } }, /cannot be told: AccessDenied/],
    ['when nobody has looked', { inTheWay: null }, /cannot be told$/],
    [
      'where the configuration says so',
      { inTheWay: [], rule: 'never' as const },
      /onRefusedDeletion is never/,
    ],
  ])('stays %s', (_, evidence, reason) => {
    expect(decide({ ...refused, ...evidence })).toEqual({
      goes: false,
      reason: expect.stringMatching(reason),
    });
  });

  test('goes when only this system is in the way', () => {
    expect(decide({ ...refused, inTheWay: [] })).toEqual({
      goes: true,
      reason: expect.stringMatching(/only this endpoint/),
      isForDeletion: true,
    });
  });

  test('goes for good, without a day, when its account is offered nothing', () => {
    expect(decide({ ...refused, offer: NO, inTheWay: ['eni-1'] })).toEqual({ goes: true, reason: NO.reason });
  });
});

describe('an account', () => {
  test.each<[string, Verdict, boolean, RegExp]>([
    ['goes when nothing is offered to it', NO, true, /SUSPENDED/],
    ['stays when the connection is offered to it', YES, false, /is offered/],
    ['stays when that is unclear', UNCLEAR, false, /cannot be told: Organ/],
  ])('%s', (_, offer, goes, reason) => {
    expect(decide({ because: 'account', offer })).toEqual({ goes, reason: expect.stringMatching(reason) });
  });
});
