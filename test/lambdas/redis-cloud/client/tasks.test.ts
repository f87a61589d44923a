import { describe, expect, test } from '@jest/globals';
import { readEndpointScript } from '../../../../lambdas/redis-cloud/client/endpoint-script.ts';
import { failureOf, readTask } from '../../../../lambdas/redis-cloud/client/tasks.ts';
import { RedisCloudUnavailable } from '../../../../lambdas/shared/errors.ts';
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

test.each([null, 'no', [], {}, { status: 5 }, { status: 'received', response: 'no' }])(
  '%j is no task',
  (answer) => {
    expect(() => readTask(answer, 't-1')).toThrow(RedisCloudUnavailable);
  },
);

describe('a failed task', () => {
  const forms: [string, (code: string) => unknown][] = [
    ['an object', (type) => ({ error: { type, status: '404 NOT_FOUND', description: 'the detail' } })],
    ['a code', (error) => ({ error, additionalInfo: 'the detail' })],
  ];

  describe.each(forms)('whose error is %s', (_form, response) => {
    test.each([
      ['PRIVATE_LINK_NOT_FOUND', 'PrivateLinkNotFound'],
      ['PRIVATELINK_SERVICE_NOT_FOUND', 'PrivateLinkNotFound'],
      ['PRIVATE_LINK_ALREADY_EXISTS', 'PrivateLinkAlreadyExists'],
      ['PRIVATE_LINK_IS_NOT_SUPPORTED', 'NotSupported'],
      ['PRIVATE_LINK_CLOUD_PROVIDER_NOT_SUPPORTED', 'NotSupported'],
      ['PRIVATE_LINK_SERVICE_ERROR', 'TaskFailed'],
      ['PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS', 'PrincipalAlreadyExists'],
      ['PRIVATE_LINK_PRINCIPAL_NOT_FOUND', 'PrincipalNotFound'],
      ['PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE', 'InvalidRequest'],
      ['PRIVATE_LINK_PRINCIPAL_CANNOT_BE_OWNER_ACCOUNT', 'InvalidRequest'],
      ['PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK', 'PreconditionFailed'],
      ['PRIVATE_LINK_SUBSCRIPTION_REACHED_MAX_DATABASES_COUNT', 'PreconditionFailed'],
      ['SUBSCRIPTION_NOT_ACTIVE', 'SubscriptionBusy'],
      ['TOO_MANY_PENDING_SUBSCRIPTIONS', 'SubscriptionBusy'],
      ['CONFLICT_ERROR', 'SubscriptionBusy'],
      ['GENERAL_ERROR', 'TaskFailed'],
      ['SUBSCRIPTION_NOT_FOUND', 'SubscriptionNotFound'],
      ['SUBSCRIPTION_INVALID_REGION_ID', 'SubscriptionNotFound'],
      ['UNAUTHORIZED', 'AccessDenied'],
      ['SOMETHING_NEW', 'TaskFailed'],
      ['constructor', 'TaskFailed'],
    ])('with %s is %s', (code, name) => {
      const error = failureOf(failed(response(code)), { ...share, activeActiveRegionId: 111 });

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
    const failure = failureOf(failed({ error }), share);

    expect(failure.name).toBe('InvalidRequest');
    expect(failure.message).toContain(remedy);
  });

  test.each([undefined, null, {}, { error: null }, { error: {} }])(
    'without a reason is named: %j',
    (response) => {
      expect(failureOf(failed(response), service).name).toBe('TaskFailed');
    },
  );

  test('is described in whole sentences', () => {
    const error = failureOf(failed({ error: 'CONFLICT_ERROR', additionalInfo: 'Busy.\n' }), share);

    expect(error.message).toContain('failed: CONFLICT_ERROR: Busy. The change is possible');
  });

  test('quotes long descriptions in short', () => {
    const error = failureOf(failed({ error: 'GENERAL_ERROR', additionalInfo: 'x'.repeat(10_000) }), share);

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

  test.each([null, undefined, {}, { links: [] }, ['#!/bin/sh'], 5])('is not in %j', (resource) => {
    expect(() => readEndpointScript(resource, share)).toThrow(RedisCloudUnavailable);
  });
});
