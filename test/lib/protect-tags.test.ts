import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { conditionsHold } from 'local-cloud';
import { DEFAULT_NAMES } from '../../lib/names.ts';

const { CONNECTOR_ROLE, SYSTEM } = DEFAULT_NAMES;

const TEXT = readFileSync('config/protect-tags.scp.json', 'utf8');
const { Statement } = JSON.parse(TEXT) as {
  Statement: {
    Effect: string;
    Action: string[];
    Resource: string[];
    Condition: Record<string, Record<string, string | string[]>>;
  }[];
};

test('the policy denies everybody but the connector role, and fits into Organizations', () => {
  for (const { Effect, Condition } of Statement) {
    expect(Effect).toBe('Deny');
    expect(Condition.ArnNotLike).toEqual({ 'aws:PrincipalArn': [`arn:*:iam::*:role/${CONNECTOR_ROLE}`] });
  }
  // "Quotas for AWS Organizations": 5,120 characters at first, now 10,240.
  expect(JSON.stringify(JSON.parse(TEXT)).length).toBeLessThan(5_120);
});

test('it protects the tags and the parameters under the names that this system gives', () => {
  const [tags, all, parameters] = Statement;
  expect(tags?.Condition['ForAnyValue:StringLike']).toEqual({ 'aws:TagKeys': [`${SYSTEM}:*`] });
  expect(all?.Condition.StringEquals).toEqual({ [`aws:ResourceTag/${SYSTEM}:managed-by`]: SYSTEM });
  // The VPC's own tag has another key, and stays everybody's.
  expect('redis-privatelink'.startsWith(`${SYSTEM}:`)).toBe(false);
  expect(parameters?.Resource).toEqual([`arn:*:ssm:*:*:parameter/${SYSTEM}/*`]);
});

test.each([
  ['without the keys', undefined],
  ['with the keys of all tags', [`${SYSTEM}:managed-by`, 'Name']],
])('it denies to take all tags of its things away, whether AWS shows that %s or not', (_how, keys) => {
  const context = {
    'aws:TagKeys': keys,
    [`aws:ResourceTag/${SYSTEM}:managed-by`]: SYSTEM,
    'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/developer',
  };
  const denying = Statement.filter(
    ({ Action, Condition }) => Action.includes('ec2:DeleteTags') && conditionsHold(Condition, context),
  );
  expect(denying).toHaveLength(1);
});
