import type { AwsCall } from 'local-cloud';
import type { Deployment } from '../../local/deployment.ts';
import type { IncomingRequest, Interception } from '../../local/redis-cloud/faults.ts';
import type { RedisCloud } from '../../local/redis-cloud/server.ts';
import { type Call, nameOf } from './calls.ts';
import type { Fault } from './fault.ts';
import { operationOf } from './faults.ts';
import type { Meddler, Site } from './trace.ts';

/** Makes a fault happen at a call, from the first time that the call is made. */
export class Trouble implements Meddler {
  happened = false;
  readonly #cloud: Deployment;
  readonly #redisCloud: RedisCloud;
  readonly #name: string;
  readonly #fault: Fault;
  #until: number | undefined;
  #isLifted = false;

  constructor(cloud: Deployment, redisCloud: RedisCloud, { call, fault }: { call: Call; fault: Fault }) {
    this.#cloud = cloud;
    this.#redisCloud = redisCloud;
    this.#name = nameOf(call);
    this.#fault = fault;
  }

  async aws(call: Call, site: Site, _given: AwsCall, proceed: () => Promise<unknown>): Promise<unknown> {
    if (!this.#fault.aws || nameOf(call) !== this.#name || !this.#strikes()) return proceed();
    return this.#fault.aws({ call, site, proceed, stop: (how) => this.#stop(site, how) });
  }

  redisCloud(call: Call, _site: Site, request: IncomingRequest): Interception | undefined {
    const { taskCode, redisCloud } = this.#fault;
    if (nameOf(call) !== this.#name) return undefined;
    if (taskCode && this.#strikes()) {
      this.#redisCloud.faults.failTasks({ operation: operationOf(call), code: taskCode });
      return undefined;
    }
    return redisCloud && this.#strikes() ? redisCloud(request) : undefined;
  }

  /** From now on all goes well. */
  lift(): void {
    this.#isLifted = true;
    this.#redisCloud.faults.forgive();
  }

  #strikes(): boolean {
    if (this.#isLifted) return false;
    const { span } = this.#fault;
    const now = this.#cloud.clock.now();
    if (this.#until === undefined) {
      this.happened = true;
      this.#until = span === 'once' ? now : span === 'lifted' ? Infinity : now + span;
      return true;
    }
    return span !== 'once' && now < this.#until;
  }

  async #stop({ execution }: Site, how: 'abort' | 'time out'): Promise<void> {
    if (how === 'time out') this.#cloud.timeOutExecution(execution);
    else await this.#cloud.stopExecution(execution);
  }
}
