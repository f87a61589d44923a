import {
  expectedOf,
  guessOf,
  type Looks,
  learned,
  type Observed,
  readPace,
  writePace,
} from '../../shared/coordination/pace.ts';
import { withAwsErrors } from '../../shared/coordination/table.ts';

/**
 * How long AWS takes for a VPC endpoint until it can be used and its DNS names are known (`pace.ts`): under pk
 * `pace#endpoints#<Region>`, of the latest one of its type in any account.
 */

/** Seconds, as long as nothing is known: a guess, because nothing publishes them. */
const FIRST_GUESS = 40;

/** Nobody waits longer for the first look, whatever endpoints took before. */
const LONGEST_WAIT = 120;

/** As the step that awaits an endpoint looks (`ENDPOINT_PENDING`). */
const LOOKS: Looks = { pause: 5, growth: 1.3 };

/** An endpoint that took longer is not counted. */
const LONGEST = 3_600;

/** Whole seconds after which an endpoint of this type should be usable. */
export async function expectedEndpointSeconds(region: string, type: string): Promise<number> {
  const pace = await withAwsErrors('How long endpoints take could not be read', () => paceOf(region, type));
  return expectedOf(pace, LONGEST_WAIT);
}

/** Remembers how long an endpoint has taken. */
export async function recordEndpointDuration(
  region: string,
  type: string,
  observed: Observed,
): Promise<void> {
  if (!(observed.done > 0 && observed.done < LONGEST)) return;
  await withAwsErrors('How long the endpoint took could not be recorded', async () =>
    writePace(partition(region), type, learned(await paceOf(region, type), observed, LOOKS)),
  );
}

async function paceOf(region: string, type: string) {
  return (await readPace(partition(region), type)) ?? guessOf(FIRST_GUESS);
}

function partition(region: string): string {
  return `pace#endpoints#${region}`;
}
