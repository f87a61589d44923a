import { expect, test } from '@jest/globals';
import {
  decideEndpoint,
  ENDPOINT_ACTIONS,
  type EndpointDecision,
  type VpcLook,
} from '../../../../lambdas/onboard/deciding/endpoint.ts';

const EMPTY: VpcLook = {
  isSettled: true,
  endpoint: null,
  securityGroupId: null,
  failedEndpointIds: [],
  addableSubnetIds: [],
};

const DECIDED: [Partial<VpcLook>, before: number, EndpointDecision][] = [
  [{ endpoint: {}, securityGroupId: 'sg-1' }, 5, { action: 'await-endpoint', endpointRequests: 6 }],
  [{ endpoint: {} }, 5, { action: 'complete-security-group', endpointRequests: 6 }],
  [
    { endpoint: {}, securityGroupId: 'sg-1', addableSubnetIds: ['subnet-1'] },
    5,
    { action: 'add-subnets', endpointRequests: 6 },
  ],
  [
    { endpoint: {}, addableSubnetIds: ['subnet-1'] },
    5,
    { action: 'complete-security-group', endpointRequests: 6 },
  ],
  [{ isSettled: false }, 6, { action: 'wait-for-subnets', endpointRequests: 6 }],
  [{}, 5, { action: 'give-up', endpointRequests: 6 }],
  [{}, 4, { action: 'create-security-group', endpointRequests: 5 }],
  [{ failedEndpointIds: ['vpce-1'] }, 5, { action: 'give-up', endpointRequests: 6 }],
  [
    { failedEndpointIds: ['vpce-1'], securityGroupId: 'sg-1' },
    0,
    { action: 'delete-failed-endpoint', endpointRequests: 1 },
  ],
  [{ securityGroupId: 'sg-1' }, 0, { action: 'create-endpoint', endpointRequests: 1 }],
];

test.each(DECIDED)('what a VPC lacks is decided (%#)', (vpc, before, decision) => {
  expect(decideEndpoint({ ...EMPTY, ...vpc }, before)).toEqual(decision);
});

test('every action is reached', () => {
  expect(new Set(DECIDED.map(([, , { action }]) => action))).toEqual(new Set(ENDPOINT_ACTIONS));
});
