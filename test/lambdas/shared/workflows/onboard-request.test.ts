import { describe, expect, test } from '@jest/globals';
import { checkRequest } from '../../../../lambdas/shared/workflows/onboard-request.ts';
import { connection } from '../../../connection.ts';

const connections = [connection(), connection({ name: 'abroad', region: 'eu-west-1', subscriptionId: 2 })];
const check = (request: unknown) => checkRequest(request, connections);

describe('a request to onboard', () => {
  test('is answered with its connection', () => {
    expect(
      check({ connection: 'orders', accountId: '444455556666', vpcId: 'vpc-0a71e831cb5152c43' }),
    ).toEqual({
      connection: connections[0],
      accountId: '444455556666',
      vpcId: 'vpc-0a71e831cb5152c43',
      because: null,
      at: null,
      takeOver: null,
    });
  });

  test('by hand may name an endpoint of the VPC to take over', () => {
    const input = { connection: 'orders', accountId: '444455556666' };
    const taking = { ...input, vpcEndpointId: 'vpce-0a71e831cb5152c43' };
    const vpcId = 'vpc-0a71e831cb5152c43';
    expect(check({ ...taking, vpcId }).takeOver).toBe('vpce-0a71e831cb5152c43');
    expect(() => check(taking)).toThrow(/together with its vpcId/);
    expect(() => check({ ...taking, vpcId, because: 'event' })).toThrow(/only by hand/);
  });

  test('is not of the future, which would undo what a person does until then', () => {
    const input = { connection: 'orders', accountId: '444455556666', because: 'event' };
    const at = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
    expect(check({ ...input, at: at(60_000) }).because).toBe('event');
    expect(() => check({ ...input, at: at(3_600_000) })).toThrow(/at: .* is in the future/);
  });

  test('may leave the VPC out', () => {
    expect(check({ connection: 'orders', accountId: '444455556666' }).vpcId).toBeNull();
  });

  test.each([
    [
      'an unknown connection',
      { connection: 'order', accountId: '444455556666' },
      /"order" is not configured; there is: orders, abroad/,
    ],
    ['a malformed account id', { connection: 'orders', accountId: '4444' }, /accountId.*twelve digits/],
    ['an account id that is a number', { connection: 'orders', accountId: 444455556666 }, /accountId/],
    ['a malformed VPC id', { connection: 'orders', accountId: '444455556666', vpcId: 'vpc-1' }, /vpcId/],
    [
      'a wrong Region',
      { connection: 'orders', accountId: '444455556666', region: 'eu-west-1' },
      /orders is in us-east-1/,
    ],
    [
      'an unknown field',
      { connection: 'orders', accountId: '444455556666', vpc: 'x' },
      /no such field as vpc/,
    ],
    ['no input', {}, /connection.*accountId/],
    ['a list', [{ connection: 'orders' }], /input/],
    ['text', 'orders', /input/],
    ['null', null, /input/],
    ['a name of the prototype', { connection: '__proto__', accountId: '444455556666' }, /not configured/],
  ])('is refused with %s, and shown an example', (_, request, message) => {
    const refuse = () => check(request);
    expect(refuse).toThrow(expect.objectContaining({ name: 'InvalidRequest' }));
    expect(refuse).toThrow(message);
    expect(refuse).toThrow(/An input looks like/);
  });
});
