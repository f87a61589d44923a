import {
  AcceptResourceShareInvitationCommand,
  GetResourceShareInvitationsCommand,
  GetResourceSharesCommand,
  ListResourcesCommand,
  RAMClient,
} from '@aws-sdk/client-ram';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Credentials } from '../../src/aws/credentials.ts';
import { INVITATION_LIFETIME_MS, type OfferedShare, ProviderSide } from '../../src/aws/provider.ts';
import { Ram } from '../../src/aws/ram.ts';
import { AwsServices, type Caller } from '../../src/aws/service.ts';
import { startFront } from '../../src/aws/wire/front.ts';
import { Activity, VirtualClock } from '../../src/clock.ts';

const provider = '999900001111';
const member = '111122223333';
const secondsToSee = 3;

function shareIn(region: string, name: string): OfferedShare {
  return {
    shareArn: `arn:aws:ram:${region}:${provider}:resource-share/${name}`,
    shareName: name,
    region,
    resourceConfigurationArn: `arn:aws:vpc-lattice:${region}:${provider}:resourceconfiguration/rcfg-${name}`,
    resources: [{ key: '1', privateName: 'orders.example.com' }],
    zoneIds: ['use1-az1'],
  };
}

const share = shareIn('us-east-1', 'orders');

let clock: VirtualClock;
let side: ProviderSide;
let services: AwsServices;

beforeEach(() => {
  clock = new VirtualClock(Date.parse('2026-11-20T10:00:00Z'));
  side = new ProviderSide({ clock, invitationVisibleAfterMs: secondsToSee * 1000 });
  services = new AwsServices();
  services.register(new Ram({ provider: side }));
  side.offerShare(share);
});

function call(
  action: string,
  input: object,
  { accountId = member, region = 'us-east-1' } = {},
  // biome-ignore lint/suspicious/noExplicitAny: the answers' shapes are the SDK's
): Promise<any> {
  const caller: Caller = { accountId, region, arn: `arn:aws:iam::${accountId}:root` };
  return services.call('ram', action, input, caller);
}

function pass(milliseconds: number): Promise<void> {
  return Activity.run(clock, (activity) => activity.sleep(milliseconds));
}

async function invited(accountId = member): Promise<string> {
  side.invite(share.shareArn, accountId);
  await pass(secondsToSee * 1000);
  const { resourceShareInvitations } = await call('GetResourceShareInvitations', {}, { accountId });
  return resourceShareInvitations[0].resourceShareInvitationArn;
}

