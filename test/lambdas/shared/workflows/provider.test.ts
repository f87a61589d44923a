import { describe, expect, test } from '@jest/globals';
import { requireOwner, requireProvider } from '../../../../lambdas/shared/workflows/provider.ts';

const PROVIDER = '999900001111';
const share = `arn:aws:ram:us-east-1:${PROVIDER}:resource-share/0a1b2c3d-0000-4000-8000-000000000000`;
const configuration = `arn:aws:vpc-lattice:us-east-1:${PROVIDER}:resourceconfiguration/rcfg-0123456789abcdef0`;
const service = 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0';
const orders = { name: 'orders', region: 'us-east-1' };

const refused = { name: 'UntrustedTarget' };
const of = (account: string, arn: string) => arn.replace(PROVIDER, account);

describe('what Redis Cloud hands over', () => {
  test('is a share and a configuration of one account', () => {
    expect(requireProvider(orders, { shareArn: share, resourceConfigurationArn: configuration })).toBe(
      PROVIDER,
    );
  });

  test('is a service, whose name does not tell whose it is', () => {
    expect(requireProvider(orders, { serviceName: service })).toBeNull();
  });

  test('may not be there yet', () => {
    expect(requireProvider(orders, { shareArn: null, resourceConfigurationArn: null })).toBeNull();
  });

  test.each([
    'com.amazonaws.us-east-1.kms',
    'com.amazonaws.us-east-1.vpce-svc-0123456789abcdef0',
    'aws.api.us-east-1.kms',
    'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0.evil',
    'com.amazonaws.vpce.us-east-1.kms',
  ])('is not the service %s', (serviceName) => {
    expect(() => requireProvider(orders, { serviceName })).toThrow(
      expect.objectContaining({ ...refused, message: expect.stringContaining(`"${serviceName}"`) }),
    );
  });

  test.each([
    { serviceName: service.replace('us-east-1', 'eu-west-1') },
    { shareArn: share.replace('us-east-1', 'eu-west-1') },
    { resourceConfigurationArn: configuration.replace('us-east-1', 'eu-west-1') },
  ])('is not in another Region: %p', (handedOver) => {
    const message = expect.stringContaining('which is in eu-west-1 and not in us-east-1');
    expect(() => requireProvider(orders, handedOver)).toThrow(
      expect.objectContaining({ ...refused, message }),
    );
  });

  test.each(['aws-cn', 'aws-us-gov', 'aws-evil'])('is not in the partition %s', (partition) => {
    for (const handedOver of [{ shareArn: share }, { resourceConfigurationArn: configuration }]) {
      const [[key, arn] = ['', '']] = Object.entries(handedOver);
      const other = { [key]: arn.replace('arn:aws:', `arn:${partition}:`) };
      const message = expect.stringContaining('which is not in the partition aws of AWS');
      expect(() => requireProvider(orders, other)).toThrow(expect.objectContaining({ ...refused, message }));
    }
  });

  test.each([
    { shareArn: configuration },
    { resourceConfigurationArn: share },
    { shareArn: `${share}/../../x` },
    { resourceConfigurationArn: configuration.replace('resourceconfiguration', 'servicenetwork') },
  ])('is nothing else: %p', (handedOver) => {
    expect(() => requireProvider(orders, handedOver)).toThrow(expect.objectContaining(refused));
  });

  test('has one owner', () => {
    const handedOver = { shareArn: share, resourceConfigurationArn: of('666600006666', configuration) };
    expect(() => requireProvider(orders, handedOver)).toThrow(expect.objectContaining(refused));
  });
});

describe('where the configuration names the provider', () => {
  const pinned = { ...orders, providerAccountId: PROVIDER };

  test('it is that one', () => {
    expect(requireProvider(pinned, { shareArn: share })).toBe(PROVIDER);
    expect(() => requireOwner(pinned, PROVIDER, service)).not.toThrow();
  });

  test('another one is refused, by both names', () => {
    const message = expect.stringMatching(/account 666600006666, and the configuration names 999900001111/);
    const error = expect.objectContaining({ ...refused, message });
    expect(() => requireProvider(pinned, { shareArn: of('666600006666', share) })).toThrow(error);
    expect(() =>
      requireProvider(pinned, { resourceConfigurationArn: of('666600006666', configuration) }),
    ).toThrow(error);
    expect(() => requireOwner(pinned, '666600006666', service)).toThrow(error);
  });
});

test.each(['amazon', 'aws-marketplace'])('a service of %s is refused in any case', (owner) => {
  expect(() => requireOwner(orders, owner, service)).toThrow(expect.objectContaining(refused));
});
