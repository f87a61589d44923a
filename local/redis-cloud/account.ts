import { Agenda } from './agenda.ts';
import { HttpFailure, TaskFailure } from './failures.ts';
import { Faults } from './faults.ts';
import { createOffering } from './offering.ts';
import { defaultTimings, type RedisCloudOptions, type SubscriptionOffer, type Timings } from './options.ts';
import { checkPrincipal } from './principals.ts';
import { absent, PrivateLink } from './private-link.ts';
import type { RequestBody } from './requests.ts';
import type { TaskOperation } from './routes.ts';
import {
  buildSubscriptions,
  commandType,
  refusalOfKind,
  type Subscription,
  type SubscriptionRegion,
} from './subscriptions.ts';
import { type TaskResponse, Tasks } from './tasks.ts';
import { defaultWays, type Ways } from './ways.ts';

const noneShapes = ['http-404', 'task-code', 'empty', 'task-status', 'null', 'no-content'] as const;
const silent: TaskOperation[] = ['createPrivateLink', 'deletePrivateLink', 'addPrincipal', 'removePrincipal'];
const reads: TaskOperation[] = ['getPrivateLink', 'getEndpointScript'];
const mostPendingSubscriptions = 3;

/** What a request says beside its body. */
export interface Asked {
  body: RequestBody;
  /** The Terraform script is wanted. */
  terraform: boolean;
}

/** Finishes a change: how long it goes on after processing, and what happens at its end. */
interface Aftermath {
  milliseconds: number;
  /** @param at when the time for it has come, in milliseconds */
  finish: (at: number) => void;
}

/** The Redis Cloud account: its subscriptions, their PrivateLinks and the tasks that work on them. */
export class RedisCloudAccount {
  readonly agenda: Agenda;
  readonly tasks: Tasks;
  readonly #options: RedisCloudOptions;
  readonly #timings: Timings;
  readonly ways: Ways;
  readonly #faults: Faults;
  readonly #ownerAccountId: string;
  readonly #subscriptions: Map<number, Subscription>;
  #busyRefusals = 0;

  constructor(options: RedisCloudOptions) {
    this.#options = options;
    this.#timings = { ...defaultTimings, ...options.timings };
    this.ways = { ...defaultWays, ...options.ways };
    this.#faults = options.faults ?? new Faults();
    this.#ownerAccountId = options.ownerAccountId ?? '900000000001';
    this.agenda = new Agenda(options.clock);
    this.tasks = new Tasks(this.agenda, this.#timings, this.ways);
    this.#subscriptions = buildSubscriptions(options.subscriptions);
  }

  /** @throws HttpFailure 404 */
  subscription(subscriptionId: number): Subscription {
    const subscription = this.#subscriptions.get(subscriptionId);
    if (!subscription) throw new HttpFailure(404);
    return subscription;
  }

  /**
   * Accepts a request that answers with a task and returns the task's id, or undefined where the answer is empty.
   *
   * @throws HttpFailure 404 for an unknown subscription or region, and as one shape of "there is no
   *   PrivateLink"; 409 while the subscription is being changed
   */
  accept(
    operation: TaskOperation,
    subscriptionId: number,
    regionId: number | undefined,
    { body, terraform }: Asked,
  ): string | undefined {
    const subscription = this.subscription(subscriptionId);
    const regional = regionId !== undefined;
    const refusal = refusalOfKind(operation, subscription, regional);
    if (refusal) return this.#refuse(operation, regional, refusal);
    const region = subscription.region(regionId);
    if (reads.includes(operation)) return this.#acceptRead(operation, region, terraform);
    return this.#acceptChange(operation, subscription, region, body);
  }

  #acceptRead(operation: TaskOperation, region: SubscriptionRegion, terraform: boolean): string | undefined {
    const fault = this.#forcedEnd(operation, region);
    const script = operation === 'getEndpointScript';
    let none: (typeof noneShapes)[number] = 'task-code';
    if (!region.link && !script && !fault) {
      const way = this.ways['none-shape'];
      none = way === 'in-turn' ? noneShapes[region.noneReads % noneShapes.length]! : way;
      region.noneReads += 1;
      if (none === 'http-404') throw new HttpFailure(404);
      if (none === 'no-content') return undefined;
    }
    return this.tasks.accept({
      commandType: commandType(operation, region.offer.regionId !== undefined),
      duration: this.#timings[operation],
      work: (endedAt) => {
        if (fault instanceof TaskFailure) throw fault;
        const { link, offer } = region;
        const resourceId = offer.subscriptionId;
        if (fault) return { resourceId, ...fault };
        const nothing = none === 'null' ? null : { links: [] };
        if (link) {
          const unseen = link.status === 'initializing' && endedAt < link.visibleFrom;
          const shown = unseen ? nothing : link.read(endedAt);
          return { resourceId, resource: script ? link.script({ terraform }) : shown };
        }
        if (none === 'empty' || none === 'null') return { resourceId, resource: nothing };
        const text = `Subscription ${resourceId} has no PrivateLink.`;
        if (none === 'task-status') throw new TaskFailure('PRIVATE_LINK_MISSING', text, 404);
        // Reads are seen to end in either code; they use one lock.
        const other =
          !script && (region.noneReads + Math.floor(region.noneReads / noneShapes.length)) % 2 === 0;
        throw new TaskFailure(other ? 'PRIVATELINK_SERVICE_NOT_FOUND' : 'PRIVATE_LINK_NOT_FOUND', text);
      },
    });
  }

