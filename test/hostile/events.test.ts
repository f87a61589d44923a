import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeFailure, type Failure } from '../../lambdas/clean-up/describe-failure.ts';
import { fingerprint, readEvent } from '../../lambdas/dispatch/planning/event.ts';
import { candidates, plan } from '../../lambdas/dispatch/planning/plan.ts';
import { MalformedEvent } from '../../lambdas/shared/errors.ts';
import { isPlain } from '../../lambdas/shared/runtime/text.ts';
import { REMOVALS } from '../connection.ts';
import { event } from '../events.ts';
import { ACCOUNT, CONNECTION, sampleFor } from './functions.ts';
import { faultOf, hostileText, mustBeNull, mutated, nested, RUNS, SETTINGS } from './hostile.ts';

const EVENTS = [
  event.accountManaged(),
  event.accountCreated(),
  event.accountMoved(),
  event.accountClosed(),
  event.accountRemoved(),
  event.accountDeparted(),
  event.accountJoined(),
  event.handshakeAccepted(),
  event.vpcCreated('orders'),
  event.defaultVpcCreated(),
  event.vpcTagged('orders caches'),
  event.tagsCreated('orders'),
  event.tagsDeleted(),
  event.vpcDeleted(),
  event.blocked(event.subnetDeleted()),
];

const FACTS = {
  account: { accountId: ACCOUNT, state: 'ACTIVE', paths: ['o-1/r-1/ou-ab12-l3zc8b3h'] },
  connected: [
    { connection: 'orders', vpcId: null },
    { connection: 'orders', vpcId: 'vpc-0a71e831cb5152c43' },
  ],
};

/** What `dispatch` makes of an event. */
function dispatched(given: unknown) {
  const reading = readEvent(given, Date.parse('2100-01-01'));
  if (!reading.change) return { executions: [], skipped: [], reason: reading.reason };
  const { connections, skipped } = candidates(reading.change, [CONNECTION]);
  const planned = plan(
    reading.change,
    { ...FACTS, candidates: connections, noted: new Map(), at: null },
    { connections: [CONNECTION], removals: REMOVALS },
    fingerprint(given),
  );
  return { executions: planned.executions, skipped: [...skipped, ...planned.skipped], reason: null };
}

describe('an event of any form', () => {
  const hostileEvent = fc.constantFrom(...EVENTS).chain((given) => mutated<unknown>(given));

  test('starts executions with proper names and ids, or none, or is malformed', () => {
    const property = fc.property(hostileEvent, (given) => {
      let result: ReturnType<typeof dispatched>;
      try {
        result = dispatched(given);
      } catch (error) {
        mustBeNull(faultOf(error));
        return expect(error).toBeInstanceOf(MalformedEvent);
      }
      expect(result.executions.length).toBeLessThanOrEqual(2);
      for (const { name, input } of result.executions) {
        expect(name).toMatch(/^orders-\d{12}(-vpc-[0-9a-f]{8,17})?-[0-9a-f]{12}$/);
        expect(name.length).toBeLessThanOrEqual(80);
        expect(JSON.stringify(input)).toMatch(/^[\w":,{}-]+$/);
      }
      const said = JSON.stringify([result.skipped, result.reason]);
      mustBeNull(said.length < 30_000 ? null : `it says ${said.length} characters`);
      mustBeNull(isPlain(said) ? null : `it says ${said}`);
    });
    fc.assert(property, { ...SETTINGS, numRuns: RUNS * 2 });
  });

  test('has failed also where its error code is an object that cannot be shown', () => {
    const given = event.vpcTagged('orders');
    const errorCode = { toString: 1, valueOf: 2 };
    expect(
      readEvent({ ...given, detail: { ...given.detail, errorCode } }, Date.parse('2100-01-01')),
    ).toMatchObject({ change: null });
  });

  test('is malformed if it is too deep to be looked through', () => {
    const given = event.vpcTagged('orders');
    expect(() => dispatched({ ...given, detail: { ...given.detail, deep: nested(100_000) } })).toThrow(
      MalformedEvent,
    );
  });
});

test('a message about a failure keeps its lines, whatever the failure quotes', () => {
  const { ended, connection, last } = sampleFor('clean-up/describe-failure.ts') as Failure;
  const lines = describeFailure({ ended, connection, last }, 'docs/operations.md').message.split('\n').length;
  const property = fc.property(hostileText, hostileText, hostileText, (error, cause, name) => {
    const input = JSON.stringify({ connection: 'orders', accountId: ACCOUNT, [name]: cause });
    const quoted = fc.sample(fc.constantFrom(cause, JSON.stringify({ errorMessage: cause })), 1)[0];
    const { subject, message, attributes } = describeFailure(
      { ended: { ...ended, error, cause: quoted, input }, connection },
      'docs/operations.md',
    );
    expect(message.split('\n')).toHaveLength(lines);
    expect(message.split('\n').filter((line) => !isPlain(line))).toEqual([]);
    expect(message.length).toBeLessThan(8_000);
    expect(subject).toMatch(/^[ -~]{1,99}$/);
    expect(Object.values(attributes).filter(({ StringValue }) => !isPlain(StringValue))).toEqual([]);
  });
  fc.assert(property, { numRuns: RUNS });
});
