import { describe, expect, test } from '@jest/globals';
import { prepare } from '../../src/cloudformation/template.ts';

const Queue = { Type: 'AWS::SQS::Queue' };
const many = (count: number, one: object) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`One${index}`, one]));

describe('a template that is built as CloudFormation has it', () => {
  test('is taken', () => {
    const template = {
      AWSTemplateFormatVersion: '2010-09-09',
      Resources: {
        Queue: { ...Queue, DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Snapshot' },
      },
      Parameters: { Size: { Type: 'String' } },
      Outputs: { Empty: { Value: '' } },
    };
    expect(prepare(template).resources).toHaveLength(1);
    expect(prepare({ Resources: many(500, Queue), Outputs: many(200, { Value: 'x' }) }).outputs.size).toBe(
      200,
    );
  });
});

describe('a template format error', () => {
  test.each<[string, object, string]>([
    ['no resources', {}, 'At least one Resources member must be defined.'],
    ['empty resources', { Resources: {} }, 'At least one Resources member must be defined.'],
    [
      'another version',
      { AWSTemplateFormatVersion: '2010-09-10', Resources: { Queue } },
      'unsupported value for AWSTemplateFormatVersion.',
    ],
    ['a name with a hyphen', { Resources: { 'a-b': Queue } }, 'Resource name a-b is non alphanumeric.'],
    [
      'a policy for deletion that there is not',
      { Resources: { Queue: { ...Queue, DeletionPolicy: 'Keep' } } },
      'Unrecognized DeletionPolicy Keep for resource Queue',
    ],
    [
      'a policy for replacement that there is not',
      { Resources: { Queue: { ...Queue, UpdateReplacePolicy: 'RetainExceptOnCreate' } } },
      'Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource Queue',
    ],
    [
      'a parameter without a type',
      { Resources: { Queue }, Parameters: { Size: { Default: 'x' } } },
      'Every Parameters object must contain a Type member: Size',
    ],
    [
      'an output without a value',
      { Resources: { Queue }, Outputs: { Url: { Description: 'x' } } },
      'Every Outputs member must contain a Value object: Url',
    ],
    [
      'too many resources',
      { Resources: many(501, Queue) },
      'Number of resources, 501, is greater than maximum allowed, 500',
    ],
    [
      'too many outputs',
      { Resources: { Queue }, Outputs: many(201, { Value: 'x' }) },
      'Number of outputs, 201, is greater than maximum allowed, 200',
    ],
  ])('is %s', (_what, template, problem) => {
    expect(() => prepare(template)).toThrow(`Template format error: ${problem}`);
  });
});
