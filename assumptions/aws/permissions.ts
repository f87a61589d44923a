import type { Assumption } from '../assumption.ts';

/** What policies of an organization may say, and what requests show to them. */
export const permissions = [
  {
    name: 'delegation-resources',
    about: 'AWS',
    question:
      'Does a delegation policy of Organizations take ARNs of accounts and units for `DescribeAccount` and `DescribeOrganizationalUnit`?',
    alternatives: [
      {
        value: 'taken',
        means: 'Yes.',
        outcome: 'The hub may ask about what belongs to this organization.',
      },
      {
        value: 'all-only',
        means: 'No: it takes `"Resource": "*"` only.',
        outcome:
          'Putting the policy fails, and names the statement. With `*` in its place the hub may ask the same: a policy reaches its own organization only. Doctor is content with either.',
      },
    ],
    assumed: 'taken',
    local: 'taken',
    sources: [
      '"Example: View organization, OUs, accounts, and policies" of the AWS Organizations User Guide, which has `*`',
      'the Service Authorization Reference, where both actions have these resources',
    ],
    tried: ['test/doctor/organization-lacks.test.ts'],
  },
  {
    name: 'untagging-keys',
    about: 'AWS',
    question:
      'Does `ec2:DeleteTags` without tags, which takes all of them away, have the condition key `aws:TagKeys`?',
    alternatives: [
      {
        value: 'without',
        means: 'No.',
        outcome:
          'The second statement of `config/protect-tags.scp.json` denies it where the tag says that the thing is of this system.',
      },
      {
        value: 'with',
        means: 'Yes, the keys of all tags of the resource.',
        outcome: 'The first statement denies it.',
      },
    ],
    assumed: 'without',
    local: 'without',
    sources: ['"DeleteTags" of the EC2 API reference: without tags, all that users have set are deleted'],
    tried: ['test/lib/protect-tags.test.ts'],
  },
] as const satisfies readonly Assumption[];
