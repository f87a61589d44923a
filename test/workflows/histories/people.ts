import { AwsError, type ExecutionRecord } from 'local-cloud';
import { TAG } from '../../../lambdas/shared/runtime/system.ts';
import { GLOBAL_UNIT, type Lab, LEAVING_UNIT, MINUTE, UNIT } from '../harness.ts';
import type { Scene } from '../leaving.ts';
import type { Ambushes } from './ambushes.ts';
import type { Guard, Organization } from './guard.ts';
import type { Act } from './steps.ts';

const REGION = 'us-east-1';
const CIDR = '10.42.0.0/16';
const ZONES = ['a', 'b', 'c'];
const MAX_VPCS = 3;
const MOST_LOOKS = 30;
const FIRST_ACCOUNT = 444_455_500_000;
/** The connections that operators and meddlers think of. */
const CONNECTIONS = ['orders', 'ledger', 'archive'];

/** Somebody else's account that a person has admitted to `orders`. */
export const STRANGER = '999900002222';

interface Connection {
  name: string;
  subscriptionId: number;
  contract: string;
}

interface Subnets {
  Subnets: { AvailabilityZone: string }[];
}

/** An account that nobody knows. */
export const OUTSIDER = '999977776666';

/** Those who do something in a history. They know what is there, and only what they have done themselves. */
export class People implements Organization {
  /** VPCs of each account. */
  readonly accounts = new Map<string, string[]>();
  /** What a person has made: `endpoint …`, `group …`, and `<connection> <account>` for a principal. */
  readonly theirs = new Set<string>();
  /** What the tag of a VPC asks for, and since when; by `<account> <VPC>`. */
  readonly #tags = new Map<string, { names: string[]; since: number }>();
  /** Since when an account is where it is, or is not there any more. */
  readonly #places = new Map<string, { since: number; isOutside: boolean }>();
  readonly #scene: Scene;
  readonly guard: Guard;
  readonly ambushes: Ambushes;
  #joined = 0;

  constructor(
    scene: Scene,
    guardOf: (organization: Organization) => Guard,
    ambushesOf: (guard: Guard) => Ambushes,
  ) {
    this.#scene = scene;
    this.guard = guardOf(this);
    this.ambushes = ambushesOf(this.guard);
  }

