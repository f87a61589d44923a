import { describe, expect, test } from '@jest/globals';
import { fingerprint, readEvent, timeOf } from '../../../../lambdas/dispatch/planning/event.ts';
import { event } from '../../../events.ts';

const NOW = Date.parse('2026-11-20T10:16:00Z');
const PLACE = { accountId: '444455556666', region: 'us-east-1' };
const VPC = { kind: 'vpc', ...PLACE, vpcId: 'vpc-0a71e831cb5152c43', retagged: false };
const RETAGGED = { ...VPC, retagged: true };
const LEFT = { kind: 'account-left', accountId: '444455556666' };

/** The same event, in which CloudTrail says that another account has seen it. */
function reportedOf<E extends { detail: object }>(recipientAccountId: string, given: E): E {
  return { ...given, detail: { ...given.detail, recipientAccountId } };
}

describe('reading an event', () => {
  test.each([
    [
      'Control Tower has created an account',
      event.accountManaged(),
      { kind: 'account', accountId: '444455556666' },
    ],
    [
      'Organizations has created an account',
      event.accountCreated(),
      { kind: 'account', accountId: '444455556666' },
    ],
    ['an account has moved', event.accountMoved(), { kind: 'account', accountId: '444455556666' }],
    [
      'a VPC has been created with the tag',
      event.vpcCreated('orders'),
      { ...VPC, names: ['orders'], isDefault: null },
    ],
    ['a VPC has been created without it', event.vpcCreated(), { ...VPC, names: [], isDefault: null }],
    ['a default VPC has been created', event.defaultVpcCreated(), { ...VPC, names: [], isDefault: true }],
    [
      'a VPC has been tagged',
      event.vpcTagged('orders  caches orders'),
      { ...RETAGGED, names: ['orders', 'caches'] },
    ],
    ['a VPC has been tagged, by CloudTrail', event.tagsCreated('orders'), { ...RETAGGED, names: ['orders'] }],
    ['a VPC has lost the tag', event.vpcTagged(undefined), { ...RETAGGED, names: [] }],
    ['a VPC has lost the tag, by CloudTrail', event.tagsDeleted(), { ...RETAGGED, names: [] }],
    [
      'a VPC has been deleted',
      event.vpcDeleted(),
      { kind: 'vpc-left', ...PLACE, vpcId: VPC.vpcId, refused: false },
    ],
    [
      'a VPC cannot be deleted because something is in it',
      event.blocked(event.vpcDeleted()),
      { kind: 'vpc-left', ...PLACE, vpcId: VPC.vpcId, refused: true },
    ],
    ['an account has been closed', event.accountClosed(), LEFT],
    ['an account has been removed', event.accountRemoved(), LEFT],
    ['an account has departed', event.accountDeparted(), LEFT],
    ['an account has joined', event.accountJoined(), { kind: 'account', accountId: '444455556666' }],
    ['an account has accepted', event.handshakeAccepted(), { kind: 'account', accountId: '444455556666' }],
  ])('%s', (_, given, change) => {
    expect(readEvent(given, NOW)).toEqual({ change });
  });

  test.each([
    ['Control Tower has failed', event.accountManaged({ state: 'FAILED' }), /FAILED/],
    ['Organizations has failed', event.accountCreated({ state: 'FAILED' }), /FAILED/],
    ['the call was refused', event.refused(event.vpcCreated('orders')), /VpcLimitExceeded/],
    ['another tag has changed', event.vpcTagged('orders', ['CostCenter']), /did not change/],
    ['closing an account has failed', event.accountClosed({ state: 'FAILED' }), /FAILED/],
    ['a subnet cannot be deleted', event.blocked(event.subnetDeleted()), /is not used/],
    ['nothing here is interested', { ...event.vpcCreated(), source: 'aws.s3' }, /is not used/],
  ])('is no change when %s', (_, given, reason) => {
    expect(readEvent(given, NOW)).toEqual({ change: null, reason: expect.stringMatching(reason) });
  });

  test.each([
    ['a string', 'CreateVpc'],
    ['a list', [event.vpcCreated('orders')]],
    ['nothing', undefined],
    ['an event without its detail', { ...event.vpcCreated('orders'), detail: undefined }],
    ['an event whose VPC id is not one', event.vpcCreated('orders', { vpcId: '../../etc' })],
    ['a departure that names nobody', event.accountDeparted(null)],
    ['an event whose VPC id has a wrong length', event.vpcCreated('orders', { vpcId: 'vpc-0a71e831cb5' })],
    ['an event whose account is not one', { ...event.vpcCreated('orders'), account: '1' }],
    [
      'an event whose account ends in a newline',
      { ...event.vpcCreated('orders'), account: '444455556666\n' },
    ],
    ['an event whose account is of other digits', { ...event.vpcCreated('orders'), account: '٤٤٤٤٥٥٥٥٦٦٦٦' }],
    ['an event without an order in time', { ...event.vpcCreated('orders'), time: '~' }],
    ['an event whose tag is longer than EC2 lets it be', event.vpcTagged('x'.repeat(257))],
    [
      'a tag change that an account reports of another',
      { ...event.vpcTagged('orders'), account: '444455550001' },
    ],
    ['a tag change of another Region', { ...event.vpcTagged('orders'), region: 'eu-west-1' }],
    ['a VPC that an account reports of another', reportedOf('444455550001', event.vpcCreated('orders'))],
    ['a deletion that an account reports of another', reportedOf('444455550001', event.vpcDeleted())],
  ])('refuses %s', (_, given) => {
    expect(() => readEvent(given, NOW)).toThrow(expect.objectContaining({ name: 'MalformedEvent' }));
  });

  test('reads null as nothing', () => {
    const given = event.vpcCreated('orders');
    const { detail } = given;
    const nulls = { errorCode: null, errorMessage: null, additionalEventData: null };
    expect(readEvent({ ...given, resources: null, detail: { ...detail, ...nulls } }, NOW)).toEqual(
      readEvent(given, NOW),
    );
    const untagged = event.vpcCreated();
    const { responseElements } = untagged.detail as unknown as { responseElements: { vpc: object } };
    const vpc = { ...responseElements.vpc, tagSet: null };
    expect(
      readEvent({ ...untagged, detail: { ...untagged.detail, responseElements: { vpc } } }, NOW),
    ).toEqual(readEvent(untagged, NOW));
  });

  test('says little of an event that is large', () => {
    const items = Array.from({ length: 5000 }, (_, index) => ({ key: index }));
    const { requestParameters, ...detail } = event.tagsCreated('orders').detail as Record<string, object>;
    const given = {
      ...event.tagsCreated('orders'),
      detail: { ...detail, requestParameters: { ...requestParameters, tagSet: { items } } },
    };
    expect(() => readEvent(given, NOW)).toThrow(/^.{1,1000}$/s);
    const unknown = { ...given, detail: { eventName: 'x'.repeat(200_000) } };
    expect(readEvent(unknown, NOW)).toEqual({ change: null, reason: expect.stringMatching(/^.{1,200}$/) });
  });

  test('is not confused by names of the prototype', () => {
    const given = { ...event.vpcCreated('orders'), detail: { eventName: 'constructor' } };
    expect(readEvent(given, NOW)).toMatchObject({ change: null });
    expect(readEvent({ ...given, source: '__proto__', 'detail-type': 'x', detail: {} }, NOW)).toMatchObject({
      change: null,
    });
  });
});

