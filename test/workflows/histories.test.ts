import { expect, test } from '@jest/globals';
import { GLOBAL_UNIT, MINUTE, UNIT } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';
import { numbers } from './random.ts';

const inScene = theatre();

const REGION = 'us-east-1';
const SUBSCRIPTIONS = new Map([
  ['orders', 12345],
  ['ledger', 23456],
]);
const TAGS = [null, 'orders', 'ledger', 'orders ledger', 'shop', 'ledger shop'];
const STRANGER = '999900002222';

/** What people do in an organization, while AWS loses and repeats what it tells of it. */
class History {
  readonly told: string[] = [];
  /** VPCs by account. */
  readonly accounts = new Map<string, string[]>();
  readonly #scene: Scene;
  readonly #random: () => number;

  constructor(scene: Scene, seed: number) {
    this.#scene = scene;
    this.#random = numbers(seed);
    const { eventBridge } = scene.lab.cloud;
    const publish = eventBridge.publish;
    eventBridge.publish = (event, ...where) => {
      const isTold = event.source === 'aws.states' ? 1 : this.#random();
      if (isTold < 0.25) return;
      publish.call(eventBridge, event, ...where);
      if (isTold < 0.5) publish.call(eventBridge, event, ...where);
    };
  }

  #one<T>(things: readonly T[]): T {
    return things[Math.floor(this.#random() * things.length)]!;
  }

  async step(): Promise<void> {
    const { lab } = this.#scene;
    const accounts = [...this.accounts.keys()];
    const open = accounts.filter((id) => lab.cloud.organization.isActive(id));
    const vpcs = open.flatMap((id) => this.accounts.get(id)!.map((vpcId) => [id, vpcId] as const));
    const tellable: [string, (() => unknown)?][] = [
      ['join', () => this.#join()],
      ['create', open.length > 0 ? () => this.#create(this.#one(open)) : undefined],
      ['tag', vpcs.length > 0 ? () => this.#tag(...this.#one(vpcs)) : undefined],
      ['tag', vpcs.length > 0 ? () => this.#tag(...this.#one(vpcs)) : undefined],
      ['tear down', vpcs.length > 0 ? () => this.#tearDown(...this.#one(vpcs)) : undefined],
      ['spoil', vpcs.length > 0 ? () => this.#spoil(...this.#one(vpcs)) : undefined],
      ['close', open.length > 1 ? () => lab.cloud.organization.closeAccount(this.#one(open)) : undefined],
      ['move', open.length > 0 ? () => this.#move(this.#one(open)) : undefined],
      ['reconcile', () => lab.start('reconcile', {})],
    ];
    const [what, act] = this.#one(tellable);
    if (!act) return this.step();
    this.told.push(what);
    await act();
    await lab.sleep(this.#one([0, 500, 3_000, 8_000, 15_000, 40_000, 90_000, 5 * MINUTE]));
  }

  async #join(): Promise<void> {
    const accountId = await this.#scene.lab.account();
    this.accounts.set(accountId, []);
    this.#scene.lab.cloud.organization.controlTowerEnrolled(accountId);
    await this.#create(accountId);
  }

  async #create(accountId: string): Promise<void> {
    const { world } = this.#scene.lab;
    const vpcs = this.accounts.get(accountId)!;
    if (vpcs.length === 3) return;
    const tag = this.#one(TAGS);
    const vpcId = await world.createVpc(accountId, REGION, {
      cidrBlock: '10.42.0.0/16',
      tags: tag === null ? {} : { 'redis-privatelink': tag },
    });
    await world.createSubnets(accountId, REGION, vpcId, '10.42.0.0/16');
    vpcs.push(vpcId);
  }

  #tag(accountId: string, vpcId: string): Promise<void> {
    return this.#scene.tag(accountId, vpcId, this.#one(TAGS));
  }

  async #tearDown(accountId: string, vpcId: string): Promise<void> {
    const { lab } = this.#scene;
    await lab.world.tearDown(accountId, REGION, vpcId);
    const { Vpcs } = await this.#scene.ec2<{ Vpcs: { VpcId: string }[] }>('DescribeVpcs', {}, accountId);
    const left = Vpcs.map(({ VpcId }) => VpcId);
    // What is still there lacks subnets: people mend that, too.
    if (left.includes(vpcId)) {
      const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] };
      const { Subnets } = await this.#scene.ec2<{ Subnets: { AvailabilityZone: string }[] }>(
        'DescribeSubnets',
        inVpc,
        accountId,
      );
      for (const [index, zone] of ['a', 'b', 'c'].entries()) {
        if (Subnets.some(({ AvailabilityZone }) => AvailabilityZone === REGION + zone)) continue;
        const subnet = { CidrBlock: `10.42.${index * 16}.0/20`, AvailabilityZone: REGION + zone };
        await this.#scene.ec2('CreateSubnet', { VpcId: vpcId, ...subnet }, accountId);
      }
    }
    this.accounts.set(
      accountId,
      this.accounts.get(accountId)!.filter((id) => left.includes(id)),
    );
  }

  async #spoil(accountId: string, vpcId: string): Promise<void> {
    const { lab } = this.#scene;
    const own = (await lab.endpoints(accountId)).filter(
      ({ VpcId, State }) => VpcId === vpcId && State === 'available',
    );
    if (this.#random() < 0.5) await lab.world.closeSecurityGroup(accountId, REGION, vpcId);
    else if (own[0]) {
      const { VpcEndpointId } = this.#one(own);
      await this.#scene.ec2('DeleteVpcEndpoints', { VpcEndpointIds: [VpcEndpointId] }, accountId);
    }
  }

  #move(accountId: string): void {
    const { organization } = this.#scene.lab.cloud;
    const to = organization.parentOf(accountId) === UNIT ? GLOBAL_UNIT : UNIT;
    organization.moveAccount(accountId, to);
  }

  /** `orders <account> <VPC>` of what should be connected. */
  async desired(): Promise<string[]> {
    const { organization } = this.#scene.lab.cloud;
    const found: string[] = [];
    for (const accountId of this.accounts.keys()) {
      if (!organization.isActive(accountId) || organization.parentOf(accountId) !== UNIT) continue;
      const { Vpcs } = await this.#scene.ec2<{ Vpcs: { VpcId: string; Tags?: never[] }[] }>(
        'DescribeVpcs',
        {},
        accountId,
      );
      for (const { VpcId, Tags = [] } of Vpcs) {
        const tag = (Tags as { Key: string; Value: string }[]).find(({ Key }) => Key === 'redis-privatelink');
        for (const name of tag?.Value.split(' ') ?? []) {
          if (SUBSCRIPTIONS.has(name)) found.push(`${name} ${accountId} ${VpcId}`);
        }
      }
    }
    return found.sort();
  }

  /** The same of what is connected, as the provider sees it, with endpoints that nobody should have. */
  async actual(): Promise<string[]> {
    const { lab } = this.#scene;
    const found: string[] = [];
    const names = new Map<unknown, string>();
    for (const [name, subscription] of SUBSCRIPTIONS) {
      const link = lab.redisCloud.privateLink(subscription);
      names.set(link?.resourceConfigurationArn ?? link?.serviceName, name);
    }
    const connected = new Set(
      lab.provider
        .allConnections()
        .filter(({ state }) => state === 'available')
        .map(({ vpcEndpointId }) => vpcEndpointId),
    );
    for (const accountId of this.accounts.keys()) {
      const endpoints = (await lab.endpoints(accountId)) as unknown as {
        VpcEndpointId: string;
        VpcId: string;
        State: string;
        ServiceName?: string;
        ResourceConfigurationArn?: string;
      }[];
      for (const endpoint of endpoints) {
        const { VpcEndpointId, VpcId, ServiceName, ResourceConfigurationArn } = endpoint;
        if (connected.has(VpcEndpointId)) {
          found.push(`${names.get(ResourceConfigurationArn ?? ServiceName)} ${accountId} ${VpcId}`);
        }
      }
    }
    return found.sort();
  }
}

test.each([2, 7, 8, 16])(
  'whatever happens, two reconciliations bring all to the desired state (%d)',
  (seed) =>
    inScene(async (scene) => {
      const { lab } = scene;
      await scene.leaveOthersBehind();
      // What this system has not made: an account that a person has admitted, and a person's endpoint.
      const { accountId: person } = await scene.connect('ledger');
      const theirs = await createEndpointByHand(scene, person);
      await scene.succeed('onboard', { connection: 'orders', accountId: person });
      const principals = '/subscriptions/12345/private-link/principals';
      await scene.byHand('POST', principals, { principal: STRANGER, type: 'aws_account' });

      const history = new History(scene, seed);
      try {
        for (let step = 0; step < 14; step += 1) await history.step();
        await lab.settled();
        await scene.reconcile();
        await scene.reconcile();

        expect(await history.actual()).toEqual(await history.desired());
        const dry = await scene.reconcile({ dryRun: true });
        expect(dry.text.differences).toEqual([]);
        for (const [name, subscription] of SUBSCRIPTIONS) {
          for (const accountId of Object.keys(lab.principals(subscription))) {
            if (accountId === person || accountId === STRANGER) continue;
            expect([name, accountId, lab.cloud.organization.parentOf(accountId)]).toEqual([
              name,
              accountId,
              UNIT,
            ]);
            expect(lab.cloud.organization.isActive(accountId)).toBe(true);
          }
        }
        expect(lab.principals()).toHaveProperty(STRANGER);
        expect(lab.provider.allConnections()).toContainEqual(
          expect.objectContaining({ vpcEndpointId: theirs, state: 'available' }),
        );
        expect(await scene.groups(person)).toContain('their-own');
      } catch (error) {
        (error as Error).message += `\nThe history was: ${history.told.join(', ')}`;
        throw error;
      }
    }),
);

async function createEndpointByHand({ lab }: Scene, accountId: string): Promise<string> {
  const vpcId = 'vpc-0c71e831cb5152c43';
  await lab.vpc(accountId, vpcId);
  const create = <T>(action: string, input: object) =>
    lab.call<T>('ec2', action, input, { accountId, region: REGION });
  await create('CreateSecurityGroup', { VpcId: vpcId, GroupName: 'their-own', Description: 'Theirs.' });
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] };
  const { Subnets } = await create<{ Subnets: { SubnetId: string }[] }>('DescribeSubnets', inVpc);
  const { VpcEndpoint } = await create<{ VpcEndpoint: { VpcEndpointId: string } }>('CreateVpcEndpoint', {
    VpcId: vpcId,
    VpcEndpointType: 'Interface',
    ServiceName: lab.redisCloud.privateLink(23456)!.serviceName,
    SubnetIds: [Subnets[0]!.SubnetId],
  });
  await lab.sleep(2 * MINUTE);
  return VpcEndpoint.VpcEndpointId;
}
