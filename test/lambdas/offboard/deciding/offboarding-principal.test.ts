import { describe, expect, test } from '@jest/globals';
import { connection } from '../../../connection.ts';
import {
  ADMITTED,
  type Changes,
  decided,
  endpoint,
  GONE,
  ONE,
  OTHER,
  OTHER_VPC,
  shown,
  TWO,
  UNNAMED,
  VPC,
  WHOLE,
} from './situation.ts';

describe('the principal', () => {
  test.each<[string, Changes]>([
    ['the whole account goes', { vpcId: WHOLE }],
    ['the whole account goes that cannot be looked into', { vpcId: WHOLE, accessError: 'no role' }],
    ['the last VPC goes', {}],
    [
      'the last VPC goes whose disassociated connection is still shown',
      { asked: { connections: ['rsa-1'] }, privateLink: { connections: [ONE] } },
    ],
    ['other VPCs have dead endpoints', { endpoints: [{ ...OTHER, state: 'failed' }] }],
    ['other VPCs have other connections', { endpoints: [{ ...OTHER, connection: 'caches' }] }],
    ['this system has not admitted it, but is told to', { vpcId: WHOLE, recorded: false }],
    [
      'the whole account goes, though a connection cannot be named',
      {
        vpcId: WHOLE,
        privateLink: { connections: [shown('rsa-1', null, { type: null })] },
        notes: [UNNAMED],
      },
    ],
    [
      'another VPC is recorded, but has no endpoint any more',
      { records: [{ sk: `connection#orders#${OTHER_VPC}` }] },
    ],
    ['it has failed', { denied: false, privateLink: { principal: { ...ADMITTED, status: 'failed' } } }],
    [
      'it is a remnant',
      { denied: false, privateLink: { principal: { ...ADMITTED, status: 'disassociated' } } },
    ],
    ['it has no status', { privateLink: { principal: { ...ADMITTED, status: null } } }],
    [
      'the only VPC cannot be looked into',
      {
        accessError: 'no role',
        records: [
          { sk: 'connection#orders' },
          { sk: `connection#orders#${VPC}` },
          { sk: `connection#orders-eu#${OTHER_VPC}` },
        ],
      },
    ],
  ])('is removed when %s', (_, changes) => {
    expect(decided(changes)).toEqual({ action: 'remove-principal', notes: changes.notes ?? [] });
  });

  test.each<[string, Changes, RegExp]>([
    ['another VPC is connected', { endpoints: [OTHER] }, /its VPC vpc-0b82f942dc6263d54 is connected too/],
    ['another VPC is being connected', { endpoints: [{ ...OTHER, state: 'pending' }] }, /is connected too/],
    ['another onboarding needs it', { alsoOnboarding: 'orders-1' }, /execution orders-1 is onboarding it/],
    [
      'somebody else has made a connection',
      { polls: 9, privateLink: { connections: [ONE] } },
      /a connection of it that this system did not make/,
    ],
    [
      'nobody can tell whose the connections are',
      { accessError: 'no role', privateLink: { connections: [ONE, TWO] } },
      /cannot be told/,
    ],
    [
      'another VPC is recorded, and nobody can look',
      {
        accessError: 'no role',
        records: [{ sk: `connection#orders#${OTHER_VPC}` }],
        privateLink: { connections: [ONE] },
      },
      /is recorded as connected too/,
    ],
  ])('stays when %s', (_, changes, note) => {
    expect(decided(changes)).toMatchObject({
      action: 'done',
      principalRemoved: false,
      notes: [expect.stringMatching(note)],
    });
  });

  test('stays for an onboarding only of another VPC: the account goes with all of them', () => {
    expect(decided({ vpcId: WHOLE, alsoOnboarding: 'orders-1' })).toMatchObject({
      action: 'remove-principal',
    });
  });

  test.each<[string, Changes]>([
    ['its removal was asked for', { asked: { principal: true } }],
    ['it is just being removed', { privateLink: { principal: { ...ADMITTED, status: 'disassociating' } } }],
    ['a connection may only still be shown', { polls: 8, privateLink: { connections: [ONE] } }],
  ])('is waited for when %s', (_, changes) => {
    expect(decided(changes)).toMatchObject({ action: 'wait', reason: expect.any(String) });
  });

  test.each<[string, Changes, boolean]>([
    ['removed', { asked: { principal: true }, privateLink: GONE }, true],
    [
      'removed and a remnant',
      { asked: { principal: true }, privateLink: { principal: { ...ADMITTED, status: 'disassociated' } } },
      true,
    ],
    ['gone already', { privateLink: GONE }, true],
    ['gone with the PrivateLink', { privateLink: { status: 'none', ...GONE } }, true],
    ['gone, but another VPC is connected', { endpoints: [OTHER], privateLink: GONE }, false],
  ])('is reported as %s', (_, changes, principalRemoved) => {
    expect(decided(changes)).toMatchObject({
      action: 'done',
      principalRemoved,
      isNotAdmitted: principalRemoved,
    });
  });

  test('is not reported as removed if this system has neither admitted it nor asked for its removal', () => {
    const changes: Changes = { vpcId: WHOLE, recorded: false, privateLink: GONE };
    const outcome = { action: 'done', isNotAdmitted: true };
    expect(decided(changes)).toMatchObject({ ...outcome, principalRemoved: false });
    expect(decided({ ...changes, asked: { principal: true } })).toMatchObject({
      ...outcome,
      principalRemoved: true,
    });
  });
});

