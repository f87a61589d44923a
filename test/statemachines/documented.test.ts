import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as policies from '../../statemachines/retry-policies.ts';
import type { RetryPolicy } from '../../statemachines/retry-policy.ts';
import { longestOf } from '../../statemachines/schedule.ts';

/** The policies by the errors that they retry. */
const policiesOf = new Map<string, RetryPolicy[]>();
for (const policy of Object.values(policies) as RetryPolicy[]) {
  for (const error of policy.ErrorEquals) policiesOf.set(error, [...(policiesOf.get(error) ?? []), policy]);
}

/** The configuration says how long: `waitMinutes`. */
const AS_CONFIGURED = ['SubnetsNotReady', 'VpcNotReady'];

/** As a document says it: `58 minutes`. */
function roughly(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} seconds`;
  if (Math.round(seconds / 60) === 60) return 'an hour';
  return seconds < 6000 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}

/** How long the errors are retried at most, as a document says it. */
function allowed(errors: readonly string[]): string[] {
  return errors.flatMap((error) => policiesOf.get(error) ?? []).map((policy) => roughly(longestOf(policy)));
}

/** Durations that the text gives as how long something is retried. */
function stated(text: string): string[] {
  return [...text.matchAll(/(?:up to|after|waited|waits) ((?:an|[\d.]+) (?:second|minute|hour)s?)\b/g)].map(
    ([, duration]) => duration!,
  );
}

const rows = readFileSync('docs/architecture.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| `\w+`/.test(line))
  .map((line) => line.split(' | '))
  .map(
    ([first = '', , third = '']) =>
      [[...first.matchAll(/`(\w+)`/g)].map(([, name]) => name!), third] as const,
  )
  .filter(([errors]) => errors.some((error) => policiesOf.has(error) && !AS_CONFIGURED.includes(error)));

describe('the table of errors in architecture.md', () => {
  test('has every error of ours that is retried', () => {
    const ours = [...policiesOf.keys()].filter(
      (error) => !error.includes('.') && !AS_CONFIGURED.includes(error),
    );
    expect(rows.flatMap(([errors]) => errors).sort()).toEqual(expect.arrayContaining(ours.sort()));
  });

  test.each(rows)('says how long %j is retried', (errors, text) => {
    expect(stated(text)).not.toEqual([]);
    expect(allowed(errors)).toEqual(expect.arrayContaining(stated(text)));
  });

  test('says how long failures at AWS itself are retried', () => {
    const text = readFileSync('docs/architecture.md', 'utf8').replaceAll('\n', ' ');
    const [, paragraph] = /Lambda's own failures(.*?)How long a step retries/.exec(text)!;
    expect(stated(paragraph!)).toEqual(
      [policies.LAMBDA_FAILURE, policies.FUNCTION_FAILURE].map((policy) => roughly(longestOf(policy))),
    );
  });
});

describe('the sections of operations.md', () => {
  const sections = readFileSync('docs/operations.md', 'utf8')
    .split(/^### /m)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const)
    .filter(([title, section]) => policiesOf.has(title) && stated(section).length > 0);

  test.each(sections)('%s gives the time that the policy gives', (title, section) => {
    expect(allowed([title])).toEqual(expect.arrayContaining(stated(section)));
  });
});
