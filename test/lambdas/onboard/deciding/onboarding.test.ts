import { describe, expect, test } from '@jest/globals';
import {
  decideOnboarding,
  type Look,
  ONBOARDING_ACTIONS,
  type OnboardingDecision,
  type Progress,
} from '../../../../lambdas/onboard/deciding/onboarding.ts';

const SHARE: Look = {
  status: 'active',
  errorMessage: null,
  principal: { status: 'associated' },
  shareArn: 'share',
  resourceConfigurationArn: 'configuration',
  serviceName: null,
};
const SERVICE: Look = { ...SHARE, shareArn: null, resourceConfigurationArn: null, serviceName: 'service' };
const NONE: Look = { ...SERVICE, serviceName: null, principal: null, status: 'none' };
const principal = (status: string | null): Look => ({
  ...SHARE,
  principal: status === null ? null : { status },
});

const CONNECTION = {
  name: 'orders',
  subscriptionId: 1,
  contract: 'resource-share',
  approval: 'none',
} as const;
const PROGRESS: Progress = {
  connection: CONNECTION,
  accountId: '444455556666',
  vpcId: 'vpc-1',
  polls: 1,
  creationRequested: false,
  admissionRequested: false,
  removalRequested: false,
  principalDenied: false,
  invitationExpired: false,
  refusal: null,
};
const service = { connection: { ...CONNECTION, contract: 'endpoint-service' } } as const;
const NETWORK = 'arn:aws:vpc-lattice:us-east-1:777788889999:servicenetwork/sn-0123456789abcdef0';
const network = { connection: { ...CONNECTION, serviceNetwork: { arn: NETWORK } } } as const;
const alone = { vpcId: null };

type Row = [Look, Partial<Progress>, OnboardingDecision['action']];

const DECIDED: Record<string, Row[]> = {
  'an account alone': [
    [SHARE, alone, 'accept-invitation'],
    [SERVICE, alone, 'announce-admission'],
    // One reading without the share says nothing, and many do.
    [{ ...SHARE, shareArn: null }, alone, 'wait'],
    [{ ...SHARE, shareArn: null }, { ...alone, polls: 9 }, 'announce-admission'],
    [principal('associating'), alone, 'accept-invitation'],
    [principal('something new'), alone, 'accept-invitation'],
    [principal(null), alone, 'admit'],
    [{ ...SERVICE, principal: null }, alone, 'admit'],
    [{ ...SERVICE, principal: { status: null } }, alone, 'announce-admission'],
    [{ ...SERVICE, status: 'initializing' }, alone, 'wait'],
    [{ ...SHARE, status: 'initializing' }, alone, 'wait'],
    ...['disassociating', 'disassociated', 'failed'].flatMap((status): Row[] =>
      [principal(status), { ...SERVICE, principal: { status } }].map((link) => [
        link,
        alone,
        status === 'disassociating' ? 'wait' : 'remove-principal',
      ]),
    ),
  ],
  'a VPC through a share': [
    [SHARE, {}, 'describe-vpc'],
    [{ ...SHARE, status: 'initializing' }, {}, 'wait'],
    [principal('associating'), {}, 'accept-resource-share'],
    [{ ...principal('associating'), status: 'initializing' }, {}, 'wait'],
    [{ ...principal('associating'), resourceConfigurationArn: null }, {}, 'wait'],
    [{ ...principal('associating'), shareArn: null }, {}, 'wait'],
    [{ ...SHARE, resourceConfigurationArn: null }, {}, 'wait'],
    [{ ...SHARE, resourceConfigurationArn: null, serviceName: 'service' }, {}, 'wait'],
    [principal('disassociating'), {}, 'wait'],
  ],
  'a VPC through an endpoint service': [
    [SERVICE, service, 'describe-vpc'],
    [{ ...SERVICE, principal: { status: null } }, service, 'describe-vpc'],
    [{ ...SERVICE, serviceName: null }, service, 'wait'],
    [SHARE, service, 'wait'],
    [{ ...SERVICE, principal: null }, service, 'admit'],
    [{ ...SERVICE, principal: { status: 'disassociating' } }, service, 'wait'],
  ],
  'an account or a VPC through a service network': [
    [SHARE, network, 'accept-resource-share'],
    [SHARE, { ...network, ...alone }, 'accept-invitation'],
    [principal('associating'), network, 'accept-resource-share'],
    [principal(null), network, 'admit'],
    [principal('disassociating'), network, 'wait'],
    // What is shared is shown in parts, or not at all.
    ...[
      { ...SHARE, shareArn: null },
      { ...SHARE, resourceConfigurationArn: null },
      { ...SHARE, shareArn: null, resourceConfigurationArn: null },
    ].flatMap((link): Row[] => [
      [link, network, 'wait'],
      [link, { ...network, ...alone }, 'wait'],
      [link, { ...network, polls: 120 }, 'wait'],
      [link, { ...network, polls: 121 }, 'give-up'],
    ]),
    [SHARE, { ...network, polls: 121 }, 'accept-resource-share'],
  ],
  'the number of looks': [
    [{ ...SHARE, status: 'initializing' }, { polls: 120 }, 'wait'],
    [{ ...SHARE, status: 'initializing' }, { polls: 121 }, 'give-up'],
    [{ ...NONE, status: 'busy' }, { polls: 121 }, 'give-up'],
    [SHARE, { polls: 121 }, 'describe-vpc'],
  ],
  'what is to be changed': [
    [{ ...NONE, status: 'busy' }, {}, 'get-subscription-status'],
    [NONE, {}, 'create-private-link'],
    [NONE, { creationRequested: true }, 'wait'],
    [principal('failed'), {}, 'remove-principal'],
    [principal('failed'), { removalRequested: true }, 'wait'],
    [principal('failed'), { removalRequested: true, removedAfter: 1, polls: 10 }, 'admit'],
    // As it was before it was removed, for some looks.
    ...['associated', 'associating'].flatMap((status): Row[] => [
      [principal(status), { removalRequested: true, removedAfter: 2, polls: 10 }, 'wait'],
      [principal(status), { ...alone, removalRequested: true, polls: 8 }, 'wait'],
      [
        principal(status),
        { removalRequested: true, removedAfter: 2, polls: 11 },
        status === 'associated' ? 'describe-vpc' : 'accept-resource-share',
      ],
    ]),
    [principal('associated'), { removalRequested: true, admissionRequested: true }, 'describe-vpc'],
    [{ ...principal('failed'), status: 'deleting' }, {}, 'wait'],
    [principal('failed'), { principalDenied: true }, 'admit'],
    [principal('failed'), { principalDenied: true, admissionRequested: true }, 'wait'],
    [principal('disassociated'), { removalRequested: true }, 'admit'],
    [principal('disassociating'), { removalRequested: true }, 'wait'],
    [principal('disassociating'), { principalDenied: true }, 'wait'],
    [principal(null), {}, 'admit'],
    [principal(null), { admissionRequested: true }, 'wait'],
    [{ ...principal(null), status: 'deleting' }, {}, 'wait'],
  ],
  'an invitation that has expired': [
    [SHARE, { invitationExpired: true }, 'remove-principal'],
    [principal('associating'), { ...alone, invitationExpired: true }, 'remove-principal'],
    [principal('associating'), { invitationExpired: true, removalRequested: true }, 'admit'],
    [principal('associating'), { invitationExpired: true, principalDenied: true }, 'admit'],
    [principal(null), { invitationExpired: true }, 'admit'],
    [{ ...SHARE, status: 'busy' }, { invitationExpired: true }, 'get-subscription-status'],
  ],
};

