// Long: every form in which an event comes, in whole workflows. test/lambdas/dispatch/planning/plan.test.ts always decides
// what follows from it, and leaving-events.test.ts and new-account.test.ts play events to their ends.

import { describe, expect, test } from '@jest/globals';
import { AwsError, type CloudEvent } from 'local-cloud';
import { event } from '../events.ts';
import { long } from '../long.ts';
import { GLOBAL_UNIT, type Lab, laboratory, MINUTE, outcome, UNIT, VPC } from './harness.ts';

const inLab = laboratory();

/** The event as it would be about this account. */
function about<T extends CloudEvent>(accountId: string, given: T): T {
  return JSON.parse(JSON.stringify(given).replaceAll('444455556666', accountId)) as T;
}

function publish(lab: Lab, given: unknown): void {
  const { account, region } = given as CloudEvent;
  lab.cloud.putEvent(given as CloudEvent, { accountId: account, region });
}

/** What the onboardings were started with, in order. */
function inputs(lab: Lab): unknown[] {
  return lab.executions('onboard').map(({ input }) => {
    const { because, at, ...rest } = JSON.parse(input) as { because?: string; at?: string };
    expect(because).toBe('event');
    expect(at).toMatch(/^2026-11-20T/);
    return rest;
  });
}

function reasons(lab: Lab): unknown[] {
  return lab
    .executions('dispatch')
    .map(({ output }) => output && (JSON.parse(output) as { reason: unknown }).reason);
}

describe('a plan', () => {
  test('whose noting was not answered is carried out', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      let lost = 0;
      const wellAgain = lab.cloud.interceptCalls(async ({ action, input }, proceed) => {
        const isPlan = action === 'PutItem' && JSON.stringify(input).includes('plan#');
        const answer = await proceed();
        if (!isPlan || lost > 0) return answer;
        lost += 1;
        throw new AwsError('SdkClientException', 'The connection was reset.', 500);
      });
      try {
        publish(lab, about(accountId, event.accountManaged() as CloudEvent));
        await lab.settled();
      } finally {
        wellAgain();
      }
      expect(lost).toBe(1);
      expect(inputs(lab)).toContainEqual({ connection: 'orders', accountId });
    }));
});

describe('an account that appears', () => {
  test.each([
    ['is created by Control Tower', event.accountManaged()],
    ['is created by Organizations', event.accountCreated()],
    ['is moved', event.accountMoved()],
  ])('because it %s is admitted to every connection that it is offered', (_, given) =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      publish(lab, about(accountId, given as CloudEvent));
      await lab.settled();
      expect(inputs(lab)).toEqual([
        { connection: 'orders', accountId },
        { connection: 'ledger', accountId },
      ]);
      expect(lab.executions().map(outcome)).toMatchObject(Array(3).fill({ status: 'SUCCEEDED' }));
      expect(lab.principals(12345)).toEqual({ [accountId]: 'associated' });
      expect(lab.principals(23456)).toEqual({ [accountId]: 'associated' });
    }),
  );

  test('is left alone while it is in a unit to which nothing is offered', () =>
    inLab(async (lab) => {
      if (!lab.cloud.accounts.hasUnit('ou-ab12-suspende'))
        lab.cloud.accounts.addUnit('Suspended', { id: 'ou-ab12-suspende' });
      const accountId = await lab.account('ou-ab12-suspende');
      publish(lab, about(accountId, event.accountCreated() as CloudEvent));
      await lab.settled();
      expect(inputs(lab)).toEqual([]);
      // It is moved to where it is to be.
      lab.cloud.accounts.move(accountId, GLOBAL_UNIT);
      await lab.settled();
      expect(inputs(lab)).toMatchObject([{ connection: 'sessions-us' }, { connection: 'sessions-eu' }]);
    }));

  long('is left alone if it is excluded', () =>
    inLab(async (lab) => {
      const accountId = await lab.account(UNIT, '444455550099');
      publish(lab, about(accountId, event.accountManaged() as CloudEvent));
      await lab.settled();
      expect(inputs(lab)).toEqual([{ connection: 'ledger', accountId }]);
      expect(JSON.parse(lab.executions('dispatch')[0]!.output!).skipped).toContainEqual({
        connection: 'orders',
        reason: 'the account is excluded by accounts.excludedAccountIds of connection orders',
      });
    }),
  );

  test.each([
    ['Control Tower has failed', event.accountManaged({ state: 'FAILED' })],
    ['Organizations has failed', event.accountCreated({ state: 'FAILED' })],
    ['the call was refused', event.refused(event.accountMoved())],
  ])('starts nothing if %s', (_, given) =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      publish(lab, about(accountId, given as unknown as CloudEvent));
      await lab.settled();
      expect(inputs(lab)).toEqual([]);
      expect(lab.executions('dispatch').map(({ status }) => status)).not.toContain('FAILED');
    }),
  );
});

