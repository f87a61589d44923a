import { describe, expect, test } from '@jest/globals';
import type { Caller } from '../src/aws/caller.ts';
import { Ec2 } from '../src/aws/ec2/ec2.ts';
import { type CloudEvent, EventDelays } from '../src/aws/events.ts';
import { ProviderSide } from '../src/aws/provider.ts';
import { Activity, VirtualClock } from '../src/clock.ts';

const START = Date.parse('2026-11-20T10:15:29Z');
const accountId = '444455556666';
const region = 'us-east-1';
const root = { accountId, region, arn: `arn:aws:iam::${accountId}:root` };
const role = { accountId, region, arn: `arn:aws:sts::${accountId}:assumed-role/reader/one` };

describe('events', () => {
  const told = async (pace: 'seconds' | 'minutes') => {
    const clock = new VirtualClock(START);
    const delays = new EventDelays();
    delays.pace = pace;
    const events: { event: CloudEvent; after: number }[] = [];
    const publish = (event: CloudEvent) => events.push({ event, after: clock.now() - START });
    const ec2 = new Ec2({ clock, provider: new ProviderSide({ clock }), publish, delays });
    for (let count = 0; count < 5; count += 1) ec2.actions.CreateVpc!({ CidrBlock: '10.42.0.0/16' }, root);
    const under = delays.underWay;
    await Activity.run(clock, (activity) => activity.sleep(301_000));
    expect([under, delays.underWay]).toEqual([5, 0]);
    return events;
  };

  test('take five seconds', async () => {
    expect((await told('seconds')).map(({ after }) => after)).toEqual(Array(5).fill(5_000));
  });

  test('take up to five minutes, in any order, and the same time in each run', async () => {
    const events = await told('minutes');
    const vpcs = events.map(({ event }) => JSON.stringify(event.detail.responseElements));
    for (const { after } of events) {
      expect(after).toBeGreaterThanOrEqual(1_000);
      expect(after).toBeLessThan(300_000);
    }
    const again = await told('minutes');
    expect(again.map(({ after }) => after)).toEqual(events.map(({ after }) => after));
    const inOrder = (await told('seconds')).map(({ event }) => JSON.stringify(event.detail.responseElements));
    const idIn = (text: string | undefined) => /vpc-\w+/.exec(text ?? '')?.[0];
    expect(vpcs.map(idIn)).not.toEqual(inOrder.map(idIn));
  });
});

describe('what EC2 describes', () => {
  // biome-ignore lint/suspicious/noExplicitAny: outputs are as loose as the actions themselves
  type Loose = any;

  test.each(['at-once', 'lag'] as const)('follows a change %s', async (describes) => {
    const clock = new VirtualClock(START);
    const ec2 = new Ec2({ clock, provider: new ProviderSide({ clock }), ways: { describes } });
    const call = (action: string, input: object, caller: Caller = role): Loose =>
      ec2.actions[action]!(input, caller);
    const { VpcId } = call('CreateVpc', { CidrBlock: '10.42.0.0/16' }).Vpc;
    const seen = (caller: Caller = role) => call('DescribeVpcs', {}, caller).Vpcs.length;
    expect([seen(), seen({ ...root, isSpectator: true })]).toEqual(describes === 'lag' ? [0, 1] : [1, 1]);
    if (describes === 'lag') {
      expect(() => call('DescribeVpcAttribute', { VpcId, Attribute: 'enableDnsSupport' })).toThrow(
        /does not exist/,
      );
    }
    await Activity.run(clock, (activity) => activity.sleep(8_000));
    expect(seen()).toBe(1);
    call('CreateTags', { Resources: [VpcId], Tags: [{ Key: 'a', Value: 'b' }] });
    const tags = () => call('DescribeVpcs', {}).Vpcs[0].Tags.length;
    expect(tags()).toBe(describes === 'lag' ? 0 : 1);
    await Activity.run(clock, (activity) => activity.sleep(8_000));
    expect(tags()).toBe(1);
  });
});
