import type { EC2Client } from '@aws-sdk/client-ec2';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { RAMClient } from '@aws-sdk/client-ram';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { contracts } from '../lambdas/redis-cloud/client/contracts.ts';
import type { Connection } from '../lambdas/shared/workflows/configuration.ts';
import type { Conversation, Finished } from './conversation.ts';

/** What was found out about an assumption. */
export interface Finding {
  name: string;
  /** The alternative that is true; null if that could not be told. */
  value: string | null;
  /** What was seen, or why nothing was. */
  seen: string;
}

/** Somebody has interrupted the probe. */
export class Interrupted extends Error {}

export interface InquiryOptions {
  connection: Connection;
  accountId: string;
  vpcId: string;
  /** A role that Step Functions may assume, in that account. */
  statesRole: string | undefined;
  redis: Conversation;
  /** Whether to ask how long events take, by a rule and a queue. */
  events: boolean;
  aws: { ec2: EC2Client; ram: RAMClient; sfn: SFNClient; sqs: SQSClient; events: EventBridgeClient };
  /** Milliseconds, of the clock by which it sleeps. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  say(text: string): void;
  /** Cleaning up begins: from now on nothing is to be interrupted. */
  cleaningUp(): void;
}

interface Undo {
  what: string;
  undo(): Promise<void>;
}

/** What the questions share: whom they ask, what they have made, and what they have found out. */
export class Inquiry {
  readonly options: InquiryOptions;
  readonly findings: Finding[] = [];
  /** A task that ended before anything was created. */
  earlyTask: string | undefined;
  #made: Undo[] = [];

  constructor(options: InquiryOptions) {
    this.options = options;
  }

  get redis(): Conversation {
    return this.options.redis;
  }

  /** The path of the connection's PrivateLink. */
  get link(): string {
    const { subscriptionId, activeActiveRegionId } = this.options.connection;
    const region = activeActiveRegionId === undefined ? '' : `/regions/${activeActiveRegionId}`;
    return `/subscriptions/${subscriptionId}${region}/private-link`;
  }

  /** Whether Redis Cloud hands over a resource share; otherwise it is an endpoint service. */
  get isShare(): boolean {
    return this.options.connection.contract === 'resource-share';
  }

  /** What requests of the connection's contract say. */
  get bodies() {
    const { connection, accountId } = this.options;
    const contract = contracts[connection.contract];
    return {
      create: contract.createBody(connection, accountId),
      add: contract.addPrincipalBody(connection, accountId),
      remove: (principal: string) => contract.removePrincipalBody(connection, principal),
    };
  }

  /** Notes an answer. The first one that tells counts. */
  found(name: string, value: string | null, seen: string): void {
    const index = this.findings.findIndex((one) => one.name === name);
    if (index < 0) this.findings.push({ name, value, seen });
    else if (this.findings[index]!.value === null && value !== null)
      this.findings[index] = { name, value, seen };
  }

  /** Notes what has to go again, before it is made. */
  making(what: string, undo: () => Promise<void>): void {
    this.options.say(`creating ${what}`);
    this.#made.push({ what, undo });
  }

  /** It has gone. */
  unmade(what: string): void {
    this.#made = this.#made.filter((one) => one.what !== what);
  }

  /** Removes what was made, the last first. @returns what is left, in words */
  async cleanUp(): Promise<string[]> {
    const left: string[] = [];
    this.options.cleaningUp();
    for (const { what, undo } of this.#made.reverse()) {
      try {
        await undo();
        this.options.say(`removed ${what}`);
      } catch (error) {
        left.push(`${what}: ${(error as Error).message}`);
      }
    }
    this.#made = [];
    return left;
  }

  /** What a reading of the PrivateLink shows; null if there is none. */
  async read(): Promise<Record<string, unknown> | null> {
    const { resource } = await this.redis.finish('GET', this.link);
    return shown(resource);
  }

  /** Reads until it is so. @returns undefined if that does not come about within the time */
  async until<T>(
    look: () => Promise<T | undefined>,
    milliseconds: number,
    pause = 3_000,
  ): Promise<T | undefined> {
    for (let waited = 0; ; waited += pause) {
      const seen = await look();
      if (seen !== undefined || waited >= milliseconds) return seen;
      await this.options.sleep(pause);
    }
  }
}

/** A PrivateLink has a status. */
export function shown(resource: Finished['resource']): Finished['resource'] {
  return resource && resource.status != null ? resource : null;
}
