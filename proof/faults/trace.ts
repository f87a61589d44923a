import type { AwsCall, ExecutionEvent, ExecutionRecord, Intervention } from 'local-cloud';
import type { Deployment } from '../../local/deployment.ts';
import type { IncomingRequest, Interception } from '../../local/redis-cloud/faults.ts';
import type { RedisCloud } from '../../local/redis-cloud/server.ts';
import type { Call } from './calls.ts';

/** A state of an execution that calls something. */
export interface Site {
  execution: ExecutionRecord;
  workflow: string;
  state: string;
}

/** A function that runs just now, and the state that has invoked it. */
interface Active {
  site: Site;
  functionName: string;
}

/** What is done about the calls of the stories. What returns nothing lets the call pass. */
export interface Meddler {
  aws(call: Call, site: Site, given: AwsCall, proceed: () => Promise<unknown>): Promise<unknown>;
  redisCloud(call: Call, site: Site, request: IncomingRequest): Interception | undefined;
}

/**
 * Finds out which state of which execution a call belongs to. A state's own call is made directly after the
 * history says that its task has started. A function's call belongs to the state that has invoked the function; of
 * several at once, to the one whose execution or function the caller's session is named after.
 */
export class Trace {
  readonly #active: Active[] = [];
  readonly #detach: () => void;
  #started: Site | undefined;

  constructor(cloud: Deployment, redisCloud: RedisCloud, meddler: Meddler) {
    const unobserve = cloud.observeExecutions((execution, event) => {
      if (event.type === 'TaskStarted') this.#started = siteOf(execution, event);
    });
    const proceedAgain = cloud.interceptCalls((call, proceed) => this.#meddle(meddler, call, proceed));
    redisCloud.faults.intercept = (request) => {
      const active = this.#active.at(-1);
      if (!active) return undefined;
      const target = `redis-cloud:${request.operation ?? 'unknown'}`;
      return meddler.redisCloud(callOf(active, 'redis-cloud', target), active.site, request);
    };
    this.#detach = () => {
      unobserve();
      proceedAgain();
      redisCloud.faults.intercept = undefined;
    };
  }

  end(): void {
    this.#detach();
  }

  #meddle(meddler: Meddler, given: AwsCall, proceed: Parameters<Intervention>[1]): Promise<unknown> {
    const { service, action, input } = given;
    const started = this.#started;
    this.#started = undefined;
    if (started) {
      const { workflow, state } = started;
      if (service !== 'lambda') {
        const call: Call = { workflow, state, kind: 'integration', target: `${service}:${action}` };
        return meddler.aws(call, started, given, proceed);
      }
      const call: Call = { workflow, state, kind: 'function', target: 'invoke' };
      const functionName = (input as { FunctionName: string }).FunctionName.split(':').at(-1)!;
      return meddler.aws(call, started, given, async () => {
        const entry = { site: started, functionName };
        this.#active.push(entry);
        try {
          return await proceed();
        } finally {
          this.#active.splice(this.#active.indexOf(entry), 1);
        }
      });
    }
    const active = this.#callerOf(given);
    if (!active) return proceed();
    return meddler.aws(callOf(active, 'aws', `${service}:${action}`), active.site, given, proceed);
  }

  /** The function that makes the call, and its state; nothing if it is not a function that does. */
  #callerOf({ caller }: AwsCall): Active | undefined {
    const session = /:assumed-role\/[^/]+\/(redis-privatelink-.+)$/.exec(caller.arn)?.[1];
    if (session === undefined) return undefined;
    const own = this.#active.find(
      ({ site, functionName }) =>
        functionName === session || `redis-privatelink-${site.execution.name}`.startsWith(session),
    );
    return own ?? this.#active.at(-1);
  }
}

function callOf({ site, functionName }: Active, kind: Call['kind'], target: string): Call {
  return { workflow: site.workflow, state: site.state, kind, target, by: functionName };
}

/** The state that the event's task belongs to. */
function siteOf(execution: ExecutionRecord, { previousEventId }: ExecutionEvent): Site {
  let id = previousEventId;
  for (;;) {
    const event = execution.history[id - 1]!;
    if (event.type.endsWith('StateEntered')) {
      const workflow = execution.stateMachineName.replace('redis-privatelink-', '');
      return { execution, workflow, state: String(event.details?.name) };
    }
    id = event.previousEventId;
  }
}
