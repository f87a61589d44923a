import type { IncomingRequest, Interception } from '../../local/redis-cloud/faults.ts';
import type { Operation } from '../../local/redis-cloud/routes.ts';
import type { Scenario } from '../faults/scenarios.ts';
import { STRANGER, type Stage } from '../faults/stage.ts';

export const MINUTE = 60_000;
const NOTHING_STOPPED = new Set<string>();

/** A story in a world. Those of the faults, and others for what those do not come by. */
export interface Story extends Scenario {
  /** Names of the assumptions for whose question it is made. */
  about?: readonly string[];
  /** What a person does at Redis Cloud before they redrive what has failed. */
  help?(stage: Stage): Promise<void>;
  /** What it has done that nothing can mend, in words. */
  harm?(stage: Stage): Promise<string[]>;
  /** The PrivateLink stays where others are in it. */
  mayStay?: boolean;
  /** The account cannot be entered in the end: what is in it stays. */
  isAway?: boolean;
}

/** What happens at the first request of an operation, in place of its processing. */
export function atFirst(
  stage: Stage,
  operation: Operation,
  happen: (request: IncomingRequest) => Interception,
): void {
  const before = stage.redisCloud.faults.intercept;
  let isOver = false;
  stage.redisCloud.faults.intercept = (request) => {
    if (request.operation !== operation || isOver) return before?.(request);
    isOver = true;
    return happen(request);
  };
}

/**
 * The same, and from then on Redis Cloud answers the operation with 503 until something is so; not where somebody else
 * asks for it.
 */
export function outUntil(
  stage: Stage,
  operation: Operation,
  first: Interception,
  isSo: () => boolean,
  meanwhile = () => {},
): void {
  let isOver = false;
  stage.redisCloud.faults.intercept = (request) => {
    if (request.operation !== operation || isOver || request.body?.includes(STRANGER)) return undefined;
    isOver = isSo();
    return isOver ? undefined : { status: 503 };
  };
  atFirst(stage, operation, () => {
    meanwhile();
    return first;
  });
}

export async function connect(stage: Stage): Promise<Set<string>> {
  await stage.onboard();
  await stage.settled();
  return NOTHING_STOPPED;
}

export async function admit(stage: Stage): Promise<Set<string>> {
  await stage.onboard({});
  await stage.settled();
  return NOTHING_STOPPED;
}

export async function leave(stage: Stage): Promise<Set<string>> {
  const { connection, accountId } = stage;
  await stage.start('offboard', { connection: connection.name, accountId });
  await stage.settled();
  return NOTHING_STOPPED;
}
