import { expect, test } from '@jest/globals';
import { ProviderSide } from '../../src/aws/provider.ts';
import { Activity, VirtualClock } from '../../src/clock.ts';

const accountId = '444455556666';
const region = 'us-east-1';
const shareArn = 'arn:aws:ram:us-east-1:999988887777:resource-share/one';
const hours = 3_600_000;

function prepare() {
  const clock = new VirtualClock(0);
  const provider = new ProviderSide({ clock });
  provider.offerShare({
    shareArn,
    shareName: 'orders',
    region,
    resourceConfigurationArn: 'arn:aws:vpc-lattice:us-east-1:999988887777:resourceconfiguration/rcfg-1',
    resources: [],
    zoneIds: ['use1-az1'],
  });
  const pass = (milliseconds: number) => Activity.run(clock, (activity) => activity.sleep(milliseconds));
  return { provider, pass };
}

test('an invitation is pending, then expires after twelve hours, and can be sent anew', async () => {
  const { provider, pass } = prepare();
  expect(provider.principalState(shareArn, accountId)).toBe('none');
  provider.invite(shareArn, accountId);
  await pass(12 * hours - 1);
  expect(provider.principalState(shareArn, accountId)).toBe('pending');
  const [before] = provider.invitationsTo(accountId, region);
  await pass(1);
  expect(provider.principalState(shareArn, accountId)).toBe('expired');
  provider.invite(shareArn, accountId);
  expect(provider.principalState(shareArn, accountId)).toBe('pending');
  await pass(3_000);
  expect(provider.invitationsTo(accountId, region)[0]!.invitation.arn).not.toBe(before!.invitation.arn);
});

test('an accepted invitation does not expire, and a second one changes nothing', async () => {
  const { provider, pass } = prepare();
  provider.invite(shareArn, accountId);
  await pass(3_000);
  provider.accept(provider.invitationsTo(accountId, region)[0]!.invitation);
  provider.invite(shareArn, accountId);
  await pass(13 * hours);
  expect(provider.principalState(shareArn, accountId)).toBe('accepted');
});

test('a share is seen in its own Region only', async () => {
  const { provider, pass } = prepare();
  provider.invite(shareArn, accountId);
  await pass(3_000);
  expect(provider.invitationsTo(accountId, 'eu-west-1')).toEqual([]);
  expect(provider.invitationsTo('111122223333', region)).toEqual([]);
  expect(provider.invitationsTo(accountId, region)).toHaveLength(1);
});

test('an unknown offer is refused by name', () => {
  const { provider } = prepare();
  const unknown = expect.objectContaining({ code: 'UnknownResourceException' });
  expect(() => provider.connections('nothing')).toThrow(unknown);
  expect(() => provider.admit('nothing', accountId)).toThrow(unknown);
  expect(() => provider.disassociate(shareArn, 'vpce-none')).toThrow(unknown);
});
