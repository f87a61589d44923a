import type { Activity } from 'local-cloud';
import type { Deployment } from '../deployment.ts';
import type { World } from './world.ts';

export const MINUTE = 60_000;

/** What a story is told with. */
export interface Stage {
  cloud: Deployment;
  world: World;
  activity: Activity;
  /** Calls the Redis Cloud API as a person with the keys does. */
  redisCloud(method: string, path: string, body: object): Promise<void>;
  /** The keys that Redis Cloud knows. */
  keys: { apiKey: string; secretKey: string };
  /** Says what people or other programs do in an account. */
  say(accountId: string, text: string): void;
}

/** Something that happens in an organization, from its beginning until everything has come to rest. */
export type Story = (stage: Stage) => Promise<void>;
