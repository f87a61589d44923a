import { describe, expect, test } from '@jest/globals';
import { adapted } from '../../../proof/foreign/deploy.ts';
import { MINISTACK } from '../../../proof/foreign/ministack.ts';

const reading = (...Resource: unknown[]) => ({ Type: 'AWS::IAM::Policy', Properties: { Resource } });

describe('a template for a program of others', () => {
  const alarm = (properties: Record<string, unknown>) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: properties,
  });

  test('lacks what the program lacks, and says what that was', () => {
    const { template, met } = adapted(
      {
        Resources: {
          Policy: { Type: 'AWS::Events::EventBusPolicy' },
          Rule: { Type: 'AWS::Events::Rule', DependsOn: ['Policy', 'Role'] },
          Role: { Type: 'AWS::IAM::Role', DependsOn: 'Policy' },
          Sum: alarm({ Metrics: [] }),
          Plain: alarm({ MetricName: 'Defects' }),
          Reader: reading({ Ref: 'Policy' }, { 'Fn::GetAtt': ['Role', 'Arn'] }),
        },
      },
      MINISTACK,
    );
    expect(template.Resources).toEqual({
      Rule: { Type: 'AWS::Events::Rule', DependsOn: ['Role'] },
      Role: { Type: 'AWS::IAM::Role' },
      Plain: alarm({ MetricName: 'Defects' }),
      Reader: reading('arn:aws:left-out:us-east-1:000000000000:Policy', { 'Fn::GetAtt': ['Role', 'Arn'] }),
    });
    expect(met.map(({ what }) => what)).toEqual(['policies of event buses', 'alarms on metric math']);
  });

  test('has what is patched, and no lack that was not met is named', () => {
    const code = {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs24.x', Handler: 'index.handler' },
    };
    const { template, met } = adapted({ Resources: { Code: code } }, MINISTACK);
    expect(template.Resources.Code!.Properties).toEqual({
      Runtime: 'provided.al2023',
      Handler: 'index.handler',
    });
    expect(code.Properties.Runtime).toBe('nodejs24.x');
    expect(met).toEqual([]);
  });
});
