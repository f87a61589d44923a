import type { Configuration } from '../lib/configuration.ts';
import { callerIn, placeOf, whyNobody } from './caller.ts';
import { Examination } from './examination.ts';

/** Nothing can be seen from here, and why. */
export class Blind extends Error {}

/**
 * What looks at a deployment with the credentials of its hub account.
 *
 * @param what what is looked for, for the message: "The status is seen"
 * @throws Blind where there are no credentials, or those of another account.
 */
export async function fromHub(
  what: string,
  config: string,
  configuration: Configuration,
): Promise<Examination> {
  const { hubAccountId, hubRegion } = configuration.organization;
  let caller: Awaited<ReturnType<typeof callerIn>>;
  try {
    caller = await callerIn(hubRegion);
  } catch (error) {
    const { what: trouble, remedy } = whyNobody(error);
    throw new Blind(`${trouble[0]!.toUpperCase()}${trouble.slice(1)}. ${remedy}`);
  }
  const { accountId, arn } = caller;
  const place = placeOf(caller, configuration);
  if (place !== 'hub') {
    throw new Blind(
      `${what} from the hub account ${hubAccountId}. These credentials are of account ${accountId} (${arn}).`,
    );
  }
  const memberTemplate = async () => '';
  return new Examination({ configuration, config, place, accountId, now: Date.now(), memberTemplate });
}
