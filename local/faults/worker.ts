import { nameOf } from './calls.ts';
import { type Case, casesOf, isInPart } from './cases.ts';
import { GROUNDS, Ground, type GroundName } from './ground.ts';
import type { Recorded } from './recording.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Result, tryCase } from './trial.ts';

/** A recorded call as it travels between processes. */
export interface Noted {
  ground: GroundName;
  call: Recorded['call'];
  scenario: string;
}

/** What a worker is to do: its share of the cases. */
export interface Share {
  noted: Noted[];
  assemblies: Record<GroundName, string>;
  part: number;
  parts: number;
  selection: Selection;
}

/** Which of all cases are run. */
export interface Selection {
  /** Only those whose name contains this. */
  only: string;
  /** One in so many. */
  sample: number;
}

/** A cloud grows with every case that is run in it. */
const CASES_PER_CLOUD = 60;
/** The accounts of cases; those of recordings have other numbers. */
const FIRST_ACCOUNT = 400_000_000_000;

/** All cases of what was recorded, in the order of the grounds. */
export function allCases(noted: readonly Noted[]): Case[] {
  const tried = new Set<string>();
  return GROUNDS.flatMap((ground) => {
    const recorded = noted
      .filter((one) => one.ground === ground)
      .map(({ call, scenario }) => ({ call, scenario: SCENARIOS.find(({ name }) => name === scenario)! }));
    const cases = casesOf(ground, recorded, tried);
    for (const { call } of recorded) tried.add(nameOf(call));
    return cases;
  });
}

export function selected(cases: readonly Case[], { only, sample }: Selection): Case[] {
  return cases.filter(({ name }) => name.includes(only) && isInPart(name, 0, sample));
}

/** Runs the cases, each in a cloud of its ground. Tells each result as it comes. */
export async function runCases(
  cases: readonly Case[],
  assemblies: Share['assemblies'],
  tell: (result: Result) => void,
): Promise<void> {
  let ground: Ground | undefined;
  let left = 0;
  for (const [index, one] of cases.entries()) {
    if (!ground || ground.name !== one.ground || left === 0) {
      await ground?.close();
      ground = await Ground.open(one.ground, assemblies[one.ground]);
      left = CASES_PER_CLOUD;
    }
    left -= 1;
    tell(await tryCase(ground, one, String(FIRST_ACCOUNT + index)));
  }
  await ground?.close();
}

if (process.send) {
  process.once('message', async ({ noted, assemblies, part, parts, selection }: Share) => {
    const cases = selected(allCases(noted), selection).filter((_, index) => index % parts === part);
    await runCases(cases, assemblies, (result) => process.send!(result));
    process.disconnect();
  });
}
