import type { Need, Needs } from './authorization/need.ts';
import type { Caller } from './caller.ts';
import type { ConditionContext } from './iam/conditions.ts';
import type { Role } from './iam/role.ts';

export type { Caller } from './caller.ts';

/** An error as an AWS service answers it: `code` is what an SDK shows as the error's `name`. */
export class AwsError extends Error {
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.statusCode = statusCode;
  }
}

/**
 * One action of a service: takes the input and returns the output in the shapes of the AWS SDK for JavaScript
 * v3 (member names as there, timestamps as Date), and throws {@link AwsError}.
 */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the action's own, checked by the wire's schemas
export type Action = (input: any, caller: Caller) => unknown;

/** One service of the local cloud. Actions that are not listed are answered as AWS answers an unknown action. */
export interface AwsService {
  /** The name in a signature's scope, e.g. `ec2`, `states`, `events`. */
  readonly signingName: string;
  readonly actions: Record<string, Action>;
  /** Which permissions each action asks. Whoever has no part in the account is refused an action without. */
  readonly needs?: Record<string, Needs>;
}

/** Decides who may do what. */
export interface Guard {
  /** @throws AwsError as the service refuses a call for want of a permission */
  admit(service: AwsService, action: string, input: unknown, caller: Caller): void;
  /** Whether the caller has a permission that a service asks in passing, where a refusal stops nothing. */
  permits(caller: Caller, need: Need): boolean;
  /** The role, if it is there and its trust policy lets the service assume it for the resource of that ARN. */
  serviceRole(roleArn: string, service: string, source: { arn: string; accountId: string }): Role | undefined;
  /** The role, if the caller may assume it: by its own policies and the role's trust policy. */
  assumable(roleArn: string, context: ConditionContext, caller: Caller): Role | undefined;
  /** @throws AwsError for the first permission that the caller does not have */
  require(caller: Caller, ...needs: Need[]): void;
}

/** Decides who asks too much. */
export interface Quotas {
  /** @throws AwsError as the service refuses a request beyond the quota */
  take(service: string, action: string, caller: Caller): void;
}

/** One call of an action, by a function, a workflow or whoever else. */
export interface AwsCall {
  /** The service's signing name. */
  service: string;
  action: string;
  input: unknown;
  caller: Caller;
}

/** Takes the place of a call: `proceed` carries it out. */
export type Intervention = (call: AwsCall, proceed: () => Promise<unknown>) => Promise<unknown>;

/** The caller gets no answer: the connection breaks. Whether the work was done, it cannot tell. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** All services of the local cloud, as its parts call each other: in the process, without the wire. */
export class AwsServices {
  readonly #services = new Map<string, AwsService>();
  /** Calls so far, by `service:Action`. */
  readonly calls = new Map<string, number>();
  /** Without one every call is admitted: for tests of single services. */
  guard: Guard | undefined;
  /** Without them nobody asks too much. The root user, by whom stories and tests act, has no quotas. */
  quotas: Quotas | undefined;
  readonly #interventions: Intervention[] = [];

  register(service: AwsService): void {
    this.#services.set(service.signingName, service);
  }

  all(): AwsService[] {
    return [...this.#services.values()];
  }

  get(signingName: string): AwsService | undefined {
    return this.#services.get(signingName);
  }

  /**
   * Has `intervention` take the place of every call that is admitted; the latest one is asked first.
   *
   * @returns what ends that
   */
  intervene(intervention: Intervention): () => void {
    this.#interventions.push(intervention);
    return () => {
      this.#interventions.splice(this.#interventions.indexOf(intervention), 1);
    };
  }

  /**
   * @throws AwsError `UnknownOperationException` for an action that the local cloud does not have or whose
   *   permissions it does not know, the service's refusal, and whatever the action throws.
   */
  async call(signingName: string, action: string, input: unknown, caller: Caller): Promise<unknown> {
    const service = this.#services.get(signingName);
    const implementation = service && Object.hasOwn(service.actions, action) && service.actions[action];
    if (!implementation) {
      throw new AwsError(
        'UnknownOperationException',
        `The local cloud has no action ${signingName}:${action}.`,
      );
    }
    const name = `${signingName}:${action}`;
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    if (!caller.arn.endsWith(':root')) this.quotas?.take(signingName, action, caller);
    this.guard?.admit(service, action, input, caller);
    if (this.#interventions.length === 0) return implementation(input, caller);
    const call = { service: signingName, action, input, caller };
    return this.#interventions.reduce<() => Promise<unknown>>(
      (proceed, intervention) => () => intervention(call, proceed),
      async () => implementation(input, caller),
    )();
  }
}
