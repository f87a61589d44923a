import { type Hold, nameOf } from '../../shared/workflows/holds.ts';
import { latestOf, type Noted, type Place, standingKey } from '../../shared/workflows/noted.ts';

// What people have said, or are asked, of what a reconciliation finds.

/** Why a VPC stays disconnected although it asks to be connected: a person has disconnected it, or its account. */
export function refusalOf(standing: Noted, place: Place): string | undefined {
  const latest = latestOf(standing, place);
  if (latest?.kind !== 'refusal') return undefined;
  return `it was disconnected by hand at ${latest.at}, and stays so. Remove the tag, or start onboard to undo this`;
}

/** A removal that waits for a person is not started again until it has lapsed. */
export function heldOf(held: readonly Hold[], { connection, accountId, vpcId }: Place): string | undefined {
  const hold = held.find(
    (one) => one.connection === connection && nameOf(one) === nameOf({ accountId, vpcId }),
  );
  return hold && `a person is asked to release or to refuse it, until ${hold.until}`;
}

/**
 * What is to be said of a VPC that was disconnected because somebody tried to delete it.
 * @param at ISO time of the run
 */
export function deletionOf(
  standing: Noted,
  vpc: Place,
  at: string,
): { isOver: boolean; isTold: boolean; what: string } | undefined {
  const noted = standing.get(standingKey(vpc));
  if (noted?.kind !== 'deletion') return undefined;
  const isOver = Date.parse(noted.until ?? '') <= Date.parse(at);
  const since = `it was disconnected at ${noted.at}, because somebody tried to delete the VPC`;
  return {
    isOver,
    isTold: noted.told !== undefined,
    what: isOver
      ? `${since}. The VPC is still there and asks for the connection, so it is connected again`
      : `${since}. It is connected again after ${noted.until}, if the VPC is still there then`,
  };
}
