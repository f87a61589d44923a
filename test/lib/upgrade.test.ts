import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { additions, damage, guarded, type Recording, type Template } from './upgrade/guard.ts';
import { RECORD, STACKS, templateOf } from './upgrade/stacks.ts';

const recording = JSON.parse(readFileSync(RECORD, 'utf8')) as Recording;

describe('an existing deployment', () => {
  test.each(STACKS)(
    'of %s is updated in place: nothing that it keeps or names is deleted or replaced',
    (stack) => {
      expect(damage(stack, recording[stack]!, guarded(templateOf('dist/test', stack)))).toEqual([]);
    },
  );

  test.each(STACKS)('of %s is on record as a whole (npm run record adds what is new)', (stack) => {
    expect(additions(recording[stack]!, guarded(templateOf('dist/test', stack)))).toEqual([]);
  });

  test('leaves what it kept behind where it is replaced anyway', () => {
    const { Resources } = templateOf('dist/test', 'redis-privatelink-hub');
    const keeping = Object.values(Resources).filter(({ Type }) =>
      ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret'].includes(Type),
    );
    expect(keeping).toHaveLength(3);
    for (const resource of keeping) {
      expect(resource).toMatchObject({ UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Delete' });
    }
  });
});

describe('the guard', () => {
  const table = {
    Type: 'AWS::DynamoDB::Table',
    Properties: { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], BillingMode: 'PAY_PER_REQUEST' },
  };
  const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'letters' } };
  const role = { Type: 'AWS::IAM::Role', Properties: { Description: 'nameless' } };
  const recorded = guarded({ Resources: { Table: table, Queue: queue, Role: role } });
  const harm = (Resources: Template['Resources']) => damage('hub', recorded, guarded({ Resources }));

  test('takes additions, and changes that need no replacement', () => {
    const changed = { ...table, Properties: { ...table.Properties, BillingMode: 'PROVISIONED' } };
    const Resources = { Table: changed, Queue: queue, More: queue };
    expect(harm(Resources)).toEqual([]);
    expect(additions(recorded, guarded({ Resources }))).toEqual(['More']);
  });

  test('does not hold what keeps nothing and has no name', () => {
    expect(harm({ Table: table, Queue: queue })).toEqual([]);
  });

  test.each<[string, Template['Resources'], string]>([
    [
      'is gone',
      { Queue: queue },
      'hub: Table (AWS::DynamoDB::Table) is gone: an update of a deployment deletes it, with all that it keeps.',
    ],
    [
      'has another logical id',
      { Table: table, Letters: queue },
      'hub: Queue (AWS::SQS::Queue) is now Letters: an update of a deployment fails, because "letters" exists already.',
    ],
    [
      'has other keys',
      { Table: { ...table, Properties: { KeySchema: [] } }, Queue: queue },
      'hub: Table (AWS::DynamoDB::Table): KeySchema was [{"AttributeName":"pk","KeyType":"HASH"}] and is []: an update of a deployment replaces it, and the new one is empty.',
    ],
    [
      'has another name',
      { Table: table, Queue: { ...queue, Properties: { QueueName: 'post' } } },
      'hub: Queue (AWS::SQS::Queue): QueueName was "letters" and is "post": an update of a deployment replaces it, and the new one is empty.',
    ],
    [
      'changes otherwise so that it is replaced under its name',
      { Table: table, Queue: { ...queue, Properties: { QueueName: 'letters', FifoQueue: true } } },
      'hub: Queue (AWS::SQS::Queue): FifoQueue was undefined and is true: an update of a deployment replaces it, which fails, because "letters" exists already.',
    ],
    [
      'is of another type',
      { Table: queue, Queue: queue },
      'hub: Table (AWS::DynamoDB::Table) is gone: an update of a deployment deletes it, with all that it keeps.',
    ],
  ])('says what happens to something that %s', (_what, resources, problem) => {
    expect(harm(resources)).toEqual([problem]);
  });

  test('asks about a type that it does not know', () => {
    expect(() => guarded({ Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } })).toThrow(
      'Bucket: say in test/lib/upgrade/guard.ts whether a AWS::S3::Bucket is guarded.',
    );
  });
});
