import type { z } from 'zod';
import { plain } from '../../lambdas/shared/runtime/text.ts';
import { meantSetting } from './known-settings.ts';

/** Something that is wrong with a setting, and what to do. */
export interface Problem {
  path: PropertyKey[];
  text: string;
}

/** More problems than these, or longer ones, help nobody. */
const MAX_PROBLEMS = 50;
const LONGEST_PROBLEM = 400;
/** Of a value that a problem is about. */
const LONGEST_ECHO = 100;

/** The configuration is not valid. The message lists the problems, a line each: where, what, and what to do. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  /** @param total how many problems there are, if not all are given */
  constructor(source: string, some: readonly string[], total = some.length) {
    const count = total === 1 ? 'a problem' : `${total} problems`;
    const problems = some.slice(0, MAX_PROBLEMS).map((problem) => plain(problem, LONGEST_PROBLEM));
    if (total > problems.length) problems.push(`${total - problems.length} more.`);
    super(`${source} has ${count}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * The error for what is wrong with settings, each with its path, its line and its value.
 *
 * @param lineOf the line of a setting in the file
 */
export function settingsError(
  source: string,
  problems: readonly Problem[],
  data: unknown,
  lineOf: (path: readonly PropertyKey[]) => number,
): ConfigurationError {
  const lines = problems.slice(0, MAX_PROBLEMS).map(({ path, text }) => {
    const value = valueAt(data, path);
    const isShown = value !== undefined && typeof value !== 'object' && !path.some(looksSecret);
    const shown = isShown ? ` ${plain(JSON.stringify(value), LONGEST_ECHO)}:` : '';
    return `${pathText(path)} (line ${lineOf(path)}):${shown} ${text}${text.endsWith('?') ? '' : '.'}`;
  });
  return new ConfigurationError(source, lines, problems.length);
}

/** What a setting of such a name holds is not to be repeated. `key` alone is a tag's. */
function looksSecret(name: PropertyKey): boolean {
  return name !== 'key' && /key|secret|passw|token|credential/i.test(String(name));
}

/** What the schema found wrong, as problems. */
export function schemaProblems(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const meant = meantSetting(path);
      const remedy =
        meant === undefined
          ? 'remove it or correct its name (docs/configuration.md lists them all)'
          : `did you mean ${meant}?`;
      return { path, text: `there is no such setting; ${remedy}` };
    });
  }
  // What is wrong with the key itself.
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path: issue.path, text: message }));
  }
  return [{ path: issue.path, text: issue.message.replace(/^Invalid input: /, '') }];
}

/** What stands at a path; undefined where the path leads nowhere. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    data,
  );
}

/** The list at a path; empty where there is none. */
export function listAt(data: unknown, path: readonly PropertyKey[]): unknown[] {
  const list = valueAt(data, path);
  return Array.isArray(list) ? list : [];
}

/** What is not a text, and so may be anything, is the schema's to report. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function pathText(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>(
      (text, key) =>
        typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
      '',
    ) || 'the file'
  );
}
