import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/aws/accept-resource-share.ts';
import { ACCOUNT, aws, awsError, connection, errorOf } from './stub.ts';

const SHARE = 'arn:aws:ram:us-east-1:999900001111:resource-share/0a1b2c3d-0000-4000-8000-000000000000';
const INVITATION = 'arn:aws:ram:us-east-1:999900001111:resource-share-invitation/1';
const payload = { accountId: ACCOUNT, connection: connection(), shareArn: SHARE };

const invitation = (status: string, arn = INVITATION, hour = 0) => ({
  resourceShareArn: SHARE,
  resourceShareInvitationArn: arn,
  status,
  invitationTimestamp: new Date(Date.UTC(2026, 0, 1, hour)),
});
const pendingResources = (...types: (string | undefined)[]) => ({
  resources: types.map((type, index) => ({ arn: `arn:${index}`, type, resourceShareArn: SHARE })),
});
const none = { resourceShares: [] };

describe('accepting the resource share', () => {
  test('accepts the pending invitation, also when it is on a later page', async () => {
    const { calls, actions } = aws({
      GetResourceShareInvitations: [
        { resourceShareInvitations: [invitation('EXPIRED', 'old')], nextToken: 'p2' },
        { resourceShareInvitations: [invitation('PENDING')] },
      ],
      ListPendingInvitationResources: pendingResources('vpc-lattice:ResourceConfiguration'),
      AcceptResourceShareInvitation: {},
    });
    expect(await handler(payload)).toEqual({ status: 'accepted' });
    expect(actions()).toEqual([
      'GetResourceShareInvitations',
      'GetResourceShareInvitations',
      'ListPendingInvitationResources',
      'AcceptResourceShareInvitation',
    ]);
    expect(calls.slice(1).map(({ input }) => input)).toEqual([
      { resourceShareArns: [SHARE], nextToken: undefined },
      { resourceShareArns: [SHARE], nextToken: 'p2' },
      { resourceShareInvitationArn: INVITATION, resourceRegionScope: 'ALL', nextToken: undefined },
      { resourceShareInvitationArn: INVITATION },
    ]);
  });

  test('finds a share that was accepted before', async () => {
    const { calls } = aws({
      GetResourceShareInvitations: { resourceShareInvitations: [] },
      GetResourceShares: { resourceShares: [{ resourceShareArn: SHARE, status: 'ACTIVE' }] },
    });
    expect(await handler(payload)).toEqual({ status: 'already-accepted' });
    expect(calls.at(-1)?.input).toEqual({
      resourceOwner: 'OTHER-ACCOUNTS',
      resourceShareArns: [SHARE],
      nextToken: undefined,
    });
  });

  test.each([
    ['ResourceShareInvitationExpiredException', 'InvitationExpired'],
    ['ResourceShareInvitationArnNotFoundException', 'ShareNotVisible'],
    ['ThrottlingException', 'AwsUnavailable'],
  ])('%s at acceptance is %s', async (code, expected) => {
    aws({
      GetResourceShareInvitations: { resourceShareInvitations: [invitation('PENDING')] },
      ListPendingInvitationResources: {},
      AcceptResourceShareInvitation: awsError(code),
    });
    expect((await errorOf(handler(payload))).name).toBe(expected);
  });

  test('another execution accepting at the same moment is a success', async () => {
    aws({
      GetResourceShareInvitations: { resourceShareInvitations: [invitation('PENDING')] },
      ListPendingInvitationResources: {},
      AcceptResourceShareInvitation: awsError('ResourceShareInvitationAlreadyAcceptedException'),
    });
    expect(await handler(payload)).toEqual({ status: 'already-accepted' });
  });

  test('a share that holds anything else is not accepted, wherever RAM lists it', async () => {
    const { actions } = aws({
      GetResourceShareInvitations: { resourceShareInvitations: [invitation('PENDING')] },
      ListPendingInvitationResources: [
        { ...pendingResources('vpc-lattice:ResourceConfiguration'), nextToken: 'p2' },
        pendingResources('ec2:Subnet', 'license-manager:LicenseConfiguration'),
      ],
    });
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('UntrustedTarget');
    expect(error.message).toContain('(ec2:Subnet, license-manager:LicenseConfiguration)');
    expect(error.message).toContain(SHARE);
    expect(actions()).not.toContain('AcceptResourceShareInvitation');
  });

  test.each([
    ['nothing', {}],
    ['no type', pendingResources(undefined)],
    ['the type in other letters', pendingResources('vpc-lattice:resourceconfiguration')],
  ])('a share of which RAM tells %s is accepted', async (_, held) => {
    aws({
      GetResourceShareInvitations: { resourceShareInvitations: [invitation('PENDING')] },
      ListPendingInvitationResources: held,
      AcceptResourceShareInvitation: {},
    });
    expect(await handler(payload)).toEqual({ status: 'accepted' });
  });

  test.each([
    ['ResourceShareInvitationAlreadyAcceptedException', { status: 'already-accepted' }],
    ['ResourceShareInvitationExpiredException', 'InvitationExpired'],
    ['ResourceShareInvitationArnNotFoundException', 'ShareNotVisible'],
  ])('%s at the look into the share is %j', async (code, expected) => {
    aws({
      GetResourceShareInvitations: { resourceShareInvitations: [invitation('PENDING')] },
      ListPendingInvitationResources: awsError(code),
    });
    const answer = handler(payload);
    if (typeof expected === 'string') expect((await errorOf(answer)).name).toBe(expected);
    else expect(await answer).toEqual(expected);
  });

  test('sees neither an invitation nor the share yet', async () => {
    aws({ GetResourceShareInvitations: { resourceShareInvitations: [] }, GetResourceShares: none });
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('ShareNotVisible');
    expect(error.message).toContain(SHARE);
  });

  test('a share that RAM does not know is not visible yet', async () => {
    aws({
      GetResourceShareInvitations: awsError('UnknownResourceException'),
      GetResourceShares: awsError('UnknownResourceException'),
    });
    expect((await errorOf(handler(payload))).name).toBe('ShareNotVisible');
  });

  test('an accepted invitation whose share is not listed yet is not visible yet', async () => {
    aws({
      GetResourceShareInvitations: { resourceShareInvitations: [invitation('ACCEPTED')] },
      GetResourceShares: none,
    });
    expect((await errorOf(handler(payload))).name).toBe('ShareNotVisible');
  });

  test('says how to get a new invitation when the last one expired', async () => {
    aws({
      GetResourceShareInvitations: {
        resourceShareInvitations: [invitation('EXPIRED', 'b', 2), invitation('ACCEPTED', 'a', 1)],
      },
      GetResourceShares: none,
    });
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('InvitationExpired');
    expect(error.message).toContain('add it again');
  });

  test('an invitation that somebody rejected needs a person', async () => {
    aws({
      GetResourceShareInvitations: { resourceShareInvitations: [invitation('REJECTED')] },
      GetResourceShares: none,
    });
    expect((await errorOf(handler(payload))).name).toBe('PreconditionFailed');
  });

  test('a share of another Region is found out before any call', async () => {
    const { calls } = aws({});
    const error = await errorOf(handler({ ...payload, connection: connection({ region: 'eu-west-1' }) }));
    expect(error.name).toBe('UntrustedTarget');
    expect(calls).toEqual([]);
  });

  test.each([
    [{ accountId: '12' }, 'accountId'],
    [{ shareArn: 'arn:aws:iam::1:role/x' }, 'shareArn'],
    [{ connection: connection({ name: '*' }) }, 'connection.name'],
    [{ connection: connection({ region: 'nowhere' }) }, 'connection.region'],
  ])('refuses %j', async (change, path) => {
    const { calls } = aws({});
    const error = await errorOf(handler({ ...payload, ...change }));
    expect(error.name).toBe('InvalidRequest');
    expect(error.message).toContain(`${path}:`);
    expect(calls).toEqual([]);
  });
});
