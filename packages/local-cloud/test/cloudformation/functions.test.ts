import { describe, expect, test } from '@jest/globals';
import { create, logGroup, outputOf } from './harness.ts';

describe('functions of a template', () => {
  const Resources = { Log: logGroup('/log') };
  const Mappings = { Sizes: { large: { memory: 512 } } };
  const Conditions = {
    Europe: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
    Never: { 'Fn::Not': [{ Condition: 'Europe' }] },
    Either: { 'Fn::Or': [{ Condition: 'Never' }, { Condition: 'Europe' }] },
    Both: { 'Fn::And': [{ Condition: 'Never' }, { Condition: 'Europe' }] },
  };

  test.each([
    [{ Ref: 'AWS::AccountId' }, '111111111111'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::StackName' }, 'stack'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [{ Ref: 'Log' }, '/log'],
    [{ 'Fn::GetAtt': ['Log', 'Arn'] }, 'arn:aws:logs:eu-west-1:111111111111:log-group:/log:*'],
    [{ 'Fn::GetAtt': 'Log.Arn' }, 'arn:aws:logs:eu-west-1:111111111111:log-group:/log:*'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Log' }, { Ref: 'AWS::NoValue' }, 1]] }, 'a-/log-1'],
    [
      { 'Fn::Sub': '${Log} in ${AWS::Region}, ${!kept}, ${Log.Arn}' },
      expect.stringMatching(/^\/log in eu-west-1, \$\{kept\}, arn:/),
    ],
    [{ 'Fn::Sub': ['${Mine}', { Mine: { Ref: 'Log' } }] }, '/log'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::FindInMap': ['Sizes', 'large', 'memory'] }, '512'],
    [{ 'Fn::If': ['Europe', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    [{ 'Fn::ImportValue': 'shared' }, 'from elsewhere'],
  ])('%j', async (value, expected) => {
    const exports = new Map([['111111111111/eu-west-1/shared', 'from elsewhere']]);
    expect(await outputOf(value, { Resources, Mappings, Conditions }, { exports })).toEqual(expected);
  });

  test.each([
    [{ 'Fn::Base64': 'x' }, /output It: .*Fn::Base64/],
    [{ Ref: 'Nobody' }, /output It: Nobody is neither/],
    [{ 'Fn::GetAtt': ['Log', 'Colour'] }, /attribute Colour of Log/],
    [{ 'Fn::Select': [5, ['a']] }, /Fn::Select/],
    [{ 'Fn::If': ['Unknown', 1, 2] }, /no condition Unknown/],
    [{ 'Fn::FindInMap': ['Sizes', 'large', 'constructor'] }, /no mapping/],
    [{ 'Fn::ImportValue': 'absent' }, /No export named absent/],
    [{ Ref: 'Log', Other: 1 }, /other keys/],
    ['{{resolve:ssm:name}}', /dynamic references/],
  ])('refuses %j', async (value, message) => {
    await expect(outputOf(value, { Resources, Mappings, Conditions })).rejects.toThrow(message);
  });

  test('leave out what is AWS::NoValue', async () => {
    const { resources } = await create({
      Resources: {
        Log: logGroup('/log', {
          Properties: { LogGroupName: '/log', RetentionInDays: { Ref: 'AWS::NoValue' } },
        }),
      },
    });
    expect(resources.get('Log')?.properties).toEqual({ LogGroupName: '/log' });
  });
});
