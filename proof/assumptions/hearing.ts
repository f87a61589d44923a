import type { AwsCall } from 'local-cloud';
import type { Deployment } from '../../local/deployment.ts';
import type { Heard } from '../../local/redis-cloud/options.ts';

const UUIDS = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;
const HEADERS = ['x-rate-limit-remaining'];

/** Services whose answers may be other ones in another world; the rest are this system's own tools. */
const SERVICES = new Set(['ec2', 'ram', 'organizations', 'sts', 'ssm']);

/** What a person asks by hand in a story is heard, too. */
const BY_HAND = new Set(['DescribeExecution', 'GetRole']);

function isHeard({ service, action, caller }: AwsCall): boolean {
  return SERVICES.has(service) || (BY_HAND.has(action) && caller.arn.endsWith(':root'));
}

/** Milliseconds. An event that takes longer is late. */
const SOON = 6_000;

/** Writes down in which forms Redis Cloud and AWS have answered, without what differs each time. */
export class Hearing {
  readonly #forms = new Set<string>();
  readonly #cloud: Deployment;
  readonly #end: () => void;

  constructor(cloud: Deployment) {
    this.#cloud = cloud;
    const endEvents = cloud.interceptEvents((event, deliver) => {
      const happened = Date.parse(String(event.detail.eventTime));
      const isLate = cloud.clock.now() - happened > SOON;
      if (happened) this.#forms.add(`event ${event.detail.eventName} ${isLate ? 'late' : 'soon'}`);
      deliver();
    });
    const endCalls = cloud.interceptCalls(async (call, proceed) => {
      if (!isHeard(call)) return proceed();
      const { service, action } = call;
      try {
        const answer = await proceed();
        this.#forms.add(`${service}:${action} ${this.#formOf(answer)}`);
        return answer;
      } catch (error) {
        this.#forms.add(`${service}:${action} ${(error as Error).name}`);
        throw error;
      }
    });
    this.#end = () => {
      endEvents();
      endCalls();
    };
  }

  /** An answer of Redis Cloud. */
  readonly heard = ({ operation, status, headers, body }: Heard): void => {
    const named = HEADERS.filter((name) => name in headers);
    this.#forms.add(`${operation} ${status} ${named.join()} ${this.#formOf(body)}`);
  };

  end(): string[] {
    this.#end();
    return [...this.#forms].sort();
  }

  #formOf(answer: unknown): string {
    return JSON.stringify(answer, (_, value) => this.#form(value)) ?? '';
  }

  #form(value: unknown): unknown {
    if (typeof value === 'number') return value === 0 ? 0 : 1;
    if (typeof value !== 'string') return value;
    if (/^\d{4}-\d\d-\d\dT/.test(value)) {
      return Math.abs(Date.parse(value) - this.#cloud.clock.now()) < 1_000 ? 'now' : 'then';
    }
    const named = value.replace(UUIDS, '#').replace(/[\da-f]*\d[\da-f]*/gi, '#');
    return value.length > 200 ? 'long' : named;
  }
}

/**
 * Whether answers tell a world from another one.
 *
 * @param usual what was heard each time in the other one
 */
export function tells(heard: readonly string[], usual: readonly (readonly string[])[]): boolean {
  const known = new Set(usual.flat());
  const own = new Set(heard);
  const always = usual.length > 0 ? usual[0]!.filter((form) => usual.every((one) => one.includes(form))) : [];
  return heard.some((form) => !known.has(form)) || always.some((form) => !own.has(form));
}
