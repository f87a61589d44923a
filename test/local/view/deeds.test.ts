import { expect, test } from '@jest/globals';
import { subjectOf } from '../../../local/view/deeds.ts';

const at = { account: '444455556666', vpc: 'vpc-1' };

test.each([
  ['account', 'create-account', ''],
  ['account', 'close-account', 'Account 444455556666'],
  ['vpc', 'create-vpc', 'Account 444455556666'],
  ['vpc', 'untag-vpc', 'vpc-1'],
  ['redis-cloud', 'redis-cloud-slow', 'Redis Cloud'],
  ['system', 'reconcile', ''],
] as const)('of the %s, %s is told of “%s”', (group, name, subject) => {
  expect(subjectOf({ group, name }, at)).toBe(subject);
});
