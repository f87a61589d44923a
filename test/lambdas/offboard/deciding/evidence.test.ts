import { describe, expect, test } from '@jest/globals';
import type { Look, Memory } from '../../../../lambdas/offboard/deciding/evidence.ts';
import { decide, type Offboarding } from '../../../../lambdas/offboard/deciding/offboarding.ts';
import { connection } from '../../../connection.ts';

const ACCOUNT = '444455556666';
const ADMITTED = { principal: ACCOUNT, type: 'aws_account', status: 'associated' };
const ENDPOINT = {
  vpcEndpointId: 'vpce-a',
  vpcId: 'vpc-0a71e831cb5152c43',
  connection: 'orders',
  state: 'available',
  createdAt: '2026-11-23T10:00:00.000Z',
};

const ACTIVE = { status: 'active', principal: ADMITTED, principalCount: 1, listsPrincipals: true };
const UNLISTED = { status: 'active', principal: null, principalCount: 1, listsPrincipals: true };
const WITHOUT_LIST = { status: 'active', principal: null, principalCount: 0, listsPrincipals: false };
const NONE = { status: 'none', principal: null, principalCount: 0, listsPrincipals: false };
const INITIALIZING = { ...UNLISTED, status: 'initializing' };
const BUSY = { ...NONE, status: 'busy' };
const REMNANT = { ...ACTIVE, principal: { ...ADMITTED, status: 'disassociated' }, principalCount: 0 };

interface Told extends Partial<Omit<Offboarding, 'privateLink' | 'asked'>> {
  asked?: Partial<Offboarding['asked']>;
}

/** What comes of looks that are some seconds apart: the actions, and at its end whether the principal is gone. */
function actionsOf(looks: Look['privateLink'][], told: Told = {}, seconds = 16): string[] {
  const { asked, ...rest } = told;
  let before: Memory | null = null;
  return looks.map((privateLink, index) => {
    const decision = decide({
      connection: connection(),
      accountId: ACCOUNT,
      vpcId: null,
      onlyOurs: false,
      recorded: true,
      endpoints: [],
      accessError: null,
      polls: index,
      privateLink: { ...privateLink, connections: [] },
      asked: {
        connections: [],
        endpoints: [],
        principal: false,
        removed: false,
        privateLink: false,
        ...asked,
      },
      at: new Date(Date.parse('2026-11-23T12:00:00Z') + index * seconds * 1_000).toISOString(),
      before,
      denied: false,
      ...rest,
    });
    before = decision.memory;
    return decision.action === 'done'
      ? `done, ${decision.isNotAdmitted ? 'removed' : 'stays'}`
      : decision.action;
  });
}

describe('a PrivateLink that a reading does not show', () => {
  test('is looked for several times before its absence counts', () => {
    expect(actionsOf([NONE, NONE, NONE, NONE, NONE])).toEqual([
      'wait',
      'wait',
      'wait',
      'wait',
      'remove-principal',
    ]);
  });

  test('has its endpoints deleted no sooner, because connections are cut before', () => {
    const actions = actionsOf([NONE, NONE, NONE, NONE, NONE], { endpoints: [ENDPOINT] });
    expect(actions).toEqual(['wait', 'wait', 'wait', 'wait', 'delete-endpoint']);
  });

  test('counts as gone when the removal of the principal is denied too', () => {
    expect(actionsOf([NONE, NONE, NONE, NONE, NONE], { denied: true }).at(-1)).toBe('done, removed');
  });

  test('counts as gone after a removal that was accepted and that nothing tells of', () => {
    const asked = { principal: true };
    expect(actionsOf([NONE, NONE, NONE, NONE, NONE], { asked }).at(-1)).toBe('done, removed');
  });

  test.each([
    ['shows up again', ACTIVE],
    ['is being initialised', INITIALIZING],
  ])('begins again when it %s', (_, seen) => {
    expect(actionsOf([NONE, NONE, NONE, NONE, seen, NONE])).toEqual([
      'wait',
      'wait',
      'wait',
      'wait',
      seen === ACTIVE ? 'remove-principal' : 'wait',
      'wait',
    ]);
  });

  test('is not shown by a subscription that is busy either', () => {
    expect(actionsOf([NONE, BUSY, BUSY, BUSY, NONE])).toEqual(['wait', 'wait', 'wait', 'wait', 'wait']);
  });

  test('is not called gone by looks that come at once', () => {
    expect(actionsOf(Array(20).fill(NONE), {}, 1)).toEqual(Array(20).fill('wait'));
  });

  test('says nothing of an account that somebody else may have admitted', () => {
    const stranger = { recorded: false, vpcId: ENDPOINT.vpcId };
    expect(actionsOf([NONE, NONE, NONE, NONE, NONE], stranger).at(-1)).toBe('done, stays');
    expect(actionsOf([NONE, NONE, NONE, NONE, NONE], { ...stranger, denied: true }).at(-1)).toBe(
      'done, removed',
    );
  });

  test('is gone at once for whoever has deleted it', () => {
    expect(actionsOf([NONE], { asked: { principal: true, removed: true, privateLink: true } })).toEqual([
      'done, removed',
    ]);
  });
});

