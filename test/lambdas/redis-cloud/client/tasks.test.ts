import { describe, expect, test } from '@jest/globals';
import { readEndpointScript } from '../../../../lambdas/redis-cloud/client/endpoint-script.ts';
import type { Operation } from '../../../../lambdas/redis-cloud/client/operations.ts';
import { failureOf, readTask } from '../../../../lambdas/redis-cloud/client/tasks.ts';
import { RedisCloudUnavailable, TaskWithoutResult } from '../../../../lambdas/shared/errors.ts';
import { service, share } from './fixtures.ts';

const failed = (response: unknown) =>
  readTask(
    { taskId: 't-1', commandType: 'privateLinkCreateRequest', status: 'processing-error', response },
    't-1',
  );

test.each([
  ['initialized', 'pending'],
  ['received', 'pending'],
  ['processing-in-progress', 'pending'],
  ['something-new', 'pending'],
  ['processing-completed', 'completed'],
  ['processing-error', 'failed'],
])('a task in state %s is %s', (status, outcome) => {
  expect(readTask({ taskId: 't-1', status }, 't-1')).toMatchObject({ status, outcome });
});

test('a completed task carries what was read', () => {
  const task = readTask({ status: 'processing-completed', response: { resource: { links: [] } } }, 't-1');

  expect(task).toMatchObject({ taskId: 't-1', resource: { links: [] }, error: null });
});

test.each([
  ['PROCESSING_COMPLETED', 'processing-completed', 'completed'],
  ['ProcessingCompleted', 'processing-completed', 'completed'],
  ['Processing Error', 'processing-error', 'failed'],
  ['processing_in_progress', 'processing-in-progress', 'pending'],
])('a task in state %s is one in state %s', (written, status, outcome) => {
  expect(readTask({ status: written }, 't-1')).toMatchObject({ status, outcome });
});

test.each<[string, object, string]>([
  ['a resource', { resource: {} }, 'completed'],
  ['a resource id', { resourceId: 12345 }, 'completed'],
  ['an error', { error: 'GENERAL_ERROR' }, 'failed'],
  ['nothing', { resource: null, error: null }, 'pending'],
])('a state that nobody has written down, with %s', (_, response, outcome) => {
  expect(readTask({ status: 'done-at-last', response }, 't-1').outcome).toBe(outcome);
});

test.each<[string, unknown, string]>([
  ['contradicts itself', { error: { type: 'GENERAL_ERROR' }, resource: {} }, 'failed'],
  ['has an empty error', { error: {}, resource: {} }, 'completed'],
  ['has an error that is null', { error: null, resource: {} }, 'completed'],
  ['has an error without a text', { error: '', resource: {} }, 'completed'],
  ['is in a list of one', [{ resource: {} }], 'completed'],
])('a completed task whose response %s', (_, response, outcome) => {
  expect(readTask({ status: 'processing-completed', response }, 't-1').outcome).toBe(outcome);
});

test('what decides nothing may have any form', () => {
  const task = { status: 'received', commandType: 5, description: {}, timestamp: 1_700_000_000, links: null };

  expect(readTask([task], 't-1')).toMatchObject({ outcome: 'pending', commandType: '5' });
});

test.each([null, 'no', [], {}, { status: 5, response: 'no' }, { status: 'received', response: 'no' }])(
  '%j is no task',
  (answer) => {
    expect(() => readTask(answer, 't-1')).toThrow(RedisCloudUnavailable);
  },
);

