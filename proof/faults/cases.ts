import { createHash } from 'node:crypto';
import { type Call, nameOf } from './calls.ts';
import type { Fault } from './fault.ts';
import { faultsOf } from './faults.ts';
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

/** Which calls have been tried in the grounds so far. */
export class Tried {
  /** Names of calls. */
  readonly calls = new Set<string>();
  /** What functions do, whatever state invokes them. */
  readonly deeds = new Set<string>();
}

/**
 * All cases of a ground. A call that another ground has tried is left out, but for those of Redis Cloud, which
 * answers each contract in its own way, and for those of AWS through a service network, where another account is entered. What a function does with a fault does not depend on the state that invokes
 * it: of the faults by which it fails in the same way, further states are tried with one.
 *
 * @param tried is added to
 */
export function casesOf(ground: GroundName, recorded: readonly Recorded[], tried: Tried): Case[] {
  const isNew = ({ call }: Recorded) =>
    (ground !== 'script' && call.kind === 'redis-cloud') ||
    (ground === 'service-network' && call.kind === 'aws') ||
    !tried.calls.has(nameOf(call));
  const cases = recorded.filter(isNew).flatMap(({ call, scenario }) => {
    const deed = call.by && `${call.by} ${call.target}`;
    const faults = faultsOf(call).filter(({ like }) => !like || !deed || !tried.deeds.has(deed));
    if (deed) tried.deeds.add(deed);
    return faults.map((fault) => ({
      name: `${nameOf(call)} | ${fault.name} | ${ground}`,
      ground,
      call,
      scenario,
      fault,
    }));
  });
  for (const { call } of recorded) tried.calls.add(nameOf(call));
  return cases;
}

/** Whether the case is among one in `parts`, chosen by its name: the same in every run, and of all kinds. */
export function isInPart(name: string, part: number, parts: number): boolean {
  const digest = createHash('sha256').update(name).digest();
  return digest.readUInt32BE(0) % parts === part;
}