  get #lab(): Lab {
    return this.#scene.lab;
  }

  /** A stranger is admitted, and a person has an endpoint in the organization, before this system has its first account. */
  async begin(): Promise<void> {
    const person = await this.#newAccount();
    const vpcId = await this.#newVpc(person, '', 'now');
    await this.#atRedisCloud('POST', 'orders', '', {
      shareName: 'by-hand',
      principal: STRANGER,
      type: 'aws_account',
    });
    await this.#atRedisCloud('POST', 'ledger', '', {});
    await this.#lab.sleep(MINUTE);
    // The creation may have admitted nobody.
    await this.#addPrincipal('orders', STRANGER);
    await this.#addPrincipal('ledger', person);
    this.theirs.add(`orders ${STRANGER}`);
    const { GroupId } = await this.#ec2<{ GroupId: string }>(person, 'CreateSecurityGroup', {
      VpcId: vpcId,
      GroupName: 'their-own',
      Description: 'Theirs.',
    });
    const { Subnets } = await this.#ec2<{ Subnets: { SubnetId: string }[] }>(person, 'DescribeSubnets', {
      Filters: [{ Name: 'vpc-id', Values: [vpcId] }],
    });
    const { VpcEndpoint } = await this.#ec2<{ VpcEndpoint: { VpcEndpointId: string } }>(
      person,
      'CreateVpcEndpoint',
      {
        VpcId: vpcId,
        VpcEndpointType: 'Interface',
        ServiceName: this.#lab.redisCloud.privateLink(connection(this.#lab, 'ledger').subscriptionId)!
          .serviceName,
        SubnetIds: [Subnets[0]!.SubnetId],
        SecurityGroupIds: [GroupId],
      },
    );
    this.theirs.add(`group ${GroupId}`).add(`endpoint ${VpcEndpoint.VpcEndpointId}`);
    this.accounts.set(person, []);
    await this.#lab.sleep(2 * MINUTE);
    await this.#join('orders', 'now');
  }

  async do(act: Act): Promise<void> {
    const { accounts } = this.#lab.cloud;
    const open = [...this.accounts.keys()].filter((id) => accounts.isActive(id));
    const vpcs = open.flatMap((id) => this.accounts.get(id)!.map((vpcId) => [id, vpcId] as const));
    const account = 'account' in act ? one(open, act.account) : undefined;
    const [owner, vpcId] = ('vpc' in act && one(vpcs, act.vpc)) || [];
    const name = 'connection' in act ? one(CONNECTIONS, act.connection)! : '';
    switch (act.what) {
      case 'join':
        return this.#join(act.tag, act.subnets);
      case 'create':
        if (account && this.accounts.get(account)!.length < MAX_VPCS) {
          this.accounts.get(account)!.push(await this.#newVpc(account, act.tag, act.subnets));
        }
        return;
      case 'finish':
        return this.finish();
      case 'close':
        if (account) {
          this.#place(account);
          accounts.close(account);
        }
        return;
      case 'leave':
        if (account) {
          this.#place(account, true);
          accounts.remove(account);
        }
        return;
      case 'move':
        if (account) {
          this.#place(account);
          accounts.move(account, one([UNIT, LEAVING_UNIT, GLOBAL_UNIT], act.unit)!);
        }
        return;
      case 'remove principal':
        if (account) await this.#removePrincipal(name, account);
        return;
      case 'add principal':
        if (account) await this.#addPrincipal(name, account);
        return;
      case 'delete PrivateLink':
        return this.#deletePrivateLink(name);
      case 'offboard all':
        await this.#lab.start('offboard', { connection: name, all: true, confirm: name });
        return;
      case 'reconcile':
        await this.#lab.start('reconcile', {});
        return;
      case 'stop':
      case 'redrive':
        return this.#handle(act.what, act.execution);
      case 'fault':
        return this.ambushes.lay(act.after, act.which);
    }
    if (!owner || !vpcId) return;
    switch (act.what) {
      case 'tag':
        this.#tag(owner, vpcId, act.tag);
        return this.#scene.tag(owner, vpcId, act.tag || null);
      case 'tear down':
        return this.#tearDown(owner, vpcId);
      case 'delete endpoint':
        return this.#deleteEndpoint(owner, vpcId);
      case 'close group':
        return this.#lab.world.closeSecurityGroup(owner, REGION, vpcId);
      case 'onboard':
      case 'offboard': {
        if (act.what === 'offboard' && act.whole) this.#permitExpulsion(name, owner);
        const input = { connection: name, accountId: owner, ...(!act.whole && { vpcId }) };
        await this.#lab.start(act.what, input);
      }
    }
  }

  outsideSince(accountId: string): number | undefined {
    const place = this.#places.get(accountId);
    if (!place) return 0;
    return place.isOutside ? place.since : undefined;
  }

  wantedSince(accountId: string, vpcId: string, name: string): number | undefined {
    const { accounts, configuration } = this.#lab.cloud;
    const tag = this.#tags.get(`${accountId} ${vpcId}`);
    const place = this.#places.get(accountId);
    const units =
      configuration.connections.find((one) => one.name === name)?.accounts.organizationalUnits ?? [];
    if (!tag?.names.includes(name) || !place || place.isOutside || !accounts.isActive(accountId))
      return undefined;
    return units.includes(accounts.parentOf(accountId)!) ? Math.max(tag.since, place.since) : undefined;
  }

  #tag(accountId: string, vpcId: string, tag: string): void {
    const since = this.#lab.cloud.clock.now();
    this.#tags.set(`${accountId} ${vpcId}`, { names: tag.split(' '), since });
  }

  #place(accountId: string, isOutside = false): void {
    this.#places.set(accountId, { since: this.#lab.cloud.clock.now(), isOutside });
  }

  /** Somebody mistypes an account by hand: nobody may come in so. */
  async mistype(): Promise<ExecutionRecord> {
    return this.#lab.run('onboard', { connection: 'orders', accountId: OUTSIDER });
  }

  /** The subnets that were to come later. */
  async finish(): Promise<void> {
    for (const [accountId, vpcs] of this.accounts) {
      for (const vpcId of vpcs) await this.#addSubnets(accountId, vpcId);
    }
  }

  async #join(tag: string, subnets: 'now' | 'later'): Promise<void> {
    const accountId = await this.#newAccount();
    this.#lab.cloud.accounts.enroll(accountId);
    this.accounts.set(accountId, [await this.#newVpc(accountId, tag, subnets)]);
  }

  #newAccount(): Promise<string> {
    this.#joined += 1;
    const accountId = String(FIRST_ACCOUNT + this.#joined);
    this.#place(accountId);
    return this.#lab.account(UNIT, accountId);
  }

  async #newVpc(accountId: string, tag: string, subnets: 'now' | 'later'): Promise<string> {
    const tags: Record<string, string> = tag ? { [TAG]: tag } : {};
    const vpcId = await this.#lab.world.createVpc(accountId, REGION, { cidrBlock: CIDR, tags });
    this.#tag(accountId, vpcId, tag);
    if (subnets === 'now') await this.#addSubnets(accountId, vpcId);
    return vpcId;
  }

  async #addSubnets(accountId: string, vpcId: string): Promise<void> {
    const { Subnets } = await this.#ec2<Subnets>(accountId, 'DescribeSubnets', {
      Filters: [{ Name: 'vpc-id', Values: [vpcId] }],
    });
    for (const [index, zone] of ZONES.entries()) {
      const AvailabilityZone = REGION + zone;
      if (Subnets.some((subnet) => subnet.AvailabilityZone === AvailabilityZone)) continue;
      const CidrBlock = `10.42.${index * 16}.0/20`;
      await this.#ec2(accountId, 'CreateSubnet', { VpcId: vpcId, CidrBlock, AvailabilityZone });
    }
  }

  async #tearDown(accountId: string, vpcId: string): Promise<void> {
    await this.#lab.world.tearDown(accountId, REGION, vpcId);
    const { Vpcs } = await this.#ec2<{ Vpcs: { VpcId: string }[] }>(accountId, 'DescribeVpcs', {});
    const left = this.accounts.get(accountId)!.filter((id) => Vpcs.some(({ VpcId }) => VpcId === id));
    this.accounts.set(accountId, left);
  }

  async #deleteEndpoint(accountId: string, vpcId: string): Promise<void> {
    const endpoints = await this.#lab.endpoints(accountId);
    const there = endpoints.find(({ VpcId, State }) => VpcId === vpcId && State === 'available');
    if (!there) return;
    await this.#ec2(accountId, 'DeleteVpcEndpoints', { VpcEndpointIds: [there.VpcEndpointId] });
  }

  async #addPrincipal(name: string, accountId: string): Promise<void> {
    const { subscriptionId, contract } = connection(this.#lab, name);
    const body =
      contract === 'endpoint-service'
        ? { principal: arnOf(accountId) }
        : { principal: accountId, type: 'aws_account' };
    const isThere = () => accountId in this.#lab.principals(subscriptionId);
    if (isThere() || !(await this.#atRedisCloud('POST', name, '/principals', body))) return;
    // It may be listed later.
    for (let looks = 0; looks < MOST_LOOKS && !isThere(); looks += 1) await this.#lab.sleep(1_000);
    if (isThere() && !this.guard.hasAdmitted(subscriptionId, accountId))
      this.theirs.add(`${name} ${accountId}`);
  }

  async #removePrincipal(name: string, accountId: string): Promise<void> {
    const { subscriptionId, contract } = connection(this.#lab, name);
    const body =
      contract === 'endpoint-service' ? { principals: [arnOf(accountId)] } : { principal: accountId };
    if (!(await this.#atRedisCloud('DELETE', name, '/principals', body))) return;
    const isThere = () =>
      !['disassociated', undefined].includes(this.#lab.principals(subscriptionId)[accountId]);
    // It may stay listed for a while.
    for (let looks = 0; looks < MOST_LOOKS && isThere(); looks += 1) await this.#lab.sleep(1_000);
    if (!isThere()) this.theirs.delete(`${name} ${accountId}`);
  }

  /** All principals first, as Redis Cloud wants it. */
  async #deletePrivateLink(name: string): Promise<void> {
    const { subscriptionId } = connection(this.#lab, name);
    for (const accountId of Object.keys(this.#lab.principals(subscriptionId))) {
      await this.#removePrincipal(name, accountId);
    }
    await this.#atRedisCloud('DELETE', name, '');
  }

  /**
   * A change that a person asks for, and waits for. Where Redis Cloud is busy, the person gives up.
   *
   * @returns whether Redis Cloud has accepted it
   */
  async #atRedisCloud(method: string, name: string, path: string, body?: object): Promise<boolean> {
    const { subscriptionId } = connection(this.#lab, name);
    const { redisCloud } = this.#lab;
    if (!redisCloud.isActive(subscriptionId)) return false;
    this.guard.byHand(subscriptionId);
    const route = `/subscriptions/${subscriptionId}/private-link${path}`;
    const { status } = await this.#scene.request(method, route, body);
    while (!redisCloud.isActive(subscriptionId)) await this.#lab.sleep(1_000);
    return status === 202 || status === 204;
  }

  #permitExpulsion(name: string, accountId: string): void {
    this.guard.permitExpulsion(connection(this.#lab, name).subscriptionId, accountId);
    this.theirs.delete(`${name} ${accountId}`);
  }

  /** Stops one of the executions that run, or redrives one of those that have failed. */
  async #handle(what: 'stop' | 'redrive', which: number): Promise<void> {
    const isMeant = (status: string) =>
      status === 'RUNNING' ? what === 'stop' : what === 'redrive' && status !== 'SUCCEEDED';
    const execution = one(
      this.#lab.executions().filter(({ status }) => isMeant(status)),
      which,
    );
    if (!execution) return;
    const action = what === 'stop' ? 'StopExecution' : 'RedriveExecution';
    try {
      await this.#lab.call('states', action, { executionArn: execution.arn });
    } catch (error) {
      // Some ends cannot be redriven.
      if (!(error instanceof AwsError)) throw error;
    }
  }

  #ec2<T = object>(accountId: string, action: string, input: object): Promise<T> {
    return this.#scene.ec2<T>(action, input, accountId);
  }
}

function one<T>(things: readonly T[], which: number): T | undefined {
  return things[which % things.length];
}

function arnOf(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`;
}

function connection({ cloud }: Lab, name: string): Connection {
  return cloud.configuration.connections.find((one) => one.name === name)!;
}
