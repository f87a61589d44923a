import type { Activity, Clock } from './clock.ts';
import type { ExecutionRecord } from './states/step-functions.ts';

/** How often it looks, in milliseconds of the cloud's time. */
const LOOK_EACH = 10_000;

/** What is looked at: the executions, and how one waits for their ends. */
export interface Settling {
  readonly clock: Clock;
  executions(): ExecutionRecord[];
  /** Events that have not come yet. */
  readonly eventsUnderWay: number;
  ended(execution: ExecutionRecord): Promise<void>;
}

/**
 * Lets time pass until no execution has run and no event was under way for half a minute.
 *
 * @throws Standstill when executions wait for what never comes
 */
export async function settled(cloud: Settling, activity: Activity): Promise<void> {
  const start = cloud.clock.now();
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await activity.sleep(LOOK_EACH - ((cloud.clock.now() - start) % LOOK_EACH));
    if (cloud.eventsUnderWay > 0) quiet = -1;
    for (const execution of cloud.executions().filter(({ status }) => status === 'RUNNING')) {
      quiet = -1;
      await activity.wait(cloud.ended(execution), 'all to settle');
    }
  }
}
