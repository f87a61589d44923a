import type { Clock, Provider } from 'local-cloud';
import type { Contract } from './contract.ts';
import type { Faults } from './faults.ts';
import type { Operation, TaskOperation } from './routes.ts';
import type { Ways } from './ways.ts';

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
  /** The first part of `provision`, during which a read shows nothing, if that is the way. */
  provisionUnseen: number;
  /** From the end of `removePrincipal` until the principal is no longer listed. */
  principalLeaves: number;
  /** The same, where it stays listed as it was. */
  principalLags: number;
  /** From the end of `addPrincipal` until the principal is listed, where that comes later. */
  principalAppears: number;
  /** From the end of a task until it is forgotten, where that comes soon. */
  taskForgotten: number;
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
  principalLags: 20_000,
  principalAppears: 20_000,
  taskForgotten: 60_000,
  disassociateConnections: 8_000,
  deletePrivateLink: 20_000,
  deprovision: 30_000,
  refusal: 800,
};

/** An answer, as it goes out. */
export interface Heard {
  /** `undefined` for what the API does not have. */
  operation: Operation | undefined;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export interface RedisCloudOptions {
  clock: Clock;
  provider: Provider;
  keys: { apiKey: string; secretKey: string };
  subscriptions: SubscriptionOffer[];
  /** Those left out take their default. */
  timings?: Partial<Timings>;
  /** Those left out are as `docs/assumptions.md` says of the local world. */
  ways?: Partial<Ways>;
  /** The AWS account that Redis Cloud runs in. */
  ownerAccountId?: string;
  faults?: Faults;
  /** Told every answer that goes out. */
  heard?: (answer: Heard) => void;
  /** Gives the body that goes out in place of the answer's own. */
  rewrite?: (answer: Heard) => unknown;
}