describe('the fingerprint of an event', () => {
  test('is the same when it is delivered again under another id', () => {
    const given = event.vpcCreated('orders');
    expect(fingerprint({ ...given, id: 'other' })).toBe(fingerprint(given));
  });

  test('is another for another event', () => {
    expect(fingerprint(event.vpcCreated('caches'))).not.toBe(fingerprint(event.vpcCreated('orders')));
  });
});

test('an event of the future is refused, but for clocks that are a little ahead', () => {
  const given = event.vpcTagged('orders');
  const at = (time: string) => () => readEvent({ ...given, time }, NOW);
  expect(at('2026-11-20T10:20:59Z')).not.toThrow();
  expect(at('2026-11-20T10:21:01Z')).toThrow(/in the future/);
});

test.each(['2026-99-99T99:99:99Z', '2026-02-30T00:00:00Z', '2025-11-20T24:00:01Z'])(
  'an event of %s, which is no time, is refused: it would be later than all that come',
  (time) => {
    expect(() => readEvent({ ...event.vpcTagged('orders'), time }, NOW)).toThrow(
      /must be a time that exists/,
    );
  },
);

test('when it has happened is what CloudTrail says, and never later than the event', () => {
  const given = event.tagsCreated('orders');
  const of = (eventTime: unknown) => timeOf({ ...given, detail: { ...given.detail, eventTime } });
  expect(of('2026-11-20T08:01:00Z')).toBe('2026-11-20T08:01:00.000Z');
  for (const other of ['2026-11-20T11:00:00Z', 'soon', undefined]) {
    expect(of(other)).toBe('2026-11-20T08:15:30.000Z');
  }
});

describe('AssociateVpcCidrBlock, of which no sample is published,', () => {
  const associated = (detail: object) => ({
    source: 'aws.ec2',
    'detail-type': 'AWS API Call via CloudTrail',
    account: '444455556666',
    region: 'us-east-1',
    time: '2026-11-20T08:15:30Z',
    resources: [],
    detail: { eventName: 'AssociateVpcCidrBlock', ...detail },
  });
  const vpcId = 'vpc-0a71e831cb5152c43';

  test.each([
    ['bare', { requestParameters: { vpcId, cidrBlock: '10.1.0.0/16' } }],
    ['wrapped', { requestParameters: { AssociateVpcCidrBlockRequest: { VpcId: vpcId } } }],
    ['in the answer', { responseElements: { AssociateVpcCidrBlockResponse: { vpcId } } }],
    ['in both', { requestParameters: { vpcId }, responseElements: { x: { vpcId } } }],
  ])('names its VPC %s', (_, detail) => {
    expect(readEvent(associated(detail), Date.now())).toEqual({
      change: { kind: 'vpc-grown', accountId: '444455556666', region: 'us-east-1', vpcId },
    });
  });

  test.each([{}, { requestParameters: { vpcId, other: { vpcId: 'vpc-00000001' } } }])(
    'is kept for a person without one VPC, %#',
    (detail) => {
      expect(() => readEvent(associated(detail), Date.now())).toThrow(/does not name one VPC/);
    },
  );
});
