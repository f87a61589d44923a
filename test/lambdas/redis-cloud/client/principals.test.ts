import { describe, expect, test } from '@jest/globals';
import {
  endpointServicePrincipal,
  parsePrincipal,
  resourceSharePrincipal,
  samePrincipal,
} from '../../../../lambdas/redis-cloud/client/principals.ts';
import { InvalidRequest } from '../../../../lambdas/shared/errors.ts';

const ID = '123456789012';

describe.each(['aws', 'aws-us-gov', 'aws-cn'])('in the partition %s', (partition) => {
  const arn = `arn:${partition}:iam::${ID}`;

  test.each([
    [ID, { principal: ID, type: 'aws_account' }],
    [`${arn}:root`, { principal: ID, type: 'aws_account' }],
    [`${arn}:role/app`, { principal: `${arn}:role/app`, type: 'iam_role' }],
    [`${arn}:role/team/app+x=1,2.3@a-b`, { principal: `${arn}:role/team/app+x=1,2.3@a-b`, type: 'iam_role' }],
    [`${arn}:user/ann`, { principal: `${arn}:user/ann`, type: 'iam_user' }],
  ])('%s is what a resource share wants in its own form', (given, wanted) => {
    expect(resourceSharePrincipal(given)).toEqual(wanted);
  });

  test.each([`${arn}:root`, `${arn}:role/app`, `${arn}:user/ann`])(
    '%s is what an endpoint service wants',
    (given) => {
      expect(endpointServicePrincipal(given, 'us-east-1')).toBe(given);
    },
  );

  test("an account and its root's ARN are one principal", () => {
    expect(samePrincipal(ID, `${arn}:root`)).toBe(true);
    expect(samePrincipal(`${arn}:root`, ID)).toBe(true);
  });

  test('an account and a role of it are two', () => {
    expect(samePrincipal(ID, `${arn}:role/app`)).toBe(false);
    expect(samePrincipal(`${arn}:user/app`, `${arn}:role/app`)).toBe(false);
  });
});

test.each([
  ['us-east-1', `arn:aws:iam::${ID}:root`],
  ['eu-central-1', `arn:aws:iam::${ID}:root`],
  ['us-gov-west-1', `arn:aws-us-gov:iam::${ID}:root`],
  ['cn-north-1', `arn:aws-cn:iam::${ID}:root`],
])("an account id becomes its root's ARN in the partition of %s", (region, arn) => {
  expect(endpointServicePrincipal(ID, region)).toBe(arn);
});

test('principals of other kinds are the same only if they are written the same', () => {
  const organization = 'arn:aws:organizations::123456789012:organization/o-abc';
  expect(samePrincipal(organization, organization)).toBe(true);
  expect(samePrincipal(organization, ID)).toBe(false);
});

test.each([
  '',
  '12345678901',
  '1234567890123',
  ' 123456789012',
  '123456789012\n',
  'arn:aws:iam::12345678901:root',
  'arn:aws-iso:iam::123456789012:root',
  'arn:aws:iam::123456789012:group/admins',
  'arn:aws:iam::123456789012:role/',
  'arn:aws:iam::123456789012:role/a b',
  'arn:aws:iam::123456789012:root/x',
  'arn:aws:sts::123456789012:assumed-role/a/b',
  '*',
])('%p is no principal', (text) => {
  expect(() => parsePrincipal(text)).toThrow(InvalidRequest);
});