  #acceptChange(
    operation: TaskOperation,
    subscription: Subscription,
    region: SubscriptionRegion,
    body: RequestBody,
  ): string | undefined {
    const regional = region.offer.regionId !== undefined;
    if (subscription.changing) {
      if (this.ways['busy-answer'] === 'http-409') throw new HttpFailure(409);
      this.#busyRefusals += 1;
      const code = this.#busyRefusals % 2 === 1 ? 'SUBSCRIPTION_NOT_ACTIVE' : 'CONFLICT_ERROR';
      return this.#refuse(operation, regional, new TaskFailure(code, 'The subscription is being changed.'));
    }
    const pending = [...this.#subscriptions.values()].filter(({ changing }) => changing).length;
    if (pending >= mostPendingSubscriptions) {
      if (this.ways['pending-limit-answer'] === 'http-429') throw new HttpFailure(429);
      const text = `${pending} subscriptions are being changed.`;
      return this.#refuse(operation, regional, new TaskFailure('TOO_MANY_PENDING_SUBSCRIPTIONS', text));
    }
    const fault = this.#forcedEnd(operation, region);
    if (!fault) this.#refuseAtOnce(operation, region, body);
    subscription.changing = true;
    const done = () => {
      subscription.changing = false;
    };
    const taskId = this.tasks.accept({
      commandType: commandType(operation, regional),
      duration: this.#timings[operation],
      work: (endedAt): TaskResponse => {
        try {
          if (fault instanceof TaskFailure) throw fault;
          const aftermath = this.#change(operation, region, body, endedAt);
          if (!aftermath || this.ways['while-provisioning'] === 'active') done();
          if (aftermath) {
            this.agenda.plan(endedAt + aftermath.milliseconds, (at) => {
              aftermath.finish(at);
              if (this.ways['while-provisioning'] === 'pending') done();
            });
          }
          return { resourceId: region.offer.subscriptionId };
        } catch (error) {
          done();
          throw error;
        }
      },
    });
    const isSilent = this.ways['write-answer'] === 'no-content' && silent.includes(operation);
    return isSilent ? undefined : taskId;
  }

  /** @throws HttpFailure where a request is refused before there is a task */
  #refuseAtOnce(operation: TaskOperation, { link, offer }: SubscriptionRegion, body: RequestBody): void {
    const name = body.principal?.principal ?? '';
    const isCreation = operation === 'createPrivateLink';
    const exists = isCreation ? link !== undefined : operation === 'addPrincipal' && link?.hasPrincipal(name);
    if (exists && this.ways['exists-answer'] === 'http-409') throw new HttpFailure(409);
    if (isCreation && this.#isShareNameTaken(offer, body.shareName)) throw new HttpFailure(409);
    const missing =
      (!link && !isCreation) ||
      (operation === 'removePrincipal' && body.principals?.some((one) => !link?.hasPrincipal(one))) ||
      (operation === 'disassociateConnections' && body.connections?.some((one) => !link?.connects(one)));
    if (missing && this.ways['absent-answer'] === 'http-404') throw new HttpFailure(404);
  }

  #isShareNameTaken(offer: SubscriptionOffer, shareName: string | undefined): boolean {
    if (this.ways['share-name'] !== 'unique' || shareName === undefined) return false;
    return [...this.#subscriptions.values()]
      .flatMap(({ regions }) => regions)
      .some((region) => region.offer !== offer && region.link?.shareName === shareName);
  }

  /** Makes a change. Whatever goes on after processing keeps the subscription from being active. */
  #change(
    operation: TaskOperation,
    region: SubscriptionRegion,
    body: RequestBody,
    endedAt: number,
  ): Aftermath | undefined {
    const { contract } = region.offer;
    if (operation === 'createPrivateLink') return this.#create(region, body, endedAt);
    const { link } = region;
    if (!link) {
      const text = `Subscription ${region.offer.subscriptionId} has no PrivateLink.`;
      throw absent(this.ways, 'PRIVATE_LINK_NOT_FOUND', text);
    }
    if (link.status !== 'active')
      throw new TaskFailure('CONFLICT_ERROR', `The PrivateLink is ${link.status}.`);
    switch (operation) {
      case 'addPrincipal': {
        const principal = checkPrincipal(contract, body.principal!, this.#ownerAccountId);
        const later = this.ways['added-principal'] === 'later' ? this.#timings.principalAppears : 0;
        if (principal) link.admit(principal, endedAt, endedAt + later);
        return undefined;
      }
      case 'removePrincipal': {
        const names = body.principals!;
        link.expel(names);
        const { principalLags, principalLeaves } = this.#timings;
        const milliseconds = this.ways['removed-principal'] === 'lags' ? principalLags : principalLeaves;
        return { milliseconds, finish: () => link.drop(names) };
      }
      case 'disassociateConnections':
        link.disassociate(body.connections!);
        return undefined;
      case 'deletePrivateLink':
        link.delete();
        return {
          milliseconds: this.#timings.deprovision,
          finish: () => {
            region.link = undefined;
          },
        };
      default:
        throw new Error(`${operation} is not a change.`);
    }
  }

  #create(region: SubscriptionRegion, body: RequestBody, endedAt: number): Aftermath {
    if (region.link) {
      throw new TaskFailure('PRIVATE_LINK_ALREADY_EXISTS', 'The subscription has a PrivateLink already.');
    }
    const { offer } = region;
    const first = body.principal && checkPrincipal(offer.contract, body.principal, this.#ownerAccountId);
    region.generation += 1;
    const link = new PrivateLink({
      ways: this.ways,
      offer,
      offering: createOffering({
        ways: this.ways,
        provider: this.#options.provider,
        offer,
        ownerAccountId: this.#ownerAccountId,
        shareName: body.shareName ?? '',
        generation: region.generation,
      }),
      shareName: body.shareName,
      first,
      visibleFrom: this.ways['while-initialising'] === 'empty' ? endedAt + this.#timings.provisionUnseen : 0,
    });
    region.link = link;
    return { milliseconds: this.#timings.provision, finish: (at) => link.activate(at) };
  }

  #forcedEnd(
    operation: TaskOperation,
    { offer }: SubscriptionRegion,
  ): TaskFailure | Pick<TaskResponse, 'resource'> | undefined {
    const end = this.#faults.takeTaskEnd(operation, offer.subscriptionId);
    return end && 'code' in end ? new TaskFailure(end.code, end.description) : end;
  }

  #refuse(operation: TaskOperation, regional: boolean, failure: TaskFailure): string {
    return this.tasks.accept({
      commandType: commandType(operation, regional),
      duration: this.#timings.refusal,
      work: () => {
        throw failure;
      },
    });
  }
}
