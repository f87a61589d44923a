import type { Clock, Provider } from 'local-cloud';
import type { Contract } from './contract.ts';
import type { Faults } from './faults.ts';
import type { TaskOperation } from './routes.ts';

/** A subscription, or one region of an Active-Active subscription. */
export interface SubscriptionOffer {
  subscriptionId: number;
  /** Redis Cloud's own number of the region. Present exactly in Active-Active subscriptions. */
  regionId?: number;
  /** The AWS Region, e.g. `us-east-1`. */
  region: string;
  contract: Contract;
  /** Ids of the availability zones that the subscription runs in, e.g. `use1-az1`. */
  zoneIds: string[];
  /** A region of an Active-Active subscription exists once it has a database. */
  databases: { databaseId: number; port: number }[];
}

/** Milliseconds of clock time that things take. Those named like an operation are the processing of its task. */
export interface Timings extends Record<TaskOperation, number> {
  /** From a task's acceptance until it is known, and can be processed. */
  taskUnknown: number;
  /** From the end of `createPrivateLink` until the PrivateLink is active. */
  provision: number;
  /** The first part of `provision`, during which a read completes with an empty resource. */
  provisionUnseen: number;
  /** From the end of `removePrincipal` until the principal is no longer listed. */
  principalLeaves: number;
  /** From the end of `deletePrivateLink` until the PrivateLink is gone. */
  deprovision: number;
  /** Processing a task that is refused before its work is looked at. */
  refusal: number;
}

/** Plausible, not measured: nothing publishes them. */
export const defaultTimings: Timings = {
  taskUnknown: 300,
  getPrivateLink: 800,
  getEndpointScript: 800,
  createPrivateLink: 20_000,
  provision: 40_000,
  provisionUnseen: 5_000,
  addPrincipal: 8_000,
  removePrincipal: 8_000,
  principalLeaves: 4_000,
  disassociateConnections: 8_000,
  deletePrivateLink: 20_000,
  deprovision: 30_000,
  refusal: 800,
};

/** The three shapes in which the read of a PrivateLink says that there is none. */
export type NoneShape = 'http-404' | 'task-error' | 'empty';

/** The changes for which an answer of 204 without a body is documented. */
export type MaybeSilent = 'createPrivateLink' | 'deletePrivateLink' | 'addPrincipal' | 'removePrincipal';

export interface RedisCloudOptions {
  clock: Clock;
  provider: Provider;
  keys: { apiKey: string; secretKey: string };
  subscriptions: SubscriptionOffer[];
  /** Those left out take their default. */
  timings?: Partial<Timings>;
  /** Default: each shape in turn, for each PrivateLink by itself. */
  noneAs?: NoneShape;
  /**
   * How a change is refused while the subscription is being changed: at once by HTTP 409 (default), or by a
   * task that ends in SUBSCRIPTION_NOT_ACTIVE or CONFLICT_ERROR, in turn.
   */
  busyAs?: 'http-409' | 'task-error';
  /** Changes that are answered with 204 and an empty body. They start all the same. Default: none. */
  silent?: MaybeSilent[];
  /**
   * Whether a PrivateLink can never be deleted once an endpoint was deleted without disassociating its
   * connection first, which users have reported. Default: yes.
   */
  deletedEndpointsBlockDelete?: boolean;
  /** The AWS account that Redis Cloud runs in. */
  ownerAccountId?: string;
  faults?: Faults;
  /** Default: any free one. */
  port?: number;
}
