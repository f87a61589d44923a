import { describe, expect, test } from '@jest/globals';
import { decide, type Offboarding } from '../../../../lambdas/offboard/deciding/offboarding.ts';
import { connection } from '../../../connection.ts';
import {
  ADMITTED,
  type Changes,
  decided,
  endpoint,
  GONE,
  given,
  NOTHING_ASKED,
  ONE,
  OTHER,
  OTHER_VPC,
  TWO,
  VPC,
  WHOLE,
} from './situation.ts';

describe('the PrivateLink', () => {
  const unused = { principal: null, principalCount: 0 };
  const asConfigured = connection({ deletePrivateLinkWhenUnused: true });

  test('is deleted where it is configured and nobody is left', () => {
    expect(decided({ connection: asConfigured, privateLink: unused })).toEqual({
      action: 'delete-private-link',
      notes: [],
    });
  });

  test.each<[string, Changes]>([
    ['it is not configured', { privateLink: unused }],
    ['somebody is left', { connection: asConfigured, privateLink: { principal: null, principalCount: 1 } }],
    ['there is none', { connection: asConfigured, privateLink: { ...unused, status: 'none' } }],
  ])('is not when %s', (_, changes) => {
    expect(decided(changes)).toMatchObject({ action: 'done' });
  });

  test('is not believed to be gone by itself because one look after the last removal does not show it', () => {
    const changes = {
      connection: asConfigured,
      asked: { principal: true, removed: true },
      privateLink: { ...unused, status: 'none' },
      before: { absent: null, unlisted: null, empty: null },
    };
    expect(decided(changes)).toEqual({
      action: 'wait',
      reason: 'whether there is no PrivateLink is not sure yet',
      notes: [],
    });
    expect(decided({ ...changes, connection: connection() })).toMatchObject({ action: 'done' });
    const absent = { since: '2026-11-23T11:59:00.000Z', polls: 2 };
    const sure = { ...changes, before: { ...changes.before, absent } };
    expect(decided(sure)).toMatchObject({ action: 'done', isNotAdmitted: true });
  });

  test('is waited for until it is gone', () => {
    const changes = { connection: asConfigured, asked: { privateLink: true } };
    expect(decided({ ...changes, privateLink: unused })).toMatchObject({ action: 'wait' });
    expect(decided({ ...changes, privateLink: { ...unused, status: 'deleting' } })).toMatchObject({
      action: 'wait',
      reason: 'the PrivateLink is deleting',
    });
    expect(decided({ ...changes, privateLink: { ...unused, status: 'none' } })).toMatchObject({
      action: 'done',
    });
  });

  test('is another one where somebody has joined since it was deleted', () => {
    const changes = { connection: asConfigured, asked: { privateLink: true } };
    expect(decided({ ...changes, privateLink: { ...unused, principalCount: 1 } })).toMatchObject({
      action: 'done',
      notes: [expect.stringMatching(/another account has joined/)],
    });
  });

  test.each(['initializing', 'deleting', 'busy', 'failed'])('is waited for while it is %s', (status) => {
    expect(decided({ endpoints: [endpoint()], privateLink: { status } })).toMatchObject({ action: 'wait' });
  });
});

describe('the end', () => {
  test('says what has gone and what could not be reached', () => {
    const changes: Changes = {
      vpcId: WHOLE,
      accessError: 'the role is missing',
      asked: { connections: ['rsa-1'], endpoints: ['vpce-a'], principal: true },
      privateLink: GONE,
      notes: ['something before'],
    };
    expect(decided(changes)).toEqual({
      action: 'done',
      isNotAdmitted: true,
      principalRemoved: true,
      accessError: 'the role is missing',
      staysConnected: false,
      notes: ['something before'],
    });
  });

  test('comes although a disassociated connection stays listed, after a while', () => {
    const changes: Changes = {
      vpcId: WHOLE,
      asked: { connections: ['rsa-1'], principal: true },
      privateLink: { ...GONE, connections: [ONE] },
    };
    expect(decided({ ...changes, polls: 8 })).toMatchObject({ action: 'wait' });
    expect(decided({ ...changes, polls: 9 })).toMatchObject({
      action: 'done',
      notes: [expect.stringContaining('still shows rsa-1')],
    });
  });

  const stuck: Changes = { asked: { principal: true } };
  test('is given up after 120 polls, and says what is missing', () => {
    expect(decided({ ...stuck, polls: 120 })).toMatchObject({ action: 'wait' });
    expect(decided({ ...stuck, polls: 121 })).toMatchObject({
      action: 'give-up',
      reason:
        'After 121 polls VPC vpc-0a71e831cb5152c43 of account 444455556666 has not left connection orders: the principal of account 444455556666 is associated.',
    });
    expect(decided({ vpcId: WHOLE, polls: 121 })).toMatchObject({
      action: 'give-up',
      reason: expect.stringContaining('remove-principal is still to be done'),
    });
  });

  test('is not given up for having many endpoints, nor when it is reached', () => {
    expect(decided({ asked: { principal: true, endpoints: ['vpce-a'] }, polls: 121 })).toMatchObject({
      action: 'wait',
    });
    expect(decided({ asked: { principal: true }, polls: 121, privateLink: GONE })).toMatchObject({
      action: 'done',
    });
  });

  test('notes nothing twice', () => {
    const once = decided({ endpoints: [OTHER] }).notes;
    expect(decided({ endpoints: [OTHER], notes: once }).notes).toEqual(once);
  });
});

test('an account with two VPCs leaves in the safe order, the last one with the PrivateLink', () => {
  const world = {
    endpoints: [endpoint(), OTHER],
    connections: [ONE, TWO],
    principal: ADMITTED as typeof ADMITTED | null,
    status: 'active',
  };
  const leave = (vpcId: string): string[] => {
    const actions: string[] = [];
    const asked: Offboarding['asked'] = { ...NOTHING_ASKED };
    for (let polls = 0; polls < 30; polls++) {
      const decision = decide({
        ...given({ vpcId, polls, asked, connection: connection({ deletePrivateLinkWhenUnused: true }) }),
        endpoints: world.endpoints,
        privateLink: { ...world, principalCount: world.principal ? 1 : 0 },
      });
      actions.push('vpcEndpointId' in decision ? `delete ${decision.vpcEndpointId}` : decision.action);
      // What was begun in the round before comes to its end.
      world.endpoints = world.endpoints.filter(({ state }) => state !== 'deleting');
      if (decision.action === 'done') return actions;
      if (decision.action === 'disassociate') {
        asked.connections = [
          ...asked.connections,
          ...decision.connections.map((one) => one.associationId ?? ''),
        ];
        world.connections = world.connections.filter((one) => !decision.connections.includes(one));
      }
      if (decision.action === 'delete-endpoint') {
        asked.endpoints = [...asked.endpoints, decision.vpcEndpointId];
        world.endpoints = world.endpoints.map((one) =>
          one.vpcEndpointId === decision.vpcEndpointId ? { ...one, state: 'deleting' } : one,
        );
      }
      if (decision.action === 'remove-principal') {
        asked.principal = true;
        world.principal = null;
      }
      if (decision.action === 'delete-private-link') {
        asked.privateLink = true;
        world.status = 'none';
      }
    }
    return actions;
  };
  expect(leave(VPC)).toEqual(['disassociate', 'delete vpce-a', 'wait', 'done']);
  expect(world).toMatchObject({ connections: [TWO], principal: ADMITTED, status: 'active' });
  expect(leave(OTHER_VPC)).toEqual([
    'disassociate',
    'delete vpce-b',
    'wait',
    'remove-principal',
    'delete-private-link',
    'done',
  ]);
});
