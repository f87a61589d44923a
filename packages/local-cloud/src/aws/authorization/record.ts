import type { Match } from '../iam.ts';
import type { Denial } from './denial.ts';

/** Where statements stand: a role's policy, a role's trust policy, or the policy of a resource. */
export type Source = string;

/** A policy of a role. */
export function policySource(roleArn: string, policyName: string): Source {
  return `${roleArn} policy ${policyName}`;
}

/** A role's trust policy. */
export function trustSource(roleArn: string): Source {
  return `${roleArn} trust`;
}

/** How often a permission was used. */
export interface Use {
  /** Decisions in which it allowed something. */
  count: number;
  /** Those in which nothing else would have. */
  alone: number;
}

/** What allowed something and what was refused, since the cloud was brought up. */
export class AccessRecord {
  readonly denials: Denial[] = [];
  readonly #uses = new Map<string, Use>();
  readonly #observers: ((denial: Denial) => void)[] = [];

  allowed(matches: readonly (Match & { source: Source })[]): void {
    const alone = matches.length === 1 && matches[0]!.actions.length * matches[0]!.resources.length === 1;
    for (const { source, statement, actions, resources } of matches) {
      for (const action of actions) {
        for (const resource of resources) {
          const key = keyOf(source, statement, action, resource);
          const use = this.#uses.get(key) ?? { count: 0, alone: 0 };
          use.count += 1;
          if (alone) use.alone += 1;
          this.#uses.set(key, use);
        }
      }
    }
  }

  refused(denial: Denial): void {
    this.denials.push(denial);
    for (const observer of this.#observers) observer(denial);
  }

  /** Calls back for every refusal as it happens. */
  observe(observer: (denial: Denial) => void): void {
    this.#observers.push(observer);
  }

  /** The use of one action and one resource, as they are written in a statement of the policy. */
  useOf(source: Source, statement: object, action: string, resource: string): Use {
    return this.#uses.get(keyOf(source, statement, action, resource)) ?? { count: 0, alone: 0 };
  }
}

const texts = new WeakMap<object, string>();

/** Statements are told apart by what they say, since a service keeps them in an order of its own. */
function keyOf(source: Source, statement: object, action: string, resource: string): string {
  let text = texts.get(statement);
  if (text === undefined) {
    const { Sid: _, ...said } = statement as { Sid?: string };
    text = JSON.stringify(said);
    texts.set(statement, text);
  }
  return `${source}\n${text}\n${action}\n${resource}`;
}
