import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import * as errors from '../../lambdas/shared/errors.ts';

interface State {
  Type: string;
  Comment?: string;
  Resource?: string;
  Arguments?: { Payload?: object };
  Retry?: { ErrorEquals: string[] }[];
  Catch?: { ErrorEquals: string[] }[];
  Branches?: Definition[];
  ItemProcessor?: Definition;
}
interface Definition {
  Comment?: string;
  QueryLanguage?: string;
  States: Record<string, State>;
}

const definitions = readdirSync('statemachines').map(
  (file) => [file, JSON.parse(readFileSync(`statemachines/${file}`, 'utf8')) as Definition] as const,
);

/** Errors that AWS's own services and integrations answer with, as Step Functions names them. */
const AWS_ERRORS = /^(States|Lambda|Sandbox|Runtime|DynamoDB|SecretsManager|StepFunctions)\.\w+$/;

function states({ States }: Definition): [string, State][] {
  return Object.entries(States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap(states),
  ]);
}

describe.each(definitions)('%s', (_, definition) => {
  test('is valid in the States Language', () => {
    expect(validate(definition)).toMatchObject({ isValid: true, errors: [] });
  });

  test('is JSONata and says what it is for', () => {
    expect(definition.QueryLanguage).toBe('JSONata');
    expect(definition.Comment).toMatch(/\.$/);
  });

  test('matches only errors that exist', () => {
    // And what a person answers with who refuses an approval.
    const known = new Set([...Object.keys(errors), 'ApprovalRefused']);
    const names = states(definition).flatMap(([, { Retry = [], Catch = [] }]) =>
      [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect(names.filter((name) => !known.has(name) && !AWS_ERRORS.test(name))).toEqual([]);
  });

  test('retries every call of a function that Lambda could not make', () => {
    const calls = states(definition).filter(([, { Resource }]) => Resource?.includes(':::lambda:invoke'));
    expect(calls.length).toBeGreaterThan(0);
    for (const [name, { Retry }] of calls) {
      const retried = Retry?.flatMap(({ ErrorEquals }) => ErrorEquals) ?? [];
      expect([name, retried]).toEqual([name, expect.arrayContaining(['Lambda.TooManyRequestsException'])]);
    }
  });

  test('tells every function which execution calls it, for the log', () => {
    const calls = states(definition).filter(([, { Resource }]) => Resource?.includes(':::lambda:invoke'));
    const silent = calls.filter(([, { Arguments }]) => {
      const payload = Arguments?.Payload ?? {};
      return !('execution' in payload) && !('run' in payload);
    });
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  test('has one policy for each error and kind of step', () => {
    const policies = new Map<string, Set<string>>();
    for (const [, { Retry = [] }] of states(definition)) {
      for (const { ErrorEquals, ...policy } of Retry) {
        const key = ErrorEquals.join();
        policies.set(key, (policies.get(key) ?? new Set()).add(JSON.stringify(policy)));
      }
    }
    expect([...policies].filter(([, kinds]) => kinds.size > 1)).toEqual([]);
  });
});

describe('the errors', () => {
  test('are named as their classes are', () => {
    const classes = Object.entries(errors).filter(([name]) => name !== 'NamedError') as [
      string,
      new (message: string) => Error,
    ][];
    expect(classes.map(([, Class]) => new Class('x').name)).toEqual(classes.map(([name]) => name));
  });
});
