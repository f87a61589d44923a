import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { RAMClient } from '@aws-sdk/client-ram';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, jest, test } from '@jest/globals';
import { Activity, LocalCloud, ProviderSide, VirtualClock, zonesOf } from 'local-cloud';
import { REGISTER, type World } from '../../assumptions/register.ts';
import type { Connection } from '../../lambdas/shared/workflows/configuration.ts';
import { loadConfiguration } from '../../lib/configuration.ts';
import { awsIn, redisCloudIn } from '../../local/assumed.ts';
import { type RedisCloud, startRedisCloud } from '../../local/redis-cloud/server.ts';
import { NotPossible } from '../../probe/asking/before.ts';
import { Conversation } from '../../probe/conversation.ts';
import { Inquiry, Interrupted } from '../../probe/inquiry.ts';
import { NOT_ASKED, OF_SHARES, type Outcome, probe } from '../../probe/probe.ts';
import { report } from '../../probe/report.ts';
import { isSandbox, SANDBOX_TAG } from '../../probe/sandbox.ts';
import { long, one } from '../long.ts';

jest.setTimeout(60_000);

const ACCOUNT = '444455556666';
const VPC = 'vpc-0a71e831cb5152c43';
const CONTRACTS = ['resource-share', 'endpoint-service'] as const;
const KEYS = { apiKey: 'account-key-of-the-probe', secretKey: 'user-key-of-the-probe' };
const [connection] = loadConfiguration('config/privatelink.yaml').connections;
const { region, subscriptionId } = connection!;

interface Stage {
  inquiry: Inquiry;
  redisCloud: RedisCloud;
  said: string[];
  call<T>(service: string, action: string, input: object): Promise<T>;
}

/** @param beforeSleep is called before each pause of the probe */
async function staged<T>(
  world: World,
  work: (stage: Stage) => Promise<T>,
  beforeSleep: (stage: Stage) => void = () => {},
  contract: Connection['contract'] = 'resource-share',
): Promise<T> {
  const clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
  const provider = new ProviderSide({ clock });
  const unit = 'ou-ab12-l3zc8b3h';
  const cloud = await LocalCloud.start({
    clock,
    provider,
    conduct: awsIn(world),
    organization: {
      managementAccountId: '111111111111',
      organizationalUnits: [{ id: unit, name: 'Sandbox' }],
    },
  });
  const redisCloud = await startRedisCloud({
    ...redisCloudIn(world),
    clock,
    provider,
    keys: KEYS,
    subscriptions: [
      {
        subscriptionId,
        region,
        contract,
        zoneIds: zonesOf(region).map(({ id }) => id),
        databases: [51, 52].map((databaseId) => ({ databaseId, port: 12_000 + databaseId })),
      },
    ],
  });
  const call = (service: string, action: string, input: object) =>
    cloud.call(service, action, input, cloud.root({ accountId: ACCOUNT, region })) as Promise<never>;
  try {
    await cloud.accounts.add(ACCOUNT, unit, { silent: true });
    cloud.ensureVpc({ accountId: ACCOUNT, region }, { vpcId: VPC, cidrBlock: '10.42.0.0/16', tags: {} });
    await call('ec2', 'ModifyVpcAttribute', { VpcId: VPC, EnableDnsHostnames: { Value: true } });
    const AvailabilityZone = `${region}a`;
    await call('ec2', 'CreateSubnet', { VpcId: VPC, CidrBlock: '10.42.0.0/20', AvailabilityZone });
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    });
    await call('iam', 'CreateRole', { RoleName: 'states', AssumeRolePolicyDocument });
    const setting = {
      region,
      endpoint: cloud.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' },
    };
    const clients = {
      ec2: new EC2Client(setting),
      ram: new RAMClient(setting),
      sfn: new SFNClient(setting),
      sqs: new SQSClient(setting),
      events: new EventBridgeClient(setting),
    };
    return await Activity.run(clock, async (activity) => {
      const said: string[] = [];
      let isCleaningUp = false;
      const sleep = (milliseconds: number) => {
        if (!isCleaningUp) beforeSleep(stage);
        return activity.sleep(milliseconds);
      };
      const inquiry = new Inquiry({
        connection: { ...connection!, contract },
        accountId: ACCOUNT,
        vpcId: VPC,
        statesRole: `arn:aws:iam::${ACCOUNT}:role/states`,
        events: true,
        redis: new Conversation({ url: redisCloud.url, keys: KEYS, sleep }),
        aws: clients,
        now: () => clock.now(),
        sleep,
        say: (text) => said.push(text),
        cleaningUp: () => {
          isCleaningUp = true;
        },
      });
      const stage: Stage = { inquiry, redisCloud, said, call };
      return work(stage);
    });
  } finally {
    await cloud.close();
    await redisCloud.close();
  }
}

