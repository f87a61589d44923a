import { Agenda } from './agenda.ts';
import { HttpFailure, TaskFailure } from './failures.ts';
import { Faults } from './faults.ts';
import { createOffering } from './offering.ts';
import { defaultTimings, type NoneShape, type RedisCloudOptions, type Timings } from './options.ts';
import { checkPrincipal } from './principals.ts';
import { PrivateLink } from './private-link.ts';
import type { RequestBody } from './requests.ts';
import type { TaskOperation } from './routes.ts';
import {
  buildSubscriptions,
  commandType,
  noPrivateLink,
  refusalOfKind,
  type Subscription,
  type SubscriptionRegion,
} from './subscriptions.ts';
import { type TaskResponse, Tasks } from './tasks.ts';

const noneShapes: NoneShape[] = ['http-404', 'task-error', 'empty'];
const reads: TaskOperation[] = ['getPrivateLink', 'getEndpointScript'];
const mostPendingSubscriptions = 3;

/** Finishes a change: how long it goes on after processing, and what happens at its end. */
interface Aftermath {
  milliseconds: number;
  finish: () => void;
}

/** The Redis Cloud account: its subscriptions, their PrivateLinks and the tasks that work on them. */
export class RedisCloudAccount {
  readonly agenda: Agenda;
  readonly tasks: Tasks;
  readonly #options: RedisCloudOptions;
  readonly #timings: Timings;
  readonly #faults: Faults;
  readonly #ownerAccountId: string;
  readonly #subscriptions: Map<number, Subscription>;
  #busyRefusals = 0;

  constructor(options: RedisCloudOptions) {
    this.#options = options;
    this.#timings = { ...defaultTimings, ...options.timings };
    this.#faults = options.faults ?? new Faults();
    this.#ownerAccountId = options.ownerAccountId ?? '900000000001';
    this.agenda = new Agenda(options.clock);
    this.tasks = new Tasks(this.agenda, this.#timings.taskUnknown);
    this.#subscriptions = buildSubscriptions(options.subscriptions);
  }

  /** @throws HttpFailure 404 */
  subscription(subscriptionId: number): Subscription {
    const subscription = this.#subscriptions.get(subscriptionId);
    if (!subscription) throw new HttpFailure(404);
    return subscription;
  }

  /**
   * Accepts a request that answers with a task and returns the task's id.
   *
   * @throws HttpFailure 404 for an unknown subscription or region, and as one shape of "there is no
   *   PrivateLink"; 409 while the subscription is being changed
   */
  accept(
    operation: TaskOperation,
    subscriptionId: number,
    regionId: number | undefined,
    body: RequestBody,
  ): string {
    const subscription = this.subscription(subscriptionId);
    const regional = regionId !== undefined;
    const refusal = refusalOfKind(operation, subscription, regional);
    if (refusal) return this.#refuse(operation, regional, refusal);
    const region = subscription.region(regionId);
    if (reads.includes(operation)) return this.#acceptRead(operation, region);
    return this.#acceptChange(operation, subscription, region, body);
  }

  #acceptRead(operation: TaskOperation, region: SubscriptionRegion): string {
    const fault = this.#forcedFailure(operation, region);
    const script = operation === 'getEndpointScript';
    let none: NoneShape = 'task-error';
    if (!region.link && !script && !fault) {
      none = this.#options.noneAs ?? noneShapes[region.noneReads % noneShapes.length]!;
      region.noneReads += 1;
      if (none === 'http-404') throw new HttpFailure(404);
    }
    return this.tasks.accept({
      commandType: commandType(operation, region.offer.regionId !== undefined),
      duration: this.#timings[operation],
      work: (endedAt) => {
        if (fault) throw fault;
        const { link, offer } = region;
        if (!link && none === 'empty') return { resourceId: offer.subscriptionId, resource: { links: [] } };
        if (!link) {
          // Reads are seen to end in either code; they take turns.
          const other = !script && region.noneReads % 2 === 0;
          throw noPrivateLink(region, other ? 'PRIVATELINK_SERVICE_NOT_FOUND' : undefined);
        }
        const unseen = link.status === 'initializing' && endedAt < link.visibleFrom;
        const resource = script ? link.script() : unseen ? { links: [] } : link.read();
        return { resourceId: offer.subscriptionId, resource };
      },
    });
  }

  #acceptChange(
    operation: TaskOperation,
    subscription: Subscription,
    region: SubscriptionRegion,
    body: RequestBody,
  ): string {
    const regional = region.offer.regionId !== undefined;
    if (subscription.changing) {
      if (this.#options.busyAs !== 'task-error') throw new HttpFailure(409);
      this.#busyRefusals += 1;
      const code = this.#busyRefusals % 2 === 1 ? 'SUBSCRIPTION_NOT_ACTIVE' : 'CONFLICT_ERROR';
      return this.#refuse(operation, regional, new TaskFailure(code, 'The subscription is being changed.'));
    }
    const pending = [...this.#subscriptions.values()].filter(({ changing }) => changing).length;
    if (pending >= mostPendingSubscriptions) {
      const text = `${pending} subscriptions are being changed.`;
      return this.#refuse(operation, regional, new TaskFailure('TOO_MANY_PENDING_SUBSCRIPTIONS', text));
    }
    const fault = this.#forcedFailure(operation, region);
    subscription.changing = true;
    const done = () => {
      subscription.changing = false;
    };
    return this.tasks.accept({
      commandType: commandType(operation, regional),
      duration: this.#timings[operation],
      work: (endedAt): TaskResponse => {
        try {
          if (fault) throw fault;
          const aftermath = this.#change(operation, region, body, endedAt);
          if (!aftermath) done();
          else {
            this.agenda.plan(endedAt + aftermath.milliseconds, () => {
              aftermath.finish();
              done();
            });
          }
          return { resourceId: region.offer.subscriptionId };
        } catch (error) {
          done();
          throw error;
        }
      },
    });
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
    if (!link) throw noPrivateLink(region);
    switch (operation) {
      case 'addPrincipal': {
        const principal = checkPrincipal(contract, body.principal!, this.#ownerAccountId);
        if (principal) link.admit(principal);
        return undefined;
      }
      case 'removePrincipal': {
        const names = body.principals!;
        link.expel(names);
        return { milliseconds: this.#timings.principalLeaves, finish: () => link.drop(names) };
      }
      case 'disassociateConnections':
        link.disassociate(body.connections!);
        return undefined;
      case 'deletePrivateLink':
        link.delete(this.#options.deletedEndpointsBlockDelete ?? true);
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
      offer,
      offering: createOffering({
        provider: this.#options.provider,
        offer,
        ownerAccountId: this.#ownerAccountId,
        shareName: body.shareName ?? '',
        generation: region.generation,
      }),
      shareName: body.shareName,
      first,
      visibleFrom: endedAt + this.#timings.provisionUnseen,
    });
    region.link = link;
    return { milliseconds: this.#timings.provision, finish: () => link.activate() };
  }

  #forcedFailure(operation: TaskOperation, { offer }: SubscriptionRegion): TaskFailure | undefined {
    const forced = this.#faults.takeTaskFailure(operation, offer.subscriptionId);
    return forced && new TaskFailure(forced.code, forced.description);
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