describe('a failed task', () => {
  const forms: [string, (code: string) => unknown][] = [
    ['an object', (type) => ({ error: { type, status: '400 BAD_REQUEST', description: 'the detail' } })],
    ['an object in a list', (type) => ({ error: [{ type, status: 400, description: 'the detail' }] })],
    ['an object with nulls', (type) => ({ error: { type, status: null, message: 'the detail' } })],
    ['an object with the detail beside it', (type) => ({ error: { type }, additionalInfo: 'the detail' })],
    ['a code', (error) => ({ error, additionalInfo: 'the detail' })],
    ['a code with a detail of another form', (error) => ({ error, additionalInfo: { why: 'the detail' } })],
  ];

  describe.each(forms)('whose error is %s', (_form, response) => {
    test.each([
      ['PRIVATE_LINK_NOT_FOUND', 'PrivateLinkNotFound'],
      ['PRIVATELINK_SERVICE_NOT_FOUND', 'PrivateLinkNotFound'],
      ['PRIVATE_LINK_ALREADY_EXISTS', 'PrivateLinkAlreadyExists'],
      ['PRIVATE_LINK_IS_NOT_SUPPORTED', 'NotSupported'],
      ['PRIVATE_LINK_CLOUD_PROVIDER_NOT_SUPPORTED', 'NotSupported'],
      ['PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS', 'PrincipalAlreadyExists'],
      ['PRIVATE_LINK_PRINCIPAL_NOT_FOUND', 'PrincipalNotFound'],
      ['PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE', 'InvalidRequest'],
      ['PRIVATE_LINK_PRINCIPAL_CANNOT_BE_OWNER_ACCOUNT', 'InvalidRequest'],
      ['PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK', 'PreconditionFailed'],
      ['PRIVATE_LINK_SUBSCRIPTION_REACHED_MAX_DATABASES_COUNT', 'PreconditionFailed'],
      ['SUBSCRIPTION_NOT_ACTIVE', 'SubscriptionBusy'],
      ['TOO_MANY_PENDING_SUBSCRIPTIONS', 'SubscriptionBusy'],
      ['CONFLICT_ERROR', 'SubscriptionBusy'],
      ['SUBSCRIPTION_NOT_FOUND', 'SubscriptionNotFound'],
      ['SUBSCRIPTION_INVALID_REGION_ID', 'SubscriptionNotFound'],
      ['UNAUTHORIZED', 'AccessDenied'],
      ['SOMETHING_NEW', 'TaskFailed'],
      ['constructor', 'TaskFailed'],
    ])('with %s is %s', (code, name) => {
      const error = failureOf(
        failed(response(code)),
        { ...share, activeActiveRegionId: 111 },
        'getPrivateLink',
      );

      expect(error.name).toBe(name);
      for (const part of ['t-1', 'privateLinkCreateRequest', 'subscription 12345, region 111', code]) {
        expect(error.message).toContain(part);
      }
      expect(error.message).toContain('the detail');
    });
  });

  test.each([
    [
      'PRIVATE_LINK_CREATE_A_FLEXIBLE_SUBSCRIPTION_PRIVATE_LINK_IS_NOT_ALLOWED_WITH_AN_ACTIVE_ACTIVE_SUBSCRIPTION',
      'set "activeActiveRegionId"',
    ],
    [
      'PRIVATE_LINK_CREATING_PRINCIPLES_IS_NOT_ALLOWED_WITH_A_SINGLE_REGION_SUBSCRIPTION',
      'remove "activeActiveRegionId"',
    ],
  ])('of the wrong kind of subscription names the setting', (error, remedy) => {
    const failure = failureOf(failed({ error }), share, 'getPrivateLink');

    expect(failure.name).toBe('InvalidRequest');
    expect(failure.message).toContain(remedy);
  });

  test('that found a conflict is what its operation makes of it', () => {
    const error = { status: '409 CONFLICT', description: 'It already exists.' };
    const name = (operation: Operation) => failureOf(failed({ error }), share, operation).name;
    expect(name('addPrincipal')).toBe('PrincipalAlreadyExists');
    expect(name('createPrivateLink')).toBe('PrivateLinkAlreadyExists');
    expect(name('removePrincipal')).toBe('SubscriptionBusy');
  });

  const removed = (error: object) => failureOf(failed({ error }), share, 'removePrincipal').name;

  test.each<[string | number, string]>([
    ['404 NOT_FOUND', 'PrivateLinkNotFound'],
    [404, 'PrivateLinkNotFound'],
    ['404', 'PrivateLinkNotFound'],
    ['NOT_FOUND', 'PrivateLinkNotFound'],
    ['409 CONFLICT', 'SubscriptionBusy'],
    ['429 TOO_MANY_REQUESTS', 'TaskWithoutResult'],
    [429, 'TaskWithoutResult'],
    ['408 REQUEST_TIMEOUT', 'TaskWithoutResult'],
    ['500 INTERNAL_SERVER_ERROR', 'TaskWithoutResult'],
    [503, 'TaskWithoutResult'],
    ['SERVICE_UNAVAILABLE', 'TaskWithoutResult'],
    ['401 UNAUTHORIZED', 'AccessDenied'],
    ['403 FORBIDDEN', 'AccessDenied'],
    ['412 PRECONDITION_FAILED', 'PreconditionFailed'],
    ['400 BAD_REQUEST', 'TaskFailed'],
    ['', 'TaskFailed'],
    ['soon', 'TaskFailed'],
  ])('whose code says nothing is what its status %j says', (status, name) => {
    expect(removed({ type: 'SOMETHING_NEW', status, description: 'x' })).toBe(name);
    expect(removed({ status, description: 'x' })).toBe(name);
  });

  test.each<[object, string]>([
    [{ type: 'SUBSCRIPTION_NOT_ACTIVE', status: '500 INTERNAL_SERVER_ERROR' }, 'SubscriptionBusy'],
    [{ type: 'PRIVATE_LINK_PRINCIPAL_NOT_FOUND', status: '404 NOT_FOUND' }, 'PrincipalNotFound'],
    [{ type: 'PRIVATE_LINK_SERVICE_ERROR', status: '404 NOT_FOUND' }, 'PrivateLinkNotFound'],
    [{ type: 'GENERAL_ERROR', status: '404 NOT_FOUND' }, 'PrivateLinkNotFound'],
    [{ type: 'GENERAL_ERROR', status: '400 BAD_REQUEST' }, 'TaskWithoutResult'],
    [{ type: 'X', description: 'PRIVATE_LINK_NOT_FOUND: it is gone' }, 'PrivateLinkNotFound'],
  ])('%j is %s', (error, name) => {
    expect(removed(error)).toBe(name);
  });

  test.each(['GENERAL_ERROR', 'PRIVATE_LINK_SERVICE_ERROR'])('with the bare code %s may pass', (error) => {
    const failure = failureOf(failed({ error, additionalInfo: 'x' }), share, 'getPrivateLink');

    expect(failure.name).toBe('TaskWithoutResult');
    expect(failure.message).toContain(error);
  });

  test('of a creation that finds nothing has no subscription', () => {
    const error = { type: 'NOT_FOUND', status: 404 };

    expect(failureOf(failed({ error }), share, 'createPrivateLink').name).toBe('SubscriptionNotFound');
  });

  test.each([undefined, null, {}, { error: null }, { error: {} }])(
    'without a reason is named: %j',
    (response) => {
      expect(failureOf(failed(response), service, 'getPrivateLink').name).toBe('TaskFailed');
    },
  );

  test('is described in whole sentences', () => {
    const error = failureOf(
      failed({ error: 'CONFLICT_ERROR', additionalInfo: 'Busy.\n' }),
      share,
      'getPrivateLink',
    );

    expect(error.message).toContain('failed: CONFLICT_ERROR: Busy. The change is possible');
  });

  test('quotes long descriptions in short', () => {
    const error = failureOf(
      failed({ error: 'GENERAL_ERROR', additionalInfo: 'x'.repeat(10_000) }),
      share,
      'getPrivateLink',
    );

    expect(error.message.length).toBeLessThan(700);
  });
});

describe('the endpoint script', () => {
  test('of a resource share has two parts', () => {
    const scripts = { resourceEndpointScript: 'import boto3', terraformAwsScript: 'resource {}' };

    expect(readEndpointScript({ ...scripts, links: [] }, share)).toEqual(scripts);
  });

  test('may be a bare text', () => {
    expect(readEndpointScript('#!/bin/sh', service)).toEqual({ script: '#!/bin/sh' });
  });

  test('leaves out what is empty', () => {
    const found = { resourceEndpointScript: 'import boto3', terraformAwsScript: null, other: ' ' };

    expect(readEndpointScript([found], share)).toEqual({ resourceEndpointScript: 'import boto3' });
  });

  test.each([
    null,
    undefined,
    '',
    {},
    { links: [] },
    { resourceEndpointScript: null, terraformAwsScript: '' },
    ['#!/bin/sh', '#!/bin/sh'],
    5,
  ])('is not in %j', (resource) => {
    expect(() => readEndpointScript(resource, share)).toThrow(TaskWithoutResult);
  });
});
