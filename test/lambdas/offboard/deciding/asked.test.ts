import { describe, expect, test } from '@jest/globals';
import { areGoing, askedAfter, askedAnew } from '../../../../lambdas/offboard/deciding/asked.ts';
import type { Asked, Decision } from '../../../../lambdas/offboard/deciding/offboarding.ts';
import { endpoint, ONE, OTHER, service, VPC } from './situation.ts';

const ASKED: Asked = {
  connections: ['rsa-0'],
  endpoints: ['vpce-0'],
  principal: false,
  removed: null,
  privateLink: false,
};
const MORE = { notes: [], memory: { absent: null, unlisted: null, empty: null } };

describe('what has been asked for', () => {
  test.each<[string, Partial<Decision>, Partial<Asked>]>([
    [
      'connections that are disassociated',
      { action: 'disassociate', connections: [ONE, service('vpce-9')] },
      { connections: ['rsa-0', 'rsa-1', 'vpce-9'] },
    ],
    [
      'an endpoint that is deleted',
      { action: 'delete-endpoint', vpcEndpointId: 'vpce-a', vpcId: VPC },
      { endpoints: ['vpce-0', 'vpce-a'] },
    ],
    [
      'an endpoint that is deleted again',
      { action: 'delete-endpoint', vpcEndpointId: 'vpce-0', vpcId: VPC },
      {},
    ],
    ['the principal', { action: 'remove-principal' }, { principal: true }],
    ['the PrivateLink', { action: 'delete-private-link' }, { privateLink: true }],
    ['nothing', { action: 'wait', reason: 'it goes' }, {}],
  ])('counts %s', (_what, decision, more) => {
    expect(askedAfter({ ...MORE, ...decision } as Decision, ASKED)).toEqual({ ...ASKED, ...more });
  });

  test('is asked for again where Redis Cloud has not done it; endpoints are AWS’s', () => {
    expect(askedAnew({ ...ASKED, principal: true, privateLink: true, removed: true })).toEqual({
      ...ASKED,
      connections: [],
      removed: true,
    });
  });
});

describe('whether all endpoints are going', () => {
  const going = endpoint({ state: 'deleting' });
  const said = {
    connection: 'orders',
    vpcId: VPC,
    asked: { connections: ['rsa-1'], endpoints: ['vpce-a', 'vpce-b'] },
    polls: 120,
  };

  test.each<[string, boolean, Parameters<typeof areGoing>[0], object?]>([
    ['all are', true, [going]],
    ['one is gone', true, [going, endpoint({ vpcEndpointId: 'vpce-b', state: 'deleted' })]],
    ['all are gone', false, [endpoint({ state: 'deleted' })]],
    ['there is none', false, []],
    ['one stands', false, [going, endpoint({ vpcEndpointId: 'vpce-b' })]],
    ['one was not asked for', false, [{ ...going, vpcEndpointId: 'vpce-c' }]],
    ['no connection was cut', false, [going], { asked: { ...said.asked, connections: [] } }],
    ['it takes too long', false, [going], { polls: 121 }],
    ['one of another VPC stands', true, [going, OTHER]],
    ['one of another VPC stands, and the account goes', false, [going, OTHER], { vpcId: null }],
    ['one of another connection stands', true, [going, { ...OTHER, connection: 'ledger' }], { vpcId: null }],
  ])('if %s: %s', (_what, expected, endpoints, differs = {}) => {
    expect(areGoing(endpoints, { ...said, ...differs })).toBe(expected);
  });
});
