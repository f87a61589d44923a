import { describe, expect, test } from '@jest/globals';
import { checkReconcileRequest } from '../../../lambdas/reconcile/check-reconcile-request.ts';

describe('a request to reconcile', () => {
  test.each([
    ['of the schedule', {}, false],
    ['for the plan alone', { dryRun: true }, true],
    ['by hand', { dryRun: false }, false],
  ])('%s is accepted', (_, request, dryRun) => {
    expect(checkReconcileRequest(request)).toEqual({ dryRun });
  });

  test.each([
    ['a wish in words', { dryRun: 'true' }, /dryRun: must be true or false, got "true"/],
    ['an unknown field', { dryrun: true }, /no such field as dryrun/],
    ['a list', [], /input: must be an object/],
    ['null', null, /input: must be an object/],
  ])('is refused with %s, and shown an example', (_, request, message) => {
    const refuse = () => checkReconcileRequest(request);
    expect(refuse).toThrow(expect.objectContaining({ name: 'InvalidRequest' }));
    expect(refuse).toThrow(message);
    expect(refuse).toThrow(/An input looks like .*"dryRun":true/);
  });
});
