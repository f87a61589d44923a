import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as errors from '../lambdas/errors.ts';

describe('the runbook', () => {
  test('has a section for every error that a function throws', () => {
    const headings = readFileSync('docs/operations.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('### '))
      .join('\n');
    const names = Object.keys(errors).filter((name) => name !== 'NamedError');
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(headings))).toEqual([]);
  });
});
