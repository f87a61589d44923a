import { problemsOf } from './checks.ts';
import { readDefinitions } from './definitions.ts';
import { mutantsOf } from './mutants.ts';

/** Mutants that no check of the definitions finds, and why none has to. */
export const EXCUSED: readonly { name: RegExp; because: string }[] = [
  {
    name: /^reconcile \/ List other runs: Assign\/others has <= /,
    because: 'Two runs are never equal there: the run itself is left out, and each has a name of its own.',
  },
];

/** @param options.sample one mutant in so many */
export async function survivorsOf({ only = '', sample = 1 }: { only?: string; sample?: number }) {
  let [tried, excused] = [0, 0];
  const survived: string[] = [];
  for (const [workflow, definition] of readDefinitions()) {
    const mutants = mutantsOf(workflow, definition).filter(({ name }) => name.includes(only));
    for (const { name, step, definition: mutant } of mutants.filter((_, index) => index % sample === 0)) {
      tried += 1;
      if ((await problemsOf(workflow, mutant(), step)).length > 0) continue;
      if (EXCUSED.some((one) => one.name.test(name))) excused += 1;
      else survived.push(name);
    }
  }
  return { tried, excused, survived };
}