test.each(
  Object.entries(DECIDED).flatMap(([what, rows]) => rows.map((row, index) => [what, index, row] as const)),
)('%s is decided (%i)', (_what, _index, [link, differs, expected]) => {
  expect(decideOnboarding(link, { ...PROGRESS, ...differs })).toMatchObject({
    action: expected,
    needsApproval: false,
  });
});

test('every action is reached', () => {
  const reached = Object.values(DECIDED).flatMap((rows) => rows.map(([, , action]) => action));
  expect(new Set(reached)).toEqual(new Set(ONBOARDING_ACTIONS));
});

describe('an approval', () => {
  const required = { connection: { ...CONNECTION, approval: 'required' } } as const;

  test.each<[Look, Partial<Progress>, boolean]>([
    [SHARE, {}, true],
    [NONE, {}, true],
    [principal(null), alone, true],
    // It is there: nothing is asked for that a person could refuse.
    [SHARE, alone, false],
    [SERVICE, alone, false],
  ])('comes before whatever is missing (%#)', (link, differs, needsApproval) => {
    expect(decideOnboarding(link, { ...PROGRESS, ...required, ...differs }).needsApproval).toBe(
      needsApproval,
    );
  });
});

describe('whoever gives up', () => {
  const said = (link: Partial<Look>, differs: Partial<Progress> = {}) =>
    decideOnboarding({ ...NONE, ...link }, { ...PROGRESS, polls: 121, ...differs }).reason;
  const BEGINNING = 'After 121 readings the PrivateLink of connection orders (subscription 1) has the status';
  const ACCOUNT = 'the principal of account 444455556666 is';

  test.each<[string, Partial<Look>, string]>([
    [
      'no target',
      { status: 'active', principal: { status: 'failed' } },
      `active, it names neither a resource configuration nor a service, and ${ACCOUNT} failed.`,
    ],
    ['no principal', { status: 'initializing' }, `initializing and ${ACCOUNT} not there.`],
    [
      'a principal without a status',
      { status: 'deleting', serviceName: 's', principal: { status: null } },
      `deleting and ${ACCOUNT} there.`,
    ],
    [
      'what Redis Cloud says of it',
      { status: 'failed', errorMessage: 'no capacity' },
      `failed (no capacity) and ${ACCOUNT} not there.`,
    ],
  ])('says why: %s', (_what, link, expected) => {
    expect(said(link)).toBe(`${BEGINNING} ${expected}`);
  });

  test('says why the latest change did not succeed', () => {
    expect(said({ status: 'initializing' }, { refusal: 'SubscriptionBusy: it is changed' })).toBe(
      `${BEGINNING} initializing and ${ACCOUNT} not there. The latest change did not succeed: SubscriptionBusy: it is changed`,
    );
  });

  test('is the only one with a reason', () => {
    expect(decideOnboarding(SHARE, PROGRESS).reason).toBeNull();
  });
});