/** What must be so for all others to show, and for everything to go again. */
const ALWAYS: World = {
  'write-answer': 'task',
  'disassociation-principal': 'owner',
  'deleted-endpoint': 'harmless',
};

/** Worlds that together have every alternative. */
const most = Math.max(...REGISTER.map(({ alternatives }) => alternatives.length));
const worlds: World[] = [
  ...Array.from({ length: most }, (_, index) => ({
    ...Object.fromEntries(
      REGISTER.map(({ name, alternatives }) => [name, alternatives[index % alternatives.length]!.value]),
    ),
    ...ALWAYS,
  })),
  { ...assumed(), ...ALWAYS, 'write-answer': 'no-content' },
  { ...assumed(), ...ALWAYS, 'disassociation-principal': 'other' },
];

function assumed(): World {
  return Object.fromEntries(REGISTER.map((one) => [one.name, one.assumed]));
}

async function remaining({ redisCloud, call }: Stage): Promise<unknown[]> {
  const { VpcEndpoints } = await call<{ VpcEndpoints: { State: string }[] }>(
    'ec2',
    'DescribeVpcEndpoints',
    {},
  );
  const { stateMachines } = await call<{ stateMachines: unknown[] }>('states', 'ListStateMachines', {});
  const { Rules } = await call<{ Rules: unknown[] }>('events', 'ListRules', {});
  const { QueueUrls = [] } = await call<{ QueueUrls?: string[] }>('sqs', 'ListQueues', {});
  const { Vpcs } = await call<{ Vpcs: { Tags?: { Key: string }[] }[] }>('ec2', 'DescribeVpcs', {});
  return [
    ...[redisCloud.privateLink(subscriptionId)].filter((link) => link !== undefined),
    ...VpcEndpoints.filter(({ State }) => State !== 'deleted'),
    ...stateMachines,
    ...Rules,
    ...QueueUrls,
    ...Vpcs.flatMap(({ Tags = [] }) => Tags),
  ];
}

