import { describe, expect, test } from '@jest/globals';
import { checkOffboardRequest } from '../../../lambdas/offboard/check-offboard-request.ts';
import { connection } from '../../connection.ts';

const connections = [connection(), connection({ name: 'abroad', region: 'eu-west-1', subscriptionId: 2 })];
const check = (request: unknown) => checkOffboardRequest(request, connections);
const ACCOUNT = '444455556666';
const VPC = 'vpc-0a71e831cb5152c43';

test('a request for a renamed connection uses the name under which everything is kept', () => {
  const renamed = [connection({ newName: 'billing' })];
  expect(checkOffboardRequest({ connection: 'orders', accountId: ACCOUNT }, renamed).connection).toEqual(
    renamed[0],
  );
  expect(() => checkOffboardRequest({ connection: 'billing', accountId: ACCOUNT }, renamed)).toThrow(
    /"billing" is what VPCs may call orders now; write "orders"/,
  );
});

describe('a request to delete a PrivateLink that nobody uses', () => {
  const archive = connection({ name: 'archive', deletePrivateLinkWhenUnused: true });
  const ask = (request: object) => checkOffboardRequest({ connection: 'archive', ...request }, [archive]);

  test('is about no account, and removes nobody', () => {
    expect(ask({ unused: true })).toEqual({
      connection: archive,
      accountId: null,
      vpcId: null,
      all: false,
      onlyOurs: true,
      because: null,
      released: false,
      answer: null,
    });
  });

  test.each([
    ['says false', { unused: false }],
    ['names an account', { unused: true, accountId: ACCOUNT }],
    ['gives a reason', { unused: true, because: 'reconciliation' }],
    ['is for another connection', { connection: 'orders', unused: true }],
  ])('is refused where it %s', (_, request) => {
    expect(() => ask(request)).toThrow(/"unused":true/);
  });

  test('is refused where the PrivateLink is to stay, and names the setting', () => {
    expect(() => check({ connection: 'orders', unused: true })).toThrow(/set deletePrivateLinkWhenUnused/);
  });
});

describe('a request to offboard', () => {
  test.each([
    ['a VPC', { accountId: ACCOUNT, vpcId: VPC }, { accountId: ACCOUNT, vpcId: VPC }],
    [
      'a VPC with its Region',
      { accountId: ACCOUNT, vpcId: VPC, region: 'us-east-1' },
      { accountId: ACCOUNT, vpcId: VPC },
    ],
    ['an account', { accountId: ACCOUNT }, { accountId: ACCOUNT }],
    [
      'an account of ours only',
      { accountId: ACCOUNT, onlyOurs: true },
      { accountId: ACCOUNT, onlyOurs: true },
    ],
    [
      'what a reconciliation has found',
      { accountId: ACCOUNT, onlyOurs: true, because: 'reconciliation' },
      { accountId: ACCOUNT, onlyOurs: true, because: 'reconciliation' },
    ],
    ['what is held, to release it', { release: 'all' }, { answer: { action: 'release', things: null } }],
    [
      'what is held, to keep some of it',
      { refuse: [`${ACCOUNT}/${VPC}`, ACCOUNT] },
      { answer: { action: 'refuse', things: [`${ACCOUNT}/${VPC}`, ACCOUNT] } },
    ],
    ['everybody', { all: true, confirm: 'orders' }, { all: true }],
  ])('may be about %s', (_, request, answer) => {
    expect(check({ connection: 'orders', ...request })).toEqual({
      connection: connections[0],
      accountId: null,
      vpcId: null,
      all: false,
      onlyOurs: false,
      because: null,
      released: false,
      answer: null,
      ...answer,
    });
  });

  test.each<[string, unknown, RegExp]>([
    ['both', { release: 'all', refuse: 'all' }, /not both/],
    ['nothing', { release: [] }, /write "all", or a list/],
    ['no list', { refuse: 'some' }, /write "all", or a list/],
    ['no account', { refuse: ['vpc-1'] }, /write "all", or a list/],
    ['something else', { release: 'all', accountId: ACCOUNT }, /no such field as accountId/],
  ])('is no answer to holds with %s', (_, request, message) => {
    const refuse = () => check({ connection: 'orders', ...(request as object) });
    expect(refuse).toThrow(message);
    expect(refuse).toThrow(expect.objectContaining({ name: 'InvalidRequest' }));
  });

  test.each<[string, unknown, ...RegExp[]]>([
    [
      'an unknown connection',
      { connection: 'order', accountId: ACCOUNT },
      /"order" is not configured; there is: orders, abroad/,
    ],
    ['a malformed account id', { connection: 'orders', accountId: '4444' }, /accountId.*twelve digits/],
    ['a malformed VPC id', { connection: 'orders', accountId: ACCOUNT, vpcId: 'vpc-1' }, /vpcId/],
    ['a VPC of no account', { connection: 'orders', vpcId: VPC }, /accountId/],
    [
      'a wrong Region',
      { connection: 'orders', accountId: ACCOUNT, region: 'eu-west-1' },
      /orders is in us-east-1/,
    ],
    [
      'onlyOurs in words',
      { connection: 'orders', accountId: ACCOUNT, onlyOurs: 'yes' },
      /onlyOurs: must be true or false/,
    ],
    ['an unknown field', { connection: 'orders', accountId: ACCOUNT, vpc: 'x' }, /no such field as vpc/],
    ['several faults', { connection: 'order', accountId: '4', region: 5 }, /accountId/, /region/, /"order"/],
    ['nothing but the connection', { connection: 'orders' }, /accountId/],
    ['no confirmation', { connection: 'orders', all: true }, /confirm: .*write "confirm":"orders"/],
    [
      'the confirmation of another',
      { connection: 'orders', all: true, confirm: 'abroad' },
      /write "confirm":"orders"/,
    ],
    [
      'a confirmation that is no text',
      { connection: 'orders', all: true, confirm: true },
      /write "confirm":"orders"/,
    ],
    ['a confirmation alone', { connection: 'orders', confirm: 'orders' }, /all: must be true, got nothing/],
    [
      'everybody, but not really',
      { connection: 'orders', all: false, confirm: 'orders' },
      /all: must be true/,
    ],
    [
      'everybody of an account',
      { connection: 'orders', accountId: ACCOUNT, all: true, confirm: 'orders' },
      /no such field as accountId/,
    ],
    ['everybody of nothing', { all: true, confirm: 'orders' }, /connection: must be a string/],
    [
      'everybody of what is not configured',
      { connection: 'x', all: true },
      /"x" is not configured/,
      /confirm: must repeat/,
    ],
    ['no input', {}, /connection.*accountId/],
    ['a list', [{ connection: 'orders' }], /input/],
    ['text', 'orders', /input/],
    ['null', null, /input/],
    [
      'a name of the prototype',
      { connection: '__proto__', all: true, confirm: '__proto__' },
      /not configured/,
    ],
  ])('is refused with %s, and shown both forms', (_, request, ...messages) => {
    const refuse = () => check(request);
    expect(refuse).toThrow(expect.objectContaining({ name: 'InvalidRequest' }));
    for (const message of messages) expect(refuse).toThrow(message);
    expect(refuse).toThrow(/An input looks like .*"accountId".*"confirm":"orders"/);
  });

  test('is not told twice what is wrong with its connection', () => {
    expect(() => check({ connection: 'order', all: true, confirm: 'order' })).not.toThrow(/confirm: must/);
  });
});