describe('a principal that a reading does not list', () => {
  test('is looked for twice', () => {
    expect(actionsOf([UNLISTED, UNLISTED])).toEqual(['wait', 'done, removed']);
  });

  test('is gone at once when its removal has been processed', () => {
    expect(actionsOf([UNLISTED], { asked: { principal: true, removed: true } })).toEqual(['done, removed']);
  });

  test('is looked for twice after a removal that was answered without a task', () => {
    expect(actionsOf([UNLISTED, UNLISTED], { asked: { principal: true } })).toEqual([
      'wait',
      'done, removed',
    ]);
  });

  test('is not called gone by a reading without a list', () => {
    expect(actionsOf([WITHOUT_LIST, WITHOUT_LIST, WITHOUT_LIST])).toEqual(['wait', 'wait', 'wait']);
  });

  test('comes back', () => {
    expect(actionsOf([UNLISTED, ACTIVE, UNLISTED])).toEqual(['wait', 'remove-principal', 'wait']);
  });
});

describe('a principal that is listed as disassociated', () => {
  test('is asked to be removed once', () => {
    expect(actionsOf([REMNANT])).toEqual(['remove-principal']);
  });

  test.each<[string, Told]>([
    ['was removed', { asked: { principal: true } }],
    ['is not there to be removed', { denied: true }],
  ])('is gone when it %s', (_, told) => {
    expect(actionsOf([REMNANT], told)).toEqual(['done, removed']);
  });

  test('and failed is gone when it is not there to be removed', () => {
    const failed = { ...ACTIVE, principal: { ...ADMITTED, status: 'failed' } };
    expect(actionsOf([failed])).toEqual(['remove-principal']);
    expect(actionsOf([failed], { denied: true })).toEqual(['done, removed']);
  });
});

describe('a PrivateLink that is to go with its last principal', () => {
  const unused = { connection: connection({ deletePrivateLinkWhenUnused: true }) };
  const removed = { asked: { principal: true, removed: true } };
  const EMPTY = { ...UNLISTED, principalCount: 0 };

  test('is seen empty twice', () => {
    expect(actionsOf([EMPTY, EMPTY], { ...unused, ...removed })).toEqual(['wait', 'delete-private-link']);
  });

  test('is seen longer where it has no list of principals', () => {
    expect(actionsOf(Array(5).fill(WITHOUT_LIST), { ...unused, ...removed })).toEqual([
      'wait',
      'wait',
      'wait',
      'wait',
      'delete-private-link',
    ]);
  });

  test('goes although it lists who has left', () => {
    expect(actionsOf([REMNANT, REMNANT], { ...unused, ...removed })).toEqual(['wait', 'delete-private-link']);
  });

  test.each<[string, Told, RegExp]>([
    [
      'Redis Cloud refuses it',
      { refused: { privateLink: 'principals are left' } },
      /stays: principals are left/,
    ],
    ['others are connected', { polls: 9 }, /1 connections that this system has not cut/],
  ])('stays when %s, and that is noted', (_, told, note) => {
    const decision = decide({
      connection: connection({ deletePrivateLinkWhenUnused: true }),
      accountId: ACCOUNT,
      vpcId: null,
      onlyOurs: false,
      recorded: true,
      endpoints: [],
      accessError: null,
      polls: 0,
      privateLink: { ...EMPTY, connections: [], connectionCount: 1 },
      at: '2026-11-23T12:00:00Z',
      before: null,
      ...told,
      asked: { connections: [], endpoints: [], principal: true, removed: true, privateLink: false },
    });
    expect(decision).toMatchObject({ action: 'done', notes: [expect.stringMatching(note)] });
  });
});

test('an execution of a definition without a memory decides as it did', () => {
  const asked = { connections: [], endpoints: [], principal: true, privateLink: false };
  const decision = decide({
    connection: connection(),
    accountId: ACCOUNT,
    vpcId: null,
    onlyOurs: false,
    recorded: true,
    endpoints: [],
    accessError: null,
    polls: 3,
    privateLink: { ...NONE, connections: [] },
    asked,
  });
  expect(decision).toMatchObject({ action: 'done', isNotAdmitted: true });
});
