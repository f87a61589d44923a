import { describe, expect, test } from '@jest/globals';
import { namedError } from '../../../../lambdas/shared/aws/errors.ts';
import { EndpointPending } from '../../../../lambdas/shared/errors.ts';
import { awsError } from '../../aws/stub.ts';

const call = { action: 'ec2:DescribeVpcs', caller: 'arn:aws:iam::1:role/r', region: 'us-east-1' };

describe('errors of AWS', () => {
  test.each([
    ['RequestLimitExceeded', 503, 'AwsUnavailable'],
    ['Throttling', 400, 'AwsUnavailable'],
    ['ThrottlingException', 400, 'AwsUnavailable'],
    ['TooManyRequestsException', 400, 'AwsUnavailable'],
    ['BandwidthLimitExceeded', 400, 'AwsUnavailable'],
    ['InternalError', 500, 'AwsUnavailable'],
    ['SomethingNew', 502, 'AwsUnavailable'],
    ['ServerInternalException', 500, 'AwsUnavailable'],
    ['ExpiredToken', 403, 'AwsUnavailable'],
    ['RequestExpired', 400, 'AwsUnavailable'],
    ['AuthFailure', 401, 'AwsUnavailable'],
    ['UnauthorizedOperation', 403, 'AccessDenied'],
    ['AccessDeniedException', 400, 'AccessDenied'],
    ['VpcEndpointLimitExceeded', 400, 'QuotaExceeded'],
    ['SecurityGroupLimitExceeded', 400, 'QuotaExceeded'],
    ['ResourceShareLimitExceededException', 400, 'QuotaExceeded'],
  ])('%s (%i) is %s', (code, status, expected) => {
    const error = namedError(awsError(code, 'What AWS said.', status), call) as Error;
    expect(error.name).toBe(expected);
    expect(error.message).toContain('ec2:DescribeVpcs in us-east-1, called as arn:aws:iam::1:role/r');
    expect(error.message).toContain('What AWS said.');
  });

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND'])(
    'a connection that fails by %s is AwsUnavailable',
    (code) => {
      const error = Object.assign(new Error(`connect ${code}`), { code, $metadata: { attempts: 1 } });
      expect((namedError(error, call) as Error).name).toBe('AwsUnavailable');
    },
  );

  test('a call that timed out is AwsUnavailable', () => {
    const error = Object.assign(new Error('Request did not complete'), { name: 'TimeoutError' });
    expect((namedError(error, call) as Error).name).toBe('AwsUnavailable');
  });

  test('an error without a name here stays as it is', () => {
    const error = awsError('InvalidVpcID.NotFound');
    expect(namedError(error, call)).toBe(error);
  });

  test('a defect is not taken for an outage', () => {
    const error = new TypeError('x is not a function');
    expect(namedError(error, call)).toBe(error);
  });

  test('an error that has its name already stays as it is', () => {
    const error = new EndpointPending('pending');
    expect(namedError(error, call)).toBe(error);
  });
});
