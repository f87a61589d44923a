import { describe, expect, test } from '@jest/globals';
import { reconcile } from '../../../../lambdas/reconcile/comparing/reconciliation.ts';
import { connection } from '../../../connection.ts';
import {
  A,
  B,
  endpoint,
  find,
  found,
  group,
  know,
  orders,
  outcomes,
  REGION,
  read,
  snapshot,
  VPC,
} from './knowledge.ts';

describe('a removal', () => {
  test('of parameters alone, which an offboarding did not see, is one too', () => {
    const gone = { vpcs: [{ vpcId: VPC, tags: null }], endpoints: [], groups: [] };
    const parameters = [{ connection: 'orders', vpcId: VPC, digest: 'a1' }];
    expect(outcomes(know(find(found({ ...gone, parameters }))))).toEqual([
      `dueNext offboard orders ${A} ${VPC}`,
    ]);
    expect(outcomes(know(find(found(gone))))).toEqual([]);
  });

  test('of a security group alone is one too', () => {
    const alone = { vpcs: [{ vpcId: VPC, tags: null }], endpoints: [], groups: [group()] };
    expect(outcomes(know(find(found(alone))))).toEqual([`dueNext offboard orders ${A} ${VPC}`]);
  });

  const untagged = (state = 'available') =>
    find(found({ vpcs: [{ vpcId: VPC, tags: null }], endpoints: [endpoint({ state })] }));
  const key = `orders ${A} ${VPC}`;

  test('is due in two runs in a row before it starts', () => {
    const first = reconcile(know(untagged()));
    expect(first.executions).toEqual([]);
    expect(first.differences).toMatchObject([{ workflow: 'offboard', vpcId: VPC, outcome: 'dueNext' }]);
    expect(first.counts).toMatchObject({ dueNext: 1, offboard: 0 });

    const second = reconcile(know({ ...untagged(), dueBefore: new Set(first.due) }));
    expect(second.executions).toEqual([
      {
        workflow: 'offboard',
        name: expect.stringMatching(new RegExp(`^orders-${A}-${VPC}-[0-9a-f]{12}$`)),
        input: {
          connection: 'orders',
          accountId: A,
          vpcId: VPC,
          region: REGION,
          onlyOurs: true,
          because: 'reconciliation',
        },
      },
    ]);
    expect(second.counts).toMatchObject({ dueNext: 0, offboard: 1 });
    expect(second.due).toEqual(first.due);
  });

  test('that a person is asked about is not started again, and is due anew when nobody has answered', () => {
    const held = [
      {
        connection: 'orders',
        accountId: A,
        vpcId: VPC,
        because: 'reconciliation' as const,
        reason: 'x',
        at: '2026-11-20T09:00:00.000Z',
        until: '2026-11-21T09:00:00.000Z',
        isTold: true,
      },
    ];
    const knowledge = { ...untagged(), dueBefore: new Set([key]) };
    expect(reconcile(know({ ...knowledge, held }))).toMatchObject({
      executions: [],
      due: [],
      differences: [{ outcome: 'held', reason: expect.stringContaining('until 2026-11-21') }],
    });
    const another = held.map((one) => ({ ...one, vpcId: null }));
    expect(reconcile(know({ ...knowledge, held: another })).executions).toHaveLength(1);
  });

  test('that is not due any more is forgotten', () => {
    expect(reconcile(know({ dueBefore: new Set([key]) }))).toMatchObject({ due: [], differences: [] });
  });

  test.each([
    ['available', true],
    ['failed', true],
    ['rejected', true],
    ['expired', true],
    ['deleting', false],
    ['deleted', false],
  ])('of an endpoint that is %s: %s', (state, isDue) => {
    const { due } = reconcile(know({ ...untagged(state), ...read({ owners: [] }) }));
    expect(due).toEqual(isDue ? [key] : []);
  });

  test('of a VPC that is gone, or whose account is not offered the connection', () => {
    expect(reconcile(know(find(found({ vpcs: [] })))).due).toEqual([key]);
    const changes = {
      connections: [orders, connection({ name: 'sessions' })],
      accounts: [`${A} 1`],
      snapshots: new Map([
        ['orders', snapshot({ principals: [] })],
        ['sessions', snapshot()],
      ]),
    };
    expect(reconcile(know(changes)).due).toEqual([key]);
  });

  test('is one for a VPC, however many endpoints it has', () => {
    const endpoints = [endpoint(), endpoint({ vpcEndpointId: 'vpce-2' })];
    expect(reconcile(know(find(found({ vpcs: [], endpoints })))).due).toEqual([key]);
  });

  describe('of an account that the connection is not offered to', () => {
    const left = (changes: object = {}) => ({
      accounts: [],
      findings: [],
      recorded: new Set([`${A} orders`]),
      ...read({ owners: [], ...changes }),
    });

    test('is of the whole account', () => {
      const { executions } = reconcile(know({ ...left(), dueBefore: new Set([`orders ${A}`]) }));
      expect(executions).toEqual([
        {
          workflow: 'offboard',
          name: expect.stringMatching(new RegExp(`^orders-${A}-[0-9a-f]{12}$`)),
          input: { connection: 'orders', accountId: A, onlyOurs: true, because: 'reconciliation' },
        },
      ]);
    });

    test('takes its VPCs with it', () => {
      const changes = {
        ...left(),
        connections: [orders, connection({ name: 'sessions' })],
        accounts: [`${A} 1`],
        findings: [found()],
        snapshots: new Map([
          ['orders', snapshot()],
          ['sessions', snapshot({ principals: [], owners: [] })],
        ]),
      };
      expect(reconcile(know(changes)).due).toEqual([`orders ${A}`]);
    });

    test.each(['disassociated', 'disassociating'])('is over when its principal is %s', (status) => {
      expect(reconcile(know(left({ principals: [`${A} ${status}`] })))).toMatchObject({
        due: [],
        reported: [],
      });
    });

    test('is not over when its principal has failed', () => {
      expect(reconcile(know(left({ principals: [`${A} failed`] }))).due).toEqual([`orders ${A}`]);
    });

    test.each([[new Set<string>()], [new Set([`${A} sessions`])], [new Set([`${B} orders`])]])(
      'is never made where this system has not admitted it, %#',
      (recorded) => {
        const outcome = reconcile(know({ ...left(), recorded, dueBefore: new Set([`orders ${A}`]) }));
        expect(outcome).toMatchObject({
          differences: [],
          due: [],
          reported: [{ kind: 'unknown principal', connection: 'orders', accountId: A }],
        });
      },
    );
  });
});
