import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import jsonata from 'jsonata';
import { unknownNumbers } from '../../statemachines/numbers.ts';
import { written } from '../../statemachines/write.ts';
import type { Case } from './cases/case.ts';
import { OFFBOARD } from './cases/offboard.ts';
import { ONBOARD } from './cases/onboard.ts';
import { OTHERS_CASES } from './cases/others.ts';
import { type Definition, type State, stepsOf } from './definitions.ts';

export const CASES: readonly Case[] = [...ONBOARD, ...OFFBOARD, ...OTHERS_CASES];

/** Where each step goes with each error: `{"onboard / Add principal": {"LockLost": "What is missing?"}}`. */
export type ErrorPaths = Record<string, Record<string, string>>;

export const ERROR_PATHS_FILE = join(import.meta.dirname, 'error-paths.json');

/** As a person has looked at them last. */
export const ERROR_PATHS = JSON.parse(readFileSync(ERROR_PATHS_FILE, 'utf8')) as ErrorPaths;

export function errorPathsOf(workflow: string, definition: Definition): ErrorPaths {
  return Object.fromEntries(
    stepsOf(workflow, definition)
      .filter(([, state]) => state.Catch)
      .map(([step, { Catch = [] }]) => [
        step,
        Object.fromEntries(
          Catch.flatMap(({ ErrorEquals, Next }) => ErrorEquals.map((error) => [error, Next])),
        ),
      ]),
  );
}

/**
 * What is wrong with a definition, in words: its retriers, its numbers, its error paths, and what its expressions come
 * to. Nothing is run.
 *
 * @param only the step to which the checks of expressions are limited
 */
export async function problemsOf(workflow: string, definition: Definition, only?: string): Promise<string[]> {
  const steps = new Map(stepsOf(workflow, definition));
  return [
    ...writtenProblems(workflow, definition),
    ...[...steps, [workflow, definition] as const].flatMap(([step, state]) =>
      unknownNumbers(step, state).map((text) => `${step} has a number that bounds.ts does not: ${text}`),
    ),
    ...errorPathProblems(workflow, definition),
    ...(await caseProblems(workflow, steps, only)),
  ];
}

function writtenProblems(workflow: string, definition: Definition): string[] {
  try {
    return isDeepStrictEqual(written(workflow, definition as never), definition)
      ? []
      : [`${workflow} is not as \`npm run policies\` writes it`];
  } catch (error) {
    return [(error as Error).message];
  }
}

function errorPathProblems(workflow: string, definition: Definition): string[] {
  const [found, known] = [errorPathsOf(workflow, definition), ERROR_PATHS];
  const steps = new Set([
    ...Object.keys(found),
    ...Object.keys(known).filter((step) => step.startsWith(`${workflow} / `)),
  ]);
  return [...steps]
    .filter((step) => !isDeepStrictEqual(found[step], known[step]))
    .map(
      (step) =>
        `${step} goes another way with an error. If that is right: npm run mutations -- --record. ` +
        `It was ${JSON.stringify(known[step])}, and is ${JSON.stringify(found[step])}`,
    );
}

async function caseProblems(
  workflow: string,
  steps: ReadonlyMap<string, State>,
  only: string | undefined,
): Promise<string[]> {
  const cases = CASES.filter(({ step }) => step.startsWith(`${workflow} / `) && (only ?? step) === step);
  const problems: string[] = [];
  for (const { step, path, given, expected } of cases) {
    const state = steps.get(step);
    const found = state ? await foundIn(state, path, given) : 'no such step';
    if (isDeepStrictEqual(found, expected)) continue;
    problems.push(`${step}: ${path} is ${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`);
  }
  return problems;
}

async function foundIn(state: State, path: string, given: Record<string, unknown>): Promise<unknown> {
  try {
    if (path === 'Choices') return await nextOf(state, given);
    const text = path
      .split('/')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], state);
    return await evaluated(String(text), given);
  } catch (error) {
    return (error as Error).message;
  }
}

async function nextOf({ Choices = [], Default }: State, given: Record<string, unknown>) {
  for (const { Condition, Next } of Choices) if ((await evaluated(Condition, given)) === true) return Next;
  return Default;
}

const compiled = new Map<string, jsonata.Expression>();

async function evaluated(text: string, given: Record<string, unknown>): Promise<unknown> {
  const source = /^\{%(.*)%\}$/s.exec(text)?.[1] ?? text;
  const expression = compiled.get(source) ?? jsonata(source);
  compiled.set(source, expression);
  // What Step Functions adds to the language.
  const result: unknown = await expression.evaluate(undefined, { parse: JSON.parse, ...given });
  // JSONata's lists carry marks of their own.
  return result === undefined ? undefined : JSON.parse(JSON.stringify(result));
}