describe('the probe', () => {
  const told: Record<Connection['contract'], Set<string>> = {
    'resource-share': new Set(),
    'endpoint-service': new Set(),
  };
  const scenes = CONTRACTS.flatMap((contract) =>
    worlds.map((world, index) => [index + 1, contract, world] as const),
  );

  one.each(scenes)(
    'says of world %i, with %s, only what is so, and removes what it made',
    async (_, contract, world) => {
      const look = async (stage: Stage) => ({
        outcome: await probe(stage.inquiry, async () => {}),
        left: await remaining(stage),
      });
      const { outcome, left } = await staged(world, look, () => {}, contract);
      expect(outcome).toMatchObject({ stopped: null, left: [] });
      expect(left).toEqual([]);
      const found = outcome.findings.filter(({ value }) => value !== null);
      expect(found.filter(({ name, value }) => value !== world[name])).toEqual([]);
      for (const { name, value } of found) told[contract].add(`${name}=${value}`);
    },
  );

  long.each(CONTRACTS)(
    'finds out every alternative with %s but those that it says it does not ask',
    (contract) => {
      const isAsked = (name: string) =>
        !(name in NOT_ASKED) && (contract === 'resource-share' || !OF_SHARES.has(name));
      const all = REGISTER.filter(({ name }) => isAsked(name)).flatMap(({ name, alternatives }) =>
        alternatives.map(({ value }) => `${name}=${value}`),
      );
      expect(all.filter((one) => !told[contract].has(one))).toEqual([]);
    },
  );

  test('creates nothing before it is confirmed, or where there is a PrivateLink', async () => {
    await staged({ ...assumed(), ...ALWAYS }, async (stage) => {
      const refused = probe(stage.inquiry, () => Promise.reject(new Error('not typed')));
      await expect(refused).rejects.toThrow('not typed');
      expect(stage.said).toEqual([]);
      const { redis, link } = stage.inquiry;
      await redis.finish('POST', link, { shareName: 'theirs', principal: ACCOUNT, type: 'aws_account' });
      await stage.inquiry.until(async () => (await stage.inquiry.read()) ?? undefined, 60_000);
      await expect(probe(stage.inquiry, async () => {})).rejects.toThrow(NotPossible);
      expect(stage.redisCloud.privateLink(subscriptionId)).toBeDefined();
    });
  });

  test.each(['a PrivateLink', 'a VPC endpoint'])(
    'removes everything when it is interrupted after %s',
    async (what) => {
      const interrupt = ({ said }: Stage) => {
        if (said.some((line) => line.startsWith(`creating ${what}`)))
          throw new Interrupted('it was interrupted');
      };
      await staged(
        { ...assumed(), ...ALWAYS },
        async (stage) => {
          const outcome = await probe(stage.inquiry, async () => {});
          expect(outcome).toMatchObject({ stopped: 'it was interrupted', left: [] });
          expect(await remaining(stage)).toEqual([]);
        },
        interrupt,
      );
    },
  );

  test('says what is left where Redis Cloud does not let the PrivateLink go', async () => {
    const world = {
      ...assumed(),
      ...ALWAYS,
      'disassociation-principal': 'other',
      'deleted-endpoint': 'blocks',
    };
    const outcome = await staged(world, ({ inquiry }) => probe(inquiry, async () => {}));
    expect(outcome.left).toEqual([expect.stringMatching(/^a PrivateLink at Redis Cloud: .*GENERAL_ERROR/)]);
  });
});

describe('the report', () => {
  const outcome: Outcome = {
    findings: [{ name: 'write-answer', value: 'no-content', seen: `of ${ACCOUNT}, arn:aws:ram:x:y, a-key` }],
    stopped: null,
    left: [`the endpoint in ${VPC}`],
  };
  const run = { date: '2026-11-20T09:00:00Z', version: '1', contract: 'resource-share', region };

  test('has no keys, no account ids and no ARNs', () => {
    const text = report(outcome, run, ['a-key', VPC]);
    expect(text).toContain('| write-answer | no-content | **otherwise** |');
    expect(text).not.toMatch(/a-key|444455556666|arn:aws|vpc-0/);
  });

  test('has account ids if that is asked for, and no keys', () => {
    const text = report(outcome, run, ['a-key'], true);
    expect(text).toContain(ACCOUNT);
    expect(text).not.toContain('a-key');
  });
});

test('an account is known as a sandbox by the tag of its VPC', async () => {
  const sts = { send: async () => ({ Account: ACCOUNT }) } as never;
  const tagged = (Tags: object[]) => ({ sts, ec2: { send: async () => ({ Vpcs: [{ Tags }] }) } as never });
  expect(await isSandbox(tagged([{ Key: SANDBOX_TAG, Value: 'true' }]), ACCOUNT, VPC)).toBe(true);
  expect(await isSandbox(tagged([]), ACCOUNT, VPC)).toBe(false);
  await expect(isSandbox(tagged([]), '999900001111', VPC)).rejects.toThrow('are of account 444455556666');
});
