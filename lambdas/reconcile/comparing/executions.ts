import { createHash } from 'node:crypto';
import type { Connection } from '../../shared/workflows/configuration.ts';
import type { Leftover } from '../../shared/workflows/leftovers.ts';
import type { PlannedExecution } from '../../shared/workflows/planned-execution.ts';

/** What an execution is to be about. */
export interface Target {
  workflow: PlannedExecution['workflow'];
  connection: string;
  accountId: string;
  /** Only where it is about a VPC, and not about all of the account. */
  vpcId?: string;
  region: string;
  why: string;
}

/** A removal's name from one run to the next. */
export function keyOf({ connection, accountId, vpcId }: Target): string {
  return [connection, accountId, ...(vpcId ? [vpcId] : [])].join(' ');
}

export function executionOf(
  difference: Omit<Target, 'why'>,
  run: string,
  because: 'reconciliation' | 'leftover' = 'reconciliation',
): PlannedExecution {
  const { workflow, connection, accountId, vpcId, region } = difference;
  const of = because === 'leftover' ? [because] : [];
  const fingerprint = fingerprintOf([run, workflow, connection, accountId, vpcId ?? null, ...of]);
  return {
    workflow,
    // At most 80 characters: names of connections have at most 32.
    name: [connection, accountId, ...(vpcId ? [vpcId] : []), fingerprint].join('-'),
    input: {
      connection,
      accountId,
      ...(vpcId ? { vpcId, region } : {}),
      // Whom somebody else has admitted stays.
      ...(workflow === 'offboard' ? { onlyOurs: true } : {}),
      because,
    },
  };
}

/** What is left is tried again, by an offboarding that looks first whether the account lets anybody in. */
export function retriesOf(
  leftovers: readonly Leftover[],
  connections: readonly Connection[],
  run: string,
): PlannedExecution[] {
  const isConfigured = ({ connection, region }: Leftover) =>
    connections.some((one) => one.name === connection && one.region === region);
  return leftovers
    .filter(isConfigured)
    .map((one) => executionOf({ workflow: 'offboard', ...one }, run, 'leftover'));
}

/** Deletes a PrivateLink that nobody uses, if a look at that time shows the same. */
export function deletionOfPrivateLink(connection: string, run: string): PlannedExecution {
  const name = `${connection}-unused-${fingerprintOf([run, connection, 'unused'])}`;
  return { workflow: 'offboard', name, input: { connection, unused: true } };
}

function fingerprintOf(what: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 12);
}