describe('a VPC that appears', () => {
  test.each([
    ['with the tag', event.vpcCreated('orders')],
    ['and is tagged', event.tagsCreated('orders')],
    ['and whose tag changes', event.vpcTagged('orders')],
  ])('%s is connected', (_, given) =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
      publish(lab, about(accountId, given as CloudEvent));
      await lab.settled();
      expect(inputs(lab)).toEqual([{ connection: 'orders', accountId, vpcId: VPC, region: 'us-east-1' }]);
      expect(await lab.endpoints(accountId)).toMatchObject([{ VpcId: VPC, State: 'available' }]);
    }),
  );

  test('and names two connections is connected to both; unknown names are recorded', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const tag = 'orders shop  ledger __proto__ sessions-eu';
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': tag } });
      publish(lab, about(accountId, event.vpcCreated(tag) as CloudEvent));
      await lab.settled();
      expect(inputs(lab)).toMatchObject([{ connection: 'orders' }, { connection: 'ledger' }]);
      expect(await lab.endpoints(accountId)).toHaveLength(2);
      expect(JSON.parse(lab.executions('dispatch')[0]!.output!).skipped).toEqual([
        { connection: 'shop', reason: 'no connection of this name is configured' },
        { connection: '__proto__', reason: 'no connection of this name is configured' },
        { connection: 'sessions-eu', reason: 'this connection is in eu-west-1' },
      ]);
    }));

  test.each([
    ['without the tag', event.vpcCreated(), 'no configured connection is concerned'],
    ['as a default VPC', event.defaultVpcCreated(), 'no configured connection is concerned'],
    ['and names only unknown connections', event.vpcCreated('shop'), 'no configured connection is concerned'],
  ])('%s is left alone', (_, given, reason) =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      publish(lab, about(accountId, given as CloudEvent));
      await lab.settled();
      expect(inputs(lab)).toEqual([]);
      expect(reasons(lab)).toEqual([reason]);
      expect(lab.redisCloud.calls.total).toBe(0);
    }),
  );

  test.each([
    ['was refused', event.refused(event.vpcCreated('orders'))],
    ['changed another tag', event.vpcTagged('orders', ['Name'])],
  ])('does not even start dispatch if the call %s', (_, given) =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      publish(lab, about(accountId, given as unknown as CloudEvent));
      await lab.settled();
      expect(lab.executions()).toEqual([]);
    }),
  );

  long('where every VPC is wanted is connected without a tag', () =>
    inLab(async (lab) => {
      const accountId = await lab.account(UNIT, '444455550001');
      await lab.vpc(accountId, VPC, { region: 'eu-west-1' });
      publish(lab, { ...about(accountId, event.vpcCreated() as CloudEvent), region: 'eu-west-1' });
      await lab.settled();
      expect(inputs(lab)).toEqual([{ connection: 'catalog', accountId, vpcId: VPC, region: 'eu-west-1' }]);
      expect(await lab.endpoints(accountId, 'eu-west-1')).toMatchObject([{ State: 'available' }]);
    }),
  );
});

