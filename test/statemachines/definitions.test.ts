import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import * as errors from '../../lambdas/shared/errors.ts';
import { definitions, statesOf } from './states.ts';

/** Errors that AWS's own services and integrations answer with, as Step Functions names them. */
const AWS_ERRORS = /^(States|Lambda|Sandbox|Runtime|DynamoDB|SecretsManager|StepFunctions|Sfn)\.\w+$/;

describe.each([...definitions])('%s', (_, definition) => {
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
    const names = statesOf(definition).flatMap(([, { Retry = [], Catch = [] }]) =>
      [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect(names.filter((name) => !known.has(name) && !AWS_ERRORS.test(name))).toEqual([]);
  });

  test('tells every function which execution calls it, for the log', () => {
    const calls = statesOf(definition).filter(([, { Resource }]) => Resource?.includes(':::lambda:invoke'));
    const silent = calls.filter(([, { Arguments }]) => {
      const payload = Arguments?.Payload ?? {};
      return !['executionName', 'executionArn', 'run'].some((member) => member in payload);
    });
    expect(silent.map(([name]) => name)).toEqual([]);
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