describe('an invitation', () => {
  test('is visible a few seconds after it was sent', async () => {
    const invitedAt = clock.now();
    side.invite(share.shareArn, member);
    const filter = { resourceShareArns: [share.shareArn] };

    await expect(call('GetResourceShareInvitations', filter)).rejects.toMatchObject({
      name: 'UnknownResourceException',
    });
    await expect(call('GetResourceShareInvitations', {})).resolves.toEqual({ resourceShareInvitations: [] });
    await pass(secondsToSee * 1000);

    const { resourceShareInvitations } = await call('GetResourceShareInvitations', filter);
    expect(resourceShareInvitations).toEqual([
      {
        resourceShareInvitationArn: expect.stringMatching(
          /^arn:aws:ram:us-east-1:999900001111:resource-share-invitation\//,
        ),
        resourceShareArn: share.shareArn,
        resourceShareName: 'orders',
        senderAccountId: provider,
        receiverAccountId: member,
        invitationTimestamp: new Date(invitedAt),
        status: 'PENDING',
      },
    ]);
  });

  test('is seen by the invited account in its Region only', async () => {
    const arn = await invited();
    for (const where of [{ accountId: '444455556666' }, { region: 'eu-west-1' }]) {
      expect(await call('GetResourceShareInvitations', {}, where)).toEqual({ resourceShareInvitations: [] });
      const accepting = call('AcceptResourceShareInvitation', { resourceShareInvitationArn: arn }, where);
      await expect(accepting).rejects.toMatchObject({ name: 'ResourceShareInvitationArnNotFoundException' });
    }
    expect(side.principalState(share.shareArn, member)).toBe('pending');
  });

  test('tells what its share holds, until it is accepted', async () => {
    const resourceShareInvitationArn = await invited();
    const subnet = { arn: `arn:aws:ec2:us-east-1:${provider}:subnet/subnet-1`, type: 'ec2:Subnet' };
    side.offerShare({ ...share, others: [subnet] });
    const input = { resourceShareInvitationArn };

    const configuration = { arn: share.resourceConfigurationArn, type: 'vpc-lattice:ResourceConfiguration' };
    const { resources } = await call('ListPendingInvitationResources', input);
    expect(resources).toMatchObject([configuration, subnet]);
    const global = await call('ListPendingInvitationResources', { ...input, resourceRegionScope: 'GLOBAL' });
    expect(global.resources).toEqual([]);
    await expect(
      call('ListPendingInvitationResources', input, { accountId: '444455556666' }),
    ).rejects.toMatchObject({ name: 'ResourceShareInvitationArnNotFoundException' });

    const silent = new AwsServices();
    silent.register(new Ram({ provider: side, pending: 'nothing' }));
    const caller = { accountId: member, region: 'us-east-1', arn: `arn:aws:iam::${member}:root` };
    const told = await silent.call('ram', 'ListPendingInvitationResources', input, caller);
    expect(told).toMatchObject({ resources: [] });

    await call('AcceptResourceShareInvitation', input);
    await expect(call('ListPendingInvitationResources', input)).rejects.toMatchObject({
      name: 'ResourceShareInvitationAlreadyAcceptedException',
    });
    expect((await call('ListResources', { resourceOwner: 'OTHER-ACCOUNTS' })).resources).toHaveLength(2);
  });

  test('can be accepted once', async () => {
    const input = { resourceShareInvitationArn: await invited() };

    const { resourceShareInvitation } = await call('AcceptResourceShareInvitation', input);

    expect(resourceShareInvitation).toMatchObject({ ...input, status: 'ACCEPTED' });
    expect(side.principalState(share.shareArn, member)).toBe('accepted');
    await expect(call('AcceptResourceShareInvitation', input)).rejects.toMatchObject({
      name: 'ResourceShareInvitationAlreadyAcceptedException',
    });
    const listed = await call('GetResourceShareInvitations', {
      resourceShareInvitationArns: [input.resourceShareInvitationArn],
    });
    expect(listed.resourceShareInvitations).toMatchObject([{ status: 'ACCEPTED' }]);
  });

  test('is accepted again under the same client token, and never another one', async () => {
    const other = shareIn('us-east-1', 'stock');
    side.offerShare(other);
    side.invite(other.shareArn, member);
    const input = { resourceShareInvitationArn: await invited(), clientToken: 'one' };
    const { resourceShareInvitations } = await call('GetResourceShareInvitations', {});
    const unlike = resourceShareInvitations.find(
      ({ resourceShareInvitationArn }: { resourceShareInvitationArn: string }) =>
        resourceShareInvitationArn !== input.resourceShareInvitationArn,
    );

    const first = await call('AcceptResourceShareInvitation', input);
    expect(await call('AcceptResourceShareInvitation', input)).toEqual(first);
    const again = call('AcceptResourceShareInvitation', {
      resourceShareInvitationArn: unlike.resourceShareInvitationArn,
      clientToken: 'one',
    });
    await expect(again).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  test('expires after twelve hours', async () => {
    const resourceShareInvitationArn = await invited();
    await pass(INVITATION_LIFETIME_MS);

    const { resourceShareInvitations } = await call('GetResourceShareInvitations', {});
    expect(resourceShareInvitations).toMatchObject([{ status: 'EXPIRED' }]);
    await expect(call('AcceptResourceShareInvitation', { resourceShareInvitationArn })).rejects.toMatchObject(
      { name: 'ResourceShareInvitationExpiredException' },
    );
    expect(side.principalState(share.shareArn, member)).toBe('expired');
  });

  test.each(['resource-share/orders', 'arn:aws:ram:us-east-1:999900001111:resource-share/orders', ''])(
    'is not named by %p',
    async (resourceShareInvitationArn) => {
      await expect(
        call('AcceptResourceShareInvitation', { resourceShareInvitationArn }),
      ).rejects.toMatchObject({ name: 'MalformedArnException' });
    },
  );
});

describe('a share', () => {
  const filter = { resourceOwner: 'OTHER-ACCOUNTS', resourceShareArns: [share.shareArn] };

  test('is listed once it is accepted, until the principal is removed', async () => {
    const resourceShareInvitationArn = await invited();
    const unknown = { name: 'UnknownResourceException' };
    await expect(call('GetResourceShares', filter)).rejects.toMatchObject(unknown);

    await call('AcceptResourceShareInvitation', { resourceShareInvitationArn });
    expect(await call('GetResourceShares', filter)).toMatchObject({
      resourceShares: [
        { resourceShareArn: share.shareArn, name: 'orders', owningAccountId: provider, status: 'ACTIVE' },
      ],
    });
    expect((await call('GetResourceShares', { ...filter, name: 'stock' })).resourceShares).toEqual([]);
    const deleted = await call('GetResourceShares', { ...filter, resourceShareStatus: 'DELETED' });
    expect(deleted.resourceShares).toEqual([]);

    side.withdraw(share.shareArn, member);
    await expect(call('GetResourceShares', filter)).rejects.toMatchObject(unknown);
  });

  test('belongs to its owner', async () => {
    const input = { resourceOwner: 'SELF' };
    expect((await call('GetResourceShares', input, { accountId: provider })).resourceShares).toHaveLength(1);
    expect((await call('GetResourceShares', input)).resourceShares).toEqual([]);
  });

  test('shows its resource configuration', async () => {
    const accept = { resourceShareInvitationArn: await invited() };
    const list = (more = {}) => call('ListResources', { resourceOwner: 'OTHER-ACCOUNTS', ...more });
    expect(await list()).toEqual({ resources: [] });

    await call('AcceptResourceShareInvitation', accept);

    const resource = {
      arn: share.resourceConfigurationArn,
      type: 'vpc-lattice:ResourceConfiguration',
      resourceShareArn: share.shareArn,
      status: 'AVAILABLE',
      resourceRegionScope: 'REGIONAL',
    };
    expect((await list({ resourceType: resource.type })).resources).toEqual([resource]);
    expect((await list({ resourceArns: [resource.arn] })).resources).toEqual([resource]);
    expect((await list({ resourceType: 'ec2:Subnet' })).resources).toEqual([]);
    expect((await list({ resourceRegionScope: 'GLOBAL' })).resources).toEqual([]);
  });
});

test('pages through invitations', async () => {
  for (const name of ['b', 'c', 'd', 'e']) {
    side.offerShare(shareIn('us-east-1', name));
    side.invite(shareIn('us-east-1', name).shareArn, member);
  }
  await invited();
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await call('GetResourceShareInvitations', { maxResults: 2, nextToken });
    expect(answer.resourceShareInvitations.length).toBeLessThanOrEqual(2);
    for (const { resourceShareName } of answer.resourceShareInvitations) names.push(resourceShareName);
    nextToken = answer.nextToken;
  } while (nextToken);
  expect(names.sort()).toEqual(['b', 'c', 'd', 'e', 'orders']);
});

test.each([
  ['GetResourceShareInvitations', { maxResults: 0 }, 'InvalidMaxResultsException'],
  ['GetResourceShareInvitations', { nextToken: 'nonsense' }, 'InvalidNextTokenException'],
  ['GetResourceShareInvitations', { resourceShareArns: ['orders'] }, 'MalformedArnException'],
  ['GetResourceShares', { resourceOwner: 'EVERYBODY' }, 'InvalidParameterException'],
  ['GetResourceShares', { resourceOwner: 'SELF', permissionVersion: 1 }, 'UnknownOperationException'],
  ['ListResources', { resourceOwner: 'SELF', principal: member }, 'UnknownOperationException'],
  ['ListResources', { resourceOwner: 'SELF', resourceType: 'Subnet' }, 'InvalidResourceTypeException'],
])('%s refuses %j', async (action, input, name) => {
  await expect(call(action, input)).rejects.toMatchObject({ name });
});

test('an SDK client accepts a share over the wire', async () => {
  const credentials = new Credentials({ clock });
  const front = await startFront({ services, credentials, clock });
  const client = new RAMClient({
    endpoint: front.url,
    region: 'us-east-1',
    credentials: { accessKeyId: member, secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  try {
    await invited();
    const { resourceShareInvitations } = await client.send(new GetResourceShareInvitationsCommand({}));
    const [invitation] = resourceShareInvitations!;
    expect(invitation!.invitationTimestamp).toEqual(new Date('2026-11-20T10:00:00Z'));

    const { resourceShareInvitationArn } = invitation!;
    const accept = () =>
      client.send(new AcceptResourceShareInvitationCommand({ resourceShareInvitationArn }));
    expect((await accept()).resourceShareInvitation?.status).toBe('ACCEPTED');
    await expect(accept()).rejects.toMatchObject({ name: 'ResourceShareInvitationAlreadyAcceptedException' });

    const others = { resourceOwner: 'OTHER-ACCOUNTS' as const };
    const shares = await client.send(new GetResourceSharesCommand(others));
    expect(shares.resourceShares).toMatchObject([{ resourceShareArn: share.shareArn }]);
    const resources = await client.send(new ListResourcesCommand(others));
    expect(resources.resources).toMatchObject([{ arn: share.resourceConfigurationArn }]);
  } finally {
    client.destroy();
    await front.close();
  }
});