describe('events that AWS delivers', () => {
  test('twice start one execution', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
      const given = about(accountId, event.vpcCreated('orders') as CloudEvent);
      publish(lab, given);
      publish(lab, given);
      await lab.settled();
      publish(lab, { ...given, id: '00000000-0d6c-4a34-b0f2-1d4cbd1f5a02' });
      await lab.settled();
      expect(lab.executions('dispatch').map(({ status }) => status)).toEqual(Array(3).fill('SUCCEEDED'));
      expect(lab.executions('onboard')).toHaveLength(1);
      expect(await lab.endpoints(accountId)).toHaveLength(1);
    }));

  long('twice an hour apart start one execution', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
      const given = about(accountId, event.vpcCreated('orders') as CloudEvent);
      publish(lab, given);
      await lab.sleep(60 * MINUTE);
      publish(lab, given);
      await lab.settled();
      expect(lab.executions('onboard')).toHaveLength(1);
    }),
  );

  test('in three forms for one change start one execution', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
      for (const given of [
        event.vpcTagged('orders'),
        event.tagsCreated('orders'),
        event.vpcCreated('orders'),
      ]) {
        publish(lab, about(accountId, given as CloudEvent));
        await lab.sleep(3_000);
      }
      await lab.settled();
      expect(lab.executions('onboard')).toHaveLength(1);
    }));

  long('late, after what came later, change nothing any more', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
      publish(lab, {
        ...about(accountId, event.vpcTagged('orders') as CloudEvent),
        time: '2026-11-20T08:20:00Z',
      });
      await lab.settled();
      // The VPC had asked for another connection before.
      publish(lab, {
        ...about(accountId, event.vpcTagged('ledger') as CloudEvent),
        time: '2026-11-20T08:10:00Z',
      });
      await lab.settled();
      expect(inputs(lab)).toMatchObject([{ connection: 'orders' }]);
      expect(reasons(lab)[1]).toBe('another event has reported this, or something later');
    }),
  );

  test('in a form that their kind does not promise wait in the dead-letter queue', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const given = about(accountId, event.vpcCreated('orders') as CloudEvent);
      publish(lab, { ...given, detail: { ...given.detail, responseElements: { vpc: { vpcId: 'vpc-?' } } } });
      await lab.settled();
      expect(lab.executions('dispatch').map(outcome)).toEqual([
        { status: 'FAILED', error: 'MalformedEvent', message: expect.stringContaining('dead-letter queue') },
      ]);
      const letters = await lab.deadLetters();
      expect(letters.map((letter) => JSON.parse(letter))).toMatchObject([
        { event: { account: accountId }, error: 'MalformedEvent' },
      ]);
    }));

  long('that cannot start dispatch wait in the dead-letter queue', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const wellAgain = lab.cloud.interceptCalls(async ({ action }, proceed) => {
        if (action === 'StartExecution') throw new AwsError('AccessDeniedException', 'No.');
        return proceed();
      });
      try {
        publish(lab, about(accountId, event.vpcCreated('orders') as CloudEvent));
        await lab.sleep(25 * 60 * MINUTE);
      } finally {
        wellAgain();
      }
      const letters = await lab.deadLetters();
      expect(letters.map((letter) => JSON.parse(letter))).toMatchObject([
        { account: accountId, source: 'aws.ec2' },
      ]);
    }),
  );

  test('on behalf of an account that is not in the organization are refused at the hub', () =>
    inLab(async (lab) => {
      const stranger = { accountId: '999988887777', region: 'us-east-1' };
      const Entries = [
        {
          EventBusName: 'arn:aws:events:us-east-1:222222222222:event-bus/redis-privatelink',
          Source: 'stranger',
          DetailType: 'AWS API Call via CloudTrail',
          Detail: JSON.stringify(event.vpcCreated('orders').detail),
        },
      ];
      await expect(lab.call('events', 'PutEvents', { Entries }, stranger)).rejects.toMatchObject({
        code: 'AccessDeniedException',
        message: expect.stringContaining('no resource-based policy allows the events:PutEvents action'),
      });
      await lab.settled();
      expect(lab.executions()).toEqual([]);
    }));

  long('of a VPC that people create, with subnets a little later, end in a connected VPC', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const vpcId = await lab.world.createVpc(accountId, 'us-east-1', {
        cidrBlock: '10.60.0.0/16',
        tags: { 'redis-privatelink': 'orders' },
      });
      await lab.sleep(2 * MINUTE);
      await lab.world.createSubnets(accountId, 'us-east-1', vpcId, '10.60.0.0/16');
      await lab.settled();
      expect(lab.executions('onboard').map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }]);
      expect(await lab.endpoints(accountId)).toMatchObject([{ VpcId: vpcId, State: 'available' }]);
    }),
  );
});