describe('an account of which only ours is to go', () => {
  const stranger: Changes = {
    vpcId: WHOLE,
    onlyOurs: true,
    recorded: false,
    connection: connection({ deletePrivateLinkWhenUnused: true }),
  };

  test.each<[string, Changes]>([
    ['its principal', {}],
    ['its connections', { privateLink: { connections: [ONE] } }],
    ['the PrivateLink', { privateLink: { principal: null, principalCount: 0 } }],
    [
      'its principal, for the sake of another connection',
      { endpoints: [endpoint({ connection: 'caches' })] },
    ],
    ['a PrivateLink that is busy', { privateLink: { status: 'busy' } }],
  ])('keeps %s if this system has not admitted it', (_, changes) => {
    expect(decided({ ...stranger, ...changes })).toMatchObject({
      action: 'done',
      principalRemoved: false,
      notes: [expect.stringContaining('not admitted by this system')],
    });
  });

  test('goes if there is a record', () => {
    expect(decided({ ...stranger, recorded: true })).toMatchObject({ action: 'remove-principal' });
  });

  test('loses the endpoints that this system made, and their connections', () => {
    const shared: Changes = { ...stranger, endpoints: [endpoint()], privateLink: { connections: [ONE] } };
    expect(decided(shared)).toMatchObject({ action: 'disassociate', connections: [ONE] });
    const { connections } = { connections: ['rsa-1'] };
    expect(decided({ ...shared, asked: { connections } })).toMatchObject({ action: 'delete-endpoint' });
  });

  test.each<[string, Changes]>([
    ['its last endpoint is deleted', { vpcId: WHOLE, onlyOurs: true, asked: { endpoints: ['vpce-a'] } }],
    ['its last VPC goes', { vpcId: VPC, onlyOurs: true }],
    ['a person sends its last VPC away', { vpcId: VPC, onlyOurs: false }],
  ])('stays admitted by whoever has admitted it when %s', (_, changes) => {
    expect(decided({ ...stranger, ...changes, endpoints: [endpoint({ state: 'deleted' })] })).toMatchObject({
      action: 'done',
      principalRemoved: false,
      notes: [expect.stringContaining('not admitted by this system')],
    });
  });

  test('goes if a person wants the whole account gone', () => {
    expect(decided({ ...stranger, onlyOurs: false })).toMatchObject({ action: 'remove-principal' });
  });
});
