import type { Connection } from '../../shared/workflows/configuration.ts';
import type { PlannedExecution } from '../../shared/workflows/planned-execution.ts';
import type { Doubt } from './doubt.ts';
import { deletionOfPrivateLink } from './executions.ts';
import type { AccountRegions, Offers, PrivateLinkSnapshot } from './findings.ts';
import { offersOf } from './findings.ts';
import type { Reported } from './strays.ts';

/** What a reconciliation knows beside what Redis Cloud has. */
interface Circumstances {
  /** VPCs that ask for the connection, and that no person keeps disconnected. */
  asking: number;
  knowledge: {
    run: string;
    connections: readonly Connection[];
    doubt: Doubt | null;
    dueBefore: ReadonlySet<string>;
  };
  offers: Offers;
  places: AccountRegions;
}

/** A removal's name from one run to the next, as for accounts and VPCs. */
const UNUSED = 'unused';

/**
 * A PrivateLink that nobody uses and that the configuration wants to be deleted. The last account that leaves takes it
 * along; where that was refused, or the configuration came later, a reconciliation deletes it: if the run before has found it
 * unused, too, and nobody may be about to be connected.
 */
export function unusedPrivateLink(
  { name, region, deletePrivateLinkWhenUnused }: Connection,
  snapshot: PrivateLinkSnapshot,
  { asking, knowledge, offers, places }: Circumstances,
): { reported: Reported[]; due: string[]; executions: PlannedExecution[] } {
  const nothing = { reported: [], due: [], executions: [] };
  if (!deletePrivateLinkWhenUnused || 'error' in snapshot || snapshot.status !== 'active') return nothing;
  const { principals, others, owners } = snapshot;
  const admitted = principals.filter((entry) => !entry.endsWith(' disassociated'));
  if (admitted.length + others.length + owners.length > 0) return nothing;

  const report = (what: string): Reported => ({
    kind: 'unused PrivateLink',
    connection: name,
    what: `nobody is admitted to its PrivateLink. ${what}`,
  });
  const stays = whyItStays();
  if (stays !== undefined) return { ...nothing, reported: [report(`It stays: ${stays}`)] };
  const due = [`${name} ${UNUSED}`];
  if (!knowledge.dueBefore.has(due[0]!)) {
    return { ...nothing, due, reported: [report('It is deleted if the next run finds it unused, too')] };
  }
  const executions = [deletionOfPrivateLink(name, knowledge.run)];
  return { due, executions, reported: [report('It is deleted now')] };

  /** Why somebody may be about to be connected. */
  function whyItStays(): string | undefined {
    if (asking > 0) return `${asking} VPCs ask for the connection`;
    const unclear = offersOf(knowledge.doubt?.accounts ?? [], knowledge.connections);
    const inDoubt = [...unclear].filter(([, names]) => names.has(name)).length;
    if (inDoubt > 0) return `whether the connection is offered to ${inDoubt} accounts cannot be told`;
    const unseen = [...places.values()].find(
      (place) => place.region === region && 'error' in place && offers.get(place.accountId)?.has(name),
    );
    return unseen && `whether VPCs of account ${unseen.accountId} ask for the connection cannot be told`;
  }
}
