import { type Case, casesOf, isInPart, Tried } from './cases.ts';
import { GROUNDS, type GroundName } from './ground.ts';
import type { Recorded } from './recording.ts';
import { SCENARIOS } from './scenarios.ts';

/** A recorded call as it travels between processes. */
export interface Noted {
  ground: GroundName;
  call: Recorded['call'];
  scenario: string;
}

/** What a worker knows before it begins. */
export interface Setting {
  noted: Noted[];
  /** The folder of each ground's assembly. */
  assemblies: Record<GroundName, string>;
}

/** Names of cases that a worker is to run, one after the other. */
export type Job = string[];

/** Which of all cases are run. */
export interface Selection {
  /** Only those whose name contains this. */
  only: string;
  /** One in so many. */
  sample: number;
}

/** All cases of what was recorded, in the order of the grounds. */
export function allCases(noted: readonly Noted[]): Case[] {
  const tried = new Tried();
  return GROUNDS.flatMap((ground) => {
    const recorded = noted
      .filter((one) => one.ground === ground)
      .map(({ call, scenario }) => ({ call, scenario: SCENARIOS.find(({ name }) => name === scenario)! }));
    return casesOf(ground, recorded, tried);
  });
}

export function selected(cases: readonly Case[], { only, sample }: Selection): Case[] {
  return cases.filter(({ name }) => name.includes(only) && isInPart(name, 0, sample));
}

/**
 * Ground by ground, a case that begins with a connection behind one that ends with it, as far as there are such.
 * Faults that last come first: functions wait in earnest between their attempts, and nobody is to wait for them in
 * the end.
 */
export function jobsOf(cases: readonly Case[]): Job[] {
  const lasts = ({ fault }: Case) => Number(fault.span !== 'once');
  return GROUNDS.flatMap((ground) => {
    const own = cases.filter((one) => one.ground === ground).sort((a, b) => lasts(b) - lasts(a));
    const takers = own.filter(({ scenario }) => scenario.begins === 'connected').map(({ name }) => name);
    const jobs = own
      .filter(({ scenario }) => scenario.begins !== 'connected')
      .map(({ name, scenario }) => [name, ...(scenario.goal === 'connected' ? takers.splice(0, 1) : [])]);
    return [...jobs, ...takers.map((name) => [name])];
  });
}
