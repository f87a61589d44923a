import { createHash } from 'node:crypto';
import { type Call, nameOf } from './calls.ts';
import { type Fault, faultsOf } from './faults.ts';
import type { GroundName } from './ground.ts';
import type { Recorded } from './recording.ts';
import type { Scenario } from './scenarios.ts';

/** One cell of the matrix. */
export interface Case {
  name: string;
  ground: GroundName;
  call: Call;
  scenario: Scenario;
  fault: Fault;
}

/**
 * All cases of a ground. Calls that another ground has tried are left out, but for those of Redis Cloud, which
 * answers each contract in its own way.
 */
export function casesOf(
  ground: GroundName,
  recorded: readonly Recorded[],
  tried: ReadonlySet<string>,
): Case[] {
  return recorded
    .filter(({ call }) => (ground !== 'script' && call.kind === 'redis-cloud') || !tried.has(nameOf(call)))
    .flatMap(({ call, scenario }) =>
      faultsOf(call).map((fault) => ({
        name: `${nameOf(call)} | ${fault.name} | ${ground}`,
        ground,
        call,
        scenario,
        fault,
      })),
    );
}

/** Whether the case is among one in `parts`, chosen by its name: the same in every run, and of all kinds. */
export function isInPart(name: string, part: number, parts: number): boolean {
  const digest = createHash('sha256').update(name).digest();
  return digest.readUInt32BE(0) % parts === part;
}
