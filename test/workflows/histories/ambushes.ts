import type { AwsCall } from 'local-cloud';
import type { IncomingRequest, Interception } from '../../../local/redis-cloud/faults.ts';
import type { Call } from '../../../proof/faults/calls.ts';
import { faultsOf } from '../../../proof/faults/faults.ts';
import type { Meddler, Site } from '../../../proof/faults/trace.ts';
import { Trouble } from '../../../proof/faults/trouble.ts';
import { type Lab, MINUTE } from '../harness.ts';
import type { Guard } from './guard.ts';

/** Faults that nobody lifts are over by themselves here. */
const LONGEST = 10 * MINUTE;

/** Faults that wait for a call, whichever that will be. What reaches its goal anyway is shown to the guard. */
export class Ambushes implements Meddler {
  readonly #lab: Lab;
  readonly #guard: Guard;
  #waiting: { after: number; which: number }[] = [];
  readonly #troubles: Trouble[] = [];

  constructor(lab: Lab, guard: Guard) {
    this.#lab = lab;
    this.#guard = guard;
  }

  /** The call after `after` others has one of the faults that such a call can have. */
  lay(after: number, which: number): void {
    this.#waiting.push({ after, which });
  }

  /** From now on all goes well. */
  lift(): void {
    this.#waiting = [];
    for (const trouble of this.#troubles) trouble.lift();
    this.#lab.redisCloud.faults.forgive();
  }

  aws(call: Call, site: Site, given: AwsCall, proceed: () => Promise<unknown>): Promise<unknown> {
    this.#spring(call);
    let next = () => this.#guard.aws(site, given, proceed);
    for (const trouble of this.#troubles) {
      const carryOn = next;
      next = () => trouble.aws(call, site, given, carryOn);
    }
    return next();
  }

  redisCloud(call: Call, site: Site, request: IncomingRequest): Interception | undefined {
    this.#spring(call);
    let interception: Interception | undefined;
    for (const trouble of this.#troubles) interception ??= trouble.redisCloud(call, site, request);
    this.#guard.redisCloud(site, request, interception);
    return interception;
  }

  #spring(call: Call): void {
    for (const { which } of this.#waiting.filter(({ after }) => after === 0)) {
      const faults = faultsOf(call);
      const fault = faults[which % faults.length]!;
      const span = fault.span === 'lifted' ? LONGEST : fault.span;
      const { cloud, redisCloud } = this.#lab;
      this.#troubles.push(new Trouble(cloud, redisCloud, { call, fault: { ...fault, span } }));
    }
    this.#waiting = this.#waiting
      .filter(({ after }) => after > 0)
      .map(({ after, which }) => ({ after: after - 1, which }));
  }
}
